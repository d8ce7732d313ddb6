// Microseconds as ISO 8601 text in UTC.

import FieldRows

/// Writes times for people and for JSON.
public enum TimeText {
    /// To the second, rounded down: `2024-05-01T12:00:00Z`.
    static func seconds(_ microseconds: Int64) -> String {
        let seconds = floorDivide(microseconds, by: 1_000_000)
        let days = floorDivide(seconds, by: 86_400)
        let second = seconds - days * 86_400
        return CivilDate(daysSince1970: days).text + "T" + CivilDate.digits(second / 3600, 2) + ":"
            + CivilDate.digits(second / 60 % 60, 2) + ":" + CivilDate.digits(second % 60, 2)
            + "Z"
    }

    /// To the microsecond, as the database's views show it: `2024-05-01T12:00:00.000000Z`.
    public static func microseconds(_ microseconds: Int64) -> String {
        let fraction = microseconds - floorDivide(microseconds, by: 1_000_000) * 1_000_000
        return seconds(microseconds).dropLast() + "." + CivilDate.digits(fraction, 6) + "Z"
    }

    /// `first to last`, or one time if they fall into the same second.
    static func span(_ first: Int64, _ last: Int64) -> String {
        let (start, end) = (seconds(first), seconds(last))
        return start == end ? start : "\(start) to \(end)"
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
