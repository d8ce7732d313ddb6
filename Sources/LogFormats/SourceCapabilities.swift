// What a format can deliver at all: the ground for "not evaluable".

public import AuthEvents

/// The kinds and canonical fields that lines of a format can have.
public struct SourceCapabilities: Sendable {
    /// Name of the format.
    public let source: String
    /// Kinds of event its cases can make.
    public let kinds: Set<EventKind>
    /// Canonical fields it can fill, by kind.
    public let fields: [EventKind: Set<CanonicalField>]
    /// What to switch on when operations that succeed are not logged.
    public let successHint: String?

    init(_ format: FormatFile) {
        source = format.name
        successHint = format.successHint
        let always: Set<CanonicalField> = [.time, .kind, .outcome, .verdict, .source]
        let shared = always.union(format.fields.map(\.field))
            .union(format.shapes.filter { $0.ignore == nil }.flatMap { $0.fields.map(\.field) })
        let hasQuery = format.shapes.contains { $0.query != nil }
        var fields: [EventKind: Set<CanonicalField>] = [:]
        for event in format.events where event.ignore == nil {
            var own = shared.union(event.fields.map(\.field)).union(event.constants.map(\.field))
            if own.contains(.ip) { own.insert(.network) }
            if hasQuery { own.insert(.credentialInURL) }
            let holdsSecrets =
                !format.credentials.isEmpty
                || (format.fields + event.fields).contains { $0.reference == .secret }
            if holdsSecrets { own.insert(.credentialInLog) }
            fields[event.kind, default: []].formUnion(own)
            if let also = event.also { fields[also.kind, default: []].formUnion(own) }
        }
        // A format that takes the kind from a field of the log can have any.
        if format.fields.contains(where: { $0.field == .kind }) {
            var own = shared
            if own.contains(.ip) { own.insert(.network) }
            if !format.credentials.isEmpty || format.fields.contains(where: { $0.reference == .secret }) {
                own.insert(.credentialInLog)
            }
            for kind in EventKind.allCases { fields[kind, default: []].formUnion(own) }
        }
        self.fields = fields
        kinds = Set(fields.keys)
    }
}
