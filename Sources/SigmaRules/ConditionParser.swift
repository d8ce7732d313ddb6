// Reads `1 of selection_* and not filter`.

import YAMLFiles

/// Why a condition cannot be read.
struct ConditionProblem: Error, Equatable {
    /// Offset in the condition's UTF-8.
    let offset: Int
    let message: String
    var hint: String?
}

/// A word of a condition and where it stands.
struct ConditionWord {
    let text: String
    /// Offset in the condition's UTF-8.
    let offset: Int

    /// The words of a condition; parentheses and bars are words of their own.
    static func words(of text: String) -> [ConditionWord] {
        var words: [ConditionWord] = []
        var current: [UInt8] = []
        func finish(at offset: Int) {
            if !current.isEmpty {
                words.append(
                    ConditionWord(text: String(decoding: current, as: UTF8.self), offset: offset - current.count)
                )
            }
            current = []
        }
        for (offset, byte) in text.utf8.enumerated() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: finish(at: offset)
            case 0x28, 0x29, 0x7C:
                finish(at: offset)
                words.append(ConditionWord(text: String(Unicode.Scalar(byte)), offset: offset))
            default: current.append(byte)
            }
        }
        finish(at: text.utf8.count)
        return words
    }
}

/// Turns the text of a condition into an expression over the selections.
struct ConditionParser {
    /// Deepest nesting of parentheses and `not`.
    static let depthMax = 64
    /// Most tests a condition may come to, repeated selections counted each time.
    static let testsMax = 20_000

    /// Most selections that a hint lists.
    private static let namesMax = 30
    /// Most names that patterns may be compared with.
    static let comparisonsMax = 2_000_000

    private let selections: [Selection]
    private let places: [String: Int]
    private var words: [ConditionWord] = []
    private var position = 0
    private let end: Int
    private var tests = 0
    private var comparisons = 0
    /// The selections the condition speaks of.
    private(set) var used: Set<String> = []

    /// A parser for `text`.
    init(_ text: String, selections: [Selection]) {
        self.selections = selections
        places = Dictionary(selections.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        end = text.utf8.count
        words = ConditionWord.words(of: text)
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

    private func peek(_ distance: Int = 0) -> ConditionWord? {
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
        guard let selection = places[word.text].map({ selections[$0] }) else {
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

    private mutating func quantified(_ quantifier: ConditionWord) throws(ConditionProblem) -> MatchExpression {
        let all = quantifier.text.lowercased() == "all"
        let any = quantifier.text.lowercased() == "any"
        let number = Int(quantifier.text)
        guard all || any || (number ?? 0) > 0 else {
            throw ConditionProblem(
                offset: quantifier.offset,
                message: "'\(quantifier.text) of' is not part of Sigma",
                hint: "write '1 of', 'any of', 'all of' or a number"
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
        comparisons += selections.count
        guard comparisons <= Self.comparisonsMax else {
            throw ConditionProblem(offset: target.offset, message: "the condition has too many patterns")
        }
        let matching = selections.filter { Self.matches($0.name, target.text) }
        guard !matching.isEmpty else {
            throw ConditionProblem(
                offset: target.offset,
                message: "no selection matches '\(target.text)'",
                hint: nameList.map { "selections: \($0)" }
            )
        }
        let parts = try use(matching, target)
        let least = all ? parts.count : number ?? 1
        guard least <= parts.count else {
            let count = parts.count == 1 ? "1 selection matches" : "\(parts.count) selections match"
            throw ConditionProblem(
                offset: quantifier.offset,
                message: "'\(quantifier.text) of \(target.text)' can never hold: only \(count)"
            )
        }
        if parts.count == 1 { return parts[0] }
        if least == parts.count { return .and(parts) }
        return least == 1 ? .or(parts) : try atLeast(least, parts, target)
    }

    /// Each part is asked anew for every number of parts still missing.
    private mutating func atLeast(
        _ least: Int,
        _ parts: [MatchExpression],
        _ word: ConditionWord
    ) throws(ConditionProblem) -> MatchExpression {
        tests += parts.reduce(0) { $0 + $1.testCount } * (least - 1)
        try checkTests(word)
        return .atLeast(least, parts)
    }

    private mutating func use(_ chosen: [Selection], _ word: ConditionWord) throws(ConditionProblem)
        -> [MatchExpression]
    {
        for selection in chosen {
            used.insert(selection.name)
            tests += selection.expression.testCount
        }
        try checkTests(word)
        return chosen.map(\.expression)
    }

    private func checkTests(_ word: ConditionWord) throws(ConditionProblem) {
        guard tests > Self.testsMax else { return }
        throw ConditionProblem(
            offset: word.offset,
            message: "the condition comes to more than \(Self.testsMax) tests"
        )
    }

    private var nameList: String? {
        let names = selections.prefix(Self.namesMax).map(\.name) + (selections.count > Self.namesMax ? ["…"] : [])
        return names.isEmpty ? nil : names.joined(separator: ", ")
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
