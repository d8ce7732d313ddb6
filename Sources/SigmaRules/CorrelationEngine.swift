// Follows all correlations through the matches of their rules, in event time.

public import FieldRows

/// Windows of all correlations of a set of rules; for one thread.
///
/// A condition is asked at each time at which something in its group happened, when all events of that time are known:
/// then the answer depends neither on the order of events with equal times nor on how the input is split.
public final class CorrelationEngine<Payload> {
    /// The correlations, those that others look at first.
    private let running: [RunningCorrelation<Payload>]
    /// The places in ``running`` that look at a rule, with the rule's position there.
    private let listeners: [[(correlation: Int, position: Int)]]
    /// The places in ``running`` that wait for the ends of windows.
    private let waiting: [Int]
    private let memoryMax: Int
    private var memoryBytes = 0
    private var incidents = 0
    private var alarms = 0
    private var matches: [CorrelationMatch<Payload>] = []
    /// The time whose events are being collected.
    private var instant = Int64.min
    /// The latest time seen.
    private var horizon = Int64.min
    private var hasHappened = false

    /// An engine for the correlations of `rules` over rows of `layout`.
    ///
    /// Windows hold at most `memoryMax` bytes together, roughly; beyond it the oldest are given up and counted.
    public init(rules: [SigmaRule], layout: FieldLayout, memoryMax: Int) {
        running = CorrelationPlan.plans(rules, layout).map(RunningCorrelation.init)
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
                    payloads: [payload],
                    payloadBytes: payloadBytes
                ),
                into: running[place]
            )
        }
    }

    /// Takes note that all events before `time` are known.
    public func advance(to time: Int64) {
        if time > horizon { horizon = time }
        guard time > instant else { return }
        close(before: time)
        instant = time
    }

    /// Takes note that there are no more events; windows whose end has not passed stay undecided.
    public func finish() {
        close(before: horizon.later(by: 1))
    }

    /// The matches since somebody last asked.
    public func takeMatches() -> [CorrelationMatch<Payload>] {
        guard !matches.isEmpty else { return [] }
        defer { matches = [] }
        return matches
    }

    /// Matches left out because a group-by field or the measured value was missing, by rule.
    public var excluded: [Int: Int64] { byRule(\.excluded) }
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
        correlation.insert(match)
        memoryBytes += correlation.memoryBytes - before
        hasHappened = true
        if memoryBytes > memoryMax { giveUpLargest() }
    }

    /// Gives up the oldest groups of the correlation that takes the most.
    private func giveUpLargest() {
        guard let largest = running.max(by: { $0.memoryBytes < $1.memoryBytes }) else { return }
        let before = largest.memoryBytes
        // A good part at once, so that groups need not be sorted for every match.
        largest.giveUp(min(memoryBytes - memoryMax / 4 * 3, before))
        memoryBytes += largest.memoryBytes - before
    }

    // MARK: - Time

    /// Asks all conditions that there are to ask at times before `time`.
    private func close(before time: Int64) {
        if hasHappened { close(at: instant) }
        while let end = waiting.lazy.map({ self.running[$0].nextEnd }).min(), end < time {
            instant = max(instant, end)
            close(at: instant)
        }
    }

    /// Asks all conditions that there are to ask at `time`: those of correlations that others look at first, so that
    /// these know of all that happened at that time.
    private func close(at time: Int64) {
        for correlation in running where correlation.hasHappened || correlation.nextEnd <= time {
            let before = correlation.memoryBytes
            let raised = correlation.close(at: time, incidents: &incidents)
            memoryBytes += correlation.memoryBytes - before
            for alarm in raised {
                matches.append(alarm.match)
                pass(alarm)
            }
        }
        hasHappened = false
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
                        payloads: offer.payloads,
                        payloadBytes: offer.payloadBytes
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
                distinct[place].payloads += offer.payloads
                distinct[place].payloadBytes += offer.payloadBytes
            } else {
                known[key] = distinct.count
                var offer = offer
                offer.carried = wanted
                distinct.append(offer)
            }
        }
        return distinct
    }
}
