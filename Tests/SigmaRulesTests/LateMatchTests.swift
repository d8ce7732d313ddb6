// Correlations whose matches do not come in the order of time.

import Testing

@testable import SigmaRules

@Suite struct LateMatchTests {
    typealias Event = CorrelationBench.Event

    private static let farAhead = 1_000_000_000.0

    private func event(_ second: Double, _ rules: String, _ user: String) -> Event {
        Event(second, rules, ["u": .string(user)])
    }

    /// One event dated far ahead makes all others late: those of other groups, and of its own, are asked about as ever.
    @Test(arguments: ["clock", "eve"])
    func oneEventDatedFarAheadSilencesNobody(_ user: String) throws {
        let bench = try CorrelationBench(
            "{ type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: { gte: 3 } }"
        )
        let burst = [0.0, 1, 2, 30, 31, 60, 61, 62, 63].map { event($0, "a", "eve") }
        let (said, engine) = bench.alarms([event(Self.farAhead, "a", user)] + burst)
        #expect(said == ["2:eve:1,2,3", "62:eve:6,7,8", "63:eve:9"])
        #expect(engine.late.isEmpty)
    }

    /// What must not occur cannot be said of windows whose end has passed when they begin.
    @Test func absenceIsNotConcludedOfWindowsThatBeginTooLate() throws {
        let bench = try CorrelationBench("{ type: temporal, rules: [a, b], timespan: 10s, condition: a and not b }")
        let (said, engine) = bench.alarms([Event(50, "c"), Event(100, "b"), Event(0, "a"), Event(200, "c")])
        #expect(said.isEmpty)
        #expect(engine.late == [3: 1])
        #expect(engine.undecided.isEmpty)
    }

    /// A window that begins late, but whose end is still to come, is decided at its end.
    @Test func lateBeginningsAreDecidedInTime() throws {
        let bench = try CorrelationBench("{ type: temporal, rules: [a, b], timespan: 10s, condition: a and not b }")
        let (said, engine) = bench.alarms([Event(10, "a"), Event(5, "a"), Event(18, "b"), Event(60, "c")])
        #expect(said == ["15::1,0"])
        #expect(engine.late == [3: 1])
    }

    /// Matches in descending order are put into order once, not one by one.
    @Test(arguments: [
        "{ type: event_count, rules: [a], timespan: 30d, condition: { gte: 40000 } }",
        "{ type: temporal_ordered, rules: [a, b], timespan: 30d }",
    ])
    func descendingTimesAreCheap(_ correlation: String) throws {
        let bench = try CorrelationBench(correlation)
        let count = 40_000
        let events = (0..<count).map { Event(Double(count - $0), $0 % 2 == 0 ? "a" : "ab") }
        let start = ContinuousClock.now
        let (said, engine) = bench.alarms(events)
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(said.count == 1)
        #expect(engine.late[3] ?? 0 >= Int64(count - 1))
        #expect(engine.disordered.isEmpty)
    }

    /// The same events in any order make the same incident when none is too late for its window.
    @Test func lateMatchesAreSeenByTheWindowThatEndsLast() throws {
        let bench = try CorrelationBench(
            "{ type: value_median, rules: [a], timespan: 10s, condition: { field: v, eq: 3 } }"
        )
        let values = [5.0, 1, 3, 2, 9].map { Event($0, "a", ["v": .string("\(Int($0))")]) }
        let inOrder = bench.alarms(values.sorted { $0.second < $1.second }).said.last
        #expect(inOrder == "9::0,1,2,3,4")
        #expect(bench.alarms(values).said.last == "9::1,3,2,0,4")
    }

    /// Windows whose time has passed make room before any is given up.
    @Test func passedWindowsAreNoLoss() throws {
        let bench = try CorrelationBench(
            "{ type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: { gte: 2 } }"
        )
        let events = (0..<3_000).map { event(Double($0), "a", "user \($0)") }
        #expect(bench.alarms(events, memoryMax: 200_000).engine.abandoned.isEmpty)
    }
}
