// Reads the timestamp forms that servers write.

import AuthEvents
import FieldRows

/// What a timestamp is counted in when it is a number.
enum EpochUnit: Sendable {
    case seconds, milliseconds, microseconds, nanoseconds
    /// Told by the size of the number.
    case auto

    init?(name: String) {
        switch name {
        case "s": self = .seconds
        case "ms": self = .milliseconds
        case "us": self = .microseconds
        case "ns": self = .nanoseconds
        case "auto": self = .auto
        default: return nil
        }
    }

    /// The unit of `number`: microseconds in one, and ones in a microsecond.
    func scale(of number: Int64) -> (multiplier: Int64, divisor: Int64) {
        switch self {
        case .seconds: (1_000_000, 1)
        case .milliseconds: (1_000, 1)
        case .microseconds: (1, 1)
        case .nanoseconds: (1, 1_000)
        // Seconds have less than 12 digits until the year 5138, milliseconds at least 12 since 1973, and so on.
        case .auto:
            switch number {
            case ..<100_000_000_000: (1_000_000, 1)
            case ..<100_000_000_000_000: (1_000, 1)
            case ..<100_000_000_000_000_000: (1, 1)
            default: (1, 1_000)
            }
        }
    }
}

/// A time read from a log.
struct LogTimestamp {
    /// How much of an instant the text says, besides its zone.
    enum Extent {
        case dateAndTime
        /// Month and day; the year is 1972, a leap year.
        case withoutYear
        /// Time of day; the date is 1970-01-01.
        case withoutDate
    }

    /// Microseconds since 1970-01-01T00:00:00Z; without a zone in the text, as if it were UTC.
    var microseconds: Int64
    /// Whether the text named its offset from UTC.
    var hasZone: Bool
    /// What the text left out.
    var extent = Extent.dateAndTime

    /// Reads any supported form; throws the reason why it cannot.
    @inline(__always)
    static func read(_ text: RawSpan, _ slice: FieldSlice, unit: EpochUnit) throws(LineFault) -> LogTimestamp {
        let start = slice.offset
        let end = start + slice.count
        guard slice.count >= 8 else { throw .unreadableTime }
        // `2026-01-02T03:04:05` has its first separators at 4 and 7.
        if slice.count >= 19, text.byte(at: start + 4) == UInt8(ascii: "-") {
            return try iso8601(text, start, end, separator: UInt8(ascii: "-"))
        }
        if text.byte(at: start + 2) == UInt8(ascii: "/"), text.byte(at: start + 3) > UInt8(ascii: "9") {
            return try commonLog(text, start, end)
        }
        return try other(text, start, end, unit)
    }

    /// The forms that fewer servers write.
    @inline(never)
    private static func other(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        _ unit: EpochUnit
    ) throws(LineFault) -> LogTimestamp {
        if end - start >= 19, text.byte(at: start + 4) == UInt8(ascii: "/") {
            return try iso8601(text, start, end, separator: UInt8(ascii: "/"))
        }
        var index = start
        while index < end, (0x30...0x39).contains(text.byte(at: index)) { index += 1 }
        let isNumber =
            index > start + 2 && (index == end || text.byte(at: index) == UInt8(ascii: ".")) && index - start != 14
        if isNumber { return try epoch(text, start, end, unit) }
        var reader = TimeReader(text, start, end)
        return try reader.read(unit)
    }

    /// RFC 3339 and its relatives: `T` or a space, a dot or a comma, 0 to 9 fraction digits, zone or none.
    private static func iso8601(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        separator dash: UInt8
    ) throws(LineFault) -> LogTimestamp {
        var digits = Digits(text)
        let (year, month) = digits.yearAndMonth(start, separator: dash)
        let day = digits.number(start + 8, 2)
        let separator = text.byte(at: start + 10)
        let isSeparated =
            separator == UInt8(ascii: "T") || separator == UInt8(ascii: " ") || separator == UInt8(ascii: "t")
        let second = digits.timeOfDay(start + 11)
        guard isSeparated, digits.valid else { throw .unreadableTime }
        var index = start + 19
        let fraction = Self.fraction(text, &index, end)
        if index < end, text.byte(at: index) == UInt8(ascii: " ") { index += 1 }
        let zone = try Self.zone(text, &index, end)
        guard index == end, let days = days(year, month, day) else { throw .unreadableTime }
        return LogTimestamp(
            microseconds: (days * 86_400 + second - (zone ?? 0)) * 1_000_000 + fraction,
            hasZone: zone != nil
        )
    }

    /// Common Log Format `23/Nov/2026:22:56:31 +0000`, and Werkzeug's with a space and no zone.
    private static func commonLog(_ text: RawSpan, _ start: Int, _ end: Int) throws(LineFault) -> LogTimestamp {
        guard end - start >= 20 else { throw .unreadableTime }
        var digits = Digits(text)
        let day = digits.number(start, 2)
        let year = digits.number(start + 7, 4)
        let second = digits.timeOfDay(start + 12)
        let separator = text.byte(at: start + 11)
        guard digits.valid, text.byte(at: start + 6) == UInt8(ascii: "/"),
            separator == UInt8(ascii: ":") || separator == UInt8(ascii: " "),
            let month = month(text, start + 3), let days = days(year, month, day)
        else { throw .unreadableTime }
        var index = start + 20
        if index < end, text.byte(at: index) == UInt8(ascii: " ") { index += 1 }
        let zone = try Self.zone(text, &index, end)
        guard index == end else { throw .unreadableTime }
        return LogTimestamp(microseconds: (days * 86_400 + second - (zone ?? 0)) * 1_000_000, hasZone: zone != nil)
    }

    /// A number since 1970, with or without a fraction.
    static func epoch(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        _ unit: EpochUnit
    ) throws(LineFault) -> LogTimestamp {
        var index = start
        var whole: Int64 = 0
        while index < end, (0x30...0x39).contains(text.byte(at: index)), index - start < 19 {
            let (tenfold, overflow) = whole.multipliedReportingOverflow(by: 10)
            let (next, overflowsAgain) = tenfold.addingReportingOverflow(Int64(text.byte(at: index) & 15))
            guard !overflow, !overflowsAgain else { throw .unreadableTime }
            whole = next
            index += 1
        }
        guard index > start else { throw .unreadableTime }
        let (multiplier, divisor) = unit.scale(of: whole)
        let fraction = Self.fraction(text, &index, end) * multiplier / 1_000_000 / divisor
        let (scaled, overflow) = (whole / divisor).multipliedReportingOverflow(by: multiplier)
        let (sum, overflowsAgain) = scaled.addingReportingOverflow(fraction)
        guard index == end, !overflow, !overflowsAgain else { throw .unreadableTime }
        return LogTimestamp(microseconds: sum, hasZone: true)
    }

    /// Microseconds of `.123` or `,123456789`; digits behind the sixth are read and dropped.
    static func fraction(_ text: RawSpan, _ index: inout Int, _ end: Int) -> Int64 {
        guard index < end, text.byte(at: index) == UInt8(ascii: ".") || text.byte(at: index) == UInt8(ascii: ",") else {
            return 0
        }
        index += 1
        var value: Int64 = 0
        var place: Int64 = 100_000
        while index < end, (0x30...0x39).contains(text.byte(at: index)) {
            value += Int64(text.byte(at: index) & 15) * place
            place /= 10
            index += 1
        }
        return value
    }

    /// Seconds east of UTC of `Z`, `+05:30`, `+0530`, `+05` or a name; `nil` without a zone.
    static func zone(_ text: RawSpan, _ index: inout Int, _ end: Int) throws(LineFault) -> Int64? {
        guard index < end else { return nil }
        let sign = text.byte(at: index)
        if sign | 0x20 == UInt8(ascii: "z") {
            index += 1
            return 0
        }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return try namedZone(text, &index, end) }
        guard end - index >= 3 else { throw .unreadableTime }
        var digits = Digits(text)
        let hours = digits.number(index + 1, 2)
        index += 3
        var minutes: Int64 = 0
        if index < end, text.byte(at: index) == UInt8(ascii: ":") { index += 1 }
        if end - index >= 2 {
            minutes = digits.number(index, 2)
            index += 2
        }
        guard digits.valid, hours <= 18, minutes < 60 else { throw .unreadableTime }
        let seconds = hours * 3_600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// The zones with names that mean one offset only: those of RFC 822 §5.1, and Europe's.
    private static let zoneNames: [(name: StaticString, hours: Int64)] = [
        ("UTC", 0), ("GMT", 0), ("UT", 0), ("EST", -5), ("EDT", -4), ("CDT", -5), ("MST", -7), ("MDT", -6),
        ("PST", -8), ("PDT", -7), ("WET", 0), ("WEST", 1), ("CET", 1), ("CEST", 2), ("EET", 2), ("EEST", 3),
    ]

    private static func namedZone(_ text: RawSpan, _ index: inout Int, _ end: Int) throws(LineFault) -> Int64 {
        var stop = index
        while stop < end, (0x41...0x5A).contains(text.byte(at: stop)) { stop += 1 }
        let word = text.extracting(index..<stop)
        for zone in zoneNames where word.equals(zone.name) {
            index = stop
            return zone.hours * 3_600
        }
        throw .unreadableTime
    }

    /// Month number of `Jan` … `Dec` at `start`.
    static func month(_ text: RawSpan, _ start: Int) -> Int64? {
        // The three letters as one number, the first in the highest place.
        let name =
            UInt32(text.byte(at: start)) << 16 | UInt32(text.byte(at: start + 1)) << 8
            | UInt32(text.byte(at: start + 2))
        return switch name {
        case 0x4A_616E: 1
        case 0x46_6562: 2
        case 0x4D_6172: 3
        case 0x41_7072: 4
        case 0x4D_6179: 5
        case 0x4A_756E: 6
        case 0x4A_756C: 7
        case 0x41_7567: 8
        case 0x53_6570: 9
        case 0x4F_6374: 10
        case 0x4E_6F76: 11
        case 0x44_6563: 12
        default: nil
        }
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar; `nil` for a date that does not exist.
    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        guard (1...12).contains(month), day >= 1, day <= monthLength(year, month) else { return nil }
        // Years begin in March, so that the leap day is the last: then a month's start is a linear function.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func monthLength(_ year: Int64, _ month: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Reads fixed-width decimal numbers and remembers whether all of them were digits.
private struct Digits: ~Escapable {
    private let text: RawSpan
    private(set) var valid = true

    @_lifetime(copy text)
    init(_ text: RawSpan) { self.text = text }

    @inline(__always)
    mutating func number(_ start: Int, _ count: Int) -> Int64 {
        var value: Int64 = 0
        for index in start..<start &+ count {
            let byte = text.byte(at: index)
            if byte &- 0x30 > 9 { valid = false }
            value = value &* 10 &+ Int64(byte & 15)
        }
        return value
    }

    /// Seconds of `hh:mm:ss`; a leap second counts as the second behind it.
    @inline(__always)
    mutating func timeOfDay(_ start: Int) -> Int64 {
        let pairs = pairs(text.word(at: start), like: 0x3030_3A30_303A_3030)
        let (hours, minutes, seconds) = (pairs & 0xFF, pairs &>> 24 & 0xFF, pairs &>> 48 & 0xFF)
        if hours > 23 || minutes > 59 || seconds > 60 { valid = false }
        return hours &* 3_600 &+ minutes &* 60 &+ seconds
    }

    /// Year and month of `2026-01-`, with `separator` behind each.
    @inline(__always)
    mutating func yearAndMonth(_ start: Int, separator: UInt8) -> (year: Int64, month: Int64) {
        let separators = UInt64(separator) &* 0x0100_0001_0000_0000
        let pairs = pairs(text.word(at: start), like: 0x0030_3000_3030_3030 | separators)
        return ((pairs & 0xFF) &* 100 &+ (pairs &>> 16 & 0xFF), pairs &>> 40 & 0xFF)
    }

    /// Reads the digits of `word` where `pattern` has zeros, all eight bytes at once.
    ///
    /// Each byte of the result is the number that begins there with two digits. What is no zero in the pattern must be
    /// the same in the word.
    @inline(__always)
    private mutating func pairs(_ word: UInt64, like pattern: UInt64) -> Int64 {
        let digits = word ^ pattern
        // Adding 118 to more than 9, or 127 to more than 0, raises the high bit.
        let zeros = pattern ^ 0x3030_3030_3030_3030
        let isOther = ((zeros &+ 0x7F7F_7F7F_7F7F_7F7F) | zeros) & 0x8080_8080_8080_8080
        let limits = 0x7676_7676_7676_7676 &+ (isOther &>> 7) &* 9
        if ((digits &+ limits) | digits) & 0x8080_8080_8080_8080 != 0 { valid = false }
        return Int64(truncatingIfNeeded: digits &* 10 &+ digits &>> 8)
    }
}
