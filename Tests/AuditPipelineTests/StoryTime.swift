// Event times of made-up logs, as numbers and as logs write them.

/// A clock that never shows the same millisecond twice, so that events have one order only.
struct StoryTime {
    /// 2026-01-05T00:00:00Z in milliseconds since 1970.
    static let monday: Int64 = 1_767_571_200_000

    private var used: Set<Int64> = []

    /// `milliseconds`, or the next one that is not taken.
    mutating func free(_ milliseconds: Int64) -> Int64 {
        var time = milliseconds
        while !used.insert(time).inserted { time += 1 }
        return time
    }

    /// `2026-01-05T10:00:00.250Z`; only for January 2026.
    static func iso(_ milliseconds: Int64) -> String {
        let (day, clock) = parts(milliseconds)
        return "2026-01-\(day)T\(clock.replacing(",", with: "."))Z"
    }

    /// `2026-01-05 10:00:00,250`, in UTC; only for January 2026.
    static func plain(_ milliseconds: Int64) -> String {
        let (day, clock) = parts(milliseconds)
        return "2026-01-\(day) \(clock)"
    }

    private static func parts(_ milliseconds: Int64) -> (day: String, clock: String) {
        let since = milliseconds - monday
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let rest = since % 1000
        let fraction = String("00\(rest)".suffix(3))
        let seconds = since / 1000
        let clock = "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60)),\(fraction)"
        return (two(5 + seconds / 86_400), clock)
    }
}
