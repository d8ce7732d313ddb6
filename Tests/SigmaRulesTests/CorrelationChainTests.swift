// Correlations on correlations: each event counts once, and no order of files decides.

import Testing

@testable import SigmaRules

@Suite struct CorrelationChainTests {
    typealias Event = CorrelationBench.Event

    /// An event that reaches a correlation by way of several others is told once, however many ways there are.
    @Test func diamondsTellAnEventOnce() throws {
        var documents: [String] = ["{ type: event_count, rules: [a], timespan: 1m, condition: { gte: 1 } }"]
        for layer in 0..<12 {
            let top = 3 * layer
            for _ in 0..<2 {
                documents.append("{ type: event_count, rules: [k\(top)], timespan: 1m, condition: { gte: 1 } }")
            }
            documents.append("{ type: temporal, rules: [k\(top + 1), k\(top + 2)], timespan: 1m }")
        }
        let bench = try CorrelationBench(documents)
        #expect(bench.alarms([Event(0, "a"), Event(1, "a")]).said == ["0::0", "1::1"])
    }

    /// A condition that holds anew of what has been told already still names an event to whom it is news.
    @Test func noAlarmIsWithoutAnEvent() throws {
        let bench = try CorrelationBench(
            "{ type: temporal, rules: [a, b], group-by: [u], timespan: 10s, condition: a and not b }",
            "{ type: event_count, rules: [k0], group-by: [u], timespan: 1s, condition: { gte: 1 } }"
        )
        let events = [0.0, 5, 100].map { Event($0, $0 < 100 ? "a" : "c", ["u": "eve"]) }
        #expect(bench.alarms(events).said == ["10:eve:0,1", "15:eve:1"])
    }

    /// Alarms of one time have no order among each other, whichever correlation is looked at first.
    @Test(arguments: ["[k0, k1]", "[k1, k0]"])
    func alarmsOfOneTimeAreNoSteps(_ steps: String) throws {
        let bench = try CorrelationBench(
            "{ type: event_count, rules: [a], timespan: 1s, condition: { gte: 1 } }",
            "{ type: event_count, rules: [b], timespan: 1s, condition: { gte: 1 } }",
            "{ type: temporal_ordered, rules: \(steps), timespan: 1m }"
        )
        #expect(bench.alarms([Event(0, "ab")]).said.isEmpty)
        #expect(bench.alarms([Event(0, "a"), Event(0, "b")]).said.isEmpty)
        let apart = bench.alarms([Event(0, "a"), Event(1, "b"), Event(2, "a")]).said
        #expect(apart == (steps == "[k0, k1]" ? ["1::0,1", "2::2"] : ["2::1,2,0"]) || apart.count == 1)
    }
}
