// Minute, hour, day, week, month or year of a time as a log writes it.

import FieldRows

/// A part of a date and time (Sigma modifiers appendix, "Time Modifiers").
///
/// The digits count as they are written: zones are not converted. A number is seconds, milliseconds, microseconds or
/// nanoseconds since 1970, by its length, in UTC. Weeks are those of ISO 8601.
enum TimePart: String, BitwiseCopyable, Sendable {
    case minute, hour, day, week, month, year

    /// The part of the time in `text`; `nil` when that is no time, or one without this part.
    func value(of text: RawSpan) -> Int64? {
        guard let time = WrittenTime(text) else { return nil }
        switch self {
        case .minute: return time.secondOfDay.map { $0 / 60 % 60 }
        case .hour: return time.secondOfDay.map { $0 / 3_600 }
        case .day: return time.day
        case .week: return time.week
        case .month: return time.month
        case .year: return time.year
        }
    }
}

/// A date, with or without a time of day, in the digits of its text.
private struct WrittenTime {
    private(set) var year: Int64 = 0
    private(set) var month: Int64 = 0
    private(set) var day: Int64 = 0
    /// `nil` for a date alone.
    private(set) var secondOfDay: Int64?

    /// Reads `2026-01-05`, `2026-01-05T10:00[:00]…`, `05/Jan/2026:10:00:00 …` or a number.
    init?(_ text: RawSpan) {
        let read =
            text.byteCount >= 10
            && (readISO8601(text) || readCommonLog(text) || readEpoch(text))
        guard read, (1...12).contains(month), (1...31).contains(day) else { return nil }
    }

    private mutating func readISO8601(_ text: RawSpan) -> Bool {
        guard let year = Self.number(text, 0, 4), text.byte(at: 4) == UInt8(ascii: "-"),
            let month = Self.number(text, 5, 2), text.byte(at: 7) == UInt8(ascii: "-"),
            let day = Self.number(text, 8, 2)
        else { return false }
        (self.year, self.month, self.day) = (year, month, day)
        guard text.byteCount > 10 else { return true }
        guard [UInt8(ascii: "T"), UInt8(ascii: "t"), 0x20].contains(text.byte(at: 10)) else { return false }
        secondOfDay = Self.timeOfDay(text, 11)
        return secondOfDay != nil
    }

    private mutating func readCommonLog(_ text: RawSpan) -> Bool {
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        guard text.byteCount >= 20, text.byte(at: 2) == UInt8(ascii: "/"), text.byte(at: 6) == UInt8(ascii: "/"),
            let day = Self.number(text, 0, 2), let year = Self.number(text, 7, 4),
            let month = months.firstIndex(of: String(decodingUTF8: text.extracting(3..<6)).lowercased()),
            let time = Self.timeOfDay(text, 12)
        else { return false }
        (self.year, self.month, self.day, secondOfDay) = (year, Int64(month) + 1, day, time)
        return true
    }

    private mutating func readEpoch(_ text: RawSpan) -> Bool {
        var whole = 0
        while whole < text.byteCount, text.byte(at: whole) &- 0x30 < 10 { whole += 1 }
        let isWhole = whole == text.byteCount || text.byte(at: whole) == UInt8(ascii: ".")
        guard isWhole, (9...19).contains(whole), var seconds = Self.number(text, 0, whole) else { return false }
        for limit in [19, 16, 13] where whole >= limit - 1 {
            // 9 or 10 digits are seconds until the year 2286, and so on by thousands.
            seconds /= limit == 19 ? 1_000_000_000 : limit == 16 ? 1_000_000 : 1_000
            break
        }
        secondOfDay = seconds % 86_400
        let date = CivilDate(daysSince1970: seconds / 86_400)
        (year, month, day) = (date.year, date.month, date.day)
        return true
    }

    /// Week number of ISO 8601: weeks begin on Monday, and the first one holds January 4.
    var week: Int64 {
        let dayOfYear = Self.dayOfYear(year, month, day)
        // 1 for Monday to 7 for Sunday.
        let weekday = (Self.days(year, month, day) + 3) % 7 + 1
        let week = (dayOfYear - weekday + 10) / 7
        if week < 1 { return Self.weeks(year - 1) }
        return week > Self.weeks(year) ? 1 : week
    }

    private static func weeks(_ year: Int64) -> Int64 {
        let first = (days(year, 1, 1) + 3) % 7 + 1
        return first == 4 || first == 3 && isLeap(year) ? 53 : 52
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func dayOfYear(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let before: [Int64] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        return before[Int(month) - 1] + day + (month > 2 && isLeap(year) ? 1 : 0)
    }

    /// Days since 1970-01-01.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let before = year - 1
        return before * 365 + before / 4 - before / 100 + before / 400 - 719_163 + dayOfYear(year, month, day)
    }

    private static func timeOfDay(_ text: RawSpan, _ start: Int) -> Int64? {
        guard text.byteCount >= start + 5, let hour = number(text, start, 2), hour < 24,
            text.byte(at: start + 2) == UInt8(ascii: ":"), let minute = number(text, start + 3, 2), minute < 60
        else { return nil }
        return hour * 3_600 + minute * 60
    }

    private static func number(_ text: RawSpan, _ start: Int, _ count: Int) -> Int64? {
        guard start + count <= text.byteCount else { return nil }
        var value: Int64 = 0
        for index in start..<start + count {
            let digit = text.byte(at: index) &- 0x30
            guard digit < 10 else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsAgain) = scaled.addingReportingOverflow(Int64(digit))
            guard !overflow, !overflowsAgain else { return nil }
            value = sum
        }
        return value
    }
}
