// A time given on the command line.

import ArgumentParser
import FoundationEssentials
import Glibc

/// A time in UTC, to the microsecond.
struct Instant: ExpressibleByArgument, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    let microseconds: Int64

    /// Reads `2026-01-05`, `2026-01-05T10:00:00Z` or `2026-01-05T10:00:00+01:00`.
    init?(argument: String) {
        let text = argument.contains("T") ? argument : argument + "T00:00:00Z"
        guard let date = try? Date(text, strategy: .iso8601) else { return nil }
        microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    }

    static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }
}

/// The wall clock.
enum Clock {
    /// Microseconds since 1970-01-01T00:00:00Z.
    static var microseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
