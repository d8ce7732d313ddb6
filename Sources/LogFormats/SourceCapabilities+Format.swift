// What a format can deliver, as its file tells.

public import AuthEvents

extension SourceCapabilities {
    /// What `format` can deliver.
    public init(_ format: FormatFile) {
        self.init(source: format.name, successHint: format.successHint)
        var delivery = Delivery()
        for shape in format.shapes where shape.ignore == nil {
            let reach = ShapeReach(shape, of: format)
            let others = Deliverable(format, shape, reach)
            for event in format.events where event.ignore == nil && reach.allows(event) {
                let able = others.adding(event, reach)
                delivery.add(event.kind, event.outcome, able)
                if let also = event.also { delivery.add(also.kind, also.outcome, able) }
            }
            if others.assigned.contains(.kind) {
                // The log itself says the kind: it can be any.
                for kind in EventKind.logged { delivery.add(kind, .fixed(.unknown), others) }
            } else if !format.events.contains(where: \.conditions.isEmpty) {
                delivery.add(.other, .fixed(.unknown), others)
            }
        }
        // Most kinds have the same fields as others.
        var sets: [CanonicalFieldSet: Set<CanonicalField>] = [:]
        for (kind, known) in delivery.fields {
            let set = sets[known] ?? known.fields
            sets[known] = set
            fields[kind] = set
        }
        outcomes = delivery.outcomes
        linkage = delivery.linkage
    }
}

/// What all shapes and cases looked at deliver together.
private struct Delivery {
    private(set) var fields: [EventKind: CanonicalFieldSet] = [:]
    private(set) var outcomes: [EventKind: Set<EventOutcome>] = [:]
    private(set) var linkage = LinkageLevel.none

    mutating func add(_ kind: EventKind, _ outcome: EventCase.Outcome, _ able: Deliverable) {
        fields[kind, default: CanonicalFieldSet([])].formUnion(able.fields)
        let ends: Set<EventOutcome> =
            switch outcome {
            case _ where able.assigned.contains(.outcome): Set(EventOutcome.allCases)
            case .fixed(let outcome): [outcome]
            case .byStatus: Set(EventOutcome.allCases)
            case .refusedByStatus: [.failure, .unknown]
            }
        outcomes[kind, default: []].formUnion(ends)
        linkage = max(linkage, able.linkage(of: kind))
    }
}

/// What the lines of one shape have.
private struct Deliverable {
    /// Canonical fields that something assigns.
    private(set) var assigned = CanonicalFieldSet([])
    /// Canonical fields that they have besides those, or because of those.
    private var others = CanonicalFieldSet([.time, .kind, .outcome, .source])
    /// The kinds of reference by which refresh tokens are named when they are presented and when they are issued.
    private var presented: Set<ReferenceKind> = []
    private var issued: Set<ReferenceKind> = []

    init(_ format: FormatFile, _ shape: LineShape, _ reach: ShapeReach) {
        if shape.query != nil { others.insert(.credentialInURL) }
        if format.credentials.keys.contains(where: reach.allows) { others.insert(.credentialInLog) }
        add(format.fields, reach)
        add(shape.fields, reach)
    }

    /// What they have when `event` is true of them.
    func adding(_ event: EventCase, _ reach: ShapeReach) -> Deliverable {
        var result = self
        result.add(event.fields, reach)
        for constant in event.constants { result.assigned.insert(constant.field) }
        return result
    }

    private mutating func add(_ assignments: [FieldAssignment], _ reach: ShapeReach) {
        for assignment in assignments where reach.allows(assignment) {
            assigned.insert(assignment.field)
            guard let reference = assignment.reference else { continue }
            if reference == .secret { others.insert(.credentialInLog) }
            if assignment.field == .refreshToken { presented.insert(reference) }
            if assignment.field == .refreshTokenIssued { issued.insert(reference) }
        }
    }

    /// All canonical fields.
    var fields: CanonicalFieldSet {
        var all = assigned
        all.formUnion(others)
        if all.contains(.ip) { all.insert(.network) }
        return all
    }

    /// How closely events of `kind` identify their grant.
    func linkage(of kind: EventKind) -> LinkageLevel {
        // Only equal kinds of reference can be joined: the token issued must be found again when it is presented.
        if kind == .tokenRequest, !presented.isDisjoint(with: issued) { return .succession }
        let artefacts = Artefact.allCases.map(\.field).filter { $0 != .family }
        if artefacts.contains(where: assigned.contains) { return .artefact }
        return assigned.contains(.family) || assigned.contains(.sid) ? .session : .none
    }
}
