// What makes two matches one finding, and what a finding keeps.

import AuthEvents
import Testing

@testable import Detections

@Suite struct FindingTests {
    /// A rule that reports refusals by client.
    static let rule = """
        title: Refusal
        id: 6b0d3a6e-1111-4222-8333-444455556666
        logsource: { category: oauth }
        detection:
            selection:
                error: invalid_client
            condition: selection
        level: medium
        grantaudit:
            group-by: [client_id, username]

        """

    private func findings(_ lines: [String], rule: String = Self.rule) throws -> [Finding] {
        try CountingRules.judged(rule, lines).findings
    }

    @Test func sameInputGivesTheSameFindings() throws {
        let lines = EventLines.refusals([0, 1, 100_000])
        let first = try findings(lines)
        #expect(first.count == 2)
        #expect(try findings(lines) == first)
        #expect(first.allSatisfy { $0.id.count == 32 && $0.id.allSatisfy(\.isHexDigit) })
        #expect(first.allSatisfy { $0.ruleID == "6b0d3a6e-1111-4222-8333-444455556666" && $0.level == .medium })
    }

    @Test func identityIsRuleGroupAndDay() throws {
        let original = try #require(try findings(EventLines.refusals([0])).first)
        func id(_ line: String, rule: String = Self.rule) throws -> String? {
            try findings([line], rule: rule).first?.id
        }
        #expect(try id(EventLines.refusal(5000, #""user_agent":"curl""#)) == original.id)
        #expect(try id(EventLines.refusal(0, client: "SHOP")) == original.id)
        #expect(try id(EventLines.refusal(0, client: "mail")) != original.id)
        #expect(try id(EventLines.refusal(0, #""username":"alice""#)) != original.id)
        #expect(try id(EventLines.refusal(86_400_000)) != original.id)
        #expect(try id(EventLines.refusal(0), rule: Self.rule.replacing("6b0d", with: "6b0e")) != original.id)
        // What the rule is called and says is not what it is.
        #expect(
            try id(EventLines.refusal(0), rule: Self.rule.replacing("title: Refusal", with: "title: Else"))
                == original.id
        )
    }

    @Test func valuesDoNotRunIntoEachOther() throws {
        let lines = [
            EventLines.refusal(0, client: "ab", #""username":"c""#),
            EventLines.refusal(1, client: "a", #""username":"bc""#),
        ]
        #expect(Set(try findings(lines).map(\.id)).count == 2)
    }

    @Test func missingValueCountsAsEmpty() throws {
        let lines = [EventLines.refusal(0), EventLines.refusal(1, #""username":"""#)]
        let found = try findings(lines)
        #expect(found.map(\.count) == [2])
        #expect(Set(found.map(\.id)).count == 1)
    }

    @Test(arguments: [
        (0.0, 86_399.999, 1), (86_399.999, 86_400, 2), (86_400, 172_799, 1),
    ])
    func daysBeginAtMidnightUTC(_ first: Double, _ second: Double, _ count: Int) throws {
        let found = try findings(EventLines.refusals([first, second]))
        #expect(found.count == count)
        #expect(found.allSatisfy { ($0.bucket - EventLines.monday) % 86_400_000_000 == 0 && $0.bucket <= $0.firstSeen })
    }

    @Test func evidenceIsCappedAndCountingGoesOn() throws {
        let lines = EventLines.refusals((0..<40).map(Double.init))
        for (rule, title) in [
            (Self.rule, "Refusal"), (CountingRules.correlation(condition: "{ gte: 20 }"), "Refusals"),
        ] {
            let finding = try #require(try findings(lines, rule: rule).first { $0.title == title })
            #expect(finding.count == 40)
            #expect(finding.evidence.count == Finding.evidenceMax)
            #expect(
                finding.evidence.map(\.time) == (0..<Finding.evidenceMax).map { EventLines.microseconds(Double($0)) }
            )
            #expect(finding.lastSeen == EventLines.microseconds(39))
        }
    }

    @Test func evidenceHoldsTheFieldsButNotTheTime() throws {
        let line = EventLines.refusal(0, #""ip":"203.0.113.9","user_agent":"curl/8.5.0""#)
        let evidence = try #require(try findings([line]).first?.evidence.first)
        let fields = Dictionary(uniqueKeysWithValues: evidence.fields.map { ($0.name, $0.value) })
        #expect(
            fields == [
                "source": "grantaudit-json", "kind": "token.request", "outcome": "failure", "error": "invalid_client",
                "client_id": "shop", "ip": "203.0.113.9", "network": "203.0.113.0/24", "user_agent": "curl/8.5.0",
            ]
        )
    }

    @Test func evidenceKeepsNoEndlessValues() throws {
        let line = EventLines.refusal(0, #""user_agent":"\#(String(repeating: "a ", count: 2000))""#)
        let evidence = try #require(try findings([line]).first?.evidence.first)
        let agent = try #require(evidence.fields.first { $0.name == "user_agent" }?.value)
        #expect(agent.count == EvidenceReader.valueCharactersMax + 1)
        #expect(agent.hasSuffix("…"))
    }

    @Test func evidenceMasksTokens() throws {
        let token = "ey" + "JhbGciOiJub25lIn0.ey" + "JzdWIiOiIxIn0.c2lnbmF0dXJl"
        let line = EventLines.refusal(0, client: token, #""user_agent":"app \#(token)""#)
        let finding = try #require(try findings([line]).first)
        let kept = finding.groupKey.map(\.value) + finding.evidence.flatMap { $0.fields.map(\.value) }
        #expect(!kept.contains { $0.contains("c2lnbmF0dXJl") || $0.contains("JzdWIi") })
        #expect(kept.contains("app [masked]"))
    }

    @Test func findingsAreOrderedByLevelRuleAndTime() throws {
        let yaml =
            Self.rule + "---\n"
            + Self.rule.replacing("6b0d", with: "0b0d").replacing("level: medium", with: "level: critical")
        let found = try findings(EventLines.refusals([0]) + [EventLines.refusal(9, client: "mail")], rule: yaml)
        #expect(found.map(\.level) == [.critical, .critical, .medium, .medium])
        #expect(found.map { $0.groupKey.first?.value } == ["shop", "mail", "shop", "mail"])
    }
}
