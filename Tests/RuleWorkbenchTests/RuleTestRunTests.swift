// Test files: what they can say, when they hold, and what is wrong with them.

import Detections
import LogFormats
import SigmaRules
import Testing

@testable import RuleWorkbench

@Suite struct RuleTestRunTests {
    static let rules = """
        title: Many failures
        name: many
        id: 11111111-2222-4333-8444-555555555555
        correlation:
            type: event_count
            rules: [failure]
            group-by: [User]
            timespan: 5m
            condition: { gte: 3 }
        ---
        title: Failure
        name: failure
        logsource: { product: windows }
        detection: { s: { EventID: 4625 }, condition: s }
        """

    func outcome(_ cases: String, rule: String = "many", format: String = "json") throws -> FileOutcome {
        let loaded = RuleFolder.parse(Self.rules, file: "rules/many.yml")
        let text = "rule: \(rule)\nformat: \(format)\ncases:\n" + cases
        let file = try RuleTestFile(parsing: text, file: "rules/many.test.yml")
        return try RuleTestRun(loaded, formats: ShippedRuleTests.catalog).run(file)
    }

    func item(_ name: String, _ expect: String, _ events: String...) -> String {
        "  - name: \(name)\n    expect: \(expect)\n    events: |\n" + events.map { "      \($0)\n" }.joined()
    }

    static let failure = #"{"EventID":4625,"User":"eve"}"#

    @Test func offsetsMakeATimeline() throws {
        let cases =
            item("soon", "finding", "+0s \(Self.failure)", "+2m30s \(Self.failure)", "+5m \(Self.failure)")
            + item("late", "nothing", "+0s \(Self.failure)", "+2m \(Self.failure)", "+5m1ms \(Self.failure)")
            + item("a second apart without", "finding", Self.failure, Self.failure, Self.failure)
        let outcome = try outcome(cases)
        #expect(outcome.cases.map(\.failure) == [nil, nil, nil])
        #expect(outcome.cases.map(\.test.line) == [4, 10, 16])
        // Every match is told: three of the counted rule, one of the correlation.
        let matches = outcome.cases[0].matches
        #expect(matches.compactMap(\.event) == [1, 2, 3])
        let alarm = try #require(matches.last { $0.event == nil })
        #expect(alarm.group.map(\.value) == ["eve"])
        #expect(alarm.time == 1_767_571_200_000_000 + 300_000_000)
    }

    @Test func failuresSayWhatWasExpected() throws {
        let cases =
            item("one", "finding", Self.failure) + item("three", "nothing", Self.failure, Self.failure, Self.failure)
            + item("none", "nothing", "") + item("bad offset", "nothing", "+5 {}")
            + item("no object", "nothing", "+5s []") + item("broken", "nothing", "{\"a\":")
        #expect(
            try outcome(cases).cases.map(\.failure) == [
                "expected a finding, but there is none", "expected nothing, but there is a finding",
                "there are no events", "event 1: '+5' is no offset, which is a number and one of ms, s, m, h, d",
                "event 1: an event with an offset has to be a JSON object",
                "event 1 is no event: rejected: malformed JSON",
            ]
        )
    }

    @Test(arguments: [
        "+" + String(repeating: "999999999d", count: 120), "+999999999d", "+36500d1ms",
        "+0s {}\n" + String(repeating: " ", count: 6) + "+36501d",
    ])
    func longOffsetsAreRefused(_ offset: String) throws {
        let failure = try outcome(item("long", "nothing", offset + " {}")).cases[0].failure
        #expect(failure?.hasSuffix(": an offset is longer than a hundred years") == true, "\(failure ?? "")")
    }

    @Test func aHundredYearsAreNotTooLong() throws {
        let cases = item("long", "nothing", "+36500d \(Self.failure)", Self.failure)
        #expect(try outcome(cases).cases.map(\.failure) == [nil])
    }

    @Test func eventsOfOurOwnFormatMayHaveOffsetsToo() throws {
        let event = #"{"kind":"token.request","outcome":"failure","error":"invalid_client","client_id":"shop"}"#
        let rule = """
            title: Refused
            name: refused
            logsource: { category: oauth }
            detection: { s: { error: invalid_client }, condition: s }
            """
        let text = "rule: refused\ncases:\n" + item("refused", "finding", "+1h \(event)")
        let run = RuleTestRun(RuleFolder.parse(rule, file: "r.yml"), formats: ShippedRuleTests.catalog)
        let outcome = try run.run(try RuleTestFile(parsing: text, file: "r.test.yml"))
        #expect(outcome.cases.map(\.failure) == [nil])
    }

    @Test(arguments: [
        ("cases: []", "1:1: error: missing key 'rule', the name of the rule"),
        ("rule: x", "1:1: error: there are no cases"),
        ("rule: x\ncases:\n  - {name: a, expect: [\n", "4:1: error: YAML: did not find expected node content"),
        (
            "rule: *x",
            "1:7: error: YAML: found undefined alias\n  hint: put values that begin with * or & in single quotes"
        ),
        (
            "a0: &a0 [x]\n" + (1...30).map { "a\($0): &a\($0) {\"x\":*a\($0 - 1),\"y\":*a\($0 - 1)}\n" }.joined(),
            "14:25: error: YAML aliases stand for more than 1048576 bytes\n  hint: write the values out"
        ),
        ("rule: x\ncases: [{ name: a }]", "2:9: error: a case needs 'expect: finding' or 'expect: nothing'"),
        (
            "rule: x\ncases:\n  - name: a\n    expect: nothing",
            "3:5: error: a case needs 'events', one JSON object a line"
        ),
    ])
    func filesThatCannotBeUsed(_ text: String, _ message: String) {
        do {
            _ = try RuleTestFile(parsing: text, file: "x.test.yml")
            Issue.record("the file was read")
        } catch {
            #expect(error.description == "x.test.yml:" + message)
        }
    }

    @Test func unknownRulesAndFormatsAreSaid() {
        let test = item("x", "nothing", "{}")
        #expect { try outcome(test, rule: "other") } throws: {
            "\($0)" == "rules/many.test.yml:1:1: error: there is no rule 'other' that can be loaded"
        }
        #expect { try outcome(test, format: "other") } throws: {
            "\($0)" == "rules/many.test.yml:1:1: error: there is no format 'other'"
        }
    }

    private static let unregistered = """
        title: Unregistered
        name: unregistered
        logsource: { category: oauth }
        detection: { s: { client.registered: false }, condition: s }
        """

    @Test func aTestHasItsOwnClientRegistry() throws {
        let loaded = RuleFolder.parse(Self.unregistered, file: "rules/unregistered.yml")
        let event = #"+0s {"kind":"token.request","client_id":"shop"}"#
        for (registry, isFound) in [
            ("", false), ("client_registry: { clients: [{ client_id: shop }] }\n", false),
            ("client_registry: { clients: [{ client_id: Shop }] }\n", true),
        ] {
            let text = "rule: unregistered\n\(registry)cases:\n" + item("x", isFound ? "finding" : "nothing", event)
            let file = try RuleTestFile(parsing: text, file: "rules/unregistered.test.yml")
            let outcome = try RuleTestRun(loaded, formats: ShippedRuleTests.catalog).run(file)
            #expect(outcome.cases.map(\.failure) == [nil], "\(registry)")
        }
        #expect {
            let text = "rule: unregistered\nclient_registry:\n  clients:\n    - client: shop\ncases: []\n"
            _ = try RuleTestFile(parsing: text, file: "f.test.yml")
        } throws: { error in
            "\(error)".hasPrefix("f.test.yml:4:7: error: ")
        }
    }
}
