// Follows one correlation rule through the events of its base rules.

import AuthEvents
import FieldRows
import SigmaRules

/// The windows of one correlation, group by group.
struct CorrelationCounter {
    /// Matches that the windows of one correlation may hold together; beyond it the oldest groups are given up.
    static let entriesMax = 200_000

    let rule: Int
    private let correlation: Correlation
    /// How to read group and value from events of each base rule.
    private let readers: [Int: (group: GroupKeyReader, valueColumn: Int)]
    private var windows: [[UInt8]: CorrelationWindow] = [:]
    private var entries = 0
    private var sweepTime = Int64.min
    /// Matches left out because a group-by field was missing.
    private(set) var excluded: Int64 = 0
    /// Windows given up for want of room.
    private(set) var abandoned: Int64 = 0

    init(_ rule: Int, _ correlation: Correlation, layout: FieldLayout) {
        self.rule = rule
        self.correlation = correlation
        var readers: [Int: (GroupKeyReader, Int)] = [:]
        for (written, index) in zip(correlation.rules, correlation.ruleIndices) {
            let fields = correlation.groupBy.map { correlation.field($0, in: written) ?? $0 }
            let value = correlation.valueField.flatMap { correlation.field($0, in: written) }
            readers[index] = (
                GroupKeyReader(fields, named: correlation.groupBy, layout: layout),
                value.flatMap { layout.column(of: $0) } ?? -1
            )
        }
        self.readers = readers
    }

    /// The base rules it counts.
    var baseRules: [Int] { Array(readers.keys) }

    /// Counts a match of base rule `base`; returns what is to be told when the condition holds.
    mutating func count(
        _ base: Int,
        _ event: AuthEvent,
        _ row: borrowing FieldRow,
        evidence: Evidence
    ) -> Alarm? {
        guard let reader = readers[base] else { return nil }
        guard reader.group.isComplete(row) else {
            excluded += 1
            return nil
        }
        var value = 0
        if correlation.type == .valueCount {
            guard reader.valueColumn >= 0, row[reader.valueColumn].hasValue else {
                excluded += 1
                return nil
            }
            value = Self.hash(row.bytes(row[reader.valueColumn]))
        }
        let group = reader.group.bytes(row, rule: rule)
        let before = windows[group]?.eventCount ?? 0
        windows[group, default: CorrelationWindow()].add(
            .init(time: event.time, value: value, evidence: evidence),
            timespan: correlation.timespanMicroseconds
        )
        guard let window = windows[group] else { return nil }
        entries += window.eventCount - before
        defer { sweep(event.time) }
        let count = correlation.type == .eventCount ? window.eventCount : window.valueCount
        guard correlation.condition.holds(count: count) else { return nil }
        return Alarm(
            group: group,
            values: reader.group.values(row),
            incident: window.incident,
            firstTime: window.entries.first?.time ?? event.time
        )
    }

    /// Notes that the finding at `place` tells of the group's matches; returns those it has to be told of.
    mutating func tell(_ place: Int?, of group: [UInt8]) -> [CorrelationWindow.Entry] {
        windows[group]?.tell(place) ?? []
    }

    /// A group for which the condition holds.
    struct Alarm {
        var group: [UInt8]
        var values: [NamedValue]
        /// The finding of the incident that goes on, if one does.
        var incident: Int?
        /// Time of the first match in the window.
        var firstTime: Int64
    }

    /// Drops windows whose time has passed, once per timespan, or all that can go when there are too many.
    private mutating func sweep(_ time: Int64) {
        guard time - correlation.timespanMicroseconds >= sweepTime || entries > Self.entriesMax else { return }
        sweepTime = time
        entries = 0
        for group in Array(windows.keys) {
            windows[group]?.expire(before: time - correlation.timespanMicroseconds)
            let left = windows[group]?.eventCount ?? 0
            if left == 0 { windows[group] = nil } else { entries += left }
        }
        guard entries > Self.entriesMax else { return }
        let oldest = windows.sorted { ($0.value.entries.last?.time ?? 0) < ($1.value.entries.last?.time ?? 0) }
        for (group, window) in oldest where entries > Self.entriesMax / 2 {
            entries -= window.eventCount
            windows[group] = nil
            abandoned += 1
        }
    }

    /// FNV-1a over bytes in lower case: values compare as Sigma strings do.
    private static func hash(_ span: RawSpan) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<span.byteCount {
            let byte = span.byte(at: index)
            hash = (hash ^ UInt64((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)) &* 0x100_0000_01B3
        }
        return Int(truncatingIfNeeded: hash)
    }
}
