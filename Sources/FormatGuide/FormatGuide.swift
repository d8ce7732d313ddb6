// What a format reads, what it can say about it, and which rules can run on that.

public import AuthEvents
public import LogFormats
public import SigmaRules

/// A format as people want to know it before they switch a log on.
public struct FormatGuide: Sendable {
    /// The format as written.
    public let format: FormatFile
    /// How closely it identifies grants.
    public let linkage: LinkageLevel
    /// The events it can give, in order of kind.
    public let events: [EventEntry]
    /// Names of the secrets that are reported when a log has them.
    public let secrets: [String]
    /// Names of the traits of its source.
    public let traits: [String]
    /// Which rules can run on it, by family.
    public let families: [RuleFamily]

    /// What events of one kind, or of several that have the same, can say.
    public struct EventEntry: Sendable, Equatable {
        /// Names of the kinds.
        public let kinds: [String]
        /// How they can end.
        public let outcomes: [String]
        /// Canonical fields that they can have, besides those that every event has.
        public let fields: [String]
    }

    /// Fields that every event of every format has.
    static let everywhere: [CanonicalField] = [.time, .kind, .outcome, .source]

    /// The guide to `format` for those who have `rules`.
    public init(_ format: FormatFile, rules: LoadedRules) throws(FormatError) {
        self.format = format
        let capabilities = SourceCapabilities(format)
        linkage = capabilities.linkage
        events = Self.entries(capabilities)
        secrets = format.secretNames
        traits = SourceTraits.named.filter { format.traits.contains($0.trait) }.map(\.name)
        families = try RuleFamily.all(of: rules, on: format, capabilities)
    }

    private static func entries(_ capabilities: SourceCapabilities) -> [EventEntry] {
        var entries: [EventEntry] = []
        for kind in EventKind.allCases {
            guard let fields = capabilities.fields[kind], let outcomes = capabilities.outcomes[kind] else { continue }
            let entry = EventEntry(
                kinds: [kind.name],
                outcomes: [.success, .failure, .unknown].filter(outcomes.contains).map(\EventOutcome.name),
                fields: CanonicalField.allCases.filter { fields.contains($0) && !everywhere.contains($0) }.map(\.name)
            )
            // Formats that take the kind from the log say the same of all kinds.
            if let twin = entries.firstIndex(where: { ($0.outcomes, $0.fields) == (entry.outcomes, entry.fields) }) {
                entries[twin] = EventEntry(
                    kinds: entries[twin].kinds + entry.kinds,
                    outcomes: entry.outcomes,
                    fields: entry.fields
                )
            } else {
                entries.append(entry)
            }
        }
        return entries
    }
}
