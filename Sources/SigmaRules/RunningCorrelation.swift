// One correlation with the windows of all its groups.

import Crypto
import FieldRows

/// Windows of one correlation; for one thread.
final class RunningCorrelation {
    /// The condition holds for a group.
    struct Alarm {
        let match: CorrelationMatch<EventPayload>
        /// What correlations on this one are told.
        let offers: [Offer]
    }

    /// Matches of a correlation as another correlation sees them.
    struct Offer {
        /// The values of fields by which the correlation does not group.
        var carried: [EventValue?]
        var witnesses: [Witness]
    }

    let plan: CorrelationPlan
    private let timespan: Int64
    private let hash: ([UInt8]) -> Int
    private var groups: [[UInt8]: CorrelationWindow] = [:]
    /// Second windows of groups, for matches that are too early for the first: one event dated far ahead blinds nobody.
    private var behind: [[UInt8]: CorrelationWindow] = [:]
    /// The groups whose conditions are to be asked.
    private var listed: [CorrelationWindow] = []
    private var deadlines = DeadlineQueue()
    private var windowBytes = 0
    /// Matches since windows whose time has passed were last dropped.
    private var unswept = 0
    /// The times of the latest matches.
    private var recentTimes = SIMD16<Int64>(repeating: .max)
    /// Windows in which nothing happened since then may have been dropped.
    private var sweptTo = Int64.min
    /// Matches that came after their window, or what follows from them, had been decided.
    private(set) var late: Int64 = 0
    /// Matches left out because a group-by field or the measured value was missing.
    private(set) var excluded: Int64 = 0
    /// Windows given up for want of memory.
    private(set) var abandoned: Int64 = 0
    /// Windows given up because too many of their matches came late.
    private(set) var disordered: Int64 = 0

    /// Windows as `plan` has it; counted values are told apart by `hash`, see ``CorrelationEngine``.
    init(_ plan: CorrelationPlan, hash: @escaping ([UInt8]) -> Int) {
        self.plan = plan
        self.hash = hash
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
        var witnesses: [Witness]
    }

    /// Takes in a match; all events before `instant` are known, late ones excepted.
    ///
    /// A window is asked about its time before a match of a later one goes in, even if the match comes late and no
    /// ``close(at:deciding:incidents:)`` tells of that time: a group whose own events are in order gets its answers.
    func insert(_ match: Match, instant: Int64, incidents: inout Int) -> [Alarm] {
        let (correlation, values) = (plan.correlation, match.values)
        let groupCount = correlation.groupBy.count
        let measured = values[groupCount..<groupCount + correlation.valueFields.count]
        let group = values.prefix(groupCount).compactMap { $0 }
        guard group.count == groupCount, let sample = sample(match.position, measured, correlation) else {
            excluded += 1
            return []
        }
        let carried = Array(values[(groupCount + measured.count)...])
        let entry = CorrelationWindow.Entry(
            time: match.time,
            event: match.event,
            sample: sample,
            carried: carried,
            witnesses: match.witnesses
        )
        guard let window = window(group, match.time) else {
            late += 1
            return []
        }
        var alarms: [Alarm] = []
        if window.hasHappened, match.time > window.lastTime {
            ask(window, &incidents, &alarms)
            window.hasHappened = false
        }
        let isDecided = plan.openers.contains(match.position) && !awaitEnd(window, match.time, instant)
        let isForgotten = match.time.earlier(by: timespan) < sweptTo
        if isDecided || isForgotten || match.time < window.lastTime { late += 1 }
        let before = window.memoryBytes
        window.add(entry, timespan: timespan)
        windowBytes += window.memoryBytes - before
        window.hasHappened = true
        list(window)
        recentTimes[unswept % 16] = match.time
        unswept += 1
        if unswept > 1024 + 2 * groups.count { sweep() }
        return alarms
    }

    /// The window of a group for a match at `time`, made if there is none yet; `nil` if the match is too early even for
    /// the second.
    private func window(_ group: [EventValue], _ time: Int64) -> CorrelationWindow? {
        let key = Self.key(group)
        guard let first = groups[key] else {
            let window = newWindow(key, group)
            groups[key] = window
            return window
        }
        guard time < first.lastTime.earlier(by: timespan) else { return first }
        guard let second = behind[key] else {
            let window = newWindow(key, group)
            behind[key] = window
            return window
        }
        return time < second.lastTime.earlier(by: timespan) ? nil : second
    }

    /// Bytes that are equal for equal groups, and from which their values cannot be read: windows may be kept in a
    /// database, and whoever writes a log may put anything into the values.
    private static func key(_ group: [EventValue]) -> [UInt8] {
        var key: [UInt8] = []
        for value in group { value.appendKey(to: &key) }
        return Array(SHA256.hash(data: key))
    }

    private func newWindow(_ key: [UInt8], _ group: [EventValue]) -> CorrelationWindow {
        let window = CorrelationWindow(key: key, group, plan)
        windowBytes += window.memoryBytes
        return window
    }

    private func sample(
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
            sample.valueHash = hash(bytes)
        }
        return sample
    }

    /// Opens the window that begins at `time` and has to be decided later because something must not occur in it; false
    /// if its end has passed already, so that it never will be.
    private func awaitEnd(_ window: CorrelationWindow, _ time: Int64, _ instant: Int64) -> Bool {
        let end = time.later(by: timespan)
        guard end >= instant else { return false }
        // One for each time; late matches may bring more.
        guard time != window.lastStart else { return true }
        window.lastStart = max(window.lastStart, time)
        window.openEnds += 1
        deadlines.insert(window, start: time, end: end)
        return true
    }

    private func list(_ window: CorrelationWindow) {
        guard !window.isListed else { return }
        window.isListed = true
        listed.append(window)
    }

    // MARK: - Conditions

    /// Asks the conditions of all groups in which something happened, and decides the windows that end at `end` or
    /// earlier; all matches until then must be in.
    func close(deciding end: Int64, incidents: inout Int) -> [Alarm] {
        while let (window, start) = deadlines.popFirst(through: end) {
            window.openEnds -= 1
            window.dueStarts.insert(start)
            list(window)
        }
        let windows = listed
        listed = []
        var alarms: [Alarm] = []
        // Sorted, so that nothing depends on the order of events with equal times.
        for window in windows.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            window.isListed = false
            if !window.isGivenUp { ask(window, &incidents, &alarms) }
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

    private func ask(_ window: CorrelationWindow, _ incidents: inout Int, _ alarms: inout [Alarm]) {
        guard !window.isEmpty else { return }
        window.settle()
        let time = window.lastTime
        let current = time.earlier(by: timespan)
        guard case .measure(let condition) = plan.correlation.condition else {
            for start in window.dueStarts.sorted() where !window.hasHappened || start != current {
                let rules = decided(window, start)
                guard !rules.isEmpty else { continue }
                alarms.append(raise(window, since: start, at: start.later(by: timespan), rules, &incidents))
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
    private func occurring(_ window: CorrelationWindow, since start: Int64) -> Set<Int> {
        var rules: Set<Int> = []
        for (place, term) in plan.terms.enumerated() where term.absent.isEmpty {
            guard term.present.allSatisfy({ window.occurs($0, since: start) }) else { continue }
            if plan.orders.isEmpty || window.isInOrder(place, since: start) { rules.formUnion(term.present) }
        }
        return rules
    }

    /// The rules of the alternatives that hold in the window that begins at `start` and has ended.
    private func decided(_ window: CorrelationWindow, _ start: Int64) -> Set<Int> {
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
        _ window: CorrelationWindow,
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
            news: news.witnesses.map(\.payload)
        )
        return Alarm(match: match, offers: plan.isLookedAt ? offers(news.entries, window, rules) : [])
    }

    /// What correlations on this one are told: each match once, so that what an alarm costs is what it brings.
    private func offers(
        _ news: [CorrelationWindow.Entry],
        _ window: CorrelationWindow,
        _ rules: Set<Int>?
    ) -> [Offer] {
        // A condition may hold again without anything new: the last match speaks for it.
        guard !news.isEmpty else {
            let last = window.last(of: rules)
            return [Offer(carried: last.carried, witnesses: last.witnesses)]
        }
        return news.map { Offer(carried: $0.carried, witnesses: $0.witnesses) }
    }

    // MARK: - Memory

    /// Drops windows whose time has passed.
    ///
    /// Time is that of the earliest of the latest matches: what comes late from one of several logs finds its windows.
    func sweep() {
        guard !groups.isEmpty || !behind.isEmpty else { return }
        let beginning = recentTimes.min().earlier(by: timespan)
        sweptTo = max(sweptTo, beginning)
        dropOver(before: beginning, from: &groups)
        dropOver(before: beginning, from: &behind)
        unswept = 0
    }

    private func dropOver(before beginning: Int64, from windows: inout [[UInt8]: CorrelationWindow]) {
        let over = windows.filter { isOver($0.value, beginning) }
        for (key, window) in over {
            windowBytes -= window.memoryBytes
            windows[key] = nil
        }
    }

    private func isOver(_ window: CorrelationWindow, _ beginning: Int64) -> Bool {
        window.lastTime < beginning && !window.isListed && window.openEnds == 0
    }

    private func drop(_ window: CorrelationWindow) {
        let key = window.key
        if groups[key] === window { groups[key] = nil } else if behind[key] === window { behind[key] = nil }
        windowBytes -= window.memoryBytes
        window.giveUp()
    }

    /// Gives up the groups in which nothing has happened for the longest time, until `bytes` are free.
    func giveUp(_ bytes: Int) {
        var freed = 0
        let windows = Array(groups.values) + Array(behind.values)
        for window in windows.sorted(by: { $0.lastTime < $1.lastTime }) {
            guard freed < bytes else { break }
            freed += window.memoryBytes + window.openEnds * DeadlineQueue.deadlineBytes
            drop(window)
            abandoned += 1
        }
        deadlines.removeGivenUp()
    }

    // MARK: - Kept for another engine

    /// All windows as bytes, once everything in them has been asked; the same for equal windows.
    func store(_ coding: PayloadCoding) -> [UInt8] {
        sweep()
        var starts: [ObjectIdentifier: [Int64]] = [:]
        deadlines.forEach { starts[ObjectIdentifier($0), default: []].append($1) }
        var bytes = ByteWriter()
        bytes.append(UInt32(plan.carried.count))
        for name in plan.carried { bytes.append(counted: name.utf8) }
        bytes.append(sweptTo)
        for windows in [groups, behind] {
            bytes.append(UInt32(windows.count))
            for (_, window) in windows.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                window.store(to: &bytes, of: plan, starts: starts[ObjectIdentifier(window)] ?? [], coding)
            }
        }
        return bytes.bytes
    }

    /// Takes back windows in which nothing happens after `instant`; false if they make no sense.
    ///
    /// Where another correlation asks for fields that were not kept, there is nothing to take back.
    func restore(_ stored: [UInt8], instant: Int64, _ coding: PayloadCoding) -> Bool {
        var bytes = ByteReader(stored)
        let carried = (0..<bytes.nextCount(of: 4)).map { _ in String(decoding: bytes.nextCounted(), as: UTF8.self) }
        guard carried == plan.carried else { return true }
        sweptTo = bytes.next()
        recentTimes = SIMD16(repeating: instant)
        guard restore(&groups, from: &bytes, coding), restore(&behind, from: &bytes, coding) else { return false }
        return bytes.isAtEnd
    }

    private func restore(
        _ windows: inout [[UInt8]: CorrelationWindow],
        from bytes: inout ByteReader,
        _ coding: PayloadCoding
    ) -> Bool {
        for _ in 0..<bytes.nextCount(of: 24) {
            guard let (key, group) = CorrelationWindow.restoreGroup(from: &bytes),
                group.count == plan.correlation.groupBy.count
            else { return false }
            let window = newWindow(key, group)
            windows[key] = window
            let before = window.memoryBytes
            guard let starts = window.restore(from: &bytes, coding) else { return false }
            windowBytes += window.memoryBytes - before
            for start in starts {
                window.lastStart = max(window.lastStart, start)
                window.openEnds += 1
                deadlines.insert(window, start: start, end: start.later(by: timespan))
            }
        }
        return true
    }
}
