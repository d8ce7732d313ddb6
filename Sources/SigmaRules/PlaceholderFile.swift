// The site's own values for placeholders, as a file.

import FoundationEssentials

/// Reads a YAML map of placeholder names to values.
public enum PlaceholderFile {
    /// The values by name in the file at `path`; throws the first problem.
    public static func read(_ path: String) throws(PlaceholderProblem) -> [String: [String]] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PlaceholderProblem(description: "\(path):1:1: error: the file cannot be read")
        }
        return try parse(String(decoding: data, as: UTF8.self), file: path)
    }

    /// The values by name in the text of `file`.
    public static func parse(_ text: String, file: String) throws(PlaceholderProblem) -> [String: [String]] {
        func problem(_ place: Place, _ message: String) -> PlaceholderProblem {
            PlaceholderProblem(description: "\(file):\(place.line):\(place.column): error: \(message)")
        }
        guard let document = RuleDocument.split(text, file: file).first else { return [:] }
        let root: RuleNode
        do {
            root = try document.root()
        } catch {
            throw problem(error.place, error.message)
        }
        guard let keys = RuleKeys(root) else { throw problem(root.place, "placeholders have to be a map") }
        var values: [String: [String]] = [:]
        for entry in keys.entries {
            var members = [entry.value]
            if case .list(let list) = entry.value.content { members = list }
            let texts = members.compactMap(\.text)
            guard texts.count == members.count, !texts.isEmpty else {
                throw problem(entry.value.place, "'\(entry.key)' has to be a text or a list of texts")
            }
            values[entry.key] = texts
        }
        return values
    }
}

/// What is wrong with a file of placeholders, and where.
public struct PlaceholderProblem: Error, Equatable, CustomStringConvertible {
    /// The place and the problem: `file:line:column: error: message`.
    public let description: String
}
