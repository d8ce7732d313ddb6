// Lengths of time in words.

/// Writes lengths of time for people.
enum DurationText {
    private static let units: [(name: String, seconds: Int64)] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)]

    /// The two largest units: `42 s`, `2 min 30 s`, `3 d 4 h`; whole seconds, rounded down.
    static func seconds(_ seconds: Int64) -> String {
        guard seconds > 0 else { return "0 s" }
        var rest = seconds
        var words: [String] = []
        for unit in units where words.count < 2 {
            let count = rest / unit.seconds
            rest %= unit.seconds
            if count > 0 {
                words.append("\(count) \(unit.name)")
            } else if !words.isEmpty {
                break
            }
        }
        return words.joined(separator: " ")
    }

    /// The same for microseconds; less than a second is told in milliseconds.
    static func microseconds(_ microseconds: Int64) -> String {
        if microseconds < 1_000 { return "less than 1 ms" }
        return microseconds < 1_000_000 ? "\(microseconds / 1_000) ms" : seconds(microseconds / 1_000_000)
    }
}
