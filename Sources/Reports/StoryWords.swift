// Values from logs within sentences: they must not be taken for words of ours.

/// Makes sentences of values that somebody else has chosen.
enum StoryWords {
    /// Columns of a value in a sentence; whoever wants all of it looks at the event.
    private static let columnMax = 120

    /// `value` as part of a sentence: in quotation marks, unless it could not be mistaken for words.
    ///
    /// No value can end its own quotation, and none can act on a terminal.
    static func shown(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-_.:/@+=?&%~#".utf8.contains(byte)
        }
        return isPlain && !value.isEmpty ? TerminalText.escaped(value, limit: columnMax) : quoted(value)
    }

    /// `text` in quotation marks that it cannot end.
    static func quoted(_ text: String) -> String {
        let inner = text.replacing("“", with: "\"").replacing("”", with: "\"")
        return "“" + TerminalText.escaped(inner, limit: columnMax) + "”"
    }

    /// The words of a set of space-separated words, in order.
    static func shown(words: String) -> String {
        list(words.split(separator: " ").map { shown(String($0)) })
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }
}
