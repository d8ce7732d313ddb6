// Whether rules match one after the other, without looking at all matches again each time.

/// Follows chains of matches, each step strictly behind the one before it, as many of them as begin latest.
///
/// A chain that begins later is inside every window that one that begins earlier is inside of, so one start per last
/// step and length is enough.
struct OrderedSteps {
    /// The rules' positions in the order they have to match.
    private let steps: [Int]
    /// How many of them make a chain.
    private let least: Int
    /// Latest start of a chain of `length + 1` matches that ends with step `step`, at `step * least + length`.
    private var starts: [Int64]
    /// The same before the current event, which cannot be two steps of one chain.
    private var before: [Int64]
    private var event: Int?
    /// The same before the first match of a correlation at ``alarmTime``: these have no order among each other.
    private var beforeAlarms: [Int64]
    private var alarmTime: Int64?

    /// Chains of at least `least` of `steps`.
    init(_ steps: [Int], least: Int) {
        self.steps = steps
        self.least = max(least, 1)
        starts = Array(repeating: .min, count: steps.count * self.least)
        before = starts
        beforeAlarms = starts
    }

    /// Takes in a match of the rule at `rule`; matches come in the order of time and position.
    ///
    /// The number of an `event` is negative for a match of a correlation.
    mutating func add(_ rule: Int, time: Int64, event: Int) {
        guard let step = steps.firstIndex(of: rule) else { return }
        if event < 0, time != alarmTime {
            beforeAlarms = starts
            alarmTime = time
        }
        if event != self.event {
            before = event < 0 ? beforeAlarms : starts
            self.event = event
        }
        starts[step * least] = time
        for length in 1..<max(least, 1) {
            for earlier in 0..<step {
                let start = before[earlier * least + length - 1]
                if start > starts[step * least + length] { starts[step * least + length] = start }
            }
        }
    }

    /// Whether a chain begins at `time` or later.
    func isComplete(since time: Int64) -> Bool {
        steps.indices.contains { starts[$0 * least + least - 1] >= time }
    }

    /// Forgets what it has followed and takes in `entries` instead.
    mutating func follow(_ entries: ArraySlice<CorrelationWindow.Entry>) {
        starts = Array(repeating: .min, count: starts.count)
        before = starts
        beforeAlarms = starts
        event = nil
        alarmTime = nil
        for entry in entries { add(entry.sample.rule, time: entry.time, event: entry.event) }
    }

    /// Bytes that it takes in memory, roughly.
    var memoryBytes: Int { 128 + 3 * MemoryLayout<Int64>.stride * starts.count }
}
