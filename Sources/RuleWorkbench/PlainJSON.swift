// Reads any JSON object as an event whose fields have the names it has: for tests of rules about other logs.

import AuthEvents
public import LogFormats

/// The format in which test events of vendors' rules are written.
public enum PlainJSON {
    /// What test files call it.
    public static let name = "json"
    /// The member that holds an event's time.
    static let timeKey = "@at"

    /// Canonical fields that are read from a member of the same name; the others are made by the decoder.
    private static let ownNames = CanonicalField.allCases.filter { field in
        let made: [CanonicalField] = [.time, .source, .network, .credentialInLog, .credentialInURL]
        return Artefact(field: field) == nil && !made.contains(field)
    }
    .map(\.name)

    /// The format.
    public static func format() throws(FormatError) -> FormatFile {
        let text = """
            format: \(name)
            title: JSON objects with the fields of a rule
            time: "\(timeKey)"
            shapes: [{ name: object, json: true }]
            fields: { \(ownNames.map { "\($0): \($0)" }.joined(separator: ", ")) }
            """
        return try FormatFile(parsing: text, file: name)
    }
}
