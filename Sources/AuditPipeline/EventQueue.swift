// Puts the events of one input in event-time order, as far as the allowed lateness goes.

import AuthEvents

/// The decoded events of one input that are not judged yet, by time and then by line.
struct EventQueue {
    /// One event and where it is.
    struct Entry: BitwiseCopyable {
        var time: Int64
        /// Running number of its batch.
        var batch: UInt32
        var row: UInt32

        /// Whether it comes before `other`: by time, then in the order of the input.
        @inline(__always)
        func precedes(_ other: Entry) -> Bool {
            if time != other.time { return time < other.time }
            return batch != other.batch ? batch < other.batch : row < other.row
        }
    }

    /// Held events of one input; more are handed on even if the allowed lateness is not over.
    static let heldMax = 100_000

    private var entries: [Entry] = []
    private var head = 0
    private var batches: [UInt32: EventBatch] = [:]
    private var left: [UInt32: Int] = [:]
    private var nextBatch: UInt32 = 0
    private var newest = Int64.min
    private let lateness: Int64
    /// Whether the input has ended, so that everything may be handed on.
    var hasEnded = false
    /// Batches of which no event is left.
    private(set) var spent: [EventBatch] = []
    /// The batch of the entry handed on last, and its number.
    private var current: (number: UInt32, batch: EventBatch)?

    init(lateness: Int64) { self.lateness = lateness }

    /// Takes in the next batch.
    mutating func add(_ batch: EventBatch) {
        guard !batch.events.isEmpty else {
            spent.append(batch)
            return
        }
        let number = nextBatch
        nextBatch += 1
        batches[number] = batch
        left[number] = batch.events.count
        compact()
        let before = entries.count
        entries.reserveCapacity(before + batch.events.count)
        var isSorted = true
        var last = before > head ? entries[before - 1].time : Int64.min
        for (row, event) in batch.events.enumerated() {
            if event.time < last { isSorted = false }
            last = event.time
            newest = max(newest, event.time)
            entries.append(Entry(time: event.time, batch: number, row: UInt32(row)))
        }
        if !isSorted { restoreOrder(from: before) }
    }

    /// Sorts the new entries in, moving only those they overtake.
    private mutating func restoreOrder(from start: Int) {
        let earliest = entries[start...].map(\.time).min() ?? 0
        var first = start
        while first > head, entries[first - 1].time > earliest { first -= 1 }
        entries[first...].sort { $0.precedes($1) }
    }

    private mutating func compact() {
        guard head > 0, head * 2 >= entries.count else { return }
        entries.removeFirst(head)
        head = 0
    }

    /// Whether the first event may be handed on: nothing that comes before it is to be expected any more.
    @inline(__always)
    var isReady: Bool {
        guard head < entries.count else { return false }
        return hasEnded || entries[head].time <= newest &- lateness || entries.count - head > Self.heldMax
    }

    /// Time of the first event; the queue must not be empty.
    @inline(__always)
    var firstTime: Int64 { entries[head].time }

    /// Whether there is no event.
    var isEmpty: Bool { head == entries.count }

    /// The first event; the queue must not be empty.
    @inline(__always)
    mutating func first() -> (batch: EventBatch, row: Int) {
        let entry = entries[head]
        if let current, current.number == entry.batch { return (current.batch, Int(entry.row)) }
        guard let batch = batches[entry.batch] else { preconditionFailure("a queued event lost its batch") }
        current = (entry.batch, batch)
        return (batch, Int(entry.row))
    }

    /// Removes the first event.
    @inline(__always)
    mutating func removeFirst() {
        let number = entries[head].batch
        head &+= 1
        left[number, default: 1] -= 1
        guard left[number] == 0 else { return }
        left[number] = nil
        if let batch = batches.removeValue(forKey: number) { spent.append(batch) }
        current = nil
    }

    /// Hands over the batches that can be used again.
    mutating func takeSpent() -> [EventBatch] {
        defer { spent.removeAll(keepingCapacity: true) }
        return spent
    }
}
