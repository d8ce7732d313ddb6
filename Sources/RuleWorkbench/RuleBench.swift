// Rules, compiled for one format, that are shown events one by one.

import AuthEvents
import ByteStreams
import ClientRegistry
public import Detections
import FieldRows
import LogFormats
import NetworkPlaces
import SigmaRules

/// A match of a rule while events are judged.
public struct BenchMatch: Sendable, Equatable {
    /// Index of the rule.
    public let rule: Int
    /// Number of the event, from 1; `nil` for a correlation.
    public let event: Int?
    /// Time of the event, or of the end of the window, in microseconds since 1970-01-01T00:00:00Z.
    public let time: Int64
    /// For a correlation, the values it groups by.
    public let group: [NamedValue]
}

/// What became of a list of events.
struct BenchResult {
    /// All matches of detections and correlations, counted rules included.
    var matches: [BenchMatch] = []
    /// The `id` of each rule with a finding.
    var found: Set<String> = []
    /// Numbers of lines that are no events, from 1, with the reason.
    var fates: [Int: String] = [:]
}

/// Runs rules on lines as an audit would, without files and database.
struct RuleBench {
    /// Fingerprints of a test are of no use to anybody else.
    private static let key = FingerprintKey(Array(repeating: 1, count: FingerprintKey.byteCount))

    /// The rules.
    let rules: LoadedRules
    private let plan: CompiledFormat
    private let source: SourceProfile
    private let clientRegistry: ClientRegistry?
    private let places: NetworkPlaces?

    /// A bench for `rules` and events of `format`.
    ///
    /// With ``PlainJSON`` the source answers to the log source of every rule.
    init(
        _ rules: LoadedRules,
        format: FormatFile,
        clientRegistry: ClientRegistry? = nil,
        places: NetworkPlaces? = nil
    ) throws(FormatError) {
        self.rules = rules
        self.clientRegistry = clientRegistry
        self.places = places
        plan = try CompiledFormat(
            format,
            layout: DetectionEngine.layout(for: rules),
            isDerived: DetectionEngine.isDerived
        )
        source = plan.profile
    }

    /// Judges `lines` in order; `inspect` sees each event's number, from 1, and row before rules are asked about it.
    func judge(
        _ lines: [String],
        inspect: ((Int, borrowing FieldRow) -> Void)? = nil
    ) -> (result: BenchResult, engine: DetectionEngine) {
        let engine = DetectionEngine(
            rules: rules,
            layout: plan.layout,
            sources: [source],
            clientRegistry: clientRegistry,
            places: places
        )
        var decoder = LineDecoder(plan, key: Self.key)
        var result = BenchResult()
        for (index, line) in lines.enumerated() {
            let batch = decoder.decode(LineBatch(oneLine: line))
            if batch.events.isEmpty { result.fates[index + 1] = Self.fate(batch) }
            engine.process(batch, batch.events.indices, source: 0, input: 1) { match in
                result.matches.append(BenchMatch(match, event: index + 1))
            } inspect: { _, row in
                inspect?(index + 1, row)
            }
        }
        engine.finish { result.matches.append(BenchMatch($0, event: 0)) }
        result.found = Set(engine.findings.map(\.ruleID))
        return (result, engine)
    }

    private static func fate(_ batch: EventBatch) -> String {
        let rejected = batch.rejected.first.map { "rejected: \($0.reason)" }
        return rejected ?? batch.tally.ignored.keys.first.map { "ignored: \($0)" } ?? "no event"
    }
}

extension BenchMatch {
    fileprivate init(_ match: ObservedMatch, event: Int) {
        rule = match.rule
        self.event = match.isCorrelation ? nil : event
        time = match.time
        group = match.group
    }
}
