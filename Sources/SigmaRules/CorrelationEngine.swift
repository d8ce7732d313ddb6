// Follows all correlations through the matches of their rules, in event time.

public import FieldRows

/// Windows of all correlations of a set of rules; for one thread.
///
/// A condition is asked at each time at which something in its group happened, when all events of that time are known:
/// then the answer depends neither on the order of events with equal times nor on how the input is split.
public final class CorrelationEngine<Payload> {
    /// Group keys to windows.
    private typealias Groups = [[UInt8]: CorrelationWindow<Payload>]

    /// A window that is decided when its end has passed, because something must not occur in it.
    private struct Deadline {
        var start: Int64
        var end: Int64
        var group: [UInt8]
        var term: Int
    }

    private let plans: [CorrelationPlan]
    /// The places in ``plans`` that look at a rule, with the rule's position there.
    private let listeners: [[(plan: Int, position: Int)]]
    private let memoryMax: Int
    private var groups: [Groups]
    private var touched: [Set<[UInt8]>]
    private var deadlines: [ArraySlice<Deadline>]
    private var memoryBytes: [Int]
    private var sweepTimes: [Int64]
    private var incidents = 0
    private var alarms = 0
    private var matches: [CorrelationMatch<Payload>] = []
    /// The time whose events are being collected.
    private var instant = Int64.min
    /// The latest time seen.
    private var horizon = Int64.min
    private var hasTouched = false
    private var excludedByPlan: [Int64]
    private var abandonedByPlan: [Int64]

    /// An engine for the correlations of `rules` over rows of `layout`.
    ///
    /// Windows hold at most `memoryMax` bytes together, roughly; beyond it the oldest are given up and counted.
    public init(rules: [SigmaRule], layout: FieldLayout, memoryMax: Int) {
        plans = CorrelationPlan.plans(rules, layout)
        var listeners: [[(plan: Int, position: Int)]] = rules.map { _ in [] }
        for (plan, item) in plans.enumerated() {
            for (position, child) in item.correlation.ruleIndices.enumerated() {
                listeners[child].append((plan, position))
            }
        }
        self.listeners = listeners
        self.memoryMax = memoryMax
        groups = plans.map { _ in [:] }
        touched = plans.map { _ in [] }
        deadlines = plans.map { _ in [] }
        memoryBytes = plans.map { _ in 0 }
        sweepTimes = plans.map { _ in .min }
        excludedByPlan = plans.map { _ in 0 }
        abandonedByPlan = plans.map { _ in 0 }
    }

    /// Whether some correlation looks at the matches of rule `rule`.
    public func looks(at rule: Int) -> Bool { !listeners[rule].isEmpty }

    /// Takes in a match of detection `rule`; `event` is the number of the event, the same for all rules it matches.
    public func add(
        _ rule: Int,
        event: Int,
        time: Int64,
        _ row: borrowing FieldRow,
        payload: Payload,
        payloadBytes: Int
    ) {
        advance(to: time)
        for (plan, position) in listeners[rule] {
            guard case .detection(let columns) = plans[plan].sources[position] else { continue }
            var values: [EventValue?] = []
            for column in columns { values.append(column < 0 ? nil : EventValue(row, row[column])) }
            insert(plan, position, values, event: event, time: time, [payload], payloadBytes)
        }
    }

    /// Takes note that all events before `time` are known.
    public func advance(to time: Int64) {
        if time > horizon { horizon = time }
        guard time > instant else { return }
        if hasTouched { closeInstant() }
        decide(before: time)
        instant = time
    }

    /// Takes note that there are no more events; windows whose end has not passed stay undecided.
    public func finish() {
        if hasTouched { closeInstant() }
        guard horizon < .max else { return }
        decide(before: horizon + 1)
    }

    /// The matches since somebody last asked.
    public func takeMatches() -> [CorrelationMatch<Payload>] {
        guard !matches.isEmpty else { return [] }
        defer { matches = [] }
        return matches
    }

    /// Matches left out because a group-by field or the measured value was missing, by rule.
    public var excluded: [Int: Int64] { byRule(excludedByPlan) }
    /// Windows given up for want of memory, by rule.
    public var abandoned: [Int: Int64] { byRule(abandonedByPlan) }
    /// Windows whose end had not passed when the events ended, by rule.
    public var undecided: [Int: Int64] { byRule(deadlines.map { Int64($0.count) }) }

    private func byRule(_ counts: [Int64]) -> [Int: Int64] {
        Dictionary(uniqueKeysWithValues: zip(plans, counts).filter { $1 > 0 }.map { ($0.rule, $1) })
    }

    // MARK: - Matches in

    private func insert(
        _ plan: Int,
        _ position: Int,
        _ values: [EventValue?],
        event: Int,
        time: Int64,
        _ payloads: [Payload],
        _ payloadBytes: Int
    ) {
        let correlation = plans[plan].correlation
        let groupCount = correlation.groupBy.count
        let measured = values[groupCount..<groupCount + correlation.valueFields.count]
        let group = values.prefix(groupCount).compactMap { $0 }
        guard group.count == groupCount, let sample = Self.sample(position, measured, correlation) else {
            excludedByPlan[plan] += 1
            return
        }
        var key: [UInt8] = []
        for value in group { value.appendKey(to: &key) }
        let window = window(plan, key, group)
        let carried = Array(values[(groupCount + measured.count)...])
        let entry = CorrelationWindow<Payload>.Entry(
            time: time,
            event: event,
            sample: sample,
            carried: carried,
            payloads: payloads,
            memoryBytes: (plans[plan].isExpression ? 224 : 96) + payloadBytes
                + carried.reduce(0) { $0 + ($1?.memoryBytes ?? 8) }
        )
        let before = window.memoryBytes
        window.add(entry, timespan: correlation.timespanMicroseconds)
        memoryBytes[plan] += window.memoryBytes - before
        touched[plan].insert(key)
        hasTouched = true
        if plans[plan].isExpression { awaitEnds(plan, key, window, position, time) }
        sweep(plan, time)
    }

    /// The window of a group, made if there is none yet.
    private func window(_ plan: Int, _ key: [UInt8], _ group: [EventValue]) -> CorrelationWindow<Payload> {
        if let known = groups[plan][key] { return known }
        let item = plans[plan]
        let window = CorrelationWindow<Payload>(
            group,
            item.correlation,
            orders: item.orders,
            terms: item.terms.count
        )
        groups[plan][key] = window
        memoryBytes[plan] += window.memoryBytes
        return window
    }

    private static func sample(
        _ position: Int,
        _ measured: ArraySlice<EventValue?>,
        _ correlation: Correlation
    ) -> WindowMeasure.Sample? {
        var sample = WindowMeasure.Sample(rule: position)
        guard !measured.isEmpty else { return sample }
        let values = measured.compactMap { $0 }
        guard values.count == measured.count else { return nil }
        if correlation.type.isNumeric {
            guard let number = values.first?.number else { return nil }
            sample.number = number
        } else {
            var bytes: [UInt8] = []
            for value in values { value.appendKey(to: &bytes) }
            // Swift's hash is keyed: nobody can make values that count as one.
            sample.valueHash = bytes.hashValue
        }
        return sample
    }

    /// Opens the windows that have to be decided later because something must not occur in them.
    private func awaitEnds(
        _ plan: Int,
        _ key: [UInt8],
        _ window: CorrelationWindow<Payload>,
        _ position: Int,
        _ time: Int64
    ) {
        for (term, terms) in plans[plan].terms.enumerated()
        where !terms.absent.isEmpty && terms.present.contains(position) && time > window.waiting[term] {
            window.waiting[term] = time
            let (end, overflow) = time.addingReportingOverflow(plans[plan].correlation.timespanMicroseconds)
            // Windows are decided in the order in which they end, late ones with the last.
            let latest = max(end, deadlines[plan].last?.end ?? .min)
            deadlines[plan].append(Deadline(start: time, end: overflow ? .max : latest, group: key, term: term))
        }
    }

    // MARK: - Conditions

    /// Asks the conditions of all groups in which something happened at the current time.
    private func closeInstant() {
        for plan in plans.indices where !touched[plan].isEmpty {
            // Sorted, so that numbers of incidents do not depend on hashes.
            let keys = touched[plan].sorted { $0.lexicographicallyPrecedes($1) }
            touched[plan].removeAll(keepingCapacity: true)
            for key in keys { ask(plan, key) }
        }
        hasTouched = false
    }

    private func ask(_ plan: Int, _ key: [UInt8]) {
        guard let window = groups[plan][key], !window.isEmpty else { return }
        let item = plans[plan]
        let start = window.lastTime - item.correlation.timespanMicroseconds
        guard case .measure(let condition) = item.correlation.condition else {
            // All rules of all alternatives that hold are evidence.
            var present: Set<Int> = []
            for (place, term) in item.terms.enumerated() where term.absent.isEmpty {
                let occurs = term.present.allSatisfy { window.occurs($0, since: start) }
                if occurs, item.orders.isEmpty || window.isInOrder(place, since: start) {
                    present.formUnion(term.present)
                }
            }
            if !present.isEmpty { raise(plan, key, since: start, at: instant) { present.contains($0.sample.rule) } }
            return
        }
        guard let value = window.measure.value, condition.holds(value) else { return }
        if item.correlation.type == .temporalOrdered, !window.isInOrder(0, since: start) { return }
        raise(plan, key, since: start, at: instant) { _ in true }
    }

    /// Decides the windows that end before `time`, in the order of their ends.
    private func decide(before time: Int64) {
        while let plan = plans.indices.filter({ (deadlines[$0].first?.end ?? .max) < time })
            .min(by: { (deadlines[$0].first?.end ?? .max) < (deadlines[$1].first?.end ?? .max) }),
            let deadline = deadlines[plan].popFirst()
        {
            instant = max(instant, deadline.end)
            decide(plan, deadline)
            if hasTouched { closeInstant() }
        }
    }

    private func decide(_ plan: Int, _ deadline: Deadline) {
        guard let window = groups[plan][deadline.group] else { return }
        let term = plans[plan].terms[deadline.term]
        // What has matched since the window's beginning has matched inside it: later events are not known yet.
        guard term.present.allSatisfy({ window.occurs($0, since: deadline.start) }),
            !term.absent.contains(where: { window.occurs($0, since: deadline.start) }),
            plans[plan].orders.isEmpty || window.isInOrder(deadline.term, since: deadline.start)
        else { return }
        raise(plan, deadline.group, since: deadline.start, at: deadline.end) { term.present.contains($0.sample.rule) }
    }

    // MARK: - Matches out

    private func raise(
        _ plan: Int,
        _ key: [UInt8],
        since start: Int64,
        at time: Int64,
        where included: (CorrelationWindow<Payload>.Entry) -> Bool
    ) {
        guard let window = groups[plan][key] else { return }
        if window.incident == nil { incidents += 1 }
        let number = window.incident ?? incidents
        let first = window.firstTime(since: start, where: included) ?? time
        let carried = carriedValues(plan, window, start, included)
        let news = window.tell(number, since: start, where: included)
        let payloads = news.flatMap(\.payloads)
        matches.append(
            CorrelationMatch(
                rule: plans[plan].rule,
                time: time,
                firstTime: first,
                group: window.group,
                groupKey: key,
                incident: number,
                news: payloads
            )
        )
        pass(plan, window.group, carried, time, payloads, news.reduce(0) { $0 + $1.memoryBytes })
    }

    /// What the window's matches carry for correlations on this one; nothing, once, if the group is all that they need.
    private func carriedValues(
        _ plan: Int,
        _ window: CorrelationWindow<Payload>,
        _ start: Int64,
        _ included: (CorrelationWindow<Payload>.Entry) -> Bool
    ) -> [[EventValue?]] {
        guard !listeners[plans[plan].rule].isEmpty else { return [] }
        guard !plans[plan].carried.isEmpty else { return [[]] }
        return window.entries.filter { $0.time >= start && included($0) }.map(\.carried)
    }

    /// Tells the correlations that look at this one.
    private func pass(
        _ plan: Int,
        _ group: [EventValue],
        _ carried: [[EventValue?]],
        _ time: Int64,
        _ payloads: [Payload],
        _ bytes: Int
    ) {
        let rule = plans[plan].rule
        guard !listeners[rule].isEmpty else { return }
        alarms += 1
        for (parent, position) in listeners[rule] {
            guard case .correlation(let places) = plans[parent].sources[position] else { continue }
            // A field by which this correlation does not group may have several values: one match for each.
            var seen: Set<[UInt8]> = []
            for values in carried {
                let offered = group.map(Optional.some) + values
                let wanted = places.map { $0 < 0 ? nil : offered[$0] }
                var key: [UInt8] = []
                for value in wanted {
                    key.append(value == nil ? 0 : 1)
                    value?.appendKey(to: &key)
                }
                guard seen.insert(key).inserted else { continue }
                // Negative, so that it is no number of an event.
                insert(parent, position, wanted, event: -alarms - 1, time: time, payloads, bytes)
            }
        }
    }

    // MARK: - Memory

    /// Drops windows whose time has passed, once per timespan, and the oldest ones when all together are too large.
    private func sweep(_ plan: Int, _ time: Int64) {
        let span = plans[plan].correlation.timespanMicroseconds
        if time - span >= sweepTimes[plan] {
            sweepTimes[plan] = time
            for (key, window) in groups[plan] where window.lastTime < time - span && !touched[plan].contains(key) {
                drop(plan, key)
            }
        }
        let all = memoryBytes.reduce(0, +)
        guard all > memoryMax,
            let largest = memoryBytes.indices.max(by: { memoryBytes[$0] < memoryBytes[$1] })
        else { return }
        // A good part at once, so that groups need not be sorted for every match.
        let target = min(all - memoryMax / 4 * 3, memoryBytes[largest])
        var freed = 0
        for (key, window) in groups[largest].sorted(by: { $0.value.lastTime < $1.value.lastTime }) {
            guard freed < target else { break }
            freed += window.memoryBytes
            touched[largest].remove(key)
            drop(largest, key)
            abandonedByPlan[largest] += 1
        }
    }

    private func drop(_ plan: Int, _ key: [UInt8]) {
        memoryBytes[plan] -= groups[plan].removeValue(forKey: key)?.memoryBytes ?? 0
    }
}
