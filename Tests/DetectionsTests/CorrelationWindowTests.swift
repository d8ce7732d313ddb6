// Which events lie in one window, and when a count is told.

import Detections
import Testing

@Suite struct CorrelationWindowTests {
    /// Times in seconds, the condition, and how many events the findings have.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let seconds: [Double]
        var condition = "{ gte: 3 }"
        let counts: [Int64]

        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "one fewer than asked for", seconds: [0, 1], counts: []),
        Case(name: "exactly as many", seconds: [0, 1, 2], counts: [3]),
        Case(name: "both ends of the window count", seconds: [0, 300, 600], counts: [3]),
        Case(name: "a millisecond too long", seconds: [0, 300, 600.001], counts: []),
        Case(name: "the window slides", seconds: [0, 500, 900, 1100], counts: [3]),
        Case(name: "never three within the window", seconds: [0, 400, 800, 1200, 1600], counts: []),
        Case(name: "equal times count each", seconds: [5, 5, 5], counts: [3]),
        Case(name: "further events extend", seconds: [0, 1, 2, 3, 4, 500], counts: [6]),
        Case(name: "more than", seconds: [0, 1, 2], condition: "{ gt: 3 }", counts: []),
        Case(name: "one more than", seconds: [0, 1, 2, 3], condition: "{ gt: 3 }", counts: [4]),
        Case(name: "each one", seconds: [0], condition: "{ gte: 1 }", counts: [1]),
    ])
    func countsWithinTheWindow(_ example: Case) throws {
        let rule = CountingRules.correlation(condition: example.condition)
        let findings = try CountingRules.findings(rule, EventLines.refusals(example.seconds))
        #expect(findings.map(\.count) == example.counts)
    }

    @Test func findingSpansAllEventsOfTheWindow() throws {
        let lines = EventLines.refusals([0, 500, 900, 1100])
        let finding = try #require(try CountingRules.findings(CountingRules.correlation(), lines).first)
        #expect(finding.firstSeen == EventLines.microseconds(500))
        #expect(finding.lastSeen == EventLines.microseconds(1100))
        #expect(finding.evidence.map(\.time) == [500, 900, 1100].map { EventLines.microseconds($0) })
        #expect(finding.evidence.allSatisfy { $0.ruleName == "refusal" })
        #expect(finding.groupKey == [NamedValue(name: "client_id", value: "shop")])
    }

    @Test func groupsAreCountedApart() throws {
        let lines = [0.0, 1, 2].flatMap { second in
            ["shop", "mail"].map { EventLines.refusal(Int64(second * 1000), client: $0) }
        }
        #expect(try CountingRules.findings(CountingRules.correlation(condition: "{ gte: 4 }"), lines).isEmpty)
        let findings = try CountingRules.findings(CountingRules.correlation(), lines)
        #expect(Set(findings.map(\.groupKey.first?.value)) == ["shop", "mail"])
        #expect(findings.map(\.count) == [3, 3])
    }

    @Test func groupsCompareWithoutRegardToCase() throws {
        let lines = ["shop", "SHOP", "Shop"].enumerated().map { EventLines.refusal(Int64($0), client: $1) }
        #expect(try CountingRules.findings(CountingRules.correlation(), lines).map(\.count) == [3])
    }

    @Test func correlationWithoutGroupByCountsEverything() throws {
        let lines = ["shop", "mail", "wiki"].enumerated().map { EventLines.refusal(Int64($0), client: $1) }
        let findings = try CountingRules.findings(CountingRules.correlation(groupBy: "[]"), lines)
        #expect(findings.map(\.count) == [3])
        #expect(findings.first?.groupKey == [])
    }

    @Test func lateEventsFindTheirPlace() throws {
        let rule = CountingRules.correlation()
        let findings = try CountingRules.findings(rule, EventLines.refusals([300, 600, 0]))
        #expect(findings.map(\.count) == [3])
        #expect(findings.first?.firstSeen == EventLines.microseconds(0))
        #expect(findings.first?.lastSeen == EventLines.microseconds(600))
        // Too old for the window that ends with the newest event.
        #expect(try CountingRules.findings(rule, EventLines.refusals([300, 601, 0])).isEmpty)
    }

    @Test func incidentGoesOnAsLongAsTheConditionHolds() throws {
        let seconds = (0..<60).map { Double($0) * 120 }
        let findings = try CountingRules.findings(CountingRules.correlation(), EventLines.refusals(seconds))
        #expect(findings.map(\.count) == [60])
        #expect(findings.first?.lastSeen == EventLines.microseconds(59 * 120))
    }

    @Test func incidentGoesOnPastMidnight() throws {
        let seconds = (-5...5).map { 86_400 + Double($0) * 60 }
        let findings = try CountingRules.findings(CountingRules.correlation(), EventLines.refusals(seconds))
        #expect(findings.map(\.count) == [11])
        #expect(findings.first?.bucket == EventLines.monday)
    }

    @Test func gapBeginsAnotherIncident() throws {
        let nextDay = 86_400.0
        let alone = EventLines.refusals([0, 1, 2] + [nextDay, nextDay + 1, nextDay + 2])
        let findings = try CountingRules.findings(CountingRules.correlation(), alone)
        #expect(findings.map(\.count) == [3, 3])
        #expect(findings.map(\.bucket) == [EventLines.monday, EventLines.monday + 86_400_000_000])
        // With events of other groups in the gap the window is swept, and the incident ends as it should.
        let others = (1...100).map { EventLines.refusal($0 * 700_000, client: "client\($0)") }
        let busy = try CountingRules.findings(CountingRules.correlation(), alone.prefix(3) + others + alone.suffix(3))
        #expect(busy.map(\.count) == [3, 3])
        #expect(busy.map(\.bucket) == [EventLines.monday, EventLines.monday + 86_400_000_000])
    }

    @Test func everyEventOfAWindowThatFulfilsTheConditionIsCounted() throws {
        // At 750 the window holds two events, at 840 three again, 750 among them.
        let lines = EventLines.refusals([0, 60, 120, 540, 750, 840])
        let findings = try CountingRules.findings(CountingRules.correlation(), lines)
        #expect(findings.count == 1)
        #expect(findings.map(\.count) == [6])
    }

    @Test func incidentOfTheSameDayExtendsTheSameFinding() throws {
        let others = (1...20).map { EventLines.refusal($0 * 700_000, client: "client\($0)") }
        let lines = EventLines.refusals([0, 1, 2]) + others + EventLines.refusals([20_000, 20_001, 20_002])
        let findings = try CountingRules.findings(CountingRules.correlation(), lines)
        #expect(findings.map(\.count) == [6])
    }

    @Test func eventsWithoutAGroupAreLeftOutAndCounted() throws {
        let lines = EventLines.refusals([0, 1, 2, 3], client: nil) + EventLines.refusals([4, 5])
        let engine = try CountingRules.judged(CountingRules.correlation(), lines)
        #expect(engine.findings.isEmpty)
        let correlation = try #require(engine.rules.firstIndex { $0.name == "refusals" })
        #expect(engine.excludedMatches == [correlation: 4])
    }

    @Test func distinctValuesCountOnceWhateverTheirCase() throws {
        let rule = CountingRules.correlation(
            type: "value_count",
            groupBy: "[client_id]",
            condition: "{ field: username, gte: 3 }"
        )
        func lines(_ names: [String]) -> [String] {
            names.enumerated().map { EventLines.refusal(Int64($0), #""username":"\#($1)""#) }
        }
        #expect(try CountingRules.findings(rule, lines(["alice", "ALICE", "Alice", "bob", "bob"])).isEmpty)
        let findings = try CountingRules.findings(rule, lines(["alice", "ALICE", "bob", "carol"]))
        #expect(findings.map(\.count) == [4])
    }

    @Test func valuesLeaveTheWindowWithTheirLastEvent() throws {
        let rule = CountingRules.correlation(
            type: "value_count",
            groupBy: "[client_id]",
            condition: "{ field: username, gte: 3 }"
        )
        func line(_ second: Int64, _ name: String) -> String {
            EventLines.refusal(second * 1000, #""username":"\#(name)""#)
        }
        let apart = [line(0, "alice"), line(100, "bob"), line(601, "carol")]
        #expect(try CountingRules.findings(rule, apart).isEmpty)
        // Alice again keeps her in the window.
        let again = [line(0, "alice"), line(50, "alice"), line(100, "bob"), line(601, "carol")]
        #expect(try CountingRules.findings(rule, again).map(\.count) == [3])
    }

    @Test func eventsWithoutTheCountedValueAreLeftOut() throws {
        let rule = CountingRules.correlation(
            type: "value_count",
            groupBy: "[client_id]",
            condition: "{ field: username, gte: 1 }"
        )
        let engine = try CountingRules.judged(rule, EventLines.refusals([0, 1]))
        #expect(engine.findings.isEmpty)
        #expect(engine.excludedMatches.values.reduce(0, +) == 2)
    }

    @Test func aliasesJoinFieldsOfDifferentNames() throws {
        let yaml =
            CountingRules.refusal + """
                ---
                title: Sign-in refused
                name: sign_in
                logsource: { category: oauth }
                detection:
                    selection:
                        kind: session.login
                    condition: selection
                ---
                title: Refusals
                correlation:
                    type: event_count
                    rules: [refusal, sign_in]
                    group-by: [who]
                    timespan: 10m
                    condition: { gte: 2 }
                    aliases:
                        who: { refusal: username, sign_in: sub }
                """
        func signIn(_ milliseconds: Int64) -> String {
            let time = EventLines.iso(milliseconds)
            return #"{"time":"\#(time)","kind":"session.login","outcome":"failure","sub":"alice"}"#
        }
        func refusal(_ milliseconds: Int64) -> String {
            EventLines.refusal(milliseconds, #""username":"alice""#)
        }
        let findings = try CountingRules.findings(yaml, [refusal(0), signIn(1)])
        #expect(findings.map(\.count) == [2])
        #expect(findings.first?.evidence.map(\.ruleName) == ["refusal", "sign_in"])
        let turned = try CountingRules.findings(yaml, [signIn(0), refusal(1)])
        #expect(turned.first?.groupKey.map(\.value) == ["alice"])
        #expect(findings.first?.groupKey.map(\.name) == ["who"])
        #expect(findings.map(\.id) == turned.map(\.id))
    }

    @Test(arguments: [(false, ["Refusals"]), (true, ["Refusal", "Refusals"])])
    func countedRuleReportsItselfOnlyWhenAsked(_ generate: Bool, _ titles: [String]) throws {
        let rule = CountingRules.correlation(more: "generate: \(generate)")
        let engine = try CountingRules.judged(rule, EventLines.refusals([0, 1, 2]))
        #expect(Set(engine.findings.map(\.title)) == Set(titles))
    }

    @Test func correlationOfACorrelationIsEvaluatedOrSaidNotToBe() throws {
        let yaml =
            CountingRules.correlation(condition: "{ gte: 1 }") + """

                ---
                title: Refused twice
                name: twice
                correlation:
                    type: event_count
                    rules: [refusals]
                    group-by: [client_id]
                    timespan: 1h
                    condition: { gte: 2 }
                """
        let engine = try CountingRules.judged(yaml, EventLines.refusals([0, 1200]))
        let rule = engine.rules.firstIndex { $0.name == "twice" }
        let isCalledEvaluated = engine.evaluations.contains { $0.rule == rule && $0.reason == nil }
        #expect(!isCalledEvaluated || engine.findings.contains { $0.title == "Refused twice" })
    }
}
