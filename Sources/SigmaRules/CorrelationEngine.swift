// Follows all correlations through the matches of their rules, in event time.

public import FieldRows

/// Windows of all correlations of a set of rules; for one thread.
///
/// A condition is asked at each time at which something in its group happened, when all events of that time are known:
/// then the answer depends neither on the order of events with equal times nor on how the input is split.
public final class CorrelationEngine<Payload> {
    /// The correlations, those that others look at first.
    let running: [RunningCorrelation<Payload>]
    /// The places in ``running`` that look at a rule, with the rule's position there.
    private let listeners: [[(correlation: Int, position: Int)]]
    /// The places in ``running`` that wait for the ends of windows.
    private let waiting: [Int]
    private let memoryMax: Int
    var memoryBytes = 0
    var incidents = 0
    var alarms = 0
    private var matches: [CorrelationMatch<Payload>] = []
    /// The time whose events are being collected: the latest seen.
    var instant = Int64.min
    private var hasHappened = false

    /// An engine for the correlations of `rules` over rows of `layout`.
    ///
    /// Windows hold at most `memoryMax` bytes together, roughly; beyond it the oldest are given up and counted.
    /// Values that are counted are told apart by their `hash`, which has to be keyed, so that nobody can make values that
    /// count as one, and the same in every engine that goes on with the windows of another.
    public init(
        rules: [SigmaRule],
        layout: FieldLayout,
        memoryMax: Int,
        hash: @escaping ([UInt8]) -> Int = { $0.hashValue }
    ) {
        running = CorrelationPlan.plans(rules, layout).map { RunningCorrelation($0, hash: hash) }
        var listeners: [[(correlation: Int, position: Int)]] = rules.map { _ in [] }
        for (place, correlation) in running.enumerated() {
            for (position, child) in correlation.plan.correlation.ruleIndices.enumerated() {
                listeners[child].append((place, position))
            }
        }
        self.listeners = listeners
        let running = running
        waiting = running.indices.filter { !running[$0].plan.openers.isEmpty }
        self.memoryMax = memoryMax
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
        for (place, position) in listeners[rule] {
            guard case .detection(let columns) = running[place].plan.sources[position] else { continue }
            var values: [EventValue?] = []
            for column in columns { values.append(column.value(row)) }
            insert(
                .init(
                    position: position,
                    values: values,
                    event: event,
                    time: time,
                    witnesses: [Witness(event: event, payload: payload, payloadBytes: payloadBytes)]
                ),
                into: running[place]
            )
        }
    }

    /// Takes note that all events before `time` are known.
    ///
    /// What comes late is judged by it: to be told of each event, or at least of the latest before each match.
    public func advance(to time: Int64) {
        guard time > instant else { return }
        close(before: time)
        instant = time
    }

    /// Takes note that there are no more events; windows whose end has not passed stay undecided.
    public func finish() {
        if hasHappened { close(deciding: instant.earlier(by: 1)) }
    }

    /// The matches since somebody last asked.
    public func takeMatches() -> [CorrelationMatch<Payload>] {
        guard !matches.isEmpty else { return [] }
        defer { matches = [] }
        return matches
    }

    /// Matches left out because a group-by field or the measured value was missing, by rule.
    public var excluded: [Int: Int64] { byRule(\.excluded) }
    /// Matches that came after their window, or what follows from them, had been decided, by rule.
    ///
    /// Windows that end later know of them; of those that would have ended earlier nothing is said.
    public var late: [Int: Int64] { byRule(\.late) }
    /// Windows given up for want of memory, by rule.
    public var abandoned: [Int: Int64] { byRule(\.abandoned) }
    /// Windows given up because too many of their matches came late, by rule.
    public var disordered: [Int: Int64] { byRule(\.disordered) }
    /// Windows whose end had not passed when the events ended, by rule.
    public var undecided: [Int: Int64] { byRule(\.undecided) }

    private func byRule(_ count: (RunningCorrelation<Payload>) -> Int64) -> [Int: Int64] {
        Dictionary(uniqueKeysWithValues: running.map { ($0.plan.rule, count($0)) }.filter { $1 > 0 })
    }

    private func insert(_ match: RunningCorrelation<Payload>.Match, into correlation: RunningCorrelation<Payload>) {
        let before = correlation.memoryBytes
        let raised = correlation.insert(match, instant: instant, incidents: &incidents)
        memoryBytes += correlation.memoryBytes - before
        hasHappened = true
        raised.forEach(report)
        if memoryBytes > memoryMax { makeRoom() }
    }

    /// Gives up the oldest groups of the correlation that takes the most, if dropping what is over is not enough.
    private func makeRoom() {
        for correlation in running { correlation.sweep() }
        memoryBytes = running.reduce(0) { $0 + $1.memoryBytes }
        // A good part at once, so that groups need not be looked at for every match.
        guard memoryBytes > memoryMax / 16 * 15,
            let largest = running.max(by: { $0.memoryBytes < $1.memoryBytes })
        else { return }
        let before = largest.memoryBytes
        largest.giveUp(min(memoryBytes - memoryMax / 4 * 3, before))
        memoryBytes += largest.memoryBytes - before
    }

    // MARK: - Time

    /// Asks all conditions that there are to ask at times before `time`.
    private func close(before time: Int64) {
        if hasHappened { close(deciding: instant) }
        while let end = waiting.lazy.map({ self.running[$0].nextEnd }).min(), end < time {
            instant = max(instant, end)
            close(deciding: instant)
        }
    }

    /// Asks all conditions that there are to ask, and decides the windows that end at `end` or earlier: those of
    /// correlations that others look at first, so that these know of all that happened at that time.
    private func close(deciding end: Int64) {
        for correlation in running where correlation.hasHappened || correlation.nextEnd <= end {
            let before = correlation.memoryBytes
            let raised = correlation.close(deciding: end, incidents: &incidents)
            memoryBytes += correlation.memoryBytes - before
            raised.forEach(report)
        }
        hasHappened = false
    }

    // MARK: - Alarms

    private func report(_ alarm: RunningCorrelation<Payload>.Alarm) {
        matches.append(alarm.match)
        pass(alarm)
    }

    /// Tells the correlations that look at the one that raises an alarm.
    private func pass(_ alarm: RunningCorrelation<Payload>.Alarm) {
        guard !alarm.offers.isEmpty else { return }
        alarms += 1
        for (place, position) in listeners[alarm.match.rule] {
            guard case .correlation(let places) = running[place].plan.sources[position] else { continue }
            for offer in Self.distinct(alarm, places) {
                // Negative, so that it is no number of an event.
                insert(
                    .init(
                        position: position,
                        values: offer.carried,
                        event: -alarms,
                        time: alarm.match.time,
                        witnesses: offer.witnesses
                    ),
                    into: running[place]
                )
            }
        }
    }

    /// The values at `places` of each match: a field by which the correlation does not group may have several.
    private static func distinct(
        _ alarm: RunningCorrelation<Payload>.Alarm,
        _ places: [Int]
    ) -> [RunningCorrelation<Payload>.Offer] {
        var distinct: [RunningCorrelation<Payload>.Offer] = []
        var known: [[UInt8]: Int] = [:]
        let group = alarm.match.group.map(Optional.some)
        for offer in alarm.offers {
            let offered = group + offer.carried
            let wanted = places.map { $0 < 0 ? nil : offered[$0] }
            var key: [UInt8] = []
            for value in wanted {
                key.append(value == nil ? 0 : 1)
                value?.appendKey(to: &key)
            }
            if let place = known[key] {
                distinct[place].witnesses.unite(with: offer.witnesses)
            } else {
                known[key] = distinct.count
                distinct.append(.init(carried: wanted, witnesses: offer.witnesses))
            }
        }
        return distinct
    }
}
