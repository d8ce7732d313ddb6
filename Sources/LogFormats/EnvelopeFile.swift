// One envelope as written: what other programs put around a record on its way to a file.

import FieldRows

/// An envelope file (`Rules/formats/envelopes/NAME.yml`).
public struct EnvelopeFile: Sendable {
    /// Its name, such as `docker-json-file`.
    public let name: String
    /// What it is, in a few words.
    public let title: String
    /// Its shapes and times, in the language of formats.
    let format: FormatFile
    /// How a record that is cut into pieces is put together again.
    let pieces: Pieces?
    /// Whether rsyslog's `#ooo` stands for control characters.
    let hasOctalEscapes: Bool
    /// A pattern for lines that belong to the record before them.
    let continues: String?
    /// Paths of lists whose elements are records: the envelope is a JSON document.
    let members: [String]
    /// Lines with the records expected of them.
    public let samples: [Sample]

    /// How pieces are told from whole records.
    enum Pieces: Sendable, Equatable {
        /// All but the last have this value in the field for it.
        case marked(String)
        /// Only the last ends like this.
        case until(String)
    }

    /// Some lines and the records inside them.
    public struct Sample: Sendable {
        let lines: String
        let records: [String]
        let line: Int
    }

    /// Names of the slots that an envelope's own keys fill.
    static let textSlot = "text of the envelope"
    static let streamSlot = "stream of the envelope"
    static let pieceSlot = "piece of the envelope"

    /// Parses the text of `file`.
    public init(parsing text: String, file: String) throws(FormatError) {
        let root = try FormatFile.compose(text, file: file)
        try root.allow([
            "envelope", "title", "shapes", "time", "null", "text", "stream", "pieces", "escapes", "continues",
            "members",
            "samples",
        ])
        name = try root.required("envelope")
        title = try root.required("title")
        members = try root.strings("members")
        hasOctalEscapes = try root.string("escapes") == "octal"
        continues = try root.string("continues")
        var sources = [(Self.textSlot, try root.strings("text")), (Self.streamSlot, try root.strings("stream"))]
        if let mapping = try root.mapping("pieces") {
            try mapping.allow(["from", "is", "until"])
            sources.append((Self.pieceSlot, try mapping.strings("from")))
            if let mark = try mapping.string("is") {
                pieces = .marked(mark)
            } else {
                pieces = .until(try mapping.required("until"))
            }
        } else {
            pieces = nil
        }
        format = try FormatFile(envelope: root, name: name, title: title, slots: sources)
        samples = try Self.samples(root)
        if let continues { try Self.check(continues, root) }
        if members.isEmpty, format.shapes.isEmpty || sources[0].1.isEmpty {
            throw root.problem(root.node, "an envelope needs 'shapes' and 'text', or 'members'")
        }
    }

    private static func samples(_ root: FormatMapping) throws(FormatError) -> [Sample] {
        var result: [Sample] = []
        for sample in try root.mappings("samples") {
            try sample.allow(["lines", "records"])
            var lines = try sample.required("lines")
            if lines.hasSuffix("\n") { lines.removeLast() }
            result.append(Sample(lines: lines, records: try sample.strings("records"), line: sample.line))
        }
        return result
    }

    private static func check(_ pattern: String, _ root: FormatMapping) throws(FormatError) {
        do {
            _ = try BytePattern(pattern)
        } catch {
            throw root.problem(root.node, "'continues' is no regular expression: \(error.message)")
        }
    }
}
