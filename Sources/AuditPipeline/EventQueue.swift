// Puts the events of one input in event-time order, as far as the allowed lateness goes.

import AuthEvents
import FieldRows

/// The decoded events of one input that are not judged yet, by time and then by line.
struct EventQueue {
    /// One event and where it is.
    struct Entry: BitwiseCopyable {
        /// The event's time; of an event later than allowed, the earliest time that is not.
        var time: Int64
        /// Where it is in the input; two formats may have read one batch of lines.
        var place: Int64
        /// Running number of its batch.
        var batch: UInt32
        var row: UInt32

        /// Whether it comes before `other`: by time, then in the order of the input.
        @inline(__always)
        func precedes(_ other: Entry) -> Bool {
            if time != other.time { return time < other.time }
            if place != other.place { return place < other.place }
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
    /// Earliest time of any event so far.
    private(set) var oldest: Int64?
    /// Latest time of any event so far.
    private(set) var newest: Int64?
    /// No event before this time is to be expected any more; `.min` without events.
    private var watermark = Int64.min
    private let lateness: Int64
    /// Whether the input has ended, so that everything may be handed on.
    var hasEnded = false
    /// Batches of which no event is left.
    private(set) var spent: [EventBatch] = []

    /// How many are held in this queue before the first is handed on whatever comes.
    private let heldMax: Int

    init(lateness: Int64, heldMax: Int = Self.heldMax) {
        self.lateness = lateness
        self.heldMax = heldMax
    }

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
        var place = before > head ? entries[before - 1].place : Int64.min
        var (earliest, latest) = (oldest ?? .max, newest ?? .min)
        for (row, event) in batch.events.enumerated() {
            if event.time > latest {
                latest = event.time
                watermark = latest.earlier(by: lateness)
            }
            // However many lines are read at a time, a late event does not overtake those it could not have overtaken
            // had they come one by one.
            let time = max(event.time, watermark)
            if time < last || time == last && event.byteOffset < place { isSorted = false }
            (last, place) = (time, event.byteOffset)
            earliest = min(earliest, event.time)
            entries.append(Entry(time: time, place: event.byteOffset, batch: number, row: UInt32(row)))
        }
        (oldest, newest) = (earliest, latest)
        if !isSorted { restoreOrder(from: before) }
    }

    /// Sorts the new entries in, moving only those they overtake.
    private mutating func restoreOrder(from start: Int) {
        let earliest = entries[start...].map(\.time).min() ?? 0
        var first = start
        while first > head, entries[first - 1].time >= earliest { first -= 1 }
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
        return hasEnded || entries[head].time <= watermark || entries.count - head > heldMax
    }

    /// Time of the first event; the queue must not be empty.
    @inline(__always)
    var firstTime: Int64 { entries[head].time }

    /// Whether there is no event.
    var isEmpty: Bool { head == entries.count }

    /// Removes the first event and those that follow it in its batch, as far as they come before `limit`; there must
    /// be one, and it is removed whatever its time.
    mutating func takeRun(before limit: Int64) -> (batch: EventBatch, rows: Range<Int>) {
        let first = entries[head]
        guard let batch = batches[first.batch] else { preconditionFailure("a queued event lost its batch") }
        let ready = hasEnded || entries.count - head > heldMax ? Int64.max : watermark
        var row = first.row
        repeat {
            head &+= 1
            row &+= 1
        } while head < entries.count && entries[head].batch == first.batch && entries[head].row == row
            && entries[head].time < limit && entries[head].time <= ready
        let rows = Int(first.row)..<Int(row)
        let remaining = (left[first.batch] ?? 0) - rows.count
        left[first.batch] = remaining
        if remaining == 0 {
            left[first.batch] = nil
            batches[first.batch] = nil
            spent.append(batch)
        }
        return (batch, rows)
    }

    /// Whether some event that is held happened before `time`, though it comes later in this order.
    func holdsEvent(before time: Int64) -> Bool {
        entries[head...].contains { (batches[$0.batch]?.events[Int($0.row)].time ?? time) < time }
    }

    /// Hands over the batches that can be used again.
    mutating func takeSpent() -> [EventBatch] {
        defer { spent.removeAll(keepingCapacity: true) }
        return spent
    }
}
