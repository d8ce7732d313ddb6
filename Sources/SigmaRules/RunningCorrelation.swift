// One correlation with the windows of all its groups.

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
    /// How many values a match is grouped by.
    private let groupCount: Int
    /// How many values a match is grouped or measured by.
    private let measuredEnd: Int
    private let isNumeric: Bool
    private let groupHash = KeyedHash()
    private var groups = GroupTable()
    /// Second windows of groups, for matches that are too early for the first: one event dated far ahead blinds nobody.
    private var behind = GroupTable()
    /// Of the match at hand, bytes that are equal for equal groups, and those for equal counted values.
    private var keyBytes: [UInt8] = []
    private var valueBytes: [UInt8] = []
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
        groupCount = plan.correlation.groupBy.count
        measuredEnd = groupCount + plan.correlation.valueFields.count
        isNumeric = plan.correlation.type.isNumeric
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
        /// Number of the event, the same for all rules it matches.
        var event: Int
        var time: Int64
        var witnesses: [Witness]
    }

    /// Takes in a match of another correlation, which has the `values` that the plan asks for.
    func insert(_ match: Match, _ values: [EventValue?], instant: Int64, incidents: inout Int) -> [Alarm] {
        let group = values.prefix(groupCount).compactMap { $0 }
        guard group.count == groupCount, let sample = sample(match.position, values[groupCount..<measuredEnd]) else {
            excluded += 1
            return []
        }
        keyBytes.removeAll(keepingCapacity: true)
        for value in group { value.appendKey(to: &keyBytes) }
        guard let window = window(match.time) ?? newWindow(group, match.time) else {
            late += 1
            return []
        }
        return insert(match, sample, Array(values[measuredEnd...]), into: window, instant, &incidents)
    }

    /// Takes in a match of a detection: the values that the plan asks for are in `columns` of the row.
    ///
    /// They are not copied unless the group is new.
    func insert(
        _ match: Match,
        _ columns: [FieldColumns],
        _ row: borrowing FieldRow,
        instant: Int64,
        incidents: inout Int
    ) -> [Alarm] {
        keyBytes.removeAll(keepingCapacity: true)
        for column in columns[..<groupCount] where !column.appendKey(of: row, to: &keyBytes) {
            excluded += 1
            return []
        }
        guard let sample = sample(match.position, columns[groupCount..<measuredEnd], row) else {
            excluded += 1
            return []
        }
        var found = window(match.time)
        if found == nil {
            var group: [EventValue] = []
            for column in columns[..<groupCount] { if let value = column.value(row) { group.append(value) } }
            found = newWindow(group, match.time)
        }
        guard let window = found else {
            late += 1
            return []
        }
        var carried: [EventValue?] = []
        for column in columns[measuredEnd...] { carried.append(column.value(row)) }
        return insert(match, sample, carried, into: window, instant, &incidents)
    }

    /// Takes in a match; all events before `instant` are known, late ones excepted.
    ///
    /// A window is asked about its time before a match of a later one goes in, even if the match comes late and no
    /// ``close(at:deciding:incidents:)`` tells of that time: a group whose own events are in order gets its answers.
    private func insert(
        _ match: Match,
        _ sample: WindowMeasure.Sample,
        _ carried: [EventValue?],
        into window: CorrelationWindow,
        _ instant: Int64,
        _ incidents: inout Int
    ) -> [Alarm] {
        let entry = CorrelationWindow.Entry(
            time: match.time,
            event: match.event,
            sample: sample,
            carried: carried,
            witnesses: match.witnesses
        )
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

    /// The window of the group with ``keyBytes`` for a match at `time`, if there is one that the match is not too early
    /// for.
    private func window(_ time: Int64) -> CorrelationWindow? {
        let hash = groupHash.value(keyBytes.span.bytes)
        guard let first = groups.find(hash, keyBytes) else { return nil }
        guard time < first.lastTime.earlier(by: timespan) else { return first }
        guard let second = behind.find(hash, keyBytes), time >= second.lastTime.earlier(by: timespan) else {
            return nil
        }
        return second
    }

    /// A new window for the group with ``keyBytes`` and a match at `time`; `nil` if that is too early even for the
    /// group's second.
    private func newWindow(_ group: [EventValue], _ time: Int64) -> CorrelationWindow? {
        let hash = groupHash.value(keyBytes.span.bytes)
        let isFirst = groups.find(hash, keyBytes) == nil
        guard isFirst || behind.find(hash, keyBytes) == nil else { return nil }
        let window = CorrelationWindow(group, plan)
        windowBytes += window.memoryBytes
        if isFirst { groups.insert(window, hash) } else { behind.insert(window, hash) }
        return window
    }

    private func sample(_ position: Int, _ measured: ArraySlice<EventValue?>) -> WindowMeasure.Sample? {
        let values = measured.compactMap { $0 }
        guard values.count == measured.count else { return nil }
        guard isNumeric else {
            valueBytes.removeAll(keepingCapacity: true)
            for value in values { value.appendKey(to: &valueBytes) }
            return sample(position)
        }
        guard let number = values.first?.number else { return nil }
        return WindowMeasure.Sample(rule: position, number: number)
    }

    private func sample(
        _ position: Int,
        _ measured: ArraySlice<FieldColumns>,
        _ row: borrowing FieldRow
    ) -> WindowMeasure.Sample? {
        guard isNumeric else {
            valueBytes.removeAll(keepingCapacity: true)
            for column in measured where !column.appendKey(of: row, to: &valueBytes) { return nil }
            return sample(position)
        }
        guard let column = measured.first, let number = column.value(row)?.number else { return nil }
        return WindowMeasure.Sample(rule: position, number: number)
    }

    /// A match that counts ``valueBytes``, if it counts values.
    private func sample(_ position: Int) -> WindowMeasure.Sample {
        WindowMeasure.Sample(rule: position, valueHash: measuredEnd > groupCount ? hash(valueBytes) : 0)
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
        var windows = listed
        listed = []
        var alarms: [Alarm] = []
        // Sorted, so that nothing depends on the order of events with equal times.
        if windows.count > 1 { windows.sort { $0.key.lexicographicallyPrecedes($1.key) } }
        for window in windows {
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
        groups.removeAll {
            isOver($0, beginning)
        } _: {
            windowBytes -= $0.memoryBytes
        }
        behind.removeAll {
            isOver($0, beginning)
        } _: {
            windowBytes -= $0.memoryBytes
        }
        unswept = 0
    }

    private func isOver(_ window: CorrelationWindow, _ beginning: Int64) -> Bool {
        window.lastTime < beginning && !window.isListed && window.openEnds == 0
    }

    private func drop(_ window: CorrelationWindow) {
        if groups.remove(window) || behind.remove(window) { windowBytes -= window.memoryBytes }
        window.giveUp()
    }

    /// Gives up the groups in which nothing has happened for the longest time, until `bytes` are free.
    func giveUp(_ bytes: Int) {
        var freed = 0
        for window in (groups.all + behind.all).sorted(by: { $0.lastTime < $1.lastTime }) {
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
        for table in [groups, behind] {
            bytes.append(UInt32(table.count))
            for window in table.all.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
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
        _ windows: inout GroupTable,
        from bytes: inout ByteReader,
        _ coding: PayloadCoding
    ) -> Bool {
        for _ in 0..<bytes.nextCount(of: 24) {
            guard let (key, group) = CorrelationWindow.restoreGroup(from: &bytes),
                group.count == plan.correlation.groupBy.count
            else { return false }
            let window = CorrelationWindow(group, plan, key: key)
            guard let starts = window.restore(from: &bytes, coding) else { return false }
            windowBytes += window.memoryBytes
            windows.insert(restored: window)
            for start in starts {
                window.lastStart = max(window.lastStart, start)
                window.openEnds += 1
                deadlines.insert(window, start: start, end: start.later(by: timespan))
            }
        }
        return true
    }
}
