// The fields of its log that a format knows by name.

import AuthEvents

extension FormatFile {
    /// All source fields that the format mentions, each once, sorted.
    ///
    /// A log of JSON objects may have more: every member can be addressed by its path.
    public var sourceFieldNames: [String] {
        let assignments = fields + shapes.flatMap(\.fields) + events.flatMap(\.fields)
        let conditions = shapes.flatMap(\.conditions) + events.flatMap(\.conditions)
        var names = Set(assignments.flatMap(\.names) + conditions.map(\.name) + time.map(\.name))
        names.formUnion(credentials.keys)
        return names.sorted()
    }

    /// Names of the secrets that its lines can have in clear text, each once, sorted.
    public var secretNames: [String] {
        let assignments = fields + shapes.flatMap(\.fields) + events.flatMap(\.fields)
        let artefacts = assignments.filter { $0.reference == .secret }.map(\.field.name)
        return Set(artefacts + credentials.values).sorted()
    }

    /// Whether the log has members that the format does not mention.
    public var isOpen: Bool { shapes.contains { $0.pattern == nil || $0.pairs != nil } }
}
