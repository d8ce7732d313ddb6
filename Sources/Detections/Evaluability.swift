// Whether a rule could have found anything in a source, and if not, what is missing.

import AuthEvents
import FieldRows
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
        let order = basesFirst
        let restrictions = restrictions
        return sources.indices.filter { source in EventKind.allCases.contains { coverage[source][$0] > 0 } }
            .flatMap { source in
                let reasons = reasons(source, order)
                return rules.indices.map {
                    RuleEvaluation(rule: $0, source: source, reason: restrictions[$0] ?? reasons[$0])
                }
            }
    }

    /// What source `source` lacks for each rule, by index; `order` is ``basesFirst``.
    private func reasons(_ source: Int, _ order: [Int]) -> [String?] {
        let limits = SourceLimits(
            sources[source],
            coverage[source],
            unseen: unseenFields(source),
            silent: silentFields(source)
        )
        var views = Array(repeating: View(), count: rules.count)
        var reasons: [String?] = Array(repeating: nil, count: rules.count)
        for rule in order {
            guard let correlation = rules[rule].sigma.correlation else {
                let obstacle = Obstacle(rules[rule], limits)
                let reason = obstacle.reason
                views[rule] = View(reason: reason, fields: obstacle.fields)
                reasons[rule] = reason
                continue
            }
            views[rule] = View(of: correlation.ruleIndices.map { views[$0] })
            reasons[rule] =
                views[rule].reason
                ?? correlation.fieldNames.first { name in
                    CanonicalField(name: name) != nil && !views[rule].fields.contains(name)
                }.map { "\(limits.name) does not log \($0), by which the rule groups" }
        }
        return reasons
    }

    /// The rules, each behind those it looks at.
    ///
    /// Correlations may share what they look at: each is visited once, however many ways lead to it.
    private var basesFirst: [Int] {
        var order: [Int] = []
        var isVisited = Array(repeating: false, count: rules.count)
        for first in rules.indices where !isVisited[first] {
            isVisited[first] = true
            var path = [(rule: first, next: 0)]
            while let (rule, next) = path.last {
                let bases = rules[rule].sigma.correlation?.ruleIndices ?? []
                guard next < bases.count else {
                    order.append(rule)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                guard !isVisited[bases[next]] else { continue }
                isVisited[bases[next]] = true
                path.append((bases[next], 0))
            }
        }
        return order
    }
}

/// What a source shows of the detections under one rule, directly or by way of others.
private struct View {
    /// Why none of the detections can match; `nil` if one can.
    var reason: String?
    /// Canonical fields, and the log's own that are called like them, that matches of the detections can have.
    var fields: Set<String> = []
}

extension View {
    /// What a correlation of rules with these views can see.
    init(of bases: [View]) {
        reason = bases.allSatisfy { $0.reason != nil } ? bases.first?.reason : nil
        for base in bases { fields.formUnion(base.fields) }
    }
}

private typealias Assumptions = [String: FieldAssumption]

/// What a source lacks, whatever rule asks.
private struct SourceLimits {
    private let profile: SourceProfile
    let coverage: SourceCoverage
    /// Fields by the vendor's own names that no event has had.
    let unseen: [String]
    /// Those among them that are called like a field of ours: no event has them, whatever else is assumed.
    let absent: Assumptions
    /// Canonical fields that any of the source's events can have.
    let anywhere: Set<CanonicalField>
    /// Why derived fields are not told, whatever the source logs.
    let silent: [DerivedField: String]
    /// Canonical and derived fields that events of a kind cannot have.
    let missing: [EventKind: [String]]

    var name: String { profile.name }
    var logsource: [String: String] { profile.logsource }
    var capabilities: SourceCapabilities { profile.capabilities }

    init(
        _ profile: SourceProfile,
        _ coverage: SourceCoverage,
        unseen: [String],
        silent: [DerivedField: String]
    ) {
        self.profile = profile
        self.coverage = coverage
        self.unseen = unseen
        self.silent = silent
        absent = Self.absent(unseen.filter(FieldLayout.isOwnName))
        let fields = profile.capabilities.fields
        let anywhere = fields.values.reduce(into: Set<CanonicalField>()) { $0.formUnion($1) }
        self.anywhere = anywhere
        let linkage = profile.capabilities.linkage
        let derived = DerivedField.allCases.filter { !Self.isKnown($0, anywhere, linkage) || silent[$0] != nil }.map(
            \.name
        )
        missing = fields.mapValues { fields in
            CanonicalField.allCases.filter { !fields.contains($0) }.map(\.name) + derived
        }
    }

    /// Whether lineage can tell the field.
    func isKnown(_ field: DerivedField) -> Bool { Self.isKnown(field, anywhere, capabilities.linkage) }

    /// That a token followed another one has to be said by one event.
    private static func isKnown(
        _ field: DerivedField,
        _ anywhere: Set<CanonicalField>,
        _ linkage: LinkageLevel
    ) -> Bool {
        (linkage == .succession || !field.isAboutSuccession) && anywhere.isSuperset(of: field.needs)
            && (field.needsOneOf.isEmpty || !anywhere.isDisjoint(with: field.needsOneOf))
    }

    static func absent(_ fields: [String]) -> Assumptions { fields.reduce(into: [:]) { $0[$1] = .absent } }
}

extension DerivedField {
    fileprivate var isAboutSuccession: Bool { needs.contains(.refreshToken) && needs.contains(.refreshTokenIssued) }
}

/// Looks for what a detection needs and a source lacks.
private struct Obstacle {
    private let rule: DetectionRule
    private let source: SourceLimits
    /// The kinds of event that the rule could match and the source can have.
    private let kinds: [EventKind]

    init(_ rule: DetectionRule, _ source: SourceLimits) {
        self.rule = rule
        self.source = source
        kinds = EventKind.allCases.filter { kind in
            source.capabilities.fields[kind] != nil
                && canMatch(rule: rule.sigma, assuming: source.absent.merging(Self.of(kind)) { $1 })
        }
    }

    /// Canonical fields that matches of the rule can have.
    var fields: Set<String> {
        let canonical = kinds.flatMap { source.capabilities.fields[$0] ?? [] }.map(\.name)
        return Set(canonical).union(rule.sigma.ownFields.filter { !source.unseen.contains($1) }.keys)
    }

    var reason: String? {
        if !rule.applies(to: source.logsource) { return "the rule is about another log source" }
        guard !kinds.isEmpty else {
            return "\(source.name) has no events of kind \(names(EventKind.allCases.filter { can(Self.of($0)) }))"
        }
        let able = kinds.filter { can(Self.of($0), lacking: missing($0)) }
        guard !able.isEmpty else { return missingFields() }
        let reached = able.filter { can(Self.of($0, source.capabilities.outcomes[$0] ?? []), lacking: missing($0)) }
        guard !reached.isEmpty else { return missingOutcomes(able) }
        if needsSuccess, source.coverage[.tokenRequest, .success] == 0 {
            return "no successful token request was logged" + (source.capabilities.successHint.map { "; " + $0 } ?? "")
        }
        if !can(lacking: source.unseen) {
            let named = source.unseen.filter { rule.sigma.detection?.fields.contains($0) == true }
            return "no event of \(source.name) had \(named.map(FieldLayout.path).joined(separator: ", "))"
        }
        guard reached.contains(where: { source.coverage[$0] > 0 }) else {
            return "no event of kind \(names(reached)) was seen"
        }
        return nil
    }

    /// Whether the rule can match an event of which this is known, and which lacks `fields`.
    private func can(_ known: Assumptions = [:], lacking fields: [String] = []) -> Bool {
        let absent = source.absent.merging(SourceLimits.absent(fields)) { $1 }
        return canMatch(rule: rule.sigma, assuming: absent.merging(known) { $1 })
    }

    private static func of(_ kind: EventKind, _ outcomes: Set<EventOutcome>? = nil) -> Assumptions {
        var known: Assumptions = [CanonicalField.kind.name: .oneOf([kind.name])]
        if let outcomes { known[CanonicalField.outcome.name] = .oneOf(Set(outcomes.map(\.name))) }
        return known
    }

    private func names(_ kinds: [EventKind]) -> String { kinds.map(\.name).joined(separator: ", ") }

    /// Fields that events of `kind`, which the source can have, cannot have.
    private func missing(_ kind: EventKind) -> [String] { source.missing[kind] ?? [] }

    /// Says which outcomes the rule asks for, of kinds that never have them.
    private func missingOutcomes(_ kinds: [EventKind]) -> String {
        let wanted = EventOutcome.allCases.filter { outcome in
            kinds.contains { can(Self.of($0, [outcome]), lacking: missing($0)) }
        }
        return "\(source.name) has no events of kind \(names(kinds)) with outcome "
            + wanted.map(\.name).joined(separator: " or ")
    }

    /// Names the fields whose absence alone makes the rule impossible.
    private func missingFields() -> String {
        let decisive = kinds.flatMap { kind in
            missing(kind).filter { !can(Self.of(kind), lacking: [$0]) }
        }
        // When no field is decisive alone, the rule has several ways to match, and each of them lacks something.
        let mentioned = Set(rule.sigma.detection?.fields ?? [])
        let lacking = kinds.reduce(into: Set<String>()) { $0.formUnion(missing($1)) }
        let fields = (decisive.isEmpty ? mentioned.intersection(lacking) : Set(decisive)).sorted()
        let derived = fields.compactMap(DerivedField.init(name:))
        var logged = fields.filter { DerivedField(name: $0) == nil }
        for field in derived.flatMap(\.needs) where !source.anywhere.contains(field) && !logged.contains(field.name) {
            logged.append(field.name)
        }
        for field in derived where !field.needsOneOf.isEmpty && source.anywhere.isDisjoint(with: field.needsOneOf) {
            logged.append(field.needsOneOf.map(\.name).joined(separator: " or "))
        }
        let hasBoth = source.anywhere.isSuperset(of: [.refreshToken, .refreshTokenIssued])
        if hasBoth, derived.contains(where: { $0.isAboutSuccession && !source.isKnown($0) }) {
            logged.append("the token presented and the one issued in one event")
        }
        let purpose = derived.map(\.name).joined(separator: ", ")
        var reasons = Set(derived.compactMap { source.silent[$0] }).sorted()
        if reasons.isEmpty || !logged.isEmpty {
            reasons.insert("\(source.name) does not log \(logged.joined(separator: ", "))", at: 0)
        }
        return reasons.joined(separator: ", and ")
            + (derived.isEmpty ? "" : " (needed for \(purpose))")
    }

    /// Whether the rule can only match what follows from operations that succeed.
    private var needsSuccess: Bool {
        let withoutSuccess = Self.of(.tokenRequest, [.failure, .unknown])
        if can(Self.of(.tokenRequest)), !can(withoutSuccess) { return kinds == [.tokenRequest] }
        return !can(lacking: DerivedField.allCases.filter(\.needsSuccess).map(\.name))
    }
}
