// The best log that a format can describe: one event of every kind and outcome, with every field there is.

import AuthEvents
import ByteStreams
import Detections
import FieldRows
import GrantLineage
import LogFormats
import SigmaRules

/// Asks the detections what they say of rules after such a log, so that there is one judgement of what is evaluable.
struct BestLog {
    private let profile: SourceProfile
    private let capabilities: SourceCapabilities
    /// Vendor fields by their own names that lines can have; `nil` for any.
    private let names: Set<String>?

    init(_ format: FormatFile, _ capabilities: SourceCapabilities) {
        self.capabilities = capabilities
        names = format.isOpen ? nil : Set(format.sourceFieldNames)
        profile = SourceProfile(
            name: format.name,
            logsource: format.logsource,
            fields: capabilities.fields,
            successHint: format.successHint
        )
    }

    /// For each rule that cannot find anything in the log, by its place, the reason.
    func obstacles(to rules: LoadedRules) throws(FormatError) -> [Int: String] {
        guard !capabilities.kinds.isEmpty else {
            return Dictionary(uniqueKeysWithValues: rules.rules.indices.map { ($0, "\(profile.name) has no events") })
        }
        let layout = DetectionEngine.layout(for: rules)
        let plan = try CompiledFormat(try Self.format(), layout: layout, isDerived: DetectionEngine.isDerived)
        let engine = DetectionEngine(rules: rules, layout: layout, sources: [profile])
        var decoder = LineDecoder(plan, key: FingerprintKey(Array(repeating: 1, count: FingerprintKey.byteCount)))
        for line in lines(layout) {
            let block = ByteBlock(capacity: line.utf8.count)
            block.append(Array(line.utf8).span.bytes)
            let batch = decoder.decode(LineBatch(oneLine: block))
            engine.process(batch, batch.events.indices, source: 0, input: 0)
        }
        var obstacles = engine.evaluations.reduce(into: [:]) { $0[$1.rule] = $1.reason }
        for (index, rule) in rules.rules.enumerated() where obstacles[index] == nil && rule.detection != nil {
            obstacles[index] = linkageObstacle(to: rule) ?? outcomeObstacle(to: rule)
        }
        return obstacles
    }

    /// Detections ask whether a log has both the tokens presented and those issued, not whether one event has.
    private func linkageObstacle(to rule: SigmaRule) -> String? {
        guard capabilities.linkage < .succession else { return nil }
        let succession: Set<CanonicalField> = [.refreshToken, .refreshTokenIssued]
        let unknown = DerivedField.allCases.filter { succession.isSubset(of: $0.needs) }
        let known = Dictionary(uniqueKeysWithValues: unknown.map { ($0.name, FieldAssumption.absent) })
        if canMatch(rule: rule, assuming: known) { return nil }
        return "\(profile.name) does not log refresh_token and refresh_token_issued in one token request"
    }

    /// Detections judge by kinds and fields only; a rule may also ask for an outcome that the format never gives.
    private func outcomeObstacle(to rule: SigmaRule) -> String? {
        let kinds = EventKind.allCases.filter { kind in
            capabilities.fields[kind] != nil
                && canMatch(rule: rule, assuming: assumptions(kind, of: EventOutcome.allCases))
        }
        let isReached = kinds.contains { kind in
            canMatch(rule: rule, assuming: assumptions(kind, of: capabilities.outcomes[kind] ?? []))
        }
        if isReached || kinds.isEmpty { return nil }
        let names = kinds.map(\.name).joined(separator: ", ")
        return "\(profile.name) has no events of kind \(names) with the outcome that is asked for"
    }

    /// What is known of an event of `kind` with one of `outcomes`.
    private func assumptions(_ kind: EventKind, of outcomes: some Sequence<EventOutcome>) -> [String: FieldAssumption] {
        var known: [String: FieldAssumption] = [:]
        for field in CanonicalField.allCases where capabilities.fields[kind]?.contains(field) != true {
            known[field.name] = .absent
        }
        known[CanonicalField.kind.name] = .oneOf([kind.name])
        known[CanonicalField.outcome.name] = .oneOf(Set(outcomes.map(\.name)))
        return known
    }

    /// The lines of the log, as JSON objects.
    private func lines(_ layout: FieldLayout) -> [String] {
        let own = layout.names.filter { name in
            CanonicalField(name: name) == nil && !DetectionEngine.isDerived(name) && names?.contains(name) != false
        }
        let members = own.map { ", \(Self.quoted($0)): \"x\"" }.joined()
        return capabilities.outcomes.flatMap { kind, outcomes in
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

    private static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
