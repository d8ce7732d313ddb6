// Correlations as parsed, and how they find their rules.

import Testing

@testable import SigmaRules

@Suite struct CorrelationTests {
    struct NotAMeasure: Error {}

    static func base(_ name: String) -> String {
        "name: \(name)\n" + detection("s:\n    f: 1\ncondition: s") + "\n---\n"
    }

    static func document(_ lines: String...) -> String {
        "title: Count\ncorrelation:\n" + lines.map { "    \($0)\n" }.joined()
    }

    @Test func readsEverything() throws {
        let text =
            Self.base("one") + Self.base("two") + """
                title: Many
                id: 11111111-2222-4333-8444-555555555555
                level: high
                correlation:
                    type: value_count
                    rules:
                        - two
                        - one
                    group-by: [sub, who]
                    timespan: 15m
                    condition:
                        field: client_id
                        gt: 3
                        lte: 9
                    aliases:
                        who:
                            one: username
                            two: sub
                    generate: true
                """
        let loaded = try rules(text)
        let rule = try #require(loaded.last)
        let correlation = try #require(rule.correlation)
        #expect(rule.level == .high)
        #expect(correlation.type == .valueCount)
        #expect(correlation.rules == ["two", "one"])
        #expect(correlation.ruleIndices == [1, 0])
        #expect(correlation.groupBy == ["sub", "who"])
        #expect(correlation.timespanMicroseconds == 900_000_000)
        guard case .measure(let condition) = correlation.condition else { throw NotAMeasure() }
        #expect(condition == CorrelationCondition([.init(.gt, 3), .init(.lte, 9)]))
        #expect(correlation.valueFields == ["client_id"])
        #expect(correlation.aliases == ["who": ["one": "username", "two": "sub"]])
        #expect(correlation.generate)
        #expect(correlation.field("who", in: "one") == "username")
        #expect(correlation.field("sub", in: "one") == "sub")
    }

    @Test(
        arguments: [
            ("1s", 1), ("2m", 120), ("3h", 10_800), ("1d", 86_400), ("1w", 604_800), ("1M", 2_629_746),
            ("1y", 31_556_952),
        ] as [(String, Int64)]
    )
    func timespans(_ text: String, _ seconds: Int64) throws {
        let text =
            Self.base("one")
            + Self.document(
                "type: event_count",
                "rules: [one]",
                "timespan: \(text)",
                "condition: {gte: 2}"
            )
        #expect(try rules(text).last?.correlation?.timespanMicroseconds == seconds * 1_000_000)
    }

    @Test(
        arguments: [
            ([.init(.gt, 2)], [3], [2]), ([.init(.gte, 2)], [2], [1]), ([.init(.lt, 2)], [1], [2]),
            ([.init(.lte, 2)], [2], [3]), ([.init(.eq, 2)], [2], [1, 3]), ([.init(.neq, 2)], [1, 3], [2]),
            ([.init(.gt, 2), .init(.lt, 5)], [3, 4], [2, 5]),
        ] as [([CorrelationCondition.Term], [Double], [Double])]
    )
    func conditions(_ terms: [CorrelationCondition.Term], _ holds: [Double], _ fails: [Double]) {
        let condition = CorrelationCondition(terms)
        for count in holds { #expect(condition.holds(count)) }
        for count in fails { #expect(!condition.holds(count)) }
    }

    @Test(arguments: [
        (
            ["type: temporal", "rules: [one]", "timespan: 1h", "condition: {gt: 1}"],
            "no number of rules can fulfil the condition"
        ),
        (
            ["type: temporal_ordered", "rules: [one]", "timespan: 1h", "condition: {lt: 2}"],
            "temporal_ordered can only ask for a least number of rules: gt or gte"
        ),
        (
            ["type: temporal", "rules: [one]", "timespan: 1h", "condition: one and two"],
            "the condition names 'two', which is not in 'rules'"
        ),
        (
            ["type: temporal", "rules: [one]", "timespan: 1h", "condition: not one"],
            "the condition can hold without any match, so there is no time at which to ask it"
        ),
        (
            ["type: temporal", "rules: [one]", "timespan: 1h", "condition: one and not one"],
            "the condition contradicts itself"
        ),
        (
            ["type: temporal", "rules: [one]", "timespan: 1h", "condition: one and"],
            "expected the name of a rule before the end"
        ),
        (["type: temporal", "rules: [one, one]", "timespan: 1h"], "'rules' names 'one' twice"),
        (
            ["type: value_sum", "rules: [one]", "timespan: 1h", "condition: {gte: 1, field: [a, b]}"],
            "'field' has to be the name of one field"
        ),
        (
            ["type: value_percentile", "rules: [one]", "timespan: 1h", "condition: {gte: 1, field: a}"],
            "value_percentile needs a percentile from 0 to 100"
        ),
        (
            ["type: value_avg", "rules: [one]", "timespan: 1h", "condition: {gte: x, field: a}"],
            "'gte' needs a number"
        ),
        (["type: event_cuont", "rules: [one]", "timespan: 1h", "condition: {gt: 1}"], "'event_cuont' is not a type"),
        (["rules: [one]", "timespan: 1h", "condition: {gt: 1}"], "missing key 'type'"),
        (["type: event_count", "timespan: 1h", "condition: {gt: 1}"], "missing key 'rules'"),
        (["type: event_count", "rules: [one]", "condition: {gt: 1}"], "missing key 'timespan'"),
        (["type: event_count", "rules: [one]", "timespan: 1h"], "missing key 'condition'"),
        (["type: event_count", "rules: [one]", "timespan: 1x", "condition: {gt: 1}"], "'1x' is not a timespan"),
        (["type: event_count", "rules: [one]", "timespan: 0s", "condition: {gt: 1}"], "'0s' is not a timespan"),
        (
            ["type: event_count", "rules: [one]", "timespan: 9999999y", "condition: {gt: 1}"],
            "timespan '9999999y' is longer than a hundred years"
        ),
        (
            ["type: event_count", "rules: [one]", "timespan: 1h", "condition: {gt: 3, lt: 4}"],
            "no number of events can fulfil the condition"
        ),
        (
            ["type: event_count", "rules: [one]", "timespan: 1h", "condition: {}"],
            "the condition compares with nothing"
        ),
        (
            ["type: event_count", "rules: [one]", "timespan: 1h", "condition: {get: 1}"],
            "unknown key 'get' in the condition"
        ),
        (
            ["type: event_count", "rules: [one]", "timespan: 1h", "condition: {gt: x}"],
            "'gt' needs a whole number from 0 to 1000000000"
        ),
        (
            ["type: event_count", "rules: [one]", "timespan: 1h", "condition: one"],
            "'condition' has to be a map for event_count"
        ),
        (
            ["type: value_count", "rules: [one]", "timespan: 1h", "condition: {gt: 1}"],
            "value_count needs a field"
        ),
        (
            ["type: event_count", "rules: [one]", "timespan: 1h", "condition: {gt: 1, field: x}"],
            "event_count counts events, not a field"
        ),
        (["type: event_count", "rules: [on]", "timespan: 1h", "condition: {gt: 1}"], "there is no rule 'on'"),
        (
            [
                "type: event_count", "rules: [one]", "timespan: 1h", "condition: {gt: 1}",
                "aliases: {x: {one: z, tow: y}}",
            ],
            "alias 'x' names the rule 'tow', which is not in 'rules'"
        ),
    ])
    func reports(_ lines: [String], _ message: String) {
        let text = Self.base("one") + "title: Count\ncorrelation:\n" + lines.map { "    \($0)\n" }.joined()
        let loaded = RuleFolder.parse(text, file: "test.yml")
        #expect(loaded.rules.count == 1)
        #expect(loaded.diagnostics.first?.message == message)
        #expect(loaded.rejected.map(\.title) == ["Count"])
    }

    static func counting(_ rule: String, name: String) -> String {
        "name: \(name)\n" + document("type: event_count", "rules: [\(rule)]", "timespan: 1h", "condition: {gt: 1}")
    }

    @Test func namesResolveInTheSameFileFirst() {
        let loaded = RuleFolder.parse([
            (file: "a.yml", text: Self.base("x") + Self.counting("x", name: "count_a")),
            (file: "b.yml", text: "id: 1\n" + Self.base("x") + Self.counting("x", name: "count_b")),
            (file: "c.yml", text: Self.counting("x", name: "count_c")),
        ])
        #expect(loaded.rules.map { $0.correlation?.ruleIndices } == [nil, [0], nil, [2]])
        #expect(loaded.diagnostics.map(\.message) == ["'x' names rules in a.yml and b.yml"])
    }

    @Test func correlationsMayCountCorrelationsButNotThemselves() {
        let chain = Self.base("x") + Self.counting("x", name: "y") + "---\n" + Self.counting("y", name: "z")
        #expect(RuleFolder.parse(chain, file: "t").rules.map { $0.correlation?.ruleIndices } == [nil, [0], [1]])
        let circle = Self.base("x") + Self.counting("z", name: "y") + "---\n" + Self.counting("y", name: "z")
        let loaded = RuleFolder.parse(circle, file: "t")
        #expect(loaded.rules.map(\.name) == ["x"])
        #expect(loaded.rejected.count == 2)
    }

    @Test func aRejectedRuleTakesItsCorrelationsAlong() {
        let text =
            "name: x\n" + detection("s:\n    f|bad: 1\ncondition: s") + "\n---\n" + Self.counting("x", name: "y")
            + "---\n" + Self.counting("y", name: "z") + "---\n" + Self.base("other")
        let loaded = RuleFolder.parse(text, file: "t")
        #expect(loaded.rules.map(\.name) == ["other"])
        #expect(loaded.rejected.count == 3)
    }
}
