// Differences between event times.

/// Arithmetic on event times, which are microseconds since 1970-01-01T00:00:00Z.
enum EventTime {
    /// Stands for "not yet"; no event happens then.
    static var never: Int64 { .min }

    /// Whole seconds from `start` to `end`; zero when a late event turns the order around.
    static func seconds(from start: Int64, to end: Int64) -> UInt32 {
        let (difference, overflow) = end.subtractingReportingOverflow(start)
        if end <= start { return 0 }
        return overflow ? .max : UInt32(clamping: difference / 1_000_000)
    }

    /// `seconds` in microseconds, or the largest number there is.
    static func microseconds(_ seconds: Int) -> Int64 {
        let (product, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000)
        return overflow ? .max : product
    }
}
