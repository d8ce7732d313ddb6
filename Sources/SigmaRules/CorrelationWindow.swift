// The matches of one group over a span of event time.

import FieldRows

/// The matches of a group inside the window `[t - timespan, t]`, both ends included, in the order of time.
final class CorrelationWindow {
    /// A match in the window.
    struct Entry {
        var time: Int64
        /// Number of the event; a match of a correlation counts as an event.
        var event: Int
        var sample: WindowMeasure.Sample
        /// Values that correlations on this one ask for.
        var carried: [EventValue?]
        /// The events that the match rests on: one, or those of a correlation's match.
        var witnesses: [Witness]
        /// Bytes that it takes in memory, roughly.
        let memoryBytes: Int
        /// Whether the group's incident knows of it already.
        var isTold = false

        init(
            time: Int64,
            event: Int,
            sample: WindowMeasure.Sample,
            carried: [EventValue?],
            witnesses: [Witness]
        ) {
            self.time = time
            self.event = event
            self.sample = sample
            self.carried = carried
            self.witnesses = witnesses
            memoryBytes =
                CorrelationWindow.entryBytes + WindowMeasure.sampleBytes
                + witnesses.reduce(0) { $0 + $1.payloadBytes + CorrelationWindow.witnessBytes }
                + carried.reduce(0) { $0 + ($1?.memoryBytes ?? 8) }
        }
    }

    /// What is known of a rule's last match.
    struct Last {
        var time = Int64.min
        /// Tells matches of one time apart.
        var number = 0
        var carried: [EventValue?] = []
        var witness: Witness?
    }

    /// Bytes that are equal for equal groups; made when somebody asks, which is seldom.
    private(set) lazy var key = GroupTable.digest(
        group.reduce(into: []) { bytes, value in value.appendKey(to: &bytes) }
    )
    /// By which the window is found, unless nothing has been heard of its group since it was taken back.
    var hash: KeyedHash.Value?
    let group: [EventValue]
    var measure: WindowMeasure
    /// One per term that asks for an order.
    private var orders: [OrderedSteps]
    /// Whether a late match has come since ``orders`` were brought up to date.
    var areOrdersStale = false
    /// Matches that were looked at again because of late ones.
    private var lookedAtAgain = 0
    var stored: [Entry] = []
    private var head = 0
    /// Matches that came after later ones and wait for being put in their places, all at once.
    private var late: [Entry] = []
    /// For each rule, a place before which nothing of it is left to tell, so that no match is looked at twice.
    private var untold: [Int]
    var toldCount = 0
    /// The last match of each rule.
    var last: [Last]
    var additions = 0
    private var counted = CountedSamples()
    /// How many matches that the incident knows of rest on an event, which may be reached by way of several rules.
    var toldEvents: [Int: Int] = [:]
    let mayRepeat: Bool
    /// Number of the incident that goes on, if one does.
    var incident: Int?
    /// Time of the incident's first match.
    var beginning = Int64.min
    var memoryBytes: Int

    /// Whether something has happened since conditions were last asked.
    var hasHappened = false
    /// Starts of windows that end now and are to be decided.
    var dueStarts: Set<Int64> = []
    /// Whether it stands among the groups whose conditions are to be asked.
    var isListed = false
    /// Number of windows that are to be decided later.
    var openEnds = 0
    /// The latest start of such a window.
    var lastStart = Int64.min
    /// Whether it has been given up for want of memory.
    private(set) var isGivenUp = false

    /// The window of a group; `key` is known if it comes from another engine, which may have masked the values.
    init(_ group: [EventValue], _ plan: CorrelationPlan, key: [UInt8]? = nil) {
        let correlation = plan.correlation
        self.group = group
        measure = WindowMeasure(correlation)
        orders = plan.orders
        let rules = correlation.rules.count
        mayRepeat = plan.mayRepeat
        untold = Array(repeating: 0, count: rules)
        last = Array(repeating: Last(), count: rules)
        memoryBytes =
            448 + 48 * rules + group.reduce(0) { $0 + $1.memoryBytes }
            + orders.reduce(0) { $0 + $1.memoryBytes }
        if let key { self.key = key }
    }

    /// Bytes that a match takes besides what it carries, roughly: arrays grow by doubling.
    static var entryBytes: Int { 2 * MemoryLayout<Entry>.stride + 64 }
    /// Bytes that an event takes besides its payload, roughly: in a match, and among those that an incident knows.
    static var witnessBytes: Int { MemoryLayout<Witness>.stride + 48 }

    var entries: ArraySlice<Entry> { stored[head...] }
    var isEmpty: Bool { head == stored.count }
    var lastTime: Int64 { stored.last?.time ?? .min }

    /// Forgets everything.
    func giveUp() {
        isGivenUp = true
        stored = []
        head = 0
        late = []
    }

    // MARK: - Matches in

    /// Adds a match and drops what is older than the window.
    func add(_ entry: Entry, timespan: Int64) {
        var entry = entry
        entry.sample.isRepeat = !counted.insert(entry.sample, event: entry.event)
        additions += 1
        let rule = entry.sample.rule
        if entry.time >= last[rule].time {
            last[rule] = Last(
                time: entry.time,
                number: additions,
                carried: entry.carried,
                witness: entry.witnesses.last
            )
        }
        memoryBytes += entry.memoryBytes
        guard entry.time >= lastTime else {
            late.append(entry)
            return
        }
        untold[rule] = min(untold[rule], stored.count)
        stored.append(entry)
        measure.add(entry.sample)
        if !areOrdersStale {
            for term in orders.indices { orders[term].add(rule, time: entry.time, event: entry.event) }
        }
        expire(before: lastTime.earlier(by: timespan))
    }

    /// Puts matches that came late in their places; to be called before anything is asked.
    ///
    /// Equal times stay in the order they came.
    func settle() {
        guard !late.isEmpty else { return }
        let sorted = late.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
        late = []
        var place = firstPlace(since: sorted[0].time.later(by: 1))
        var rest = Array(stored[place...])[...]
        stored.removeSubrange(place...)
        lookedAtAgain += rest.count / 8
        for entry in sorted {
            let earlier = rest.prefix { $0.time <= entry.time }
            stored += earlier
            rest = rest.dropFirst(earlier.count)
            place = stored.count
            untold[entry.sample.rule] = min(untold[entry.sample.rule], place)
            stored.append(entry)
            measure.add(entry.sample)
        }
        stored += rest
        areOrdersStale = true
    }

    /// Drops matches older than `time`.
    private func expire(before time: Int64) {
        let first = head
        while head < stored.count, stored[head].time < time {
            measure.remove(stored[head].sample)
            memoryBytes -= stored[head].memoryBytes
            if stored[head].isTold { forget(stored[head].witnesses) }
            stored[head].witnesses = []
            stored[head].carried = []
            head += 1
        }
        guard head > first else { return }
        if head * 2 > stored.count { compact() }
        // An incident goes on for as long as one of its matches is in the window.
        if toldCount == 0 { incident = nil }
    }

    /// A match that the incident knows of is gone.
    private func forget(_ witnesses: [Witness]) {
        toldCount -= 1
        guard mayRepeat else { return }
        for witness in witnesses {
            let left = (toldEvents[witness.event] ?? 1) - 1
            toldEvents[witness.event] = left > 0 ? left : nil
        }
    }

    /// Gives the room of dropped matches back, after a burst that of the array too.
    private func compact() {
        for rule in untold.indices { untold[rule] = max(untold[rule] - head, 0) }
        if stored.capacity > 64, stored.capacity > 4 * (stored.count - head) {
            stored = Array(stored[head...])
        } else {
            stored.removeFirst(head)
        }
        head = 0
    }

    // MARK: - Questions

    /// Whether the rule at `rule` has matched at `time` or later.
    func occurs(_ rule: Int, since time: Int64) -> Bool { last[rule].time >= time }

    /// Whether the rule at `rule` has matched in `times`.
    func occurs(_ rule: Int, in times: ClosedRange<Int64>) -> Bool {
        guard last[rule].time > times.upperBound else { return last[rule].time >= times.lowerBound }
        // Late events only: otherwise nothing behind the end of the window is known yet.
        return entries(in: times).contains { $0.sample.rule == rule }
    }

    /// Whether a chain such as term `term` asks for begins at `time` or later.
    func isInOrder(_ term: Int, since time: Int64) -> Bool {
        if areOrdersStale {
            areOrdersStale = false
            lookedAtAgain += entries.count * orders.count
            for term in orders.indices { orders[term].follow(entries) }
        }
        return orders[term].isComplete(since: time)
    }

    /// Whether there is a chain such as term `term` asks for in `times`.
    func isInOrder(_ term: Int, in times: ClosedRange<Int64>) -> Bool {
        guard lastTime > times.upperBound else { return isInOrder(term, since: times.lowerBound) }
        var steps = orders[term]
        let inside = entries(in: times)
        lookedAtAgain += inside.count
        steps.follow(inside)
        return steps.isComplete(since: times.lowerBound)
    }

    /// Whether so many matches came late that bringing them into order costs too much.
    var isTooDisordered: Bool { lookedAtAgain > 1_000_000 + 100 * additions }

    /// The rules that have matched at `time`.
    func rules(at time: Int64) -> Set<Int> {
        Set(stored[firstPlace(since: time)...].lazy.prefix { $0.time == time }.map(\.sample.rule))
    }

    private func entries(in times: ClosedRange<Int64>) -> ArraySlice<Entry> {
        stored[firstPlace(since: times.lowerBound)...].prefix { $0.time <= times.upperBound }
    }

    private func firstPlace(since time: Int64) -> Int {
        var (low, high) = (head, stored.count)
        while low < high {
            let middle = (low + high) / 2
            if stored[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: - Incidents

    /// What an incident has not known of yet.
    struct News {
        var entries: [Entry] = []
        /// The events that they rest on and that no match the incident knew of rests on.
        var witnesses: [Witness] = []
    }

    /// Notes that incident `number` knows of all matches of `rules` since `time`, `nil` for all rules; returns those that
    /// are new to it.
    func tell(_ number: Int, since time: Int64, rules: Set<Int>?) -> News {
        var news = News()
        let first = (rules.map { $0.map { untold[$0] } } ?? untold).min() ?? stored.count
        for place in max(first, firstPlace(since: time))..<stored.count
        where !stored[place].isTold && rules?.contains(stored[place].sample.rule) != false {
            news.entries.append(stored[place])
            news.witnesses += stored[place].witnesses.filter(isNews)
            stored[place].isTold = true
        }
        for rule in untold.indices where rules?.contains(rule) != false { untold[rule] = stored.count }
        toldCount += news.entries.count
        if incident == nil {
            if let first = news.entries.first { beginning = first.time }
            // It may hold for a time of which all has been told: then the last match speaks for it.
            if news.witnesses.isEmpty, let witness = lastMatch(of: rules)?.witness { news.witnesses = [witness] }
        }
        incident = number
        return news
    }

    /// Whether no match that the incident knows of rests on the event; it does now.
    private func isNews(_ witness: Witness) -> Bool {
        guard mayRepeat else { return true }
        toldEvents[witness.event, default: 0] += 1
        return toldEvents[witness.event] == 1
    }

    /// What the last match of `rules`, `nil` for all rules, carries, and the event it rests on.
    func last(of rules: Set<Int>?) -> (carried: [EventValue?], witnesses: [Witness]) {
        guard let match = lastMatch(of: rules) else { return ([], []) }
        return (match.carried, match.witness.map { [$0] } ?? [])
    }

    private func lastMatch(of rules: Set<Int>?) -> Last? {
        let matches = rules.map { $0.map { last[$0] } } ?? last
        return matches.max { ($0.time, $0.number) < ($1.time, $1.number) }
    }
}

/// Which values of the current event have been counted: an event that several rules match counts once.
private struct CountedSamples {
    private struct Value: Hashable {
        var hash: Int
        var number: Double
    }

    private var event: Int?
    private var first = Value(hash: 0, number: 0)
    private var others: Set<Value> = []

    /// Whether the value is new; matches of one event come together.
    mutating func insert(_ sample: WindowMeasure.Sample, event: Int) -> Bool {
        let value = Value(hash: sample.valueHash, number: sample.number)
        guard event == self.event else {
            self.event = event
            first = value
            if !others.isEmpty { others = [] }
            return true
        }
        return value != first && others.insert(value).inserted
    }
}
