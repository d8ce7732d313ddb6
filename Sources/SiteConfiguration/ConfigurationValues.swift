// Durations and sizes as people write them.

/// Reads `90s`, `15m`, `36h` or `400d`.
public enum DurationText {
    private static let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]

    /// The duration in seconds; `nil` when `text` is none or is longer than a hundred years.
    public static func seconds(_ text: String) -> Int64? {
        guard let unit = text.last.flatMap({ seconds[$0] }), let number = number(text.dropLast()) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow || product > 100 * 366 * 86_400 ? nil : product
    }

    /// Digits only: neither signs nor spaces.
    fileprivate static func number(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }
}

/// Reads `4096`, `64KiB`, `256MiB` or `2GiB`.
enum SizeText {
    private static let units: [(name: String, bytes: Int64)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]

    /// The size in bytes; `nil` when `text` is none or is more than a pebibyte.
    static func bytes(_ text: String) -> Int64? {
        let unit = units.first { text.hasSuffix($0.name) }
        var digits = text.dropLast(unit?.name.count ?? 0)
        if unit != nil, digits.last == " " { digits.removeLast() }
        guard let number = DurationText.number(digits) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit?.bytes ?? 1)
        return overflow || product > 1 << 50 ? nil : product
    }
}
