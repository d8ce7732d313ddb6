// Asks lineage and rules about each event, in that order, and folds matches into findings.

public import AuthEvents
public import FieldRows
import GrantLineage
public import SigmaRules

/// Events in, findings out; for one thread.
public final class DetectionEngine {
    /// The rules, in the order given.
    public let rules: [DetectionRule]
    /// The sources whose events come in.
    public let sources: [SourceProfile]
    /// What each source has delivered.
    public private(set) var coverage: [SourceCoverage]

    /// Events whose lineage is looked up together, before rules are asked about them.
    private static let groupedRows = 64

    private let layout: FieldLayout
    private let matcher: RuleMatcher
    private let tracker: LineageTracker
    private let writer: DerivedFieldWriter
    private let scratch = ByteBlock(capacity: 1 << 16)
    private let evidenceReader: EvidenceReader
    private let groupReaders: [GroupKeyReader]
    /// Whether rule r is asked about events of source s, at s * rules + r.
    private let isApplicable: [Bool]
    /// Rules that report their own matches.
    private let reports: [Bool]
    /// Counters that count rule r's matches.
    private let counterIndices: [[Int]]
    private var counters: [CorrelationCounter] = []
    /// Which derived fields the rows of the current group have.
    private let derivedPresent = RowBlock<UInt32>()
    /// The columns behind the canonical and the derived ones, see ``layout(for:)``.
    private let vendorColumns = ColumnSet(from: CanonicalField.allCases.count + DerivedField.allCases.count)
    private var table = FindingTable()

    /// An engine for `rules` over rows of `layout`, which must have the columns of ``layout(for:)``.
    public init(rules: [SigmaRule], layout: FieldLayout, sources: [SourceProfile]) {
        let detectionRules = rules.map(DetectionRule.init)
        self.rules = detectionRules
        self.sources = sources
        self.layout = layout
        coverage = sources.map { _ in SourceCoverage() }
        matcher = RuleMatcher(
            rules: rules,
            layout: layout,
            dispatchField: CanonicalField.kind.name,
            dispatchValues: EventKind.names
        )
        tracker = LineageTracker()
        writer = DerivedFieldWriter(layout: layout)
        writer.prepare(scratch)
        _ = derivedPresent.append(Array(repeating: 0, count: Self.groupedRows))
        evidenceReader = EvidenceReader(layout)
        groupReaders = detectionRules.map { GroupKeyReader($0.groupBy, layout: layout) }
        isApplicable = sources.flatMap { source in detectionRules.map { $0.applies(to: source.logsource) } }
        var reports = rules.map { $0.detection != nil }
        var counterIndices: [[Int]] = rules.map { _ in [] }
        for (index, rule) in rules.enumerated() {
            guard let correlation = rule.correlation else { continue }
            let counter = CorrelationCounter(index, correlation, layout: layout)
            for base in counter.baseRules {
                counterIndices[base].append(counters.count)
                if !correlation.generate { reports[base] = false }
            }
            counters.append(counter)
        }
        self.reports = reports
        self.counterIndices = counterIndices
    }

    /// The columns that `rules` need: canonical fields, derived fields, and whatever else they mention.
    public static func layout(for rules: [SigmaRule]) -> FieldLayout {
        var layout = FieldLayout(CanonicalField.names + DerivedField.names)
        for name in RuleMatcher.fields(of: rules) { _ = layout.add(name) }
        for name in rules.map(DetectionRule.init).flatMap(\.groupBy) { _ = layout.add(name) }
        return layout
    }

    /// Whether the column called `name` is filled by lineage, not by a format.
    public static func isDerived(_ name: String) -> Bool { DerivedField(name: name) != nil }

    /// Takes in the events `rows` of `batch`; events must come in event-time order, late ones excepted.
    public func process(_ batch: EventBatch, _ rows: Range<Int>, source: Int, input: Int) {
        // Bound once for all rows: a property of a class costs an access check and a reference count each time.
        let events = batch.events
        var hits: [Int] = []
        coverage[source].count(events[rows])
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.groupedRows) {
            let group = start..<min(start + Self.groupedRows, rows.upperBound)
            tracker.apply(batch, group, writer: writer, scratch: scratch, present: derivedPresent)
            batch.withRows(scratch: scratch) { view in
                for index in group {
                    let event = events[index]
                    let row = view.row(index, event)
                    let present = self.present(event, derivedPresent[index - start])
                    matcher.matches(row, dispatch: Int(event.kind.rawValue), present: present, into: &hits)
                    if _slowPath(!hits.isEmpty) { handle(hits, event, row, source, input) }
                }
            }
        }
    }

    /// The columns that the event's row has, as far as that is known; of the vendor's own, all.
    @inline(__always)
    private func present(_ event: AuthEvent, _ derived: UInt32) -> ColumnSet {
        ColumnSet(bits: event.present)
            .union(ColumnSet(bits: UInt64(derived), from: CanonicalField.allCases.count))
            .union(vendorColumns)
    }

    /// The rules at `hits` match the event.
    private func handle(
        _ hits: [Int],
        _ event: AuthEvent,
        _ row: borrowing FieldRow,
        _ source: Int,
        _ input: Int
    ) {
        // Made for the first rule that needs it, the same for all.
        var fields: [NamedValue]?
        for rule in hits where isApplicable[source * rules.count + rule] {
            if reports[rule] { report(rule, event, row, input, &fields) }
            if !counterIndices[rule].isEmpty { count(rule, event, row, input, &fields) }
        }
    }

    /// A match of a rule that speaks for itself.
    private func report(
        _ rule: Int,
        _ event: AuthEvent,
        _ row: borrowing FieldRow,
        _ input: Int,
        _ fields: inout [NamedValue]?
    ) {
        let group = groupReaders[rule].bytes(row, rule: rule)
        let bucket = FindingIdentity.bucket(event.time)
        // The table must not be open for writing while the row is read for a new finding.
        let values = groupReaders[rule].values(row)
        let place = table.place(rule: rule, group: group, bucket: bucket) {
            finding(rule, values, bucket: bucket, time: event.time)
        }
        guard let place else { return }
        let evidence = table.keepsEvidence(place) ? evidence(rule, event, row, input, &fields) : nil
        table.extend(place, time: event.time, evidence: evidence)
    }

    /// A match that correlations count.
    private func count(
        _ rule: Int,
        _ event: AuthEvent,
        _ row: borrowing FieldRow,
        _ input: Int,
        _ fields: inout [NamedValue]?
    ) {
        let evidence = evidence(rule, event, row, input, &fields)
        for counter in counterIndices[rule] {
            guard let alarm = counters[counter].count(rule, event, row, evidence: evidence) else { continue }
            raise(counter, alarm)
        }
    }

    private func evidence(
        _ rule: Int,
        _ event: AuthEvent,
        _ row: borrowing FieldRow,
        _ input: Int,
        _ fields: inout [NamedValue]?
    ) -> Evidence {
        let known = fields ?? evidenceReader.fields(row)
        fields = known
        return Evidence(
            input: input,
            lineNumber: event.lineNumber,
            byteOffset: event.byteOffset,
            time: event.time,
            ruleName: rules[rule].name,
            fields: known
        )
    }

    /// The condition of a correlation holds: the incident, new or going on, is told of all matches in the window.
    private func raise(_ counter: Int, _ alarm: CorrelationCounter.Alarm) {
        let rule = counters[counter].rule
        let bucket = FindingIdentity.bucket(alarm.firstTime)
        let place =
            alarm.incident
            ?? table.place(rule: rule, group: alarm.group, bucket: bucket) {
                finding(rule, alarm.values, bucket: bucket, time: alarm.firstTime)
            }
        let news = counters[counter].tell(place, of: alarm.group)
        guard let place else { return }
        for entry in news {
            table.extend(place, time: entry.time, evidence: table.keepsEvidence(place) ? entry.evidence : nil)
        }
    }

    private func finding(_ rule: Int, _ groupKey: [NamedValue], bucket: Int64, time: Int64) -> Finding {
        let id = FindingIdentity.id(rule: rules[rule].id, groupKey: groupKey, bucket: bucket)
        return Finding(
            id: id,
            ruleID: rules[rule].id,
            title: rules[rule].sigma.title,
            level: rules[rule].level,
            groupKey: groupKey,
            bucket: bucket,
            firstSeen: time,
            lastSeen: time,
            count: 0,
            evidence: []
        )
    }

    /// The findings so far, by level, rule, time and id.
    public var findings: [Finding] {
        table.findings.sorted { left, right in
            (right.level, left.ruleID, left.firstSeen, left.id) < (left.level, right.ruleID, right.firstSeen, right.id)
        }
    }

    /// Number of findings so far.
    public var findingCount: Int { table.findings.count }

    /// Events that came too late for their order to be restored.
    public var lateEvents: Int64 { tracker.statistics.lateEvents }

    /// Why rules were cut short, by rule index: limits of regular expressions, of findings, of windows.
    public var restrictions: [Int: String] {
        var result: [Int: String] = [:]
        for (rule, hits) in matcher.regexLimitHits {
            result[rule] = "a regular expression gave up at its match limit \(hits) times"
        }
        for (rule, matches) in table.overflow {
            result[rule] = "more than \(FindingTable.perRuleMax) findings; \(matches) further matches were only counted"
        }
        for counter in counters where counter.abandoned > 0 {
            result[counter.rule] = "too many groups at once; \(counter.abandoned) windows were given up"
        }
        return result
    }

    /// Matches that correlations left out because a group-by field was missing, by rule index.
    public var excludedMatches: [Int: Int64] {
        counters.reduce(into: [:]) { if $1.excluded > 0 { $0[$1.rule] = $1.excluded } }
    }
}
