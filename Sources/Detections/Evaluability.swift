// Whether a rule could have found anything in a source, and if not, what is missing.

import AuthEvents
import GrantLineage
import SigmaRules

/// Whether one rule was evaluated on one source.
public struct RuleEvaluation: Sendable, Equatable {
    /// Index of the rule.
    public let rule: Int
    /// Index of the source.
    public let source: Int
    /// Why the rule could not be evaluated; `nil` if it was.
    public let reason: String?
}

extension DetectionEngine {
    /// For every rule and every source that delivered events: evaluated, or why not.
    public var evaluations: [RuleEvaluation] {
        sources.indices.filter { source in EventKind.allCases.contains { coverage[source][$0] > 0 } }
            .flatMap { source in
                rules.indices.map { RuleEvaluation(rule: $0, source: source, reason: obstacle($0, source)) }
            }
    }

    /// What keeps rule `rule` from finding anything in source `source`.
    private func obstacle(_ rule: Int, _ source: Int) -> String? {
        if let restriction = restrictions[rule] { return restriction }
        guard let correlation = rules[rule].sigma.correlation else {
            return Obstacle(rules[rule], sources[source], coverage[source], unseen: unseenFields(source)).reason
        }
        let bases = detections(under: rule).map {
            Obstacle(rules[$0], sources[source], coverage[source], unseen: unseenFields(source))
        }
        if let reason = bases.compactMap(\.reason).first, bases.allSatisfy({ $0.reason != nil }) { return reason }
        return correlation.fieldNames.lazy.compactMap { name in
            guard let field = CanonicalField(name: name) else { return nil }
            let isKnown = bases.contains {
                $0.kinds.contains { self.sources[source].fields[$0]?.contains(field) == true }
            }
            return isKnown ? nil : "\(self.sources[source].name) does not log \(name), by which the rule groups"
        }.first
    }
}

extension DetectionEngine {
    /// The detections whose matches the correlation at `rule` looks at, directly or by way of others.
    private func detections(under rule: Int) -> [Int] {
        guard let correlation = rules[rule].sigma.correlation else { return [rule] }
        return correlation.ruleIndices.flatMap(detections)
    }
}

/// Looks for what a detection needs and a source lacks.
private struct Obstacle {
    private let rule: DetectionRule
    private let source: SourceProfile
    private let coverage: SourceCoverage
    /// Fields by the vendor's own names that no event has had.
    private let unseen: [String]
    /// The kinds of event that the rule could match and the source can have.
    let kinds: [EventKind]

    init(_ rule: DetectionRule, _ source: SourceProfile, _ coverage: SourceCoverage, unseen: [String]) {
        self.unseen = unseen
        self.rule = rule
        self.source = source
        self.coverage = coverage
        kinds = EventKind.allCases.filter { kind in
            source.fields[kind] != nil && canMatch(rule: rule.sigma, assuming: ["kind": .oneOf([kind.name])])
        }
    }

    var reason: String? {
        if !rule.applies(to: source.logsource) { return "the rule is about another log source" }
        let wanted = EventKind.allCases.filter { canMatch(rule: rule.sigma, assuming: ["kind": .oneOf([$0.name])]) }
        guard !kinds.isEmpty else { return "\(source.name) has no events of kind \(names(wanted))" }
        let able = kinds.filter { canMatch(rule: rule.sigma, assuming: assumptions($0, lacking: missing($0))) }
        guard !able.isEmpty else { return missingFields() }
        if needsSuccess, coverage[.tokenRequest, .success] == 0 {
            return "no successful token request was logged" + (source.successHint.map { "; " + $0 } ?? "")
        }
        let absent = unseen.reduce(into: [String: FieldAssumption]()) { $0[$1] = .absent }
        if !canMatch(rule: rule.sigma, assuming: absent) {
            let named = unseen.filter { rule.sigma.detection?.fields.contains($0) == true }
            return "no event of \(source.name) had \(named.joined(separator: ", "))"
        }
        guard able.contains(where: { coverage[$0] > 0 }) else { return "no event of kind \(names(able)) was seen" }
        return nil
    }

    private func names(_ kinds: [EventKind]) -> String { kinds.map(\.name).joined(separator: ", ") }

    /// Canonical and derived fields that events of `kind` cannot have.
    private func missing(_ kind: EventKind) -> [String] {
        let canonical = source.fields[kind] ?? []
        let anywhere = source.fields.values.reduce(into: Set<CanonicalField>()) { $0.formUnion($1) }
        return CanonicalField.allCases.filter { !canonical.contains($0) }.map(\.name)
            + DerivedField.allCases.filter { !anywhere.isSuperset(of: $0.needs) }.map(\.name)
    }

    private func assumptions(_ kind: EventKind, lacking fields: [String]) -> [String: FieldAssumption] {
        var result: [String: FieldAssumption] = [:]
        for field in fields { result[field] = .absent }
        result["kind"] = .oneOf([kind.name])
        return result
    }

    /// Names the fields whose absence alone makes the rule impossible.
    private func missingFields() -> String {
        let decisive = kinds.flatMap { kind in
            missing(kind).filter { !canMatch(rule: rule.sigma, assuming: assumptions(kind, lacking: [$0])) }
        }
        // When no field is decisive alone, the rule has several ways to match, and each of them lacks something.
        let mentioned = Set(rule.sigma.detection?.fields ?? [])
        let lacking = kinds.reduce(into: Set<String>()) { $0.formUnion(missing($1)) }
        let fields = (decisive.isEmpty ? mentioned.intersection(lacking) : Set(decisive)).sorted()
        let explained = fields.map { name in
            DerivedField(name: name).map { field in
                "\(name) (from \(field.needs.map(\.name).joined(separator: ", ")))"
            } ?? name
        }
        return "\(source.name) does not log \(explained.joined(separator: ", "))"
    }

    /// Whether the rule can only match what follows from operations that succeed.
    private var needsSuccess: Bool {
        let withoutSuccess: [String: FieldAssumption] = ["outcome": .oneOf(["failure", "unknown"])]
        let tokenRequest: [String: FieldAssumption] = ["kind": .oneOf([EventKind.tokenRequest.name])]
        if canMatch(rule: rule.sigma, assuming: tokenRequest),
            !canMatch(rule: rule.sigma, assuming: withoutSuccess.merging(tokenRequest) { $1 })
        {
            return kinds == [.tokenRequest]
        }
        let lineage = DerivedField.allCases.filter(\.needsSuccess).reduce(into: [String: FieldAssumption]()) {
            $0[$1.name] = .absent
        }
        return !canMatch(rule: rule.sigma, assuming: lineage)
    }
}
