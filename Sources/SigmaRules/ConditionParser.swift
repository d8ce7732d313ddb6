// Reads `1 of selection_* and not filter`.

/// Why a condition cannot be read.
struct ConditionProblem: Error, Equatable {
    /// Offset in the condition's UTF-8.
    let offset: Int
    let message: String
    var hint: String?
}

/// Turns the text of a condition into an expression over the selections.
struct ConditionParser {
    /// Deepest nesting of parentheses and `not`.
    static let depthMax = 64
    /// Most tests a condition may come to, repeated selections counted each time.
    static let testsMax = 20_000

    private struct Word {
        let text: String
        let offset: Int
    }

    private let selections: [Selection]
    private var words: [Word] = []
    private var position = 0
    private let end: Int
    private var tests = 0
    /// The selections the condition speaks of.
    private(set) var used: Set<String> = []

    /// A parser for `text`.
    init(_ text: String, selections: [Selection]) {
        self.selections = selections
        end = text.utf8.count
        words = Self.words(of: text)
    }

    /// Reads the whole condition.
    mutating func parse() throws(ConditionProblem) -> MatchExpression {
        let expression = try or(depth: 0)
        guard let rest = peek() else { return expression }
        switch rest.text {
        case "|":
            throw ConditionProblem(
                offset: rest.offset,
                message: "aggregations with '|' are not part of Sigma 2",
                hint: "write a document with 'correlation:' that refers to this rule by name"
            )
        case ")": throw ConditionProblem(offset: rest.offset, message: "')' without '('")
        default:
            throw ConditionProblem(
                offset: rest.offset,
                message: "expected 'and' or 'or' before '\(rest.text)'",
                hint: nearMiss(rest.text, among: ["and", "or"]).map { "did you mean '\($0)'?" }
            )
        }
    }

    private static func words(of text: String) -> [Word] {
        var words: [Word] = []
        var current: [UInt8] = []
        func finish(at offset: Int) {
            if !current.isEmpty {
                words.append(Word(text: String(decoding: current, as: UTF8.self), offset: offset - current.count))
            }
            current = []
        }
        for (offset, byte) in text.utf8.enumerated() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: finish(at: offset)
            case 0x28, 0x29, 0x7C:
                finish(at: offset)
                words.append(Word(text: String(Unicode.Scalar(byte)), offset: offset))
            default: current.append(byte)
            }
        }
        finish(at: text.utf8.count)
        return words
    }

    private func peek(_ distance: Int = 0) -> Word? {
        position + distance < words.count ? words[position + distance] : nil
    }

    private mutating func take(_ keyword: String) -> Bool {
        guard let word = peek(), word.text.lowercased() == keyword else { return false }
        position += 1
        return true
    }

    private mutating func or(depth: Int) throws(ConditionProblem) -> MatchExpression {
        var parts = [try and(depth: depth)]
        while take("or") { parts.append(try and(depth: depth)) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func and(depth: Int) throws(ConditionProblem) -> MatchExpression {
        var parts = [try not(depth: depth)]
        while take("and") { parts.append(try not(depth: depth)) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func not(depth: Int) throws(ConditionProblem) -> MatchExpression {
        guard depth < Self.depthMax else {
            throw ConditionProblem(offset: peek()?.offset ?? end, message: "the condition is nested too deeply")
        }
        if take("not") { return .not(try not(depth: depth + 1)) }
        guard take("(") else { return try operand() }
        let open = words[position - 1]
        let inner = try or(depth: depth + 1)
        if let word = peek(), word.text != ")", word.text != "|" {
            throw ConditionProblem(offset: word.offset, message: "expected 'and', 'or' or ')' before '\(word.text)'")
        }
        guard take(")") else { throw ConditionProblem(offset: open.offset, message: "'(' is never closed") }
        return inner
    }

    private mutating func operand() throws(ConditionProblem) -> MatchExpression {
        guard let word = peek(), !["and", "or", ")", "|", "of"].contains(word.text.lowercased()) else {
            let found = peek().map { "'\($0.text)'" } ?? "the end"
            throw ConditionProblem(
                offset: peek()?.offset ?? end,
                message: "expected the name of a selection before \(found)",
                hint: nameList.map { "selections: \($0)" }
            )
        }
        position += 1
        if take("of") { return try quantified(word) }
        guard let selection = selections.first(where: { $0.name == word.text }) else {
            throw ConditionProblem(
                offset: word.offset,
                message: "the condition names '\(word.text)', which is not a selection",
                hint: didYouMean(
                    word.text,
                    among: selections.map(\.name),
                    otherwise: nameList.map { "selections: \($0)" }
                )
            )
        }
        return try use([selection], word)[0]
    }

    private mutating func quantified(_ quantifier: Word) throws(ConditionProblem) -> MatchExpression {
        let all = quantifier.text.lowercased() == "all"
        guard all || quantifier.text == "1" || quantifier.text.lowercased() == "any" else {
            throw ConditionProblem(
                offset: quantifier.offset,
                message: "'\(quantifier.text) of' is not part of Sigma",
                hint: "write '1 of', 'any of' or 'all of'"
            )
        }
        guard let target = peek(), !["(", ")", "|"].contains(target.text) else {
            throw ConditionProblem(
                offset: peek()?.offset ?? end,
                message: "expected 'them' or a pattern behind 'of'",
                hint: "for example '1 of selection_*'"
            )
        }
        position += 1
        let matching = selections.filter { Self.matches($0.name, target.text) }
        guard !matching.isEmpty else {
            throw ConditionProblem(
                offset: target.offset,
                message: "no selection matches '\(target.text)'",
                hint: nameList.map { "selections: \($0)" }
            )
        }
        let parts = try use(matching, target)
        if parts.count == 1 { return parts[0] }
        return all ? .and(parts) : .or(parts)
    }

    private mutating func use(_ chosen: [Selection], _ word: Word) throws(ConditionProblem) -> [MatchExpression] {
        for selection in chosen {
            used.insert(selection.name)
            tests += selection.expression.testCount
        }
        guard tests <= Self.testsMax else {
            throw ConditionProblem(
                offset: word.offset,
                message: "the condition comes to more than \(Self.testsMax) tests"
            )
        }
        return chosen.map(\.expression)
    }

    private var nameList: String? {
        selections.isEmpty ? nil : selections.map(\.name).joined(separator: ", ")
    }

    /// Whether a selection is meant; names that begin with `_` only take part when the pattern says so.
    private static func matches(_ name: String, _ pattern: String) -> Bool {
        if pattern.lowercased() == "them" { return !name.hasPrefix("_") }
        guard !name.hasPrefix("_") || pattern.hasPrefix("_") else { return false }
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return name == pattern }
        guard name.hasPrefix(pieces[0]) else { return false }
        var rest = name.dropFirst(pieces[0].count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let range = firstRange(of: piece, in: rest) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(pieces[pieces.count - 1])
    }

    private static func firstRange(of piece: Substring, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(piece) { return start..<text.index(start, offsetBy: piece.count) }
            start = text.index(after: start)
        }
        return nil
    }
}
