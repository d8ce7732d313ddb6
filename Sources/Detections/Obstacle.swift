// What a detection needs and a source lacks.

import AuthEvents
import FieldRows
import GrantLineage
import SigmaRules

private typealias Assumptions = [String: FieldAssumption]

/// What a source lacks, whatever rule asks.
struct SourceLimits {
    private let profile: SourceProfile
    let coverage: SourceCoverage
    /// Fields by the vendor's own names that no event has had.
    let unseen: [String]
    /// Those among them that are called like a field of ours: no event has them, whatever else is assumed.
    fileprivate let absent: Assumptions
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
        let unknown = DerivedField.allCases.filter {
            silent[$0] != nil || !Self.isKnown($0, anywhere, linkage) || Self.lacksOrigin($0, fields)
        }
        let derived = unknown.map(\.name)
        missing = fields.mapValues { fields in
            CanonicalField.allCases.filter { !fields.contains($0) }.map(\.name) + derived
        }
    }

    /// Whether lineage can tell the field.
    func isKnown(_ field: DerivedField) -> Bool {
        Self.isKnown(field, anywhere, capabilities.linkage) && !lacksOrigin(field)
    }

    /// That a token followed another one has to be said by one event.
    private static func isKnown(
        _ field: DerivedField,
        _ anywhere: Set<CanonicalField>,
        _ linkage: LinkageLevel
    ) -> Bool {
        (linkage == .succession || !field.isAboutSuccession) && anywhere.isSuperset(of: field.needs)
            && (field.needsOneOf.isEmpty || !anywhere.isDisjoint(with: field.needsOneOf))
    }

    /// Kinds of event, all or one of which the field comes from, that are missing or lack what it needs.
    fileprivate func lacksOrigin(_ field: DerivedField) -> Bool {
        Self.lacksOrigin(field, capabilities.fields)
    }

    private static func lacksOrigin(_ field: DerivedField, _ fields: [EventKind: Set<CanonicalField>]) -> Bool {
        !field.origins.isEmpty
            && !field.origins.contains { fields[$0]?.isSuperset(of: field.originNeeds) == true }
    }

    fileprivate static func absent(_ fields: [String]) -> Assumptions { fields.reduce(into: [:]) { $0[$1] = .absent } }
}

extension DerivedField {
    fileprivate var isAboutSuccession: Bool { needs.contains(.refreshToken) && needs.contains(.refreshTokenIssued) }
}

/// Looks for what a detection needs and a source lacks.
struct Obstacle {
    private let rule: DetectionRule
    private let source: SourceLimits
    /// The kinds of event that the rule could match and the source can have.
    private let kinds: [EventKind]
    /// Those among them whose events have the fields and outcomes that the rule needs.
    private let reached: [EventKind]

    init(_ rule: DetectionRule, _ source: SourceLimits) {
        self.rule = rule
        self.source = source
        func can(_ known: Assumptions, lacking fields: [String] = []) -> Bool {
            Self.can(rule, source, known, lacking: fields)
        }
        kinds = EventKind.allCases.filter { source.capabilities.fields[$0] != nil && can(Self.of($0)) }
        reached = kinds.filter { kind in
            let outcomes = source.capabilities.outcomes[kind] ?? []
            return can(Self.of(kind, outcomes), lacking: source.missing[kind] ?? [])
        }
    }

    /// Canonical fields that matches of the rule can have.
    var fields: Set<String> {
        let canonical = kinds.flatMap { source.capabilities.fields[$0] ?? [] }.map(\.name)
        return Set(canonical).union(rule.sigma.ownFields.filter { !source.unseen.contains($1) }.keys)
    }

    /// What the source never logs, so that it cannot even be said that the rule has not matched.
    var blindness: String? {
        if !rule.applies(to: source.logsource) { return "the rule is about another log source" }
        guard !kinds.isEmpty else {
            return "\(source.name) has no events of kind \(names(EventKind.allCases.filter { can(Self.of($0)) }))"
        }
        guard reached.isEmpty else { return nil }
        let able = kinds.filter { can(Self.of($0), lacking: missing($0)) }
        return able.isEmpty ? missingFields() : missingOutcomes(able)
    }

    /// What the source has not logged this time.
    var absence: String? {
        if needsSuccess, source.coverage[.tokenRequest, .success] == 0 {
            return "no successful token request was logged" + (source.capabilities.successHint.map { "; " + $0 } ?? "")
        }
        let unborn = DerivedField.allCases.filter { field in
            !field.origins.isEmpty && !field.origins.contains { source.coverage[$0] > 0 }
        }
        if !can(lacking: unborn.map(\.name)) {
            let named = unborn.filter { rule.sigma.detection?.fields.contains($0.name) == true }
            let kinds = Set(named.flatMap(\.origins)).map(\.name).sorted().joined(separator: ", ")
            return "no event of kind \(kinds) was seen (needed for \(named.map(\.name).joined(separator: ", ")))"
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
        Self.can(rule, source, known, lacking: fields)
    }

    private static func can(
        _ rule: DetectionRule,
        _ source: SourceLimits,
        _ known: Assumptions,
        lacking fields: [String]
    ) -> Bool {
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
        for field in derived where source.lacksOrigin(field) {
            let kinds = field.origins.map(\.name).joined(separator: " or ")
            let with = field.originNeeds.map(\.name).joined(separator: ", ")
            logged.append("\(kinds)" + (with.isEmpty ? "" : " with \(with)"))
        }
        let hasBoth = source.anywhere.isSuperset(of: [.refreshToken, .refreshTokenIssued])
        if hasBoth, derived.contains(where: { $0.isAboutSuccession && !source.isKnown($0) }) {
            logged.append("the token presented and the one issued in one event")
        }
        // All that is learned has one reason, which needs no field to be understood.
        let purpose = derived.filter { !(($0.isLearned || $0.isAboutPlaces) && source.silent[$0] != nil) }.map(\.name)
            .joined(separator: ", ")
        var reasons = Set(derived.compactMap { source.silent[$0] }).sorted()
        if reasons.isEmpty || !logged.isEmpty {
            reasons.insert("\(source.name) does not log \(logged.joined(separator: ", "))", at: 0)
        }
        return reasons.joined(separator: ", and ")
            + (purpose.isEmpty ? "" : " (needed for \(purpose))")
    }

    /// Whether the rule can only match what follows from operations that succeed.
    private var needsSuccess: Bool {
        let withoutSuccess = Self.of(.tokenRequest, [.failure, .unknown])
        if can(Self.of(.tokenRequest)), !can(withoutSuccess) { return kinds == [.tokenRequest] }
        return !can(lacking: DerivedField.allCases.filter(\.needsSuccess).map(\.name))
    }
}
