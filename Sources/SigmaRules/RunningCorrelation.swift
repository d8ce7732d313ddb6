// One correlation with the windows of all its groups.

import FieldRows

/// Windows of one correlation; for one thread.
final class RunningCorrelation<Payload> {
    /// The condition holds for a group.
    struct Alarm {
        let match: CorrelationMatch<Payload>
        /// What correlations on this one are told.
        let offers: [Offer]
    }

    /// Matches of a correlation as another correlation sees them.
    struct Offer {
        /// The values of fields by which the correlation does not group.
        var carried: [EventValue?]
        var payloads: [Payload]
        var payloadBytes: Int
    }

    let plan: CorrelationPlan
    private let timespan: Int64
    private var groups: [[UInt8]: CorrelationWindow<Payload>] = [:]
    /// The groups whose conditions are to be asked.
    private var listed: [CorrelationWindow<Payload>] = []
    private var deadlines = DeadlineQueue<Payload>()
    private var windowBytes = 0
    private var sweepTime = Int64.min
    /// Matches left out because a group-by field or the measured value was missing.
    private(set) var excluded: Int64 = 0
    /// Windows given up for want of memory.
    private(set) var abandoned: Int64 = 0
    /// Windows given up because too many of their matches came late.
    private(set) var disordered: Int64 = 0

    init(_ plan: CorrelationPlan) {
        self.plan = plan
        timespan = plan.correlation.timespanMicroseconds
    }

    /// Whether something has happened whose consequences are not known yet.
    var hasHappened: Bool { !listed.isEmpty }
    /// When the next window ends that has to be decided then.
    var nextEnd: Int64 { deadlines.nextEnd }
    /// Windows whose end has not passed.
    var undecided: Int64 { Int64(deadlines.count) }
    /// Bytes that the windows take in memory, roughly.
    var memoryBytes: Int { windowBytes + deadlines.memoryBytes }

    // MARK: - Matches in

    /// A match of one of the correlation's rules.
    struct Match {
        /// The rule, by its position in the correlation.
        var position: Int
        /// The values that the plan asks for.
        var values: [EventValue?]
        /// Number of the event, the same for all rules it matches.
        var event: Int
        var time: Int64
        var payloads: [Payload]
        var payloadBytes: Int
    }

    /// Takes in a match.
    func insert(_ match: Match) {
        let (correlation, values) = (plan.correlation, match.values)
        let groupCount = correlation.groupBy.count
        let measured = values[groupCount..<groupCount + correlation.valueFields.count]
        let group = values.prefix(groupCount).compactMap { $0 }
        guard group.count == groupCount, let sample = Self.sample(match.position, measured, correlation) else {
            excluded += 1
            return
        }
        let carried = Array(values[(groupCount + measured.count)...])
        let entry = CorrelationWindow<Payload>.Entry(
            time: match.time,
            event: match.event,
            sample: sample,
            carried: carried,
            payloads: match.payloads,
            memoryBytes: CorrelationWindow<Payload>.entryBytes + WindowMeasure.sampleBytes + match.payloadBytes
                + carried.reduce(0) { $0 + ($1?.memoryBytes ?? 8) }
        )
        let window = window(group)
        if plan.openers.contains(match.position) { awaitEnd(window, match.time) }
        let before = window.memoryBytes
        window.add(entry, timespan: timespan)
        windowBytes += window.memoryBytes - before
        window.hasHappened = true
        list(window)
        sweep(match.time)
    }

    /// The window of a group, made if there is none yet.
    private func window(_ group: [EventValue]) -> CorrelationWindow<Payload> {
        var key: [UInt8] = []
        for value in group { value.appendKey(to: &key) }
        if let known = groups[key] { return known }
        let window = CorrelationWindow<Payload>(key: key, group, plan.correlation, orders: plan.orders)
        groups[key] = window
        windowBytes += window.memoryBytes
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

    /// Opens the window that begins now and has to be decided later because something must not occur in it.
    private func awaitEnd(_ window: CorrelationWindow<Payload>, _ time: Int64) {
        // One for each time; late events look whether there is one.
        guard time != window.lastStart else { return }
        if time < window.lastStart {
            if !window.rules(at: time).isDisjoint(with: plan.openers) { return }
            if time < window.lastTime.earlier(by: timespan) { return }
        }
        window.lastStart = max(window.lastStart, time)
        window.openEnds += 1
        deadlines.append(window, start: time, end: time.later(by: timespan))
    }

    private func list(_ window: CorrelationWindow<Payload>) {
        guard !window.isListed else { return }
        window.isListed = true
        listed.append(window)
    }

    // MARK: - Conditions

    /// Asks the conditions of all groups in which something happened or a window ends at `time`; all matches until then
    /// must be in.
    func close(at time: Int64, incidents: inout Int) -> [Alarm] {
        while let (window, start) = deadlines.popFirst(through: time) {
            window.openEnds -= 1
            window.dueStarts.append(start)
            list(window)
        }
        let windows = listed
        listed = []
        var alarms: [Alarm] = []
        // Sorted, so that nothing depends on the order of events with equal times.
        for window in windows.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            window.isListed = false
            if !window.isGivenUp { ask(window, time, &incidents, &alarms) }
            window.hasHappened = false
            window.dueStarts = []
            if window.isTooDisordered, !window.isGivenUp {
                drop(window)
                disordered += 1
                deadlines.removeGivenUp()
            }
        }
        return alarms
    }

    private func ask(
        _ window: CorrelationWindow<Payload>,
        _ time: Int64,
        _ incidents: inout Int,
        _ alarms: inout [Alarm]
    ) {
        guard !window.isEmpty else { return }
        let current = window.lastTime.earlier(by: timespan)
        guard case .measure(let condition) = plan.correlation.condition else {
            for start in window.dueStarts.sorted() where !window.hasHappened || start != current {
                let rules = decided(window, start)
                if !rules.isEmpty { alarms.append(raise(window, since: start, at: time, rules, &incidents)) }
            }
            guard window.hasHappened else { return }
            // All rules of all alternatives that hold are evidence, those of a window that ends just now too.
            let rules = occurring(window, since: current)
                .union(window.dueStarts.contains(current) ? decided(window, current) : [])
            if !rules.isEmpty { alarms.append(raise(window, since: current, at: time, rules, &incidents)) }
            return
        }
        guard let value = window.measure.value, condition.holds(value) else { return }
        if plan.correlation.type == .temporalOrdered, !window.isInOrder(0, since: current) { return }
        alarms.append(raise(window, since: current, at: time, nil, &incidents))
    }

    /// The rules of the alternatives that hold in the window that begins at `start` and in which nothing is forbidden.
    private func occurring(_ window: CorrelationWindow<Payload>, since start: Int64) -> Set<Int> {
        var rules: Set<Int> = []
        for (place, term) in plan.terms.enumerated() where term.absent.isEmpty {
            guard term.present.allSatisfy({ window.occurs($0, since: start) }) else { continue }
            if plan.orders.isEmpty || window.isInOrder(place, since: start) { rules.formUnion(term.present) }
        }
        return rules
    }

    /// The rules of the alternatives that hold in the window that begins at `start` and has ended.
    private func decided(_ window: CorrelationWindow<Payload>, _ start: Int64) -> Set<Int> {
        let opening = window.rules(at: start)
        let times = start...start.later(by: timespan)
        var rules: Set<Int> = []
        for (place, term) in plan.terms.enumerated()
        where !term.absent.isEmpty && !term.present.isDisjoint(with: opening) {
            guard term.present.allSatisfy({ window.occurs($0, in: times) }),
                !term.absent.contains(where: { window.occurs($0, in: times) }),
                plan.orders.isEmpty || window.isInOrder(place, in: times)
            else { continue }
            rules.formUnion(term.present)
        }
        return rules
    }

    // MARK: - Matches out

    private func raise(
        _ window: CorrelationWindow<Payload>,
        since start: Int64,
        at time: Int64,
        _ rules: Set<Int>?,
        _ incidents: inout Int
    ) -> Alarm {
        if window.incident == nil { incidents += 1 }
        let number = window.incident ?? incidents
        let news = window.tell(number, since: start, rules: rules)
        let match = CorrelationMatch(
            rule: plan.rule,
            time: time,
            firstTime: window.beginning,
            group: window.group,
            groupKey: window.key,
            incident: number,
            news: news.flatMap(\.payloads)
        )
        return Alarm(match: match, offers: plan.isLookedAt ? offers(news, window, rules) : [])
    }

    /// What correlations on this one are told: each match once, so that what an alarm costs is what it brings.
    private func offers(
        _ news: [CorrelationWindow<Payload>.Entry],
        _ window: CorrelationWindow<Payload>,
        _ rules: Set<Int>?
    ) -> [Offer] {
        // A condition may hold again without anything new: the last match speaks for it.
        guard !news.isEmpty else {
            return [Offer(carried: window.lastCarried(of: rules), payloads: [], payloadBytes: 0)]
        }
        return news.map { Offer(carried: $0.carried, payloads: $0.payloads, payloadBytes: $0.memoryBytes) }
    }

    // MARK: - Memory

    /// Drops windows whose time has passed, once per timespan.
    private func sweep(_ time: Int64) {
        let beginning = time.earlier(by: timespan)
        guard beginning >= sweepTime else { return }
        sweepTime = time
        for (key, window) in groups where window.lastTime < beginning && !window.isListed && window.openEnds == 0 {
            windowBytes -= window.memoryBytes
            groups[key] = nil
        }
    }

    private func drop(_ window: CorrelationWindow<Payload>) {
        windowBytes -= window.memoryBytes
        window.giveUp()
        groups[window.key] = nil
    }

    /// Gives up the groups in which nothing has happened for the longest time, until `bytes` are free.
    func giveUp(_ bytes: Int) {
        var freed = 0
        for window in groups.values.sorted(by: { $0.lastTime < $1.lastTime }) {
            guard freed < bytes else { break }
            freed += window.memoryBytes + window.openEnds * DeadlineQueue<Payload>.deadlineBytes
            drop(window)
            abandoned += 1
        }
        deadlines.removeGivenUp()
    }
}
