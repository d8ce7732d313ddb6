// Microseconds as ISO 8601 text in UTC.

/// Writes times for people and for JSON.
enum TimeText {
    /// To the second, rounded down: `2024-05-01T12:00:00Z`.
    static func seconds(_ microseconds: Int64) -> String {
        let seconds = floorDivide(microseconds, by: 1_000_000)
        let days = floorDivide(seconds, by: 86_400)
        let second = seconds - days * 86_400
        return date(days) + "T" + pad(second / 3600, 2) + ":" + pad(second / 60 % 60, 2) + ":" + pad(second % 60, 2)
            + "Z"
    }

    /// To the microsecond, as the database's views show it: `2024-05-01T12:00:00.000000Z`.
    static func microseconds(_ microseconds: Int64) -> String {
        let fraction = microseconds - floorDivide(microseconds, by: 1_000_000) * 1_000_000
        return seconds(microseconds).dropLast() + "." + pad(fraction, 6) + "Z"
    }

    /// `first to last`, or one time if they fall into the same second.
    static func span(_ first: Int64, _ last: Int64) -> String {
        let (start, end) = (seconds(first), seconds(last))
        return start == end ? start : "\(start) to \(end)"
    }

    /// Civil date of a day number since 1970-01-01, by counting in eras of 400 years that begin on 1 March.
    private static func date(_ days: Int64) -> String {
        let shifted = days + 719_468
        let era = floorDivide(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2)
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func pad(_ value: Int64, _ count: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
