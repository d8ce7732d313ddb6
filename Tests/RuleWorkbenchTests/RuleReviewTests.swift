// Remarks about rules that load.

import LogFormats
import SigmaRules
import Testing

@testable import RuleWorkbench

@Suite struct RuleReviewTests {
    /// The messages about a rule with the given log source, selections and condition.
    func remarks(_ detection: String, logsource: String = "{ category: oauth }", more: String = "") -> [String] {
        let text = """
            title: A rule
            id: 11111111-2222-4333-8444-555555555555
            logsource: \(logsource)
            detection: { \(detection) }
            \(more)
            """
        let loaded = RuleFolder.parse(text, file: "nowhere/rule.yml")
        return RuleReview(loaded, formats: ShippedRuleTests.catalog).remarks().map { remark in
            "\(remark.line): \(remark.message)" + (remark.hint.map { " (\($0))" } ?? "")
        }
        .filter { $0 != "1: the rule has no tests (write nowhere/rule.test.yml)" }
    }

    @Test(
        arguments: [
            ("s: { kind: token.request }, condition: s", []),
            ("s: { code.state: redeemed }, condition: s", []),
            (
                "s: { client_di: x }, condition: s",
                ["1: no log that the rule is for is known to have the field 'client_di' (did you mean 'client_id'?)"]
            ),
            (
                "s: { Client_ID: x }, condition: s",
                ["1: no log that the rule is for is known to have the field 'Client_ID' (did you mean 'client_id'?)"]
            ),
            ("s: { error: a }, condition: s or not s", ["4: the condition always holds"]),
            // That a field has another value says nothing of other fields, nor does a keyword of a field.
            ("s: { error|neq: a }, t: { scope|neq: a }, condition: s and not t", []),
            ("s: { error: a }, k: ['error: a'], condition: s and not k", []),
            ("s: { error: a }, t: { error: a }, condition: s and not t", ["4: the condition can never hold"]),
            (
                "s: { error: a }, condition: not s",
                [
                    "4: the condition holds for every event that has none of the fields "
                        + "(say what has to be there, not only what must not)"
                ]
            ),
        ] as [(String, [String])]
    )
    func conditionsAndFields(_ detection: String, _ expected: [String]) {
        #expect(remarks(detection) == expected)
    }

    @Test func remarksOfAKindAreCountedFromTheHundredthOn() {
        let tags = (0..<5_000).map { "BAD\($0)" }.joined(separator: ", ")
        let remarks = remarks("s: { error: a }, condition: s", more: "tags: [\(tags)]")
        #expect(remarks.count == 101)
        #expect(remarks.last == "5: there are 4900 further remarks about 'tags'")
    }

    @Test func rulesForOtherLogsAreSaidToHaveNone() {
        #expect(
            remarks("s: { EventID: 1 }, condition: s", logsource: "{ product: windows }") == [
                "1: no format answers to the log source of the rule ('grantaudit formats list')"
            ]
        )
    }

    @Test func openLogsMayHaveFieldsThatNobodyKnows() {
        let keycloak = "{ product: keycloak, service: events }"
        #expect(remarks("s: { details.custom: 1 }, condition: s", logsource: keycloak) == [])
        #expect(
            remarks("s: { realmid: 1 }, condition: s", logsource: keycloak) == [
                "1: no log that the rule is for is known to have the field 'realmid' (did you mean 'realmId'?)"
            ]
        )
    }

    @Test func metadataIsHeldAgainstTheSpecification() {
        let more = """
            tags: [Attack.T1, attack.t1528, attack.t1528]
            falsepositives: ["-"]
            related: [{ id: x, type: similar }]
            """
        #expect(
            remarks("s: { error: a }, condition: s", more: more) == [
                "5: the tag 'Attack.T1' is not of the form namespace.value, in lower case",
                "5: 'tags' has 'attack.t1528' twice", "6: '-' says nothing", "7: the related id 'x' is not a UUID",
            ]
        )
    }
}
