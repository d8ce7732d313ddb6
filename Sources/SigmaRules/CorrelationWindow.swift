// The matches of one group over a span of event time.

/// The matches of a group inside the window `[t - timespan, t]`, both ends included, in the order of time.
final class CorrelationWindow<Payload> {
    /// A match in the window.
    struct Entry {
        var time: Int64
        /// Number of the event; a match of a correlation counts as an event.
        var event: Int
        var sample: WindowMeasure.Sample
        /// Values that correlations on this one ask for.
        var carried: [EventValue?]
        var payloads: [Payload]
        var memoryBytes: Int
        /// Whether the group's incident knows of it already.
        var isTold = false
    }

    let group: [EventValue]
    private(set) var measure: WindowMeasure
    /// One per term that asks for an order.
    private var orders: [OrderedSteps]
    private var stored: [Entry] = []
    private var head = 0
    /// All entries before this one are known to the incident, so that an alarm costs no look at them.
    private var untold = 0
    /// Time of the last match of each rule.
    private var lastTimes: [Int64]
    /// Number of the incident that goes on, if one does.
    private(set) var incident: Int?
    private(set) var memoryBytes: Int
    /// The last start of a window that waits for its end, by term.
    var waiting: [Int64]

    init(_ group: [EventValue], _ correlation: Correlation, orders: [OrderedSteps], terms: Int) {
        self.group = group
        measure = WindowMeasure(correlation)
        self.orders = orders
        waiting = Array(repeating: .min, count: terms)
        lastTimes = Array(repeating: .min, count: correlation.rules.count)
        memoryBytes = 256 + group.reduce(0) { $0 + 2 * $1.memoryBytes }
    }

    var entries: ArraySlice<Entry> { stored[head...] }
    var isEmpty: Bool { head == stored.count }
    var lastTime: Int64 { stored.last?.time ?? .min }

    /// Whether the rule at `rule` has matched at `time` or later.
    func occurs(_ rule: Int, since time: Int64) -> Bool { lastTimes[rule] >= time }

    /// Whether the chain that term `term` asks for begins at `time` or later.
    func isInOrder(_ term: Int, since time: Int64) -> Bool { orders[term].isComplete(since: time) }

    /// Adds a match and drops what is older than the window.
    func add(_ entry: Entry, timespan: Int64) {
        var entry = entry
        // Late events find their place by time; equal times stay in the order they came.
        var place = stored.endIndex
        while place > head, stored[place - 1].time > entry.time { place -= 1 }
        entry.sample.isRepeat = isRepeat(entry, before: place)
        stored.insert(entry, at: place)
        untold = min(untold, place)
        lastTimes[entry.sample.rule] = max(lastTimes[entry.sample.rule], entry.time)
        measure.add(entry.sample)
        memoryBytes += entry.memoryBytes
        if place == stored.endIndex - 1 {
            for term in orders.indices { orders[term].add(entry.sample.rule, time: entry.time, event: entry.event) }
        } else {
            orderAnew()
        }
        expire(before: lastTime - timespan)
    }

    /// Whether the same event is there already by way of another rule, with the same value.
    private func isRepeat(_ entry: Entry, before place: Int) -> Bool {
        var place = place
        while place > head, stored[place - 1].event == entry.event {
            place -= 1
            let other = stored[place].sample
            if other.valueHash == entry.sample.valueHash, other.number == entry.sample.number { return true }
        }
        return false
    }

    private func orderAnew() {
        for term in orders.indices {
            orders[term].reset()
            for entry in stored[head...] { orders[term].add(entry.sample.rule, time: entry.time, event: entry.event) }
        }
    }

    /// Drops matches older than `time`.
    func expire(before time: Int64) {
        let first = head
        while head < stored.count, stored[head].time < time {
            measure.remove(stored[head].sample)
            memoryBytes -= stored[head].memoryBytes
            stored[head].payloads = []
            stored[head].carried = []
            head += 1
        }
        guard head > first else { return }
        untold = max(untold, head)
        if head * 2 > stored.count {
            stored.removeFirst(head)
            untold -= head
            head = 0
        }
        // An incident goes on for as long as one of its matches is in the window.
        if incident != nil, !entries.contains(where: \.isTold) { incident = nil }
    }

    /// The first match at `time` or later.
    func firstTime(since time: Int64, where included: (Entry) -> Bool) -> Int64? {
        stored[firstPlace(since: time)...].first(where: included)?.time
    }

    /// Notes that incident `number` knows of all matches since `time` for which `included` holds; returns those that are
    /// new to it.
    func tell(_ number: Int, since time: Int64, where included: (Entry) -> Bool) -> [Entry] {
        var news: [Entry] = []
        for place in max(untold, firstPlace(since: time))..<stored.count
        where !stored[place].isTold && included(stored[place]) {
            news.append(stored[place])
            stored[place].isTold = true
        }
        while untold < stored.count, stored[untold].isTold { untold += 1 }
        incident = number
        return news
    }

    private func firstPlace(since time: Int64) -> Int {
        var (low, high) = (head, stored.count)
        while low < high {
            let middle = (low + high) / 2
            if stored[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
