// Conditions: precedence, quantifiers, names, and what is said about mistakes.

import Testing

@testable import SigmaRules

@Suite struct ConditionParserTests {
    /// Selections that each ask whether a field of the same name is there.
    static let names = ["a", "b", "c", "sel_one", "sel_two", "_hidden", "not_this"]

    static let selections = names.map { name in
        Selection(
            name: name,
            place: .start,
            expression: .test(FieldTest(field: name, question: .isPresent))
        )
    }

    /// Evaluates `condition` with the given selections true.
    static func holds(_ condition: String, _ present: Set<String>) throws -> Bool {
        var parser = ConditionParser(condition, selections: selections)
        var assumptions: [String: FieldAssumption] = [:]
        for name in names { assumptions[name] = present.contains(name) ? .oneOf(["x"]) : .absent }
        let simplified = try parser.parse().simplified(assuming: assumptions)
        guard case .constant(let holds) = simplified else {
            Issue.record("'\(condition)' stays open")
            return false
        }
        return holds
    }

    @Test(arguments: [
        ("a", "a", true), ("a", "b", false),
        ("not a", "", true), ("not not a", "a", true), ("NOT a", "a", false),
        ("a and b", "a", false), ("a and b", "a b", true), ("a AND b", "a b", true),
        ("a or b", "b", true), ("a or b", "", false),
        // not binds tighter than and, and tighter than or.
        ("a or b and c", "a", true), ("a or b and c", "b", false), ("a or b and c", "b c", true),
        ("a and b or c", "c", true), ("not a and b", "b", true), ("not a and b", "", false),
        ("not (a and b)", "", true), ("not a or b", "a b", true), ("not (a or b)", "b", false),
        ("(a or b) and c", "a", false), ("(a or b) and c", "a c", true), ("((a))", "a", true),
        ("a and not (b or not c)", "a c", true), ("a and not (b or not c)", "a", false),
        ("(a)or(b)", "b", true),
        ("1 of sel_*", "sel_two", true), ("1 of sel_*", "a", false), ("any of sel_*", "sel_one", true),
        ("all of sel_*", "sel_one", false), ("all of sel_*", "sel_one sel_two", true),
        ("1 of *_t*", "not_this", true), ("1 of *_two", "sel_two", true), ("1 of s*_*e", "sel_one", true),
        ("1 of s*_*e", "sel_two", false), ("1 of sel_one", "sel_one", true),
        ("1 of them", "_hidden", false), ("1 of them", "c", true), ("any of them", "", false),
        ("all of them", "a b c sel_one sel_two not_this", true), ("all of them", "a b c sel_one", false),
        ("1 of _*", "_hidden", true),
        ("2 of them", "a", false), ("2 of them", "a sel_two", true), ("3 of them", "b c sel_one", true),
        ("3 of them", "b c", false), ("not 2 of them", "b", true), ("2 of sel_*", "sel_one sel_two", true),
        ("2 of sel_*", "sel_one", false), ("5 of them", "a b c sel_one", false),
        ("5 of them", "a b c sel_one not_this", true),
        ("not 1 of sel_*", "", true), ("not 1 of sel_* and a", "a sel_one", false),
        ("a and not all of sel_*", "a sel_one", true), ("not_this", "not_this", true),
        ("a\n  and\tb", "a b", true),
    ])
    func evaluates(_ condition: String, _ present: String, _ expected: Bool) throws {
        let present = Set(present.split(separator: " ").map(String.init))
        #expect(try Self.holds(condition, present) == expected, "\(condition) with \(present)")
    }

    static let names7 = "selections: a, b, c, sel_one, sel_two, _hidden, not_this"

    @Test(
        arguments: [
            ("", 0, "expected the name of a selection before the end", names7),
            ("a and", 5, "expected the name of a selection before the end", names7),
            ("a and or b", 6, "expected the name of a selection before 'or'", names7),
            ("a b", 2, "expected 'and' or 'or' before 'b'", nil),
            ("a adn b", 2, "expected 'and' or 'or' before 'adn'", "did you mean 'and'?"),
            ("(a or b", 0, "'(' is never closed", nil),
            ("a )", 2, "')' without '('", nil),
            ("(a b)", 3, "expected 'and', 'or' or ')' before 'b'", nil),
            ("a and sel_tow", 6, "the condition names 'sel_tow', which is not a selection", "did you mean 'sel_two'?"),
            ("zzzzz", 0, "the condition names 'zzzzz', which is not a selection", names7),
            ("some of sel_*", 0, "'some of' is not part of Sigma", "write '1 of', 'any of', 'all of' or a number"),
            ("0 of sel_*", 0, "'0 of' is not part of Sigma", "write '1 of', 'any of', 'all of' or a number"),
            ("3 of sel_*", 0, "'3 of sel_*' can never hold: only 2 selections match", nil),
            ("2 of a", 0, "'2 of a' can never hold: only 1 selection matches", nil),
            ("1 of", 4, "expected 'them' or a pattern behind 'of'", "for example '1 of selection_*'"),
            ("1 of filter_*", 5, "no selection matches 'filter_*'", names7),
            ("1 of *hidden", 5, "no selection matches '*hidden'", names7),
            (
                "a | count() > 5", 2, "aggregations with '|' are not part of Sigma 2",
                "write a document with 'correlation:' that refers to this rule by name"
            ),
        ] as [(String, Int, String, String?)]
    )
    func reports(_ condition: String, _ offset: Int, _ message: String, _ hint: String?) {
        var parser = ConditionParser(condition, selections: Self.selections)
        #expect(throws: ConditionProblem(offset: offset, message: message, hint: hint)) { try parser.parse() }
    }

    @Test func refusesDeepNesting() {
        var parser = ConditionParser(String(repeating: "(", count: 10_000) + "a", selections: Self.selections)
        #expect(throws: ConditionProblem.self) { try parser.parse() }
        var negations = ConditionParser(String(repeating: "not ", count: 10_000) + "a", selections: Self.selections)
        #expect(throws: ConditionProblem.self) { try negations.parse() }
    }

    @Test func refusesConditionsThatMultiply() {
        let text = Array(repeating: "1 of them", count: 5_000).joined(separator: " or ")
        var parser = ConditionParser(text, selections: Self.selections)
        #expect(throws: ConditionProblem.self) { try parser.parse() }
    }

    @Test func conditionListsAreAlternatives() throws {
        let text = detection("a:\n    x: 1\nb:\n    y: 1\ncondition:\n    - a\n    - b")
        #expect(try hits(text, ["x": 1]) == [0])
        #expect(try hits(text, ["y": 1]) == [0])
        #expect(try hits(text, ["x": 2]) == [])
    }
}
