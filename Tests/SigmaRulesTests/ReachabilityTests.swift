// What can still match when something is known about the fields.

import Testing

@testable import SigmaRules

@Suite struct ReachabilityTests {
    func check(_ body: String, _ assumptions: [String: FieldAssumption]) throws -> Bool {
        canMatch(rule: try #require(rules(detection(body)).first), assuming: assumptions)
    }

    @Test(arguments: [
        ("f: a", false), ("f: ''", false), ("f: '*'", false), ("f: 5", false), ("f: true", false), ("f: null", true),
        ("f|contains: a", false), ("f|re: '.*'", false), ("f|cidr: '::/0'", false), ("f|exists: true", false),
        ("f|exists: false", true), ("f|neq: a", false), ("f|lt: 5", false), ("f|fieldref: g", false),
        ("g|fieldref: f", false), ("g|fieldref|neq: f", true), ("f: [null, a]", true), ("g: a", true),
    ])
    func absentField(_ selection: String, _ expected: Bool) throws {
        let body = "s:\n    \(selection)\ncondition: s"
        #expect(try check(body, ["f": .absent]) == expected, "\(selection)")
    }

    @Test(arguments: [
        ("s", false), ("not s", true), ("s or t", true), ("s and t", false), ("not s and t", true),
        ("not (not s)", false), ("1 of them", true), ("all of them", false), ("t and not k", true),
    ])
    func conditions(_ condition: String, _ expected: Bool) throws {
        let body = "s:\n    f: a\nt:\n    g: a\nk:\n    - word\ncondition: \(condition)"
        #expect(try check(body, ["f": .absent]) == expected, "\(condition)")
    }

    @Test(arguments: [
        ("f: a", ["a"], true), ("f: A", ["a"], true), ("f|cased: A", ["a"], false), ("f: a", ["b"], false),
        ("f: a", ["a", "b"], true), ("f: c", ["a", "b"], false), ("f|startswith: tok", ["token.request"], true),
        ("f|re: 'x'", ["a", "b"], false), ("f: null", ["a"], false), ("f|exists: false", ["a"], false),
        ("f|neq: a", ["a"], false), ("f|neq: a", ["a", "b"], true), ("f|gt: 5", ["3", "4"], false),
        // The text may be known as a set of words.
        ("f: b", ["a b"], true), ("f: c", ["a b"], false), ("f|fieldref: g", ["a"], true),
    ])
    func knownTexts(_ selection: String, _ texts: [String], _ expected: Bool) throws {
        let body = "s:\n    \(selection)\ncondition: s"
        #expect(try check(body, ["f": .oneOf(Set(texts))]) == expected, "\(selection)")
    }

    @Test func deniedTextsAreCertain() throws {
        let body = "s:\n    f: [a, b]\ncondition: not s"
        #expect(try !check(body, ["f": .oneOf(["a", "b"])]))
        #expect(try check(body, ["f": .oneOf(["a", "c"])]))
    }
}
