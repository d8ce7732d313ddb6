// What a format can deliver, as its file tells.

public import AuthEvents

extension SourceCapabilities {
    /// What `format` can deliver.
    public init(_ format: FormatFile) {
        self.init(source: format.name, successHint: format.successHint)
        for shape in format.shapes where shape.ignore == nil {
            let reach = ShapeReach(shape, of: format)
            for event in format.events where event.ignore == nil && reach.allows(event) {
                let able = Deliverable(format, shape, event, reach)
                add(event.kind, event.outcome, able)
                if let also = event.also { add(also.kind, also.outcome, able) }
            }
            let others = Deliverable(format, shape, nil, reach)
            if others.assigned.contains(.kind) {
                // The log itself says the kind: it can be any.
                for kind in EventKind.allCases { add(kind, .fixed(.unknown), others) }
            } else if !format.events.contains(where: \.conditions.isEmpty) {
                add(.other, .fixed(.unknown), others)
            }
        }
    }

    private mutating func add(_ kind: EventKind, _ outcome: EventCase.Outcome, _ able: Deliverable) {
        fields[kind, default: []].formUnion(able.fields)
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

/// What the lines of one shape have when one case is true of them.
private struct Deliverable {
    /// Canonical fields that something assigns.
    let assigned: Set<CanonicalField>
    /// All canonical fields.
    let fields: Set<CanonicalField>
    /// The kinds of reference by which artefacts are named.
    private let references: [CanonicalField: Set<ReferenceKind>]

    init(_ format: FormatFile, _ shape: LineShape, _ event: EventCase?, _ reach: ShapeReach) {
        let assignments = (format.fields + shape.fields + (event?.fields ?? [])).filter(reach.allows)
        assigned = Set(assignments.map(\.field) + (event?.constants.map(\.field) ?? []))
        var fields = assigned.union([.time, .kind, .outcome, .source])
        if fields.contains(.ip) { fields.insert(.network) }
        if shape.query != nil { fields.insert(.credentialInURL) }
        let holdsSecrets =
            format.credentials.keys.contains(where: reach.allows) || assignments.contains { $0.reference == .secret }
        if holdsSecrets { fields.insert(.credentialInLog) }
        self.fields = fields
        references = assignments.reduce(into: [:]) { found, assignment in
            guard let reference = assignment.reference else { return }
            found[assignment.field, default: []].insert(reference)
        }
    }

    /// How closely events of `kind` identify their grant.
    func linkage(of kind: EventKind) -> LinkageLevel {
        // Only equal kinds of reference can be joined: the token issued must be found again when it is presented.
        let joined = (references[.refreshToken] ?? []).intersection(references[.refreshTokenIssued] ?? [])
        if kind == .tokenRequest, !joined.isEmpty { return .succession }
        let artefacts = Artefact.allCases.map(\.field).filter { $0 != .family }
        if artefacts.contains(where: assigned.contains) { return .artefact }
        return assigned.contains(.family) || assigned.contains(.sid) ? .session : .none
    }
}
