// Times as people write them into a registry.

import FieldRows

/// Dates, and times of RFC 3339 to the second.
enum RegistryTime {
    /// Reads `2026-01-05`, which is its midnight in UTC, `2026-01-05T10:00:00Z` or `2026-01-05T10:00:00+01:00`;
    /// microseconds since 1970.
    static func microseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || bytes.count == 20 || bytes.count == 25, let day = day(bytes[..<10]) else {
            return nil
        }
        guard bytes.count > 10 else { return day * 86_400_000_000 }
        guard bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = number(bytes[11..<13], upTo: 23), let minute = number(bytes[14..<16], upTo: 59),
            let second = number(bytes[17..<19], upTo: 59), let offset = offset(bytes[19...])
        else { return nil }
        return (day * 86_400 + hour * 3_600 + minute * 60 + second - offset) * 1_000_000
    }

    /// Days from 1970 to `2026-01-05`.
    private static func day(_ text: ArraySlice<UInt8>) -> Int64? {
        guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), let year = number(text[..<4], upTo: 9_999),
            let month = number(text[5..<7], upTo: 12), let day = number(text[8...], upTo: 31)
        else { return nil }
        // Years begin in March, so that the leap day is the last.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        // A day that a month does not have would be one of the next.
        return CivilDate(daysSince1970: days).text.utf8.elementsEqual(text) ? days : nil
    }

    /// Seconds east of Greenwich: `Z` or `+01:00`.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        if text.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
        let start = text.startIndex
        guard text.count == 6, text[start] == UInt8(ascii: "+") || text[start] == UInt8(ascii: "-"),
            text[start + 3] == UInt8(ascii: ":"), let hours = number(text[start + 1..<start + 3], upTo: 23),
            let minutes = number(text[(start + 4)...], upTo: 59)
        else { return nil }
        return (text[start] == UInt8(ascii: "-") ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }

    private static func number(_ digits: ArraySlice<UInt8>, upTo most: Int64) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard digit &- 0x30 <= 9 else { return nil }
            value = value * 10 + Int64(digit &- 0x30)
        }
        return value <= most ? value : nil
    }

    /// The date alone for a midnight, else the time in UTC.
    static func text(_ microseconds: Int64) -> String {
        let seconds = (microseconds - floorRemainder(microseconds, 1_000_000)) / 1_000_000
        let ofDay = floorRemainder(seconds, 86_400)
        let date = CivilDate(daysSince1970: (seconds - ofDay) / 86_400).text
        if ofDay == 0 { return date }
        let clock = [ofDay / 3_600, ofDay / 60 % 60, ofDay % 60].map { CivilDate.digits($0, 2) }
        return date + "T" + clock.joined(separator: ":") + "Z"
    }

    private static func floorRemainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
