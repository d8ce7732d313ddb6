// Tells correlations of matches and of time, those that others look at first.

import FieldRows

/// What a ``CorrelationEngine`` consists of, whatever the type of its payloads.
final class RunningCorrelations {
    /// The correlations, those that others look at first.
    let running: [RunningCorrelation]
    /// The places in ``running`` that look at a rule, with the rule's position there.
    private let listeners: [[(correlation: Int, position: Int)]]
    /// The places in ``running`` that wait for the ends of windows.
    private let waiting: [Int]
    private let memoryMax: Int
    var memoryBytes = 0
    var incidents = 0
    var alarms = 0
    private var matches: [CorrelationMatch<EventPayload>] = []
    /// The time whose events are being collected: the latest seen.
    var instant = Int64.min
    /// The places in ``running`` at which something has happened since conditions were last asked.
    private var happened: PlaceSet

    init(rules: [SigmaRule], layout: FieldLayout, memoryMax: Int, hash: @escaping ([UInt8]) -> Int) {
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
        happened = PlaceSet(count: running.count)
        self.memoryMax = memoryMax
    }

    func looks(at rule: Int) -> Bool { !listeners[rule].isEmpty }

    /// Takes in a match of detection `rule`, see ``CorrelationEngine``.
    func add(_ rule: Int, event: Int, time: Int64, _ row: borrowing FieldRow, _ witness: Witness) {
        advance(to: time)
        let witnesses = [witness]
        for (place, position) in listeners[rule] {
            guard case .detection(let columns) = running[place].plan.sources[position] else { continue }
            let match = RunningCorrelation.Match(
                position: position,
                event: event,
                time: time,
                witnesses: witnesses
            )
            let correlation = running[place]
            let before = correlation.memoryBytes
            let raised = correlation.insert(match, columns, row, instant: instant, incidents: &incidents)
            note(raised, place, bytes: correlation.memoryBytes - before)
        }
    }

    func advance(to time: Int64) {
        guard time > instant else { return }
        close(before: time)
        instant = time
    }

    func finish() {
        if !happened.isEmpty { close(deciding: instant.earlier(by: 1)) }
    }

    func takeMatches() -> [CorrelationMatch<EventPayload>] {
        guard !matches.isEmpty else { return [] }
        defer { matches = [] }
        return matches
    }

    func byRule(_ count: (RunningCorrelation) -> Int64) -> [Int: Int64] {
        Dictionary(uniqueKeysWithValues: running.map { ($0.plan.rule, count($0)) }.filter { $1 > 0 })
    }

    private func insert(_ match: RunningCorrelation.Match, _ values: [EventValue?], into place: Int) {
        let correlation = running[place]
        let before = correlation.memoryBytes
        let raised = correlation.insert(match, values, instant: instant, incidents: &incidents)
        note(raised, place, bytes: correlation.memoryBytes - before)
    }

    /// A match has gone into the correlation at `place`, which takes so many bytes more.
    private func note(_ raised: [RunningCorrelation.Alarm], _ place: Int, bytes: Int) {
        memoryBytes += bytes
        happened.insert(place)
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
        if !happened.isEmpty { close(deciding: instant) }
        while let end = nextEnd, end < time {
            instant = max(instant, end)
            close(deciding: instant)
        }
    }

    /// When the next window ends that has to be decided then.
    private var nextEnd: Int64? {
        var next: Int64?
        for place in waiting { next = min(next ?? .max, running[place].nextEnd) }
        return next
    }

    /// Asks all conditions that there are to ask, and decides the windows that end at `end` or earlier: those of
    /// correlations that others look at first, so that these know of all that happened at that time.
    private func close(deciding end: Int64) {
        for place in waiting where running[place].nextEnd <= end { happened.insert(place) }
        // What one of them says makes something happen behind it only.
        while let place = happened.popFirst() {
            let correlation = running[place]
            let before = correlation.memoryBytes
            let raised = correlation.close(deciding: end, incidents: &incidents)
            memoryBytes += correlation.memoryBytes - before
            raised.forEach(report)
        }
    }

    // MARK: - Alarms

    private func report(_ alarm: RunningCorrelation.Alarm) {
        matches.append(alarm.match)
        pass(alarm)
    }

    /// Tells the correlations that look at the one that raises an alarm.
    private func pass(_ alarm: RunningCorrelation.Alarm) {
        guard !alarm.offers.isEmpty else { return }
        alarms += 1
        for (place, position) in listeners[alarm.match.rule] {
            guard case .correlation(let places) = running[place].plan.sources[position] else { continue }
            for offer in Self.distinct(alarm, places) {
                // Negative, so that it is no number of an event.
                insert(
                    .init(
                        position: position,
                        event: -alarms,
                        time: alarm.match.time,
                        witnesses: offer.witnesses
                    ),
                    offer.carried,
                    into: place
                )
            }
        }
    }

    /// The values at `places` of each match: a field by which the correlation does not group may have several.
    private static func distinct(_ alarm: RunningCorrelation.Alarm, _ places: [Int]) -> [RunningCorrelation.Offer] {
        var distinct: [RunningCorrelation.Offer] = []
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

/// A set of small numbers that hands them out in ascending order.
private struct PlaceSet {
    private var words: [UInt64]
    private var members = 0

    init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    var isEmpty: Bool { members == 0 }

    mutating func insert(_ place: Int) {
        let bit = UInt64(1) << UInt64(place % 64)
        if words[place / 64] & bit == 0 { members += 1 }
        words[place / 64] |= bit
    }

    mutating func popFirst() -> Int? {
        guard members > 0, let word = words.firstIndex(where: { $0 != 0 }) else { return nil }
        members -= 1
        let place = word * 64 + words[word].trailingZeroBitCount
        words[word] &= words[word] - 1
        return place
    }
}
