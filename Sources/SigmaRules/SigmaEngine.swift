// Rules in, events in, matches out: the whole engine in one object.

import FieldRows

/// Evaluates a set of rules, correlations and filters on events given as dictionaries.
///
/// Events come in the order of their time. Whoever has rows of bytes already uses ``RuleMatcher`` and
/// ``CorrelationEngine`` instead, which this is made of. Not for use by two threads at once.
public final class SigmaEngine {
    /// A rule that matches.
    public struct Match {
        /// The rule: a detection, or a correlation whose condition holds.
        public let rule: SigmaRule
        /// Time of the event or, for a correlation, of the end of its window, in microseconds since 1970.
        public let time: Int64
        /// For a correlation, the values of its group-by fields as text.
        public let group: [String]
        /// The events that the match rests on and that no earlier one of the same incident has named.
        public let events: [[String: SigmaValue]]
    }

    private let rules: [SigmaRule]
    private let filters: [[Int]]
    private let reports: Set<Int>
    private let layout: FieldLayout
    private let matcher: RuleMatcher
    private let correlations: CorrelationEngine<[String: SigmaValue]>
    private var count = 0

    /// An engine for everything that `loaded` holds.
    ///
    /// The windows of correlations hold at most `windowMemoryMax` bytes together, roughly.
    public init(_ loaded: LoadedRules, windowMemoryMax: Int = 256 << 20) {
        rules = loaded.rules
        var filters: [[Int]] = rules.map { _ in [] }
        for (index, filter) in loaded.filters.enumerated() {
            for rule in filter.ruleIndices { filters[rule].append(index) }
        }
        self.filters = filters
        reports = Set(loaded.uncounted)
        layout = FieldLayout(RuleMatcher.fields(of: rules, loaded.filters))
        matcher = RuleMatcher(rules: rules, filters: loaded.filters, layout: layout)
        correlations = CorrelationEngine(rules: rules, layout: layout, memoryMax: windowMemoryMax)
    }

    /// What the rules say of `event`, which happened at `time`, in microseconds since 1970; `line` is searched for
    /// keywords and is the event as JSON unless it is given.
    public func evaluate(_ event: [String: SigmaValue], at time: Int64, line: String? = nil) -> [Match] {
        count += 1
        var matches: [Match] = []
        withRow(event, line: line ?? Self.json(event)) { row in
            var hits: [Int] = []
            matcher.matches(row, dispatch: -1, into: &hits)
            for rule in hits {
                var isAllowed = true
                for filter in filters[rule] where !matcher.holds(filter: filter, for: rule, row) { isAllowed = false }
                guard isAllowed else { continue }
                if reports.contains(rule) {
                    matches.append(Match(rule: rules[rule], time: time, group: [], events: [event]))
                }
                guard correlations.looks(at: rule) else { continue }
                let bytes = event.reduce(64) { $0 + $1.key.utf8.count + $1.value.bytes.count + 64 }
                correlations.add(rule, event: count, time: time, row, payload: event, payloadBytes: bytes)
            }
        }
        correlations.advance(to: time)
        return matches + takeCorrelations()
    }

    /// What can only be said when there are no more events.
    public func finish() -> [Match] {
        correlations.finish()
        return takeCorrelations()
    }

    private func takeCorrelations() -> [Match] {
        correlations.takeMatches().filter { reports.contains($0.rule) }.map { match in
            Match(rule: rules[match.rule], time: match.time, group: match.group.map(\.text), events: match.news)
        }
    }

    private static func json(_ event: [String: SigmaValue]) -> String {
        let members = event.sorted { $0.key < $1.key }.map { SigmaValue.string($0.key).json + ":" + $0.value.json }
        return "{" + members.joined(separator: ",") + "}"
    }

    private func withRow(_ event: [String: SigmaValue], line: String, _ body: (borrowing FieldRow) -> Void) {
        var block = Array(line.utf8)
        let wholeLine = FieldSlice(.string, .line, offset: 0, count: block.count)
        let slices = layout.names.map { name in
            guard let value = event[name] else { return FieldSlice.missing }
            let bytes = value.bytes
            defer { block += bytes }
            return FieldSlice(value.kind, .line, offset: block.count, count: bytes.count)
        }
        let (bytes, none) = (block, [UInt8]())
        body(
            FieldRow(
                line: bytes.span.bytes,
                arena: none.span.bytes,
                scratch: none.span.bytes,
                fingerprints: none.span.bytes,
                slices: slices.span,
                wholeLine: wholeLine
            )
        )
    }
}
