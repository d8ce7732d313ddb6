// Who is told apart from whom.

import AuthEvents
import FieldRows
import Testing

@testable import Detections
@testable import SigmaRules

@Suite struct FindingIdentityTests {
    private static let long = String(repeating: "u ", count: 300)

    /// Values that look the same once they are masked, cut and in lower case.
    @Test(arguments: [
        (long + "a", long + "b"),
        (token("c2lnbmF0dXJl"), token("c2lnbmF0dXJm")),
        ("\u{130}", "i\u{307}"),
    ])
    func subjectsThatLookAlikeAreApart(_ first: String, _ second: String) throws {
        let lines = [first, second, first, second].map { EventLines.refusal(0, #""username":"\#($0)""#) }
        for (rule, title) in [
            (FindingTests.rule.replacing("[client_id, username]", with: "[username]"), "Refusal"),
            (CountingRules.correlation(groupBy: "[username]", condition: "{ gte: 2 }"), "Refusals"),
        ] {
            let findings = try CountingRules.judged(rule, lines).findings.filter { $0.title == title }
            #expect(findings.map(\.count) == [2, 2])
            #expect(Set(findings.map(\.id)).count == 2)
        }
    }

    private static func token(_ signature: String) -> String {
        "ey" + "JhbGciOiJub25lIn0.ey" + "JzdWIiOiIxIn0." + signature
    }

    /// Whoever has stored an id will look for it: it must be the same in all versions.
    @Test func identityIsTheHashOfRuleFieldsGroupAndDay() throws {
        let finding = try #require(
            try CountingRules.judged(FindingTests.rule, [EventLines.refusal(5000, client: "SHOP")]).findings.first
        )
        // SHA-256 of the id, the number of fields, the fields, the group key and the day, numbers in eight bytes, texts
        // behind their number of bytes, least byte first; the group key is 1, four bytes of length, "shop", 0.
        #expect(finding.id == "0a69d522dd5855cece25b4bb5b86ea48")
    }

    @Test func identityDoesNotDependOnOtherRules() throws {
        let other = FindingTests.rule.replacing("6b0d", with: "0b0d") + "---\n"
        let lines = EventLines.refusals([0])
        let alone = try CountingRules.judged(FindingTests.rule, lines).findings
        let among = try CountingRules.judged(other + FindingTests.rule, lines).findings
        #expect(among.count == 2)
        #expect(among.filter { $0.ruleID == alone.first?.ruleID } == alone)
    }

    @Test func bucketsBefore1970AreWholeDaysToo() {
        let day: Int64 = 86_400_000_000
        #expect(FindingIdentity.bucket(-1) == -day)
        #expect(FindingIdentity.bucket(-day) == -day)
        #expect(FindingIdentity.bucket(-day - 1) == -2 * day)
        #expect(FindingIdentity.bucket(0) == 0)
        #expect(FindingIdentity.bucket(day - 1) == 0)
    }

    /// Numbers of rules that differ only beyond sixteen bits.
    @Test func rulesAreToldApartHoweverManyThereAre() throws {
        let rule = try #require(RuleFolder.parse(CountingRules.correlation(), file: "rules.yml").rules.last)
        let last = 1 << 16
        let rules = (0...last).map { number in
            var copy = rule
            copy.id = "rule \(number)"
            return DetectionRule(copy)
        }
        let layout = FieldLayout(["client_id"])
        var maker = FindingMaker(rules, layout: layout, evidenceReader: EvidenceReader(layout), memoryMax: 1 << 20)
        for number in [0, last] {
            maker.add(
                CorrelationMatch(
                    rule: number,
                    time: 0,
                    firstTime: 0,
                    group: [],
                    groupKey: [],
                    incident: number,
                    news: []
                )
            )
        }
        #expect(maker.findings.map(\.ruleID) == ["rule 0", "rule \(last)"])
    }
}
