// Reads `many_failures and not password_reset`.

/// Turns the text of an extended condition into an expression over a correlation's rules.
struct RuleExpressionParser {
    private let words: [ConditionWord]
    private let end: Int
    /// The rules by name, in the order in which the correlation lists them or, without a list, mentions them.
    private(set) var rules: [String]
    private let isListed: Bool
    private var position = 0
    private var used: Set<Int> = []

    /// A parser for `text` with the rules that the correlation lists; none for "those that it mentions".
    init(_ text: String, rules: [String]) {
        words = ConditionWord.words(of: text)
        end = text.utf8.count
        self.rules = rules
        isListed = !rules.isEmpty
    }

    /// Reads the whole condition.
    mutating func parse() throws(ConditionProblem) -> RuleExpression {
        let expression = try or(depth: 0)
        if position < words.count {
            let word = words[position]
            throw ConditionProblem(offset: word.offset, message: "expected 'and' or 'or' before '\(word.text)'")
        }
        if let unused = rules.indices.first(where: { !used.contains($0) }) {
            throw ConditionProblem(offset: 0, message: "the condition does not mention the rule '\(rules[unused])'")
        }
        return expression
    }

    private mutating func take(_ keyword: String) -> Bool {
        guard position < words.count, words[position].text.lowercased() == keyword else { return false }
        position += 1
        return true
    }

    private mutating func or(depth: Int) throws(ConditionProblem) -> RuleExpression {
        var parts = [try and(depth: depth)]
        while take("or") { parts.append(try and(depth: depth)) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func and(depth: Int) throws(ConditionProblem) -> RuleExpression {
        var parts = [try not(depth: depth)]
        while take("and") { parts.append(try not(depth: depth)) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func not(depth: Int) throws(ConditionProblem) -> RuleExpression {
        let offset = position < words.count ? words[position].offset : end
        guard depth < ConditionParser.depthMax else {
            throw ConditionProblem(offset: offset, message: "the condition is nested too deeply")
        }
        if take("not") { return .not(try not(depth: depth + 1)) }
        if take("(") {
            let inner = try or(depth: depth + 1)
            guard take(")") else { throw ConditionProblem(offset: offset, message: "'(' is never closed") }
            return inner
        }
        guard position < words.count, !["and", "or", ")", "|"].contains(words[position].text.lowercased()) else {
            let found = position < words.count ? "'\(words[position].text)'" : "the end"
            throw ConditionProblem(offset: offset, message: "expected the name of a rule before \(found)")
        }
        let name = words[position].text
        position += 1
        if !isListed, !rules.contains(name) { rules.append(name) }
        guard let rule = rules.firstIndex(of: name) else {
            throw ConditionProblem(
                offset: offset,
                message: "the condition names '\(name)', which is not in 'rules'",
                hint: didYouMean(name, among: rules, otherwise: "rules: \(rules.joined(separator: ", "))")
            )
        }
        used.insert(rule)
        return .occurs(rule)
    }
}
