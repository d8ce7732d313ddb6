// The offsets of a time zone, looked up without asking the system for every line.

import Foundation

/// A time zone for times that name none.
public struct LocalZone: Sendable, Equatable {
    /// Its name: an IANA name such as `Europe/Berlin`, or an offset such as `+05:30`.
    public let name: String
    /// When the offset changes, in seconds since 1970, and the offset from then on in seconds east of UTC.
    private let changes: [(time: Int64, offset: Int64)]
    private let first: Int64

    /// Coordinated Universal Time.
    public static let utc = LocalZone(name: "UTC", offset: 0)

    private init(name: String, offset: Int64, changes: [(time: Int64, offset: Int64)] = []) {
        self.name = name
        first = offset
        self.changes = changes
    }

    /// The zone called `name`; `nil` if there is none.
    public init?(_ name: String) {
        if let offset = Self.offset(name) {
            self.init(name: name, offset: offset)
            return
        }
        guard let zone = TimeZone(identifier: name), zone.identifier == name || name == "UTC" else { return nil }
        var date = Date(timeIntervalSince1970: 0)
        let first = Int64(zone.secondsFromGMT(for: date))
        var changes: [(time: Int64, offset: Int64)] = []
        let last = Date(timeIntervalSince1970: 4_102_444_800)
        while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date, next < last {
            changes.append((Int64(next.timeIntervalSince1970.rounded()), Int64(zone.secondsFromGMT(for: next))))
            date = next
        }
        self.init(name: name, offset: first, changes: changes)
    }

    /// Two zones are equal when their names are.
    public static func == (left: LocalZone, right: LocalZone) -> Bool { left.name == right.name }

    /// `+05:30`, `+0530`, `-08`, `UTC` or `Z`, in seconds.
    private static func offset(_ name: String) -> Int64? {
        if name == "UTC" || name == "Z" { return 0 }
        guard let sign = name.first, sign == "+" || sign == "-" else { return nil }
        let digits = name.dropFirst().filter { $0 != ":" }
        guard digits.count == 2 || digits.count == 4, digits.allSatisfy(\.isNumber), let number = Int64(digits) else {
            return nil
        }
        let (hours, minutes) = digits.count == 2 ? (number, 0) : (number / 100, number % 100)
        guard hours <= 18, minutes < 60 else { return nil }
        return (hours * 3_600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }

    /// Seconds east of UTC at an instant, in seconds since 1970.
    func offset(at time: Int64) -> Int64 {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : changes[low - 1].offset
    }

    /// The instants at which clocks there showed `local`, the seconds of a date and time read as if it were UTC.
    ///
    /// Two when clocks were set back; one in a gap, read as before the clocks were set forward.
    func instants(of local: Int64) -> (earlier: Int64, later: Int64) {
        let before = offset(at: local - 86_400)
        let after = offset(at: local + 86_400)
        guard before != after else { return (local - before, local - before) }
        let (one, other) = (local - before, local - after)
        let isOne = offset(at: one) == before
        let isOther = offset(at: other) == after
        if isOne, isOther { return (min(one, other), max(one, other)) }
        return isOther ? (other, other) : (one, one)
    }
}
