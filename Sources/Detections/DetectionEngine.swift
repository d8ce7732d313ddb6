// Asks lineage and rules about each event, in that order, and folds matches into findings.

public import AuthEvents
public import ClientRegistry
public import FieldRows
public import GrantLineage
public import NetworkPlaces
public import SigmaRules

/// Events in, findings out; for one thread.
public final class DetectionEngine {
    /// The rules, in the order given.
    public let rules: [DetectionRule]
    /// The sources whose events come in.
    public let sources: [SourceProfile]
    /// The filters that are applied to matches of the rules.
    public let suppressions: [SigmaFilter]
    /// What each source has delivered.
    public private(set) var coverage: [SourceCoverage]

    /// Events whose lineage is looked up together, before rules are asked about them.
    private static let groupedRows = 64

    let layout: FieldLayout
    private let matchers: [RuleMatcher]
    /// The matcher for the events of each source.
    private let matcherPlaces: [Int]
    /// The matcher for facts about the logs themselves; `nil` if no rule asks about such.
    private let factMatcher: RuleMatcher?
    let tracker: LineageTracker
    private let writer: DerivedFieldWriter
    private let scratch = ByteBlock(capacity: 1 << 16)
    let evidenceReader: EvidenceReader
    /// Rules that report their own matches.
    private let reports: [Bool]
    let correlations: CorrelationEngine<PackedEvidence>
    private var filters: MatchFilters
    /// Number of the event whose matches are being handled.
    var eventNumber = 0
    /// Time of the earliest event.
    private var oldest = Int64.max
    /// Time of the latest event so far, in microseconds since 1970; `Int64.min` if there was none.
    public private(set) var newest = Int64.min
    /// Which derived fields the rows of the current group have.
    private let derivedPresent = RowBlock<UInt64>()
    /// The columns behind the canonical and the derived ones, see ``layout(for:)``.
    private let vendorColumns = ColumnSet(from: CanonicalField.allCases.count + DerivedField.allCases.count)
    private(set) var findingMaker: FindingMaker
    private var explanationMaker: ExplanationMaker
    /// Columns of the vendors' own fields that no event of a source has had yet, by source.
    private var unseenColumns: [[Int]]
    /// What cannot be known about the logs of each source, see ``LogFactLimit``.
    public var factLimits: [Int: [LogFactLimit]] = [:]
    /// Facts about logs that were judged.
    public private(set) var factCount: Int64 = 0

    /// Bytes that the windows of correlations may hold together unless somebody says otherwise.
    public static let windowMemoryMax = 256 << 20
    /// Bytes that findings may hold together unless somebody says otherwise; they keep less evidence from half of it on.
    public static let findingMemoryMax = FindingTable.memoryMax

    /// An engine for `rules` over rows of `layout`, which must have the columns of ``layout(for:)``.
    ///
    /// What is to be taken back from an earlier run has to be made under the same `key`.
    public init(
        rules loaded: LoadedRules,
        layout: FieldLayout,
        sources: [SourceProfile],
        windowMemoryMax: Int = DetectionEngine.windowMemoryMax,
        findingMemoryMax: Int = DetectionEngine.findingMemoryMax,
        lineageLimits: LineageLimits = LineageLimits(),
        clientRegistry: ClientRegistry? = nil,
        places: NetworkPlaces? = nil,
        key: FingerprintKey? = nil
    ) {
        let loaded = loaded.preferringOwnFields
        let rules = loaded.rules
        let detectionRules = rules.map(DetectionRule.init)
        self.rules = detectionRules
        self.sources = sources
        self.layout = layout
        suppressions = loaded.filters
        coverage = sources.map { _ in SourceCoverage() }
        let firstVendorColumn = CanonicalField.allCases.count + DerivedField.allCases.count
        let columns = min(Self.eventLayout(forPreferring: loaded).count, layout.count)
        unseenColumns = sources.map { _ in Array(min(firstVendorColumn, columns)..<columns) }
        tracker = LineageTracker(limits: lineageLimits, clientRegistry: clientRegistry, places: places)
        writer = DerivedFieldWriter(layout: layout)
        writer.prepare(scratch)
        _ = derivedPresent.append(Array(repeating: 0, count: Self.groupedRows))
        evidenceReader = EvidenceReader(layout, ruleNames: detectionRules.map(\.name))
        findingMaker = FindingMaker(
            detectionRules,
            layout: layout,
            evidenceReader: evidenceReader,
            memoryMax: findingMemoryMax
        )
        explanationMaker = ExplanationMaker(detectionRules)
        // Sources to which the same rules apply share a matcher.
        var applicable: [[Bool]] = []
        matcherPlaces = sources.map { source in
            let applies = detectionRules.map {
                source.answersToAll || !$0.isAboutLogs && $0.applies(to: source.logsource)
            }
            if let known = applicable.firstIndex(of: applies) { return known }
            applicable.append(applies)
            return applicable.count - 1
        }
        func matcher(_ applies: [Bool]) -> RuleMatcher {
            RuleMatcher(
                rules: rules,
                filters: loaded.filters,
                layout: layout,
                dispatchField: CanonicalField.kind.name,
                dispatchValues: EventKind.names
            ) { applies[$0] }
        }
        matchers = applicable.map(matcher)
        let aboutLogs = detectionRules.map(\.isAboutLogs)
        factMatcher = aboutLogs.contains(true) ? matcher(aboutLogs) : nil
        filters = MatchFilters(loaded.filters, ruleCount: rules.count)
        correlations = CorrelationEngine(
            rules: rules,
            layout: layout,
            memoryMax: windowMemoryMax,
            hash: { bytes in
                // Keyed in any case: nobody can make values that count as one.
                key.map { Int(truncatingIfNeeded: $0.groupKey(bytes.span.bytes)) } ?? bytes.hashValue
            }
        )
        let uncounted = Set(loaded.uncounted)
        reports = rules.indices.map(uncounted.contains)
    }

    /// The columns that `rules` need: those of events, then, if there are rules about logs, those of facts about logs.
    public static func layout(for loaded: LoadedRules) -> FieldLayout {
        let loaded = loaded.preferringOwnFields
        let aboutLogs = loaded.rules.filter(\.logsource.isAboutLogs)
        var layout = eventLayout(forPreferring: loaded)
        guard !aboutLogs.isEmpty else { return layout }
        for field in LogField.allCases { _ = layout.add(field.rawValue) }
        for name in RuleMatcher.fields(of: loaded.rules) { _ = layout.add(name) }
        for name in loaded.rules.map(DetectionRule.init).flatMap(\.groupBy) { _ = layout.add(name) }
        return layout
    }

    /// The columns of that layout that events can have; their rows need have no more.
    ///
    /// They are the canonical fields, the derived fields, and whatever else rules about events mention.
    public static func eventLayout(for loaded: LoadedRules) -> FieldLayout {
        eventLayout(forPreferring: loaded.preferringOwnFields)
    }

    private static func eventLayout(forPreferring loaded: LoadedRules) -> FieldLayout {
        var layout = FieldLayout(CanonicalField.names + DerivedField.names)
        let rules = loaded.rules.filter { !$0.logsource.isAboutLogs }
        for name in RuleMatcher.fields(of: rules, loaded.filters) { _ = layout.add(name) }
        for rule in rules.map(DetectionRule.init) {
            for name in rule.groupBy {
                for name in [name, rule.sigma.ownFields[name] ?? name] { _ = layout.add(name) }
            }
        }
        return layout
    }

    /// Whether the column called `name` is filled by lineage, not by a format.
    public static func isDerived(_ name: String) -> Bool { DerivedField(name: name) != nil }

    /// The names of the columns that lineage fills.
    public static var derivedFieldNames: [String] { DerivedField.names }

    /// Takes in the events `rows` of `batch`; events must come in event-time order, late ones excepted.
    ///
    /// With `mayRepeat`, earlier runs may have read them already, see ``LineageTracker/mayRepeat``.
    /// Whoever wants to watch is told of each match by `observe`, and shown each row, with its derived fields, by
    /// `inspect`.
    public func process(
        _ batch: EventBatch,
        _ rows: Range<Int>,
        source: Int,
        input: Int,
        mayRepeat: Bool = false,
        observe: ((ObservedMatch) -> Void)? = nil,
        inspect: ((AuthEvent, borrowing FieldRow) -> Void)? = nil
    ) {
        // Bound once for all rows: a property of a class costs an access check and a reference count each time.
        let events = batch.events
        let matcher = matchers[matcherPlaces[source]]
        var hits: [Int] = []
        var unseen = unseenColumns[source]
        var newest = newest
        coverage[source].count(events[rows])
        tracker.mayRepeat = mayRepeat
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.groupedRows) {
            let group = start..<min(start + Self.groupedRows, rows.upperBound)
            tracker.apply(batch, group, writer: writer, scratch: scratch, present: derivedPresent)
            if _slowPath(tracker.hasLateIssues) { explanationMaker.add(tracker.takeLateIssues(), input: input) }
            batch.withRows(scratch: scratch) { view in
                for index in group {
                    let event = events[index]
                    let row = view.row(index, event)
                    let present = self.present(event, derivedPresent[index - start])
                    if let inspect { inspect(event, row) }
                    if _slowPath(!unseen.isEmpty) { Self.removeSeen(row, from: &unseen) }
                    matcher.matches(row, dispatch: Int(event.kind.rawValue), present: present, into: &hits)
                    if event.time > newest { newest = event.time }
                    if _slowPath(!hits.isEmpty) {
                        // Which matches are late must not depend on how events come in batches.
                        correlations.advance(to: newest)
                        handle(hits, event, row, matcher, input, observe)
                    }
                }
            }
        }
        unseenColumns[source] = unseen
        if let first = events[rows].first { oldest = min(oldest, first.time) }
        self.newest = newest
        correlations.advance(to: newest)
        raiseIncidents(observe)
    }

    /// Asks rules about a fact of the logs themselves.
    ///
    /// Lineage does not hear of it, and it may be about any time: it moves no window on.
    public func judge(_ fact: LogFact, observe: ((ObservedMatch) -> Void)? = nil) {
        factCount += 1
        guard let factMatcher else { return }
        let batch = EventBatch(fact, layout: layout)
        let event = batch.events[0]
        var hits: [Int] = []
        batch.withRow(0, scratch: scratch) { row in
            let present = ColumnSet(bits: event.present).union(vendorColumns)
            factMatcher.matches(row, dispatch: Int(event.kind.rawValue), present: present, into: &hits)
            handle(hits, event, row, factMatcher, fact.input, observe)
        }
        raiseIncidents(observe)
    }

    private static func removeSeen(_ row: borrowing FieldRow, from unseen: inout [Int]) {
        var place = 0
        while place < unseen.count {
            if row[unseen[place]].isPresent {
                unseen.swapAt(place, unseen.count - 1); unseen.removeLast()
            } else {
                place += 1
            }
        }
    }

    /// Fields of the log by their own name that rules ask about and no event of source `source` has had.
    func unseenFields(_ source: Int) -> [String] { unseenColumns[source].map { layout.names[$0] }.sorted() }

    /// Why lineage cannot tell some fields of events of source `source`, whatever its format logs.
    func silentFields(_ source: Int) -> [DerivedField: String] {
        var reasons: [DerivedField: String] = [:]
        for field in DerivedField.allCases {
            if field.isLearned { reasons[field] = tracker.learning(of: field) }
            if field.isAboutPlaces, !tracker.hasPlaces {
                reasons[field] = "no file says where networks are; see --places"
            }
            guard let attribute = field.registryAttribute else { continue }
            if !tracker.hasClientRegistry {
                reasons[field] = "no client registry is configured"
            } else if !tracker.clientRegistrySays(field) {
                reasons[field] = "the client registry names no \(attribute.rawValue)"
            } else if tracker.clientRegistryIsSilent(about: source) {
                reasons[field] = "the client registry is about other times, issuers or tenants"
            }
        }
        return reasons
    }

    /// Takes note that there are no more events; to be called before findings are asked for.
    public func finish(observe: ((ObservedMatch) -> Void)? = nil) {
        correlations.finish()
        raiseIncidents(observe)
    }

    /// The columns that the event's row has, as far as that is known; of the vendor's own, all.
    @inline(__always)
    private func present(_ event: AuthEvent, _ derived: UInt64) -> ColumnSet {
        ColumnSet(bits: event.present)
            .union(ColumnSet(bits: derived, from: CanonicalField.allCases.count))
            .union(vendorColumns)
    }

    /// The rules at `hits` match the event.
    private func handle(
        _ hits: [Int],
        _ event: AuthEvent,
        _ row: borrowing FieldRow,
        _ matcher: RuleMatcher,
        _ input: Int,
        _ observe: ((ObservedMatch) -> Void)?
    ) {
        eventNumber += 1
        // Made for the first rule that needs it, the same for all.
        var packed: [UInt8]?
        for rule in hits where allows(rule, event, row, matcher) {
            if let observe {
                let seen = reports[rule] ? [evidence(rule, event, row, input, &packed)] : []
                observe(ObservedMatch(rule: rule, isCorrelation: false, time: event.time, group: [], evidence: seen))
            }
            if reports[rule] { findingMaker.add(rule, event, row, input: input, fields: &packed) }
            guard correlations.looks(at: rule) else { continue }
            let evidence = evidenceReader.pack(row, event, input: input, rule: rule, fields: &packed)
            correlations.add(
                rule,
                event: eventNumber,
                time: event.time,
                row,
                payload: evidence,
                payloadBytes: evidence.memoryBytes
            )
        }
    }

    private func evidence(
        _ rule: Int,
        _ event: AuthEvent,
        _ row: borrowing FieldRow,
        _ input: Int,
        _ packed: inout [UInt8]?
    ) -> Evidence {
        evidenceReader.evidence(evidenceReader.pack(row, event, input: input, rule: rule, fields: &packed))
    }

    private func allows(_ rule: Int, _ event: AuthEvent, _ row: borrowing FieldRow, _ matcher: RuleMatcher) -> Bool {
        let concerning = filters.concerning(rule)
        guard !concerning.isEmpty else { return true }
        // Asked beforehand: a row cannot be used inside a closure.
        var holding: Set<Int> = []
        for filter in concerning where matcher.holds(filter: filter, for: rule, row) { holding.insert(filter) }
        return filters.allow(rule, at: event.time) { holding.contains($0) }
    }

    /// Conditions of correlations hold.
    private func raiseIncidents(_ observe: ((ObservedMatch) -> Void)?) {
        for match in correlations.takeMatches() {
            if let observe {
                let group = findingMaker.named(match)
                let seen = reports[match.rule] ? match.news.map(evidenceReader.evidence) : []
                observe(
                    ObservedMatch(
                        rule: match.rule,
                        isCorrelation: true,
                        time: match.time,
                        group: group,
                        evidence: seen
                    )
                )
            }
            if reports[match.rule] { findingMaker.add(match) }
        }
    }

    /// The rules that make findings of their own matches.
    public var reportingRules: [DetectionRule] { rules.indices.filter { reports[$0] }.map { rules[$0] } }

    /// The findings so far, by level, rule, time and id.
    public var findings: [Finding] { findingMaker.findings }

    /// Number of findings so far.
    public var findingCount: Int { findingMaker.table.stored + findingMaker.table.records.count }

    /// Hands out the findings so far, to be stored while the run goes on; all events before `time`, and only those, must
    /// have come in.
    ///
    /// Findings that go on are handed out again with what came later, under the same id.
    public func takeFindings(before time: Int64) -> [Finding] {
        correlations.advance(to: time)
        raiseIncidents(nil)
        return findingMaker.takeFindings()
    }

    /// Hands out what explains findings of this run or earlier ones; to be stored with the findings.
    public func takeExplanations() -> [Explanation] { explanationMaker.take() }

    /// Events that came too late for their order to be restored.
    public var lateEvents: Int64 { tracker.statistics.lateEvents }

    /// Events that are older than what earlier runs have judged, and that came in their order in this one.
    public var backdatedEvents: Int64 { tracker.statistics.backdatedEvents }

    /// Why rules were cut short, by rule index: limits of regular expressions, of findings, of windows.
    public var restrictions: [Int: String] {
        findingMaker.restrictions.reduce(into: matchRestrictions) { said, restriction in
            said[restriction.rule] = (said[restriction.rule].map { $0 + "; " } ?? "") + restriction.text
        }
    }

    /// Those that concern correlations on these rules, too: matches were missed, not only their findings.
    var matchRestrictions: [Int: String] {
        var said: [Int: [String]] = [:]
        func say(_ rule: Int, _ text: String) { said[rule, default: []].append(text) }
        for (rule, hits) in allMatchers.reduce(into: [Int: Int](), { $0.merge($1.regexLimitHits, uniquingKeysWith: +) })
        {
            say(rule, "a regular expression gave up at its match limit \(hits) times")
        }
        for (rule, hits) in allMatchers.reduce(
            into: [Int: Int](),
            { $0.merge($1.filterLimitHits, uniquingKeysWith: +) }
        ) {
            say(rule, "a regular expression of its filters gave up at its match limit \(hits) times")
        }
        for (rule, text) in forgotten { say(rule, text) }
        for (rule, windows) in correlations.abandoned {
            say(rule, "the windows needed more memory than they may have; \(windows) were given up")
        }
        for (rule, windows) in correlations.disordered {
            say(rule, "too many events came late to bring them into order; \(windows) windows were given up")
        }
        return said.mapValues { $0.joined(separator: "; ") }
    }

    private var allMatchers: [RuleMatcher] { matchers + (factMatcher.map { [$0] } ?? []) }

    /// What lineage had to forget although rules ask about it, by rule index.
    private var forgotten: [Int: String] {
        let gaps = DerivedField.allCases.reduce(into: [String: String]()) {
            $0[$1.name] = tracker.gap(in: $1, since: oldest)
        }
        guard !gaps.isEmpty else { return [:] }
        return rules.indices.reduce(into: [:]) { forgotten, rule in
            let texts = Set((rules[rule].sigma.detection?.fields ?? []).compactMap { gaps[$0] })
            if !texts.isEmpty { forgotten[rule] = texts.sorted().joined(separator: "; ") }
        }
    }

    /// Matches that correlations left out because a field to group by or to measure was missing, by rule index.
    public var excludedMatches: [Int: Int64] { correlations.excluded }

    /// Matches that came too late for their order to be restored, by index of the correlation.
    public var lateMatches: [Int: Int64] { correlations.late }

    /// Windows that were still open when the events ended, so that nothing can be said of them yet, by rule index.
    public var undecidedWindows: [Int: Int64] { correlations.undecided }

    /// What each of ``suppressions`` has done.
    public var filterEffects: [FilterEffect] { filters.effects }
}
