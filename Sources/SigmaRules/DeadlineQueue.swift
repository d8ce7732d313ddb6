// Windows that can only be decided when their end has passed.

/// The windows of one correlation that wait for their end, in the order of their ends.
struct DeadlineQueue<Payload> {
    private struct Deadline {
        var start: Int64
        var end: Int64
        var window: CorrelationWindow<Payload>
    }

    private var stored: [Deadline] = []
    private var head = 0

    /// Windows that wait.
    var count: Int { stored.count - head }
    /// When the next one ends.
    var nextEnd: Int64 { head < stored.count ? stored[head].end : .max }
    /// Bytes that it takes in memory, roughly.
    var memoryBytes: Int { Self.deadlineBytes * count }
    /// Bytes that one takes: the array grows by doubling.
    static var deadlineBytes: Int { 2 * MemoryLayout<Deadline>.stride }

    /// Adds the window of a group that begins at `start`.
    ///
    /// Windows are decided in the order in which they end, late ones with the last.
    mutating func append(_ window: CorrelationWindow<Payload>, start: Int64, end: Int64) {
        stored.append(Deadline(start: start, end: max(end, stored.last?.end ?? .min), window: window))
    }

    /// Takes out the next window if its end is not behind `time`.
    mutating func popFirst(through time: Int64) -> (window: CorrelationWindow<Payload>, start: Int64)? {
        guard nextEnd <= time, head < stored.count else { return nil }
        let deadline = stored[head]
        head += 1
        if head * 2 > stored.count {
            stored.removeFirst(head)
            head = 0
        }
        return (deadline.window, deadline.start)
    }

    /// Forgets the windows of groups that have been given up.
    mutating func removeGivenUp() {
        stored = stored[head...].filter { !$0.window.isGivenUp }
        head = 0
    }
}
