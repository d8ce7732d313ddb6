// The best log that a format can describe: one event of every kind and outcome, with every field there is.

import AuthEvents
import ByteStreams
import ClientRegistry
import Detections
import FieldRows
import GrantLineage
import LogFormats
import NetworkPlaces
import SigmaRules

/// Asks the detections what they say of rules after such a log, so that there is one judgement of what is evaluable.
struct BestLog {
    private let profile: SourceProfile
    /// Vendor fields by their own names that lines can have; `nil` for any.
    private let names: Set<String>?

    init(_ format: FormatFile, _ capabilities: SourceCapabilities) {
        names = format.isOpen ? nil : Set(format.sourceFieldNames)
        profile = SourceProfile(capabilities, logsource: format.logsource)
    }

    /// For each rule that cannot find anything in the log, by its place, the reason.
    func obstacles(to rules: LoadedRules) throws(FormatError) -> [Int: String] {
        guard !profile.capabilities.kinds.isEmpty else {
            return Dictionary(uniqueKeysWithValues: rules.rules.indices.map { ($0, "\(profile.name) has no events") })
        }
        let layout = DetectionEngine.layout(for: rules)
        let plan = try CompiledFormat(try Self.format(), layout: layout, isDerived: DetectionEngine.isDerived)
        var limits = LineageLimits()
        // What is usual can be learned from any log.
        limits.learningSeconds = 0
        let engine = DetectionEngine(
            rules: rules,
            layout: layout,
            sources: [profile],
            lineageLimits: limits,
            clientRegistry: .complete,
            places: NetworkPlaces([])
        )
        var decoder = LineDecoder(plan, key: FingerprintKey(Array(repeating: 1, count: FingerprintKey.byteCount)))
        for line in lines(layout) {
            let block = ByteBlock(capacity: line.utf8.count)
            block.append(Array(line.utf8).span.bytes)
            let batch = decoder.decode(LineBatch(oneLine: block))
            engine.process(batch, batch.events.indices, source: 0, input: 0)
        }
        return engine.evaluations.reduce(into: [:]) { $0[$1.rule] = $1.reason }
    }

    /// The lines of the log, as JSON objects.
    private func lines(_ layout: FieldLayout) -> [String] {
        let own = layout.names.filter { name in
            CanonicalField(name: name) == nil && !DetectionEngine.isDerived(name)
                && names?.contains(FieldLayout.path(of: name)) != false
        }.map(FieldLayout.path)
        let members = own.map { ", \(SigmaValue.string($0).json): \"x\"" }.joined()
        return profile.capabilities.outcomes.flatMap { kind, outcomes in
            outcomes.map { outcome in
                #"{"\#(Self.prefix)time": 1767571200, "\#(Self.prefix)kind": "\#(kind.name)", "#
                    + #""\#(Self.prefix)outcome": "\#(outcome.name)"\#(members)}"#
            }
        }
    }

    /// Before members that are not a vendor's.
    private static let prefix = "@best "

    private static func format() throws(FormatError) -> FormatFile {
        let text = """
            format: best-log
            title: One event of every kind and outcome
            time: { from: "\(prefix)time", unit: s }
            shapes: [{ name: object, json: true }]
            fields: { kind: "\(prefix)kind", outcome: "\(prefix)outcome" }
            """
        return try FormatFile(parsing: text, file: "best-log")
    }
}
