// Reads YAML and remembers line and column of every value.

import YAMLFiles
import Yams

/// One document of a rule file.
struct RuleDocument {
    let file: String
    /// Line of the document's first line in the file, from 1.
    let firstLine: Int
    let text: String
}

/// A YAML value with its place in the file.
struct RuleNode {
    let content: RuleContent
    let place: Place
    /// The scalar as it stands in its document.
    var written: WrittenScalar?

    /// The text of a scalar.
    var text: String? {
        switch content {
        case .plain(let text), .quoted(let text): text
        default: nil
        }
    }

    var isNull: Bool {
        if case .plain(let text) = content { ["", "~", "null", "Null", "NULL"].contains(text) } else { false }
    }

    var boolean: Bool? {
        guard case .plain(let text) = content else { return nil }
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: return nil
        }
    }

    var number: DecimalNumber? {
        if case .plain(let text) = content { DecimalNumber(text) } else { nil }
    }

    /// How the value is called in a message.
    var kindName: String {
        switch content {
        case .plain, .quoted: isNull ? "nothing" : "text"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// The place of the character whose UTF-8 begins at `offset` of the text.
    func place(at offset: Int) -> Place {
        guard let written else { return place }
        let (line, column) = written.lines.place(of: written.scalar, at: offset)
        return Place(line: line + written.linesBefore, column: column)
    }
}

/// What a YAML value is.
enum RuleContent {
    /// Text without quotes, which may mean a number, a boolean or `null`.
    case plain(String)
    case quoted(String)
    case list([RuleNode])
    case map([RuleEntry])
}

/// One line of a map.
struct RuleEntry {
    let key: String
    let keyPlace: Place
    let value: RuleNode
}

/// A scalar and the text it stands in.
final class WrittenScalar {
    let scalar: Node.Scalar
    let lines: TextLines
    /// Lines of the file before the document.
    let linesBefore: Int

    init(_ scalar: Node.Scalar, in lines: TextLines, linesBefore: Int) {
        (self.scalar, self.lines, self.linesBefore) = (scalar, lines, linesBefore)
    }
}

/// Why a document could not be read.
struct DocumentProblem: Error {
    let place: Place
    let message: String
    var hint: String?
}

extension RuleDocument {
    /// Largest file that is read.
    static let bytesMax = 1 << 20
    /// Deepest nesting of lists and maps.
    static let depthMax = 32
    /// Most values in a document, with aliases followed.
    static let nodesMax = 100_000

    /// The documents in `text`, without those that hold only comments.
    ///
    /// A line that begins with `---` or `...` ends a document wherever it stands (YAML 1.2.2 §9.1.2), so that one
    /// ill-formed document leaves its neighbours readable.
    static func split(_ text: String, file: String) -> [RuleDocument] {
        var documents: [RuleDocument] = []
        var lines: [Substring.UTF8View] = []
        var firstLine = 1
        func finish() {
            guard lines.contains(where: hasContent) else { return }
            let text = lines.map { String(Substring($0)) }.joined(separator: "\n")
            documents.append(RuleDocument(file: file, firstLine: firstLine, text: text))
        }
        let body = text.unicodeScalars.first == "\u{FEFF}" ? text.dropFirst() : text[...]
        for (number, line) in body.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if isMarker(line, 0x2D) {
                finish()
                // Content may follow on the marker's line, even the beginning of a map.
                lines = hasContent(line.dropFirst(3)) ? [line] : []
                firstLine = lines.isEmpty ? number + 2 : number + 1
            } else if isMarker(line, 0x2E) {
                finish()
                lines = []
                firstLine = number + 2
            } else {
                lines.append(line)
            }
        }
        finish()
        return documents
    }

    private static func isMarker(_ line: Substring.UTF8View, _ byte: UInt8) -> Bool {
        guard line.prefix(3).elementsEqual([byte, byte, byte]) else { return false }
        return line.dropFirst(3).first.map { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } ?? true
    }

    /// Whether the line is more than white space, a comment or a directive.
    private static func hasContent(_ line: Substring.UTF8View) -> Bool {
        guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return false }
        return first != 0x23 && !(line.first == 0x25)
    }

    /// Parses the document.
    func root() throws(DocumentProblem) -> RuleNode {
        let node: Node?
        do {
            node = try YAMLText.compose(text)
        } catch {
            let place = Place(line: error.line + firstLine - 1, column: error.column)
            throw DocumentProblem(place: place, message: error.message, hint: error.hint)
        }
        guard let node else {
            throw DocumentProblem(place: Place(line: firstLine, column: 1), message: "the document is empty")
        }
        var budget = Self.nodesMax
        return try convert(node, TextLines(text), depth: 0, &budget)
    }

    private func convert(
        _ node: Node,
        _ lines: TextLines,
        depth: Int,
        _ budget: inout Int
    ) throws(DocumentProblem) -> RuleNode {
        let place = place(node.mark)
        budget -= 1
        guard depth <= Self.depthMax, budget > 0 else {
            let message = budget > 0 ? "lists and maps are nested too deeply" : "the document is too large"
            throw DocumentProblem(place: place, message: message)
        }
        switch node {
        case .scalar(let scalar):
            return self.scalar(scalar, lines, place)
        case .sequence(let sequence):
            var members: [RuleNode] = []
            for member in sequence { members.append(try convert(member, lines, depth: depth + 1, &budget)) }
            return RuleNode(content: .list(members), place: place)
        case .mapping(let mapping):
            var entries: [RuleEntry] = []
            for (key, value) in mapping {
                guard case .scalar(let scalar) = key, scalar.string != "<<" else {
                    throw DocumentProblem(place: self.place(key.mark), message: "a key has to be text")
                }
                let value = try convert(value, lines, depth: depth + 1, &budget)
                // The place of the first letter, behind a quote, so that modifiers in the key can be pointed at.
                let node = self.scalar(scalar, lines, self.place(key.mark))
                entries.append(RuleEntry(key: scalar.string, keyPlace: node.place(at: 0), value: value))
            }
            return RuleNode(content: .map(entries), place: place)
        case .alias:
            throw DocumentProblem(place: place, message: "YAML alias without a value")
        }
    }

    private func scalar(_ scalar: Node.Scalar, _ lines: TextLines, _ place: Place) -> RuleNode {
        let plain = scalar.style == .plain || scalar.style == .any
        let content: RuleContent = plain ? .plain(scalar.string) : .quoted(scalar.string)
        let written = WrittenScalar(scalar, in: lines, linesBefore: firstLine - 1)
        return RuleNode(content: content, place: place, written: written)
    }

    private func place(_ mark: Mark?) -> Place {
        Place(line: (mark?.line ?? 1) + firstLine - 1, column: mark?.column ?? 1)
    }
}
