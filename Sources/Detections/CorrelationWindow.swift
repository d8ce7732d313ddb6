// Counts the matches of one group over a span of event time.

/// The matches of a group that are still inside the window `[t - timespan, t]`, both ends included.
struct CorrelationWindow {
    /// A match in the window.
    struct Entry {
        var time: Int64
        /// Hash of the counted field's value; zero for `event_count`.
        var value: Int
        var evidence: Evidence
        /// Whether the group's incident counts it already.
        var isTold = false
    }

    private(set) var entries: ArraySlice<Entry> = []
    private var values: [Int: Int] = [:]
    /// Place of the finding that tells of the entries marked as told.
    private(set) var incident: Int?

    /// Adds a match and drops what is older than the window.
    mutating func add(_ entry: Entry, timespan: Int64) {
        // Late events find their place by time; equal times stay in the order they came.
        var place = entries.endIndex
        while place > entries.startIndex, entries[place - 1].time > entry.time { place -= 1 }
        entries.insert(entry, at: place)
        values[entry.value, default: 0] += 1
        expire(before: (entries.last?.time ?? entry.time) - timespan)
    }

    /// Drops matches older than `time`.
    mutating func expire(before time: Int64) {
        while let first = entries.first, first.time < time {
            entries.removeFirst()
            let left = (values[first.value] ?? 1) - 1
            values[first.value] = left > 0 ? left : nil
        }
        // An incident goes on for as long as one of its matches is in the window.
        if incident != nil, !entries.contains(where: \.isTold) { incident = nil }
    }

    /// Notes that the finding at `place` tells of all matches now; returns those it did not tell of before.
    mutating func tell(_ place: Int?) -> [Entry] {
        let news = entries.filter { !$0.isTold }
        for index in entries.indices { entries[index].isTold = true }
        incident = place
        return Array(news)
    }

    /// Number of matches.
    var eventCount: Int { entries.count }
    /// Number of distinct values.
    var valueCount: Int { values.count }
}
