// Reads the values of a map by key and reports those of the wrong kind.

import YAMLFiles

/// The entries of one map of a document.
struct RuleKeys {
    /// Most unknown keys of a map that are compared with known ones.
    private static let guessesMax = 100

    let place: Place
    let entries: [RuleEntry]

    /// `nil` when the node is not a map.
    init?(_ node: RuleNode) {
        guard case .map(let entries) = node.content else { return nil }
        place = node.place
        self.entries = entries
    }

    subscript(key: String) -> RuleNode? {
        entries.first { $0.key == key }?.value
    }

    /// Text; numbers count as text.
    func string(_ key: String, _ problems: inout DiagnosticList) -> String? {
        guard let node = self[key], !node.isNull else { return nil }
        if node.text == nil { problems.error(node.place, "'\(key)' has to be text, not \(node.kindName)") }
        return node.text
    }

    /// A list of texts; a single text counts as a list of one.
    func strings(_ key: String, _ problems: inout DiagnosticList) -> [String] {
        guard let node = self[key], !node.isNull else { return [] }
        guard case .list(let members) = node.content else {
            if let text = node.text { return [text] }
            problems.error(node.place, "'\(key)' has to be a list of texts, not \(node.kindName)")
            return []
        }
        for member in members where member.text == nil {
            problems.error(member.place, "'\(key)' has to be a list of texts, but contains \(member.kindName)")
        }
        return members.compactMap(\.text)
    }

    func boolean(_ key: String, _ problems: inout DiagnosticList) -> Bool? {
        guard let node = self[key], !node.isNull else { return nil }
        if node.boolean == nil { problems.error(node.place, "'\(key)' has to be true or false") }
        return node.boolean
    }

    /// A day as `YYYY-MM-DD`; Sigma 2 allows nothing else, older rules write slashes.
    ///
    /// Something else is an error where the day is `decisive`.
    func day(_ key: String, decisive: Bool = false, _ problems: inout DiagnosticList) -> String? {
        guard let text = string(key, &problems), let node = self[key] else { return nil }
        let mended = text.replacing("/", with: "-")
        let parts = mended.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.utf8.allSatisfy { $0 &- 0x30 < 10 } ? Int($0) : nil }
        guard numbers.count == 3, parts.map(\.count) == [4, 2, 2], (1...12).contains(numbers[1]),
            (1...31).contains(numbers[2])
        else {
            let message = "'\(key)' has to be a day, not '\(text)'"
            let hint = "for example 2026-01-31"
            if decisive {
                problems.error(node.place, message, hint: hint)
            } else {
                problems.warning(node.place, message, hint: hint)
            }
            return nil
        }
        if mended != text { problems.warning(node.place, "'\(key)' is not written as YYYY-MM-DD", hint: mended) }
        return mended
    }

    /// One of the raw values of an enumeration.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        _ type: Choice.Type,
        _ problems: inout DiagnosticList
    ) -> Choice? {
        guard let text = string(key, &problems), let node = self[key] else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        problems.error(
            node.place,
            "'\(text)' is not a \(key)",
            hint: didYouMean(text, among: names, otherwise: "one of \(names.joined(separator: ", "))")
        )
        return nil
    }

    /// A key that has to be there.
    func required(_ key: String, _ problems: inout DiagnosticList, hint: String? = nil) -> RuleNode? {
        if let node = self[key], !node.isNull { return node }
        let close = nearMiss(key, among: entries.map(\.key))
        problems.error(
            entries.first { $0.key == close }?.keyPlace ?? place,
            "missing key '\(key)'",
            hint: close.map { "did you mean '\(key)' instead of '\($0)'?" } ?? hint
        )
        return nil
    }

    /// Warns of keys that are one or two letters away from a known one.
    func warnOfMisspellings(_ known: [String], _ problems: inout DiagnosticList) {
        let unknown = entries.lazy.filter { !known.contains($0.key) }
        for entry in unknown.prefix(Self.guessesMax) {
            guard let close = nearMiss(entry.key, among: known), self[close] == nil else { continue }
            problems.warning(entry.keyPlace, "unknown key '\(entry.key)'", hint: "did you mean '\(close)'?")
        }
    }
}

extension SigmaAttribute {
    init(_ node: RuleNode) {
        switch node.content {
        case .list(let members): self = .list(members.map(SigmaAttribute.init))
        case .map(let entries):
            self = .map(Dictionary(entries.map { ($0.key, SigmaAttribute($0.value)) }, uniquingKeysWith: { $1 }))
        case .quoted(let text): self = .string(text)
        case .plain(let text):
            if node.isNull {
                self = .null
            } else if let boolean = node.boolean {
                self = .boolean(boolean)
            } else if node.number != nil, let number = Double(text) {
                self = .number(number)
            } else {
                self = .string(text)
            }
        }
    }
}
