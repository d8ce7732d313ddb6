// Reads YAML and remembers line and column of every value.

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
    enum Content {
        /// Text without quotes, which may mean a number, a boolean or `null`.
        case plain(String)
        case quoted(String)
        case list([RuleNode])
        case map([(key: String, keyPlace: Place, value: RuleNode)])
    }

    let content: Content
    let place: Place
    /// Whether offsets into the text are offsets in its line, and how many columns to add for a quote.
    var textColumn: Int?

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

    /// The place of the character at `offset` of a one-line text.
    func place(at offset: Int) -> Place {
        guard let textColumn else { return place }
        return Place(line: place.line, column: textColumn + offset)
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
    /// Most aliases in a document; so few cannot multiply to anything that hurts.
    static let aliasesMax = 16

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
        try refuseAliases()
        let node: Node?
        do {
            node = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw problem(error)
        } catch {
            throw DocumentProblem(place: Place(line: firstLine, column: 1), message: "\(error)")
        }
        guard let node else {
            throw DocumentProblem(place: Place(line: firstLine, column: 1), message: "the document is empty")
        }
        var budget = Self.nodesMax
        return try convert(node, depth: 0, &budget)
    }

    /// Nested aliases multiply; a rule has no need of that.
    private func refuseAliases() throws(DocumentProblem) {
        var (anchors, aliases) = (0, 0)
        var before: UInt8 = 0x0A
        var beforeThat: UInt8 = 0x0A
        for byte in text.utf8 {
            let opens =
                beforeThat == 0x20 || beforeThat == 0x0A || beforeThat == 0x5B || beforeThat == 0x2C
                || beforeThat == 0x7B || beforeThat == 0x09
            if opens, byte > 0x20 {
                anchors += before == 0x26 ? 1 : 0
                aliases += before == 0x2A ? 1 : 0
            }
            (beforeThat, before) = (before, byte)
        }
        guard anchors > 0, aliases > Self.aliasesMax else { return }
        throw DocumentProblem(
            place: Place(line: firstLine, column: 1),
            message: "the document uses \(aliases) YAML aliases, at most \(Self.aliasesMax) are allowed",
            hint: "write the values out"
        )
    }

    private func convert(_ node: Node, depth: Int, _ budget: inout Int) throws(DocumentProblem) -> RuleNode {
        let place = place(node.mark)
        budget -= 1
        guard depth <= Self.depthMax, budget > 0 else {
            let message = budget > 0 ? "lists and maps are nested too deeply" : "the document is too large"
            throw DocumentProblem(place: place, message: message)
        }
        switch node {
        case .scalar(let scalar):
            return Self.scalar(scalar, place)
        case .sequence(let sequence):
            var members: [RuleNode] = []
            for member in sequence { members.append(try convert(member, depth: depth + 1, &budget)) }
            return RuleNode(content: .list(members), place: place)
        case .mapping(let mapping):
            var entries: [(key: String, keyPlace: Place, value: RuleNode)] = []
            for (key, value) in mapping {
                guard case .scalar(let scalar) = key, scalar.string != "<<" else {
                    throw DocumentProblem(place: self.place(key.mark), message: "a key has to be text")
                }
                let value = try convert(value, depth: depth + 1, &budget)
                // The place of the first letter, behind a quote, so that modifiers in the key can be pointed at.
                let node = Self.scalar(scalar, self.place(key.mark))
                entries.append((scalar.string, node.place(at: 0), value))
            }
            return RuleNode(content: .map(entries), place: place)
        case .alias:
            throw DocumentProblem(place: place, message: "YAML alias without a value")
        }
    }

    private static func scalar(_ scalar: Node.Scalar, _ place: Place) -> RuleNode {
        let plain = scalar.style == .plain || scalar.style == .any
        var node = RuleNode(content: plain ? .plain(scalar.string) : .quoted(scalar.string), place: place)
        if !scalar.string.utf8.contains(0x0A) {
            switch scalar.style {
            case .plain, .any: node.textColumn = place.column
            case .singleQuoted, .doubleQuoted: node.textColumn = place.column + 1
            default: break
            }
        }
        return node
    }

    private func place(_ mark: Mark?) -> Place {
        Place(line: (mark?.line ?? 1) + firstLine - 1, column: mark?.column ?? 1)
    }

    private func problem(_ error: YamlError) -> DocumentProblem {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let anchor = problem.contains("alias") || problem.contains("alphabetic or numeric")
            let hint = anchor ? "put values that begin with * or & in single quotes" : nil
            return DocumentProblem(place: place(mark), message: "YAML: \(problem)", hint: hint)
        case .reader(let problem, _, _, _):
            return DocumentProblem(place: Place(line: firstLine, column: 1), message: "YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\($0)'" }.joined(separator: ", ")
            return DocumentProblem(
                place: place(context.mark),
                message: "key \(names) is given twice in the same map",
                hint: "put the second value in a list or in a selection of its own"
            )
        default:
            return DocumentProblem(place: Place(line: firstLine, column: 1), message: "YAML: \(error)")
        }
    }
}
