// Windows that can only be decided when their end has passed.

/// The windows of one correlation that wait for their end, the first to end on top of a binary heap.
///
/// They come in the order of their ends, late ones excepted; however many of these there are, none costs more than the
/// height of the heap.
struct DeadlineQueue {
    private struct Deadline {
        var start: Int64
        var end: Int64
        var window: CorrelationWindow
    }

    private var heap: [Deadline] = []

    /// Windows that wait.
    var count: Int { heap.count }
    /// When the next one ends.
    var nextEnd: Int64 { heap.first?.end ?? .max }
    /// Bytes that it takes in memory, roughly.
    var memoryBytes: Int { Self.deadlineBytes * count }
    /// Bytes that one takes: the array grows by doubling.
    static var deadlineBytes: Int { 2 * MemoryLayout<Deadline>.stride }

    /// Adds the window of a group that begins at `start`.
    mutating func insert(_ window: CorrelationWindow, start: Int64, end: Int64) {
        heap.append(Deadline(start: start, end: end, window: window))
        var place = heap.count - 1
        while place > 0, heap[place].end < heap[(place - 1) / 2].end {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes out the next window if its end is not behind `time`.
    mutating func popFirst(through time: Int64) -> (window: CorrelationWindow, start: Int64)? {
        guard let first = heap.first, first.end <= time else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.window, first.start)
    }

    /// Brings the topmost window to its place.
    private mutating func sink() {
        var place = 0
        while 2 * place + 1 < heap.count {
            let (left, right) = (2 * place + 1, 2 * place + 2)
            let next = right < heap.count && heap[right].end < heap[left].end ? right : left
            guard heap[next].end < heap[place].end else { return }
            heap.swapAt(place, next)
            place = next
        }
    }

    /// Calls `body` with each window that waits and the time at which it begins.
    func forEach(_ body: (CorrelationWindow, Int64) -> Void) {
        for deadline in heap { body(deadline.window, deadline.start) }
    }

    /// Forgets the windows of groups that have been given up.
    mutating func removeGivenUp() {
        // What is sorted is a heap, too.
        heap = heap.filter { !$0.window.isGivenUp }.sorted { $0.end < $1.end }
    }
}
