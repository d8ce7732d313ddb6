// The site's own values for placeholders, as a file.

import YAMLFiles

/// Reads a YAML map of placeholder names to values.
public enum PlaceholderFile {
    /// Largest file that is read, in bytes.
    static let bytesMax = RuleDocument.bytesMax

    /// The values by name in the file at `path`; throws the first problem.
    public static func read(_ path: String) throws(PlaceholderProblem) -> [String: [String]] {
        let text: String
        do {
            text = try YAMLFile.text(path, bytesMax: bytesMax)
        } catch {
            throw problem(path, .start, error.message, error.hint)
        }
        return try parse(text, file: path)
    }

    /// The values by name in the text of `file`.
    public static func parse(_ text: String, file: String) throws(PlaceholderProblem) -> [String: [String]] {
        let documents = RuleDocument.split(text, file: file)
        guard let document = documents.first else { return [:] }
        if documents.count > 1 {
            let place = Place(line: documents[1].firstLine, column: 1)
            throw problem(file, place, "a second document begins here", "write all placeholders as one map")
        }
        let root: RuleNode
        do {
            root = try document.root()
        } catch {
            throw problem(file, error.place, error.message, error.hint)
        }
        guard let keys = RuleKeys(root) else {
            throw problem(file, root.place, "placeholders have to be a map", "for example 'admins: [alice, bob]'")
        }
        var values: [String: [String]] = [:]
        for entry in keys.entries { values[entry.key] = try Self.values(entry.key, entry.value, file) }
        return values
    }

    private static func values(_ name: String, _ node: RuleNode, _ file: String) throws(PlaceholderProblem) -> [String]
    {
        var members = [node]
        if case .list(let list) = node.content { members = list }
        guard !members.isEmpty else { throw problem(file, node.place, "'\(name)' has no values", hint) }
        var texts: [String] = []
        for member in members {
            guard let text = member.text else {
                throw problem(file, member.place, "'\(name)' has to be a text or a list of texts", nil)
            }
            // The empty text is part of every value, so that a rule would match everything.
            guard !member.isNull, !text.isEmpty else {
                let message = node.text == nil ? "'\(name)' has an empty value" : "'\(name)' has no values"
                throw problem(file, member.place, message, hint)
            }
            texts.append(text)
        }
        return texts
    }

    private static let hint = "write the values, or remove the name so that rules that need it are rejected"

    private static func problem(
        _ file: String,
        _ place: Place,
        _ message: String,
        _ hint: String?
    ) -> PlaceholderProblem {
        let remark = RuleDiagnostic(
            .error,
            file: file,
            line: place.line,
            column: place.column,
            message: message,
            hint: hint
        )
        return PlaceholderProblem(description: remark.description)
    }
}

/// What is wrong with a file of placeholders, and where.
public struct PlaceholderProblem: Error, Equatable, CustomStringConvertible {
    /// The place and the problem, `file:line:column: error: message`, and the hint on a line of its own.
    public let description: String
}
