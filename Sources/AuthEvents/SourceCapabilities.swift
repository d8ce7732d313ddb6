// What a source can deliver at all: the ground for "not evaluable".

/// The kinds, canonical fields and outcomes that events of a source can have.
public struct SourceCapabilities: Sendable {
    /// Name of the format.
    public let source: String
    /// Canonical fields it can fill, by kind.
    public var fields: [EventKind: Set<CanonicalField>] = [:]
    /// How its events can end, by kind.
    public var outcomes: [EventKind: Set<EventOutcome>] = [:]
    /// How closely it identifies grants.
    public var linkage = LinkageLevel.none
    /// What to switch on when operations that succeed are not logged.
    public let successHint: String?

    /// Kinds of event it can have.
    public var kinds: Set<EventKind> { Set(fields.keys) }

    /// A source that can deliver nothing yet.
    public init(source: String, successHint: String? = nil) {
        self.source = source
        self.successHint = successHint
    }
}
