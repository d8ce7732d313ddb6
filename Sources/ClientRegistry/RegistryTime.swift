// Times as people write them into a registry.

import FieldRows
import FoundationEssentials

/// Dates, and times of RFC 3339 to the second.
enum RegistryTime {
    /// Reads `2026-01-05`, which is its midnight in UTC, `2026-01-05T10:00:00Z` or `2026-01-05T10:00:00+01:00`;
    /// microseconds since 1970.
    static func microseconds(_ text: String) -> Int64? {
        let whole = text.contains("T") ? text : text + "T00:00:00Z"
        guard let date = try? Date(whole, strategy: .iso8601) else { return nil }
        let seconds = date.timeIntervalSince1970
        guard abs(seconds) < 1e12 else { return nil }
        return Int64(seconds.rounded()) * 1_000_000
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
