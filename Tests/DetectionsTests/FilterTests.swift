// Filters take matches away, count what they took, and end on their day.

import Detections
import SigmaRules
import Testing

@Suite struct FilterTests {
    static func filter(_ rules: String, _ more: String = "", condition: String = "not known") -> String {
        CountingRules.refusal + """
            ---
            title: Known client
            name: known_client
            logsource: { category: oauth }
            filter:
                rules: \(rules)
                known:
                    client_id: shop
                condition: \(condition)
            \(more)
            """
    }

    static let lines = EventLines.refusals([0, 86_400]) + EventLines.refusals([1], client: "mail")

    @Test(arguments: ["[refusal]", "any", "refusal", "[any]", "[refusal, refusal]"])
    func takesMatchesAwayAndCountsThem(_ rules: String) throws {
        let engine = try CountingRules.judged(Self.filter(rules), Self.lines)
        #expect(engine.findings.map(\.count) == [1])
        #expect(engine.filterEffects == [FilterEffect(suppressed: 2, expired: 0)])
        #expect(engine.suppressions.map(\.title) == ["Known client"])
    }

    @Test func endsOnItsDay() throws {
        let more = "expires: 2026-01-06\nowner: identity team\napproved_by: ciso"
        let engine = try CountingRules.judged(Self.filter("any", more), Self.lines)
        #expect(engine.filterEffects == [FilterEffect(suppressed: 1, expired: 1)])
        #expect(engine.findings.reduce(0) { $0 + $1.count } == 2)
        #expect(engine.suppressions.first?.owner == "identity team")
        #expect(engine.suppressions.first?.approvedBy == "ciso")
    }

    @Test func matchesTakenAwayAreNotCorrelated() throws {
        let correlation = """
            ---
            title: Refusals
            correlation:
                type: event_count
                rules: [refusal]
                group-by: []
                timespan: 1h
                condition: { gte: 2 }
            """
        let lines = EventLines.refusals([0, 1, 2]) + EventLines.refusals([3], client: "mail")
        #expect(try CountingRules.findings(Self.filter("any") + "\n" + correlation, lines).isEmpty)
    }

    @Test func otherLogSourcesAndRulesAreLeftAlone() {
        let other = RuleFolder.parse(
            Self.filter("any").replacing(
                "name: known_client\nlogsource: { category: oauth }",
                with: "logsource: { product: x }"
            ),
            file: "f.yml"
        )
        #expect(other.filters.map(\.ruleIndices) == [[]])
        let lost = RuleFolder.parse(Self.filter("[refusal, refusals]"), file: "f.yml")
        #expect(lost.filters.map(\.ruleIndices) == [[0]])
        #expect(lost.diagnostics.map(\.message) == ["there is no rule 'refusals'"])
        #expect(lost.rejected.isEmpty)
    }

    @Test func aFilterThatGivesUpIsReported() throws {
        let text = Self.filter("any").replacing("client_id: shop", with: "client_id|re: '(s+)+$'")
        let hostile = String(repeating: "s", count: 40) + "!"
        let engine = try CountingRules.judged(text, EventLines.refusals([0, 1], client: hostile))
        let refusal = try #require(engine.rules.firstIndex { $0.name == "refusal" })
        #expect(
            engine.restrictions == [
                refusal: "a regular expression of its filters gave up at its match limit 2 times"
            ]
        )
        #expect(engine.evaluations.allSatisfy { $0.rule != refusal || $0.reason != nil })
    }

    @Test func aFilterThatKeepsWhatItNamesIsWarnedOf() {
        let loaded = RuleFolder.parse(Self.filter("any", condition: "known"), file: "f.yml")
        #expect(loaded.diagnostics.map(\.message) == ["the filter keeps only matches for which this holds"])
    }

    @Test(arguments: [
        ("expires: soon", "'expires' has to be a day, not 'soon'"),
        ("filter: 1", "YAML: key 'filter' is given twice in the same map"),
    ])
    func badFiltersAreRejected(_ more: String, _ message: String) {
        let loaded = RuleFolder.parse(Self.filter("any", more), file: "f.yml")
        #expect(loaded.filters.isEmpty)
        #expect(loaded.rules.count == 1)
        let messages = loaded.diagnostics.map(\.message)
        #expect(messages.contains { message.contains($0) || $0 == message })
    }
}
