// Makes instants of times that leave out their zone, their year or their date.

import FieldRows

/// What a time is read by when its text says less than an instant.
public struct TimeSettings: Sendable {
    /// The zone of times that name none.
    public var zone = LocalZone.utc
    /// Whether somebody named ``zone``; otherwise it is assumed.
    public var isZoneNamed = false
    /// The date of the first lines, in microseconds of its midnight read as if it were UTC.
    public var date: Int64?
    /// When the input was written last, in microseconds since 1970.
    public var modified: Int64?

    /// UTC, and no date.
    public init() {}
}

/// Resolves the times of one input, line by line.
///
/// A class, so that whoever holds one need not have it checked for overlapping accesses with every line.
final class TimeResolver {
    private static let second: Int64 = 1_000_000
    private static let hour: Int64 = 3_600_000_000
    private static let day: Int64 = 86_400_000_000

    private let settings: TimeSettings
    /// Times without a zone.
    private(set) var zonesAssumed: Int64 = 0
    /// Times that clocks showed twice and no neighbour told apart, read as the earlier.
    private(set) var foldsAssumed: Int64 = 0
    /// The instant before, in microseconds.
    var last: Int64?

    init(_ settings: TimeSettings) { self.settings = settings }

    /// The instant of `stamp`; `envelope` is the time that something around the record tells, if anything does.
    @inline(__always)
    func resolve(_ stamp: LogTimestamp, envelope: Int64?) throws(LineFault) -> Int64 {
        let time: Int64
        if _fastPath(stamp.hasZone && stamp.extent == .dateAndTime) {
            time = stamp.microseconds
        } else {
            time = try complete(stamp, envelope)
        }
        last = time
        return time
    }

    /// Takes the time around a record that has none of its own.
    func adopt(_ envelope: Int64) -> Int64 {
        last = envelope
        return envelope
    }

    private func complete(_ stamp: LogTimestamp, _ envelope: Int64?) throws(LineFault) -> Int64 {
        if !stamp.hasZone { zonesAssumed += 1 }
        var local = stamp.microseconds
        switch stamp.extent {
        case .dateAndTime: break
        case .withoutYear: local = try withYear(local, stamp.hasZone, envelope)
        case .withoutDate: local = try withDate(local, stamp.hasZone, envelope)
        }
        return stamp.hasZone ? local : instant(local)
    }

    /// The instant at which clocks showed `local`; of two the one that does not go back behind the line before.
    private func instant(_ local: Int64) -> Int64 {
        let (seconds, fraction) = local.quotientAndRemainder(dividingBy: Self.second)
        let (earlier, later) = settings.zone.instants(of: seconds)
        let first = earlier * Self.second + fraction
        guard earlier != later else { return first }
        let second = later * Self.second + fraction
        guard let last else {
            foldsAssumed += 1
            return first
        }
        // Lines of several threads are a little out of order; the hour that comes twice is not.
        return first < last - 60 * Self.second ? second : first
    }

    /// An instant on the clocks of the zone, as if it were UTC.
    private func local(_ time: Int64, _ hasZone: Bool) -> Int64 {
        hasZone ? time : time + settings.zone.offset(at: time / Self.second) * Self.second
    }

    /// The year that brings a month and day closest to the line before, the envelope or the date given; else the last
    /// one before the file was written.
    private func withYear(_ local: Int64, _ hasZone: Bool, _ envelope: Int64?) throws(LineFault) -> Int64 {
        if let near = (envelope ?? last).map({ self.local($0, hasZone) }) ?? settings.date {
            return years(local, around: near).min { abs($0 - near) < abs($1 - near) } ?? local
        }
        guard let modified = settings.modified.map({ self.local($0, hasZone) }) else { throw .timeWithoutYear }
        guard let time = years(local, around: modified).last(where: { $0 <= modified + Self.day }) else {
            throw .timeWithoutYear
        }
        return time
    }

    /// A time of 1972 in the years around `near`; 29 February in leap years only.
    private func years(_ local: Int64, around near: Int64) -> [Int64] {
        let (date, time) = (CivilDate(daysSince1970: Self.days(local)), local - Self.days(local) * Self.day)
        let year = CivilDate(daysSince1970: Self.days(near)).year
        // Eight years back there is a leap year, save around 1900 and 2100.
        return (year - 8...year + 1).compactMap { year in
            LogTimestamp.days(year, date.month, date.day).map { $0 * Self.day + time }
        }
    }

    /// The date that brings a time of day closest to the envelope; else the first one that is not behind the line before
    /// by more than an hour; else the date given, or the last one before the file was written.
    private func withDate(_ local: Int64, _ hasZone: Bool, _ envelope: Int64?) throws(LineFault) -> Int64 {
        if envelope == nil, let last {
            let earliest = self.local(last, hasZone) - Self.hour
            let same = Self.days(earliest) * Self.day + local
            return same >= earliest ? same : same + Self.day
        }
        if let near = envelope.map({ self.local($0, hasZone) }) {
            let same = Self.days(near) * Self.day + local
            return [same - Self.day, same, same + Self.day].min { abs($0 - near) < abs($1 - near) } ?? same
        }
        if let date = settings.date { return date + local }
        guard let modified = settings.modified.map({ self.local($0, hasZone) }) else { throw .timeWithoutDate }
        let same = Self.days(modified) * Self.day + local
        return same <= modified + Self.hour ? same : same - Self.day
    }

    private static func days(_ time: Int64) -> Int64 {
        let (days, rest) = time.quotientAndRemainder(dividingBy: day)
        return rest < 0 ? days - 1 : days
    }
}
