// Reads YAML nodes with their places, so that every problem names a line and a column.

import Yams

/// A mapping of a format file, checked key by key.
struct FormatMapping {
    let file: String
    let node: Node
    private let pairs: [(key: String, value: Node)]

    init(_ node: Node, file: String) throws(FormatError) {
        self.file = file
        self.node = node
        guard case .mapping(let mapping) = node else {
            throw Self.problem(file, node, "expected a mapping (key: value)")
        }
        pairs = mapping.map { ($0.key.string ?? "", $0.value) }
    }

    var line: Int { node.mark?.line ?? 0 }
    var keys: [String] { pairs.map(\.key) }

    subscript(key: String) -> Node? { pairs.first { $0.key == key }?.value }

    /// Refuses keys that no one would read.
    func allow(_ allowed: [String]) throws(FormatError) {
        for (key, value) in pairs where !allowed.contains(key) {
            throw problem(value, "unknown key '\(key)'", hint: "known keys here: \(allowed.joined(separator: ", "))")
        }
    }

    func string(_ key: String) throws(FormatError) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.scalar?.string else { throw problem(value, "'\(key)' must be a text") }
        return text
    }

    func required(_ key: String) throws(FormatError) -> String {
        guard let text = try string(key) else { throw problem(node, "missing key '\(key)'") }
        return text
    }

    func mapping(_ key: String) throws(FormatError) -> FormatMapping? {
        guard let value = self[key] else { return nil }
        return try FormatMapping(value, file: file)
    }

    func mappings(_ key: String) throws(FormatError) -> [FormatMapping] {
        guard let value = self[key] else { return [] }
        guard case .sequence(let sequence) = value else { throw problem(value, "'\(key)' must be a list") }
        var result: [FormatMapping] = []
        for element in sequence { result.append(try FormatMapping(element, file: file)) }
        return result
    }

    /// One text or a list of texts.
    func strings(_ key: String) throws(FormatError) -> [String] {
        guard let value = self[key] else { return [] }
        return try Self.strings(value, file: file)
    }

    /// All pairs whose values are texts.
    func dictionary() throws(FormatError) -> [(key: String, value: String)] {
        var result: [(String, String)] = []
        for (key, value) in pairs {
            guard let text = value.scalar?.string else { throw problem(value, "'\(key)' must be a text") }
            result.append((key, text))
        }
        return result
    }

    /// All pairs, in order.
    var entries: [(key: String, value: Node)] { pairs }

    static func strings(_ node: Node, file: String) throws(FormatError) -> [String] {
        if let text = node.scalar?.string { return [text] }
        guard case .sequence(let sequence) = node else {
            throw problem(file, node, "expected a text or a list of texts")
        }
        var result: [String] = []
        for element in sequence {
            guard let text = element.scalar?.string else { throw problem(file, element, "expected a text") }
            result.append(text)
        }
        return result
    }

    func problem(_ node: Node, _ message: String, hint: String? = nil) -> FormatError {
        Self.problem(file, node, message, hint: hint)
    }

    static func problem(_ file: String, _ node: Node, _ message: String, hint: String? = nil) -> FormatError {
        FormatError(
            file: file,
            line: node.mark?.line ?? 1,
            column: node.mark?.column ?? 1,
            message: message,
            hint: hint
        )
    }
}
