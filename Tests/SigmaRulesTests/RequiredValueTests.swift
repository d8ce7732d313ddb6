// Which conditions cannot hold unless a field has one value.

import Testing

@testable import SigmaRules

@Suite struct RequiredValueTests {
    @Test(arguments: [
        ("s: { a: x }\ncondition: s", true),
        ("s: { a: X, b: y }\ncondition: s", true),
        ("s: { a: [x] }\ncondition: s", true),
        ("s: { a: [x, y] }\ncondition: s", false),
        ("s: { 'a|contains': x }\ncondition: s", false),
        ("s: { a: 'x*' }\ncondition: s", false),
        ("s: { b: x }\ncondition: s", false),
        ("s: { a: x }\nt: { b: y }\ncondition: s or t", false),
        ("s: { a: x }\nt: { a: x, b: y }\ncondition: s or t", true),
        ("s: { a: x }\nt: { b: y }\ncondition: s and not t", true),
        ("s: { a: x }\ncondition: not s", false),
        ("s1: { a: x }\ns2: { b: y }\ncondition: all of s*", true),
        ("s1: { a: x }\ns2: { b: y }\ncondition: 1 of s*", false),
        ("s: [{ a: x }, { a: x, b: y }]\ncondition: s", true),
        ("s: [{ a: x }, { b: y }]\ncondition: s", false),
    ])
    func aConditionRequiresAValue(_ body: String, _ isRequired: Bool) throws {
        let rule = try #require(try rules(detection(body)).first?.detection)
        #expect(rule.requires("a", "x") == isRequired, "\(body)")
    }

    @Test func truthIsAValue() throws {
        let rule = try #require(try rules(detection("s: { a: true }\ncondition: s")).first?.detection)
        #expect(rule.requires("a", "true"))
    }
}
