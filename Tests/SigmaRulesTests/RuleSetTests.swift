// Documents that have to do with each other: what they are known by, and whom they name.

import Testing

@testable import SigmaRules

@Suite struct RuleSetTests {
    static func counting(_ rule: String, name: String) -> String {
        """
        title: \(name)
        name: \(name)
        correlation: { type: event_count, rules: [\(rule)], timespan: 1h, condition: { gt: 1 } }
        """
    }

    static func filter(_ head: String, rules: String = "any") -> String {
        head + "\nlogsource: { category: test }\nfilter:\n    rules: \(rules)\n    s: { f: 1 }\n    condition: not s\n"
    }

    static let one = detection("s:\n    f: 1\ncondition: s")

    @Test(arguments: [
        (one, one, "2:8", "without an id the rule is known as 'A rule', and so is the one in a.yml:1"),
        (
            "name: x\n" + one, "name: x\n" + one, "2:7",
            "without an id the rule is known as 'x', and so is the one in a.yml:1"
        ),
        (
            "name: A rule\n" + one, one, "2:8",
            "without an id the rule is known as 'A rule', and so is the one in a.yml:1"
        ),
        (one, "id: A rule\n" + one, "2:5", "id 'A rule' is already used in a.yml:1"),
        (
            one, filter("title: A rule"), "2:8",
            "without an id the rule is known as 'A rule', and so is the one in a.yml:1"
        ),
        (
            filter("title: A\nname: x"), filter("title: B\nname: x"), "3:7",
            "without an id the rule is known as 'x', and so is the one in a.yml:2"
        ),
        (
            counting("y", name: "x") + "\n---\nname: y\n" + one, "name: x\n" + detection("s:\n    f: 1\ncondition: s"),
            "2:7", "without an id the rule is known as 'x', and so is the one in a.yml:2"
        ),
        (
            detection("s:\n    f: 1\ncondition: s", title: "\"a\\0\""),
            detection("s:\n    f: 1\ncondition: s", title: "\"a\\uFFFD\""), "2:8",
            "without an id the rule is known as 'a\u{FFFD}', and so is the one in a.yml:1"
        ),
    ])
    func twinsAreRejected(_ first: String, _ second: String, _ place: String, _ message: String) {
        let loaded = RuleFolder.parse([(file: "a.yml", text: first), (file: "b.yml", text: "# x\n" + second)])
        #expect(loaded.rejected.map(\.file) == ["b.yml"])
        let errors = loaded.diagnostics.filter { $0.severity == .error }
        #expect(errors.map { "\($0.line):\($0.column)" } == [place])
        #expect(errors.map(\.message) == [message])
    }

    @Test func idsTellTwinsApart() {
        let loaded = RuleFolder.parse("id: 1\n\(Self.one)\n---\nid: 2\n\(Self.one)\n---\n\(Self.one)", file: "f")
        #expect(loaded.rules.map(\.identity) == ["1", "2", "A rule"])
    }

    @Test func aLongChainThatHangsOnNothingIsRejectedInNoTime() throws {
        let count = 3_000
        let text = (0..<count).map { Self.counting("c\($0 + 1)", name: "c\($0)") }.joined(separator: "\n---\n")
        let clock = ContinuousClock()
        var loaded = LoadedRules()
        let time = clock.measure { loaded = RuleFolder.parse(text, file: "f") }
        #expect(loaded.rejected.count == count)
        let last = try #require(loaded.diagnostics.last)
        #expect(last.message == "there is no rule 'c3000'")
        #expect(
            loaded.diagnostics[0].description == """
                f:3:43: error: there is no rule 'c1'
                  hint: the one in f:5 has been rejected: correct that first
                """
        )
        // A pass over all rules for each one that is rejected takes minutes.
        #expect(time < .seconds(30))
    }

    @Test func aLongChainIsResolved() {
        let count = 2_000
        let chain = (0..<count).map { Self.counting("c\($0 + 1)", name: "c\($0)") } + ["name: c\(count)\n" + Self.one]
        let loaded = RuleFolder.parse(chain.joined(separator: "\n---\n"), file: "f")
        #expect(loaded.rules.count == count + 1)
        #expect(loaded.rules.dropLast().map { $0.correlation?.ruleIndices } == (1...count).map { [$0] })
    }

    @Test(arguments: [
        ("rules: [x, '7']", "3:57", "'7' is the rule that the correlation names as 'x', too"),
        ("rules: ['7', y, x]", "3:62", "'x' is the rule that the correlation names as '7', too"),
        ("rules: [x, y, x]", "3:60", "'rules' names 'x' twice"),
        ("condition: x and 7", "3:57", "'7' is the rule that the correlation names as 'x', too"),
    ])
    func oneRuleUnderTwoNamesIsRefused(_ rules: String, _ place: String, _ message: String) {
        let text = """
            title: Both
            name: both
            correlation: { type: temporal, timespan: 1h, \(rules) }
            ---
            name: x
            id: 7
            \(Self.one)
            ---
            name: y
            \(Self.one)
            """
        let loaded = RuleFolder.parse(text, file: "f")
        #expect(loaded.rejected.map(\.title) == ["Both"])
        let said = loaded.diagnostics.filter { $0.severity == .error }
        #expect(said.map { "\($0.line):\($0.column)" } == [place])
        #expect(said.map(\.message) == [message])
        #expect(said.map(\.hint) == ["name each rule once"])
    }

    @Test func onlyTheMembersOfACircleDependOnThemselves() {
        let text = [
            Self.counting("b", name: "a"), Self.counting("a", name: "b"), Self.counting("a", name: "behind"),
            Self.counting("x", name: "before"), "name: x\n" + Self.one, Self.counting("self", name: "self"),
        ]
        let loaded = RuleFolder.parse(text.joined(separator: "\n---\n"), file: "f")
        #expect(loaded.rules.map(\.name) == ["before", "x"])
        #expect(
            loaded.diagnostics.map(\.message) == [
                "the correlation depends on itself", "the correlation depends on itself", "there is no rule 'a'",
                "the correlation depends on itself",
            ]
        )
    }

    @Test func whatFallsBackOnAnotherFileMayCloseAnotherCircle() {
        // 'x' is first the one beside it, which is rejected, and then the one in the other file, which leads back.
        let first = Self.counting("x", name: "y") + "\n---\nid: 1\n" + Self.counting("none", name: "x")
        let second = "id: 2\n" + Self.counting("y", name: "x")
        let loaded = RuleFolder.parse([(file: "a.yml", text: first), (file: "b.yml", text: second)])
        #expect(loaded.rules.isEmpty)
        #expect(loaded.rejected.count == 3)
    }

    @Test(arguments: [
        ("[]", "4:12", "'rules' names no rule, so the filter is for none"),
        ("", "4:11", "'rules' names no rule, so the filter is for none"),
        ("~", "4:12", "'rules' names no rule, so the filter is for none"),
        ("[x, any]", "4:16", "'any' stands beside names of rules"),
        ("[x, ~]", "4:16", "'rules' has nothing where a rule is expected"),
        ("[x, '']", "4:16", "'rules' has text where a rule is expected"),
        ("{ x: 1 }", "4:12", "'rules' has a map where a rule is expected"),
    ])
    func filtersForNoRuleAreRejected(_ rules: String, _ place: String, _ message: String) {
        let loaded = RuleFolder.parse(Self.filter("title: A filter", rules: rules), file: "f")
        #expect(loaded.filters.isEmpty)
        #expect(loaded.diagnostics.map(\.message) == [message])
        #expect(loaded.diagnostics.map { "\($0.line):\($0.column)" } == [place])
    }

    @Test func aFilterWithoutRulesIsRejected() {
        let text = Self.filter("title: A filter").split(separator: "\n").filter { !$0.contains("rules:") }
        let loaded = RuleFolder.parse(text.joined(separator: "\n"), file: "f")
        #expect(loaded.filters.isEmpty)
        #expect(loaded.diagnostics.map(\.message) == ["missing key 'rules'"])
    }

    @Test func oneFileThatMultipliesLeavesTheOthers() {
        let lines = (1...30).map { "a\($0): &a\($0) {\"x\":*a\($0 - 1),\"y\":*a\($0 - 1)}\n" }
        let bomb = "a0: &a0 [x, x]\n" + lines.joined() + "? *a30\n: 1\n"
        let loaded = RuleFolder.parse([(file: "bomb.yml", text: bomb), (file: "b.yml", text: Self.one)])
        #expect(loaded.rules.map(\.file) == ["b.yml"])
        #expect(loaded.rejected.map(\.file) == ["bomb.yml"])
    }
}
