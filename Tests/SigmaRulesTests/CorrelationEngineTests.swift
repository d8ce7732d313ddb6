// When the conditions of correlations hold, for which groups, and on which events they rest.

import FieldRows
import TestMaterial
import Testing

@testable import SigmaRules

/// Rules `a`, `b` and `c` on field `e`, and a correlation on them.
struct CorrelationBench {
    static let base = ["a", "b", "c"].map { name in
        "title: \(name)\nname: \(name)\nlogsource: { product: x }\ndetection: { s: { e: \(name) }, condition: s }\n---\n"
    }
    .joined()

    let loaded: [SigmaRule]
    let layout: FieldLayout

    init(_ correlations: String...) throws { try self.init(correlations) }

    init(_ correlations: [String]) throws {
        let documents = correlations.enumerated().map { number, text in
            "title: correlation \(number)\nname: k\(number)\ncorrelation: \(text)\n"
        }
        loaded = try rules(Self.base + documents.joined(separator: "---\n"))
        layout = FieldLayout(["e"] + RuleMatcher.fields(of: loaded))
    }

    /// An event: its time in seconds, the rules it matches (`ab` matches both), and its fields.
    struct Event {
        var second: Double
        var rules: String
        var fields: [String: RowValue]

        init(_ second: Double, _ rules: String, _ fields: [String: RowValue] = [:]) {
            (self.second, self.rules, self.fields) = (second, rules, fields)
        }
    }

    /// What the last correlation says of `events`: `TIME:GROUP:NEWS`, times in seconds, news as event numbers from 0.
    func alarms(_ events: [Event], memoryMax: Int = 1 << 30) -> (said: [String], engine: CorrelationEngine<Int>) {
        let engine = CorrelationEngine<Int>(rules: loaded, layout: layout, memoryMax: memoryMax)
        for (number, event) in events.enumerated() {
            withRow(event.fields, layout: layout) { row in
                for (rule, name) in ["a", "b", "c"].enumerated() where event.rules.contains(name) {
                    engine.add(
                        rule,
                        event: number,
                        time: Int64(event.second * 1_000_000),
                        row,
                        payload: number,
                        payloadBytes: 8
                    )
                }
            }
        }
        engine.finish()
        let said = engine.takeMatches().filter { $0.rule == loaded.count - 1 }.map { match in
            let group = match.group.map(\.text).joined(separator: "+")
            let seconds = Double(match.time) / 1_000_000
            let time = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
            return "\(time):\(group):\(match.news.map(String.init).joined(separator: ","))"
        }
        return (said, engine)
    }
}

@Suite struct CorrelationEngineTests {
    typealias Event = CorrelationBench.Event

    /// A correlation, events, and what it says of them.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let correlation: String
        let events: [(Double, String)]
        let said: [String]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(
            name: "all rules in any order",
            correlation: "{ type: temporal, rules: [a, b], timespan: 10s }",
            events: [(0, "b"), (5, "a"), (30, "a")],
            said: ["5::0,1"]
        ),
        Case(
            name: "both ends of the window count",
            correlation: "{ type: temporal, rules: [a, b], timespan: 10s }",
            events: [(0, "b"), (10, "a")],
            said: ["10::0,1"]
        ),
        Case(
            name: "too far apart",
            correlation: "{ type: temporal, rules: [a, b], timespan: 10s }",
            events: [(0, "b"), (10.001, "a")],
            said: []
        ),
        Case(
            name: "one event may match several rules",
            correlation: "{ type: temporal, rules: [a, b], timespan: 10s }",
            events: [(3, "ab")],
            said: ["3::0"]
        ),
        Case(
            name: "two of three rules",
            correlation: "{ type: temporal, rules: [a, b, c], timespan: 10s, condition: { gte: 2 } }",
            events: [(0, "b"), (1, "b"), (2, "c")],
            said: ["2::0,1,2"]
        ),
        Case(
            name: "in order",
            correlation: "{ type: temporal_ordered, rules: [a, b, c], timespan: 10s }",
            events: [(0, "a"), (1, "b"), (2, "c")],
            said: ["2::0,1,2"]
        ),
        Case(
            name: "out of order",
            correlation: "{ type: temporal_ordered, rules: [a, b, c], timespan: 10s }",
            events: [(0, "a"), (1, "c"), (2, "b")],
            said: []
        ),
        Case(
            name: "an event is no two steps",
            correlation: "{ type: temporal_ordered, rules: [a, b], timespan: 10s }",
            events: [(0, "ab")],
            said: []
        ),
        Case(
            name: "equal times are ordered by position",
            correlation: "{ type: temporal_ordered, rules: [a, b], timespan: 10s }",
            events: [(0, "a"), (0, "b")],
            said: ["0::0,1"]
        ),
        Case(
            name: "the chain that begins latest counts",
            correlation: "{ type: temporal_ordered, rules: [a, b, c], timespan: 10s }",
            events: [(0, "a"), (5, "a"), (6, "b"), (14, "c"), (16, "c")],
            said: ["14::1,2,3"]
        ),
        Case(
            name: "two steps out of three",
            correlation: "{ type: temporal_ordered, rules: [a, b, c], timespan: 10s, condition: { gte: 2 } }",
            events: [(0, "b"), (1, "a"), (2, "c")],
            said: ["2::0,1,2"]
        ),
        Case(
            name: "either rule with a third",
            correlation: "{ type: temporal, timespan: 10s, condition: (a or b) and c }",
            events: [(0, "b"), (5, "c"), (30, "a")],
            said: ["5::0,1"]
        ),
        Case(
            name: "a without b, decided when the window has passed",
            correlation: "{ type: temporal, rules: [a, b], timespan: 10s, condition: a and not b }",
            events: [(0, "a"), (5, "c"), (20, "c"), (30, "a"), (35, "b"), (60, "c")],
            said: ["10::0"]
        ),
        Case(
            name: "a without b among events of all kinds",
            correlation: "{ type: temporal, rules: [a, b], timespan: 10s, condition: a and not b }",
            events: [(0, "a"), (20, "b"), (30, "a"), (35, "b"), (60, "b")],
            said: ["10::0"]
        ),
        Case(
            name: "b at the very end of the window",
            correlation: "{ type: temporal, rules: [a, b], timespan: 10s, condition: a and not b }",
            events: [(0, "a"), (10, "b"), (20, "b")],
            said: []
        ),
        Case(
            name: "ordered without a third",
            correlation: "{ type: temporal_ordered, rules: [a, b, c], timespan: 10s, condition: a and b and not c }",
            events: [(0, "a"), (3, "b"), (20, "a"), (23, "b"), (25, "c"), (40, "b"), (43, "a"), (60, "c")],
            said: ["10::0,1"]
        ),
        Case(
            name: "fewer than, at each event",
            correlation: "{ type: event_count, rules: [a], timespan: 10s, condition: { lt: 2 } }",
            events: [(0, "a"), (5, "a"), (30, "a")],
            said: ["0::0", "30::2"]
        ),
        Case(
            name: "equal times are asked once, when all are known",
            correlation: "{ type: event_count, rules: [a], timespan: 10s, condition: { eq: 2 } }",
            events: [(0, "a"), (0, "a"), (0, "a"), (20, "a"), (20, "a")],
            said: ["20::3,4"]
        ),
        Case(
            name: "an event counts once however many rules it matches",
            correlation: "{ type: event_count, rules: [a, b], timespan: 10s, condition: { gte: 3 } }",
            events: [(0, "ab"), (1, "a"), (2, "ab")],
            said: ["2::0,1,2"]
        ),
    ])
    func says(_ example: Case) throws {
        let bench = try CorrelationBench(example.correlation)
        #expect(bench.alarms(example.events.map { Event($0.0, $0.1) }).said == example.said)
    }

    /// A numeric condition, values of `v` a second apart, and the seconds at which it holds.
    @Test(
        arguments: [
            ("value_sum", "{ field: v, gte: 10 }", ["4", "5", "1"], ["2"]),
            ("value_sum", "{ field: v, gt: 1.5 }", ["1.5", "0.1"], ["1"]),
            ("value_sum", "{ field: v, lt: 0 }", ["-1", "5"], ["0"]),
            ("value_avg", "{ field: v, gte: 4 }", ["1", "7", "0"], ["1"]),
            ("value_median", "{ field: v, eq: 2 }", ["1", "3", "2"], ["1", "2"]),
            ("value_percentile", "{ field: v, percentile: 75, gte: 7 }", ["1", "9", "9"], ["1", "2"]),
            ("value_percentile", "{ field: v, percentile: 100, gt: 8 }", ["1", "9", "2"], ["1", "2"]),
            ("value_avg", "{ field: v, gte: 4 }", ["x", "", "4"], ["2"]),
            ("value_count", "{ field: [v, w], gte: 2 }", ["1", "1", "2"], ["2"]),
        ] as [(String, String, [String], [String])]
    )
    func calculates(_ type: String, _ condition: String, _ values: [String], _ seconds: [String]) throws {
        let bench = try CorrelationBench("{ type: \(type), rules: [a], timespan: 10s, condition: \(condition) }")
        let events = values.enumerated().map { second, value in
            Event(Double(second), "a", ["v": .string(value), "w": "same"])
        }
        #expect(bench.alarms(events).said.compactMap { $0.split(separator: ":").first.map(String.init) } == seconds)
    }

    @Test func valuesLeaveTheWindow() throws {
        let bench = try CorrelationBench(
            "{ type: value_median, rules: [a], timespan: 10s, condition: { field: v, gte: 5 } }"
        )
        let events = [(0.0, "9"), (5, "1"), (20, "5"), (25, "6")].map { Event($0.0, "a", ["v": .string($0.1)]) }
        #expect(bench.alarms(events).said == ["0::0", "5::1", "20::2", "25::3"])
    }

    @Test func groupsAreApartAndCaseIsNot() throws {
        let bench = try CorrelationBench(
            "{ type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: { gte: 2 } }"
        )
        let letters = ["É", "e", "é"].enumerated().map { Event(Double($0), "a", ["u": .string($1)]) }
        #expect(bench.alarms(letters).said == ["2:É:0,2"])
        let events = ["x", "y", "X"].enumerated().map { Event(Double($0), "a", ["u": .string($1)]) }
        let (said, engine) = bench.alarms(events + [Event(3, "a")])
        #expect(said == ["2:x:0,2"])
        #expect(engine.excluded == [3: 1])
    }

    @Test func correlationsOfCorrelationsUseTheirOwnGroups() throws {
        // Two failures of one user on a host, then a success of that user anywhere.
        let bench = try CorrelationBench(
            "{ type: event_count, rules: [a], group-by: [host, u], timespan: 10s, condition: { gte: 2 } }",
            "{ type: temporal_ordered, rules: [k0, b], group-by: [u], timespan: 1m }"
        )
        func event(_ second: Double, _ rule: String, _ host: String, _ user: String) -> Event {
            Event(second, rule, ["host": .string(host), "u": .string(user)])
        }
        let events = [
            event(0, "a", "h1", "eve"), event(1, "a", "h1", "eve"), event(2, "a", "h2", "bob"),
            event(3, "b", "h2", "bob"), event(9, "b", "h3", "eve"),
        ]
        #expect(bench.alarms(events).said == ["9:eve:0,1,4"])
    }

    @Test func fieldsByWhichACorrelationDoesNotGroupComeFromItsEvents() throws {
        let bench = try CorrelationBench(
            "{ type: event_count, rules: [a], group-by: [host], timespan: 10s, condition: { gte: 2 } }",
            "{ type: temporal, rules: [k0, b], group-by: [u], timespan: 1m }"
        )
        let events = [
            Event(0, "a", ["host": "h", "u": "eve"]), Event(1, "a", ["host": "h", "u": "bob"]),
            Event(2, "b", ["u": "bob"]), Event(3, "b", ["u": "carol"]),
        ]
        #expect(bench.alarms(events).said == ["2:bob:1,2"])
    }

    /// An event counts once for a correlation on a correlation, however often the inner condition holds with it.
    @Test func correlationsOnCorrelationsGetEachEventOnce() throws {
        let bench = try CorrelationBench(
            "{ type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: { gte: 2 } }",
            "{ type: value_sum, rules: [k0], group-by: [u], timespan: 1m, condition: { field: v, gte: 10 } }"
        )
        let events = [1.0, 2, 3, 4].map { Event($0, "a", ["u": "eve", "v": .string("\(Int($0))")]) }
        #expect(bench.alarms(events).said == ["4:eve:0,1,2,3"])
    }

    /// Where a condition holds again without a new match, the last one speaks for it.
    @Test func conditionsThatHoldWithoutNewMatchesCarryTheLastOne() throws {
        let bench = try CorrelationBench(
            "{ type: temporal, rules: [a, b, c], group-by: [u], timespan: 10s, condition: a or (b and c) }",
            "{ type: event_count, rules: [k0], group-by: [v], timespan: 1m, condition: { gte: 2 } }"
        )
        let events = [
            Event(0, "a", ["u": "eve", "v": "1"]), Event(1, "a", ["u": "eve", "v": "2"]), Event(2, "b", ["u": "eve"]),
        ]
        #expect(bench.alarms(events).said == ["2:2:1"])
    }

    /// Two alternatives that hold in one window are one match, even where one is decided when the window ends.
    @Test(arguments: [
        ("not c and (a or b) and a", [(0.0, "a"), (0, "b"), (20, "x")], ["8::0,1"]),
        ("(a and not c) or (a and b)", [(0, "a"), (8, "b"), (20, "x")], ["8::0,1"]),
        ("(a and not c) or (b and not c)", [(0, "ab"), (20, "x")], ["8::0"]),
        ("(a and not c) or (b and not c)", [(0, "a"), (1, "b"), (20, "x")], ["8::0", "9::1"]),
    ])
    func alternativesInOneWindowAreOneMatch(_ condition: String, _ events: [(Double, String)], _ said: [String]) throws
    {
        let bench = try CorrelationBench(
            "{ type: temporal, rules: [a, b, c], timespan: 8s, condition: '\(condition)' }"
        )
        #expect(bench.alarms(events.map { Event($0.0, $0.1) } + [Event(40, "a")]).said.prefix(said.count) == said[...])
        let counting = try CorrelationBench(
            "{ type: temporal, rules: [a, b, c], timespan: 8s, condition: '\(condition)' }",
            "{ type: event_count, rules: [k0], timespan: 8s, condition: { gte: 2 } }"
        )
        let twice = counting.alarms(events.map { Event($0.0, $0.1) } + [Event(40, "a")]).said
        #expect(twice.count == (said.count > 1 ? 1 : 0))
    }

    /// Windows that end at a time are decided before correlations on them are asked for that time.
    @Test func windowsThatEndCountForTheTimeTheyEndAt() throws {
        let bench = try CorrelationBench(
            "{ type: temporal, rules: [c, a], timespan: 3s, condition: not a and c }",
            "{ type: temporal, rules: [c, k0], timespan: 5s }"
        )
        let events = [34.5, 36.5, 39.5, 50].map { Event($0, $0 == 50 ? "b" : "c") }
        #expect(bench.alarms(events).said == ["37.5::0,1", "39.5::2", "42.5::"])
        // At 3 seconds there are three: both events and the window that ends. Nobody asks before it is there.
        let few = try CorrelationBench(
            "{ type: temporal, rules: [c, a], timespan: 3s, condition: not a and c }",
            "{ type: event_count, rules: [c, k0], timespan: 10s, condition: { eq: 2 } }"
        )
        #expect(few.alarms([Event(0, "c"), Event(3, "c"), Event(20, "b")]).said.isEmpty)
    }

    /// What has left the window is gone, however large it was beside the others.
    @Test(arguments: ["1e300", "-1e300", "1.7e308", "-1.7e308"])
    func giantValuesHideNoOthers(_ giant: String) throws {
        func bench(_ type: String, _ condition: String) throws -> CorrelationBench {
            try CorrelationBench("{ type: \(type), rules: [a], timespan: 10s, condition: { field: v, \(condition) } }")
        }
        let values = [(0.0, giant), (0.0, giant), (5, "300"), (11, "200.25")]
        let events = values.map { Event($0.0, "a", ["v": .string($0.1)]) }
        #expect(try bench("value_sum", "eq: 500.25").alarms(events).said.map { $0.prefix(2) } == ["11"])
        #expect(try bench("value_avg", "eq: 250.125").alarms(events).said.map { $0.prefix(2) } == ["11"])
    }

    @Test func percentilesAreExactWhereNumbersAre() throws {
        let bench = try CorrelationBench(
            "{ type: value_percentile, rules: [a], timespan: 1m, condition: { field: v, percentile: 66, gte: 6 } }"
        )
        let events = ["2", "4", "4.75", "5.25", "7.75", "17"].enumerated()
            .map { Event(Double($0), "a", ["v": .string($1)]) }
        #expect(bench.alarms(events).said == ["5::0,1,2,3,4,5"])
        let median = try CorrelationBench(
            "{ type: value_median, rules: [a], timespan: 1m, condition: { field: v, eq: 0 } }"
        )
        let wide = ["-1.7e308", "1.7e308"].map { Event(0, "a", ["v": .string($0)]) }
        #expect(median.alarms(wide).said == ["0::0,1"])
    }

    @Test func undecidedWindowsAreCounted() throws {
        let bench = try CorrelationBench("{ type: temporal, rules: [a, b], timespan: 10s, condition: a and not b }")
        let (said, engine) = bench.alarms([Event(0, "a"), Event(5, "a")])
        #expect(said.isEmpty)
        #expect(engine.undecided == [3: 2])
    }

    @Test func memoryIsBoundedAndWhatIsGivenUpIsCounted() throws {
        let bench = try CorrelationBench(
            "{ type: event_count, rules: [a], group-by: [u], timespan: 1h, condition: { gte: 2 } }"
        )
        let events = (0..<2_000).map { Event(Double($0) / 10, "a", ["u": .string("user \($0)")]) }
        let (said, engine) = bench.alarms(events, memoryMax: 100_000)
        #expect(said.isEmpty)
        #expect((engine.abandoned[3] ?? 0) > 1_000)
        #expect(bench.alarms(events).engine.abandoned.isEmpty)
    }

    /// Every event raises the alarm anew, in a window that holds them all: an alarm must not cost a look at each.
    @Test(arguments: [
        "{ type: event_count, rules: [a], timespan: 1d, condition: { gte: 2 } }",
        "{ type: temporal, rules: [a, b], timespan: 1d, condition: a and not b }",
        "{ type: temporal_ordered, rules: [a, c], timespan: 1d }",
        "{ type: temporal, rules: [a, b, c], timespan: 1d, condition: a or (b and c) }",
    ])
    func alarmsWithoutEndAreCheap(_ correlation: String) throws {
        let bench = try CorrelationBench(correlation)
        let count = 60_000
        let events = (0..<count).map { Event(Double($0), "ac") } + [Event(Double(count) + 90_000, "a")]
        let start = ContinuousClock.now
        let said = bench.alarms(events).said
        // Quadratic work would take minutes.
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(said.count >= count - 2)
    }

    /// Matches that belong to no alternative that holds are not looked at again for each alarm.
    @Test func matchesBesideTheAlarmAreCheap() throws {
        let bench = try CorrelationBench(
            "{ type: temporal, rules: [a, b, c], timespan: 1d, condition: a or (b and c) }"
        )
        let count = 60_000
        let start = ContinuousClock.now
        let said = bench.alarms((0..<count).map { Event(Double($0), $0 % 2 == 0 ? "a" : "b") }).said
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(said.count == count)
    }

    /// Neither the inner nor the outer correlation pays for more than each event brings.
    @Test(arguments: [
        "{ type: value_count, rules: [k0], group-by: [u], timespan: 1d, condition: { field: v, gte: 2 } }",
        "{ type: event_count, rules: [k0], group-by: [v], timespan: 1d, condition: { gte: 1 } }",
        "{ type: temporal, rules: [k0, c], group-by: [v], timespan: 1d, condition: k0 and not c }",
    ])
    func alarmsOfChainsAreCheap(_ outer: String) throws {
        let bench = try CorrelationBench(
            "{ type: event_count, rules: [a], group-by: [u], timespan: 1d, condition: { gte: 10 } }",
            outer
        )
        let count = 30_000
        let events = (0..<count).map { Event(Double($0), "a", ["u": "eve", "v": .string("\($0)")]) }
        let start = ContinuousClock.now
        let (said, engine) = bench.alarms(events + [Event(200_000, "c", ["v": "x"])], memoryMax: 64 << 20)
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(said.count >= count - 10)
        #expect(engine.abandoned.isEmpty)
    }

    /// Late matches are put into order, but not at any price.
    @Test func lateMatchesWithoutEndAreGivenUpAndCounted() throws {
        let bench = try CorrelationBench("{ type: temporal_ordered, rules: [a, b], timespan: 1d }")
        func skewed(_ count: Int) -> [Event] {
            (0..<count).map { number in
                let isLate = number % 2 == 1
                return Event(Double(isLate ? number - 60 : number), isLate ? "b" : "a")
            }
        }
        let few = bench.alarms(skewed(500))
        #expect(!few.said.isEmpty && few.engine.disordered.isEmpty)
        let start = ContinuousClock.now
        let engine = bench.alarms(skewed(60_000)).engine
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect((engine.disordered[3] ?? 0) > 0)
    }

    /// What waits for the end of a window is given up together with the window, and counts as what it takes.
    @Test func windowsThatWaitForTheirEndAreBounded() throws {
        let bench = try CorrelationBench(
            "{ type: temporal, rules: [a, b], group-by: [u], timespan: 30d, condition: a and not b }"
        )
        let events = (0..<20_000).map { Event(Double($0), "a", ["u": .string("user \($0)")]) }
        let engine = bench.alarms(events, memoryMax: 1 << 20).engine
        let (given, waiting) = (engine.abandoned[3] ?? 0, engine.undecided[3] ?? 0)
        #expect(given + waiting == 20_000)
        #expect(waiting < 2_000)
    }

    /// Tables for the order of many rules are part of what a group takes.
    @Test func longChainsOfStepsAreBounded() throws {
        let names = (0..<30).map { "r\($0)" }
        let base = names.map {
            "title: \($0)\nname: \($0)\nlogsource: { product: x }\ndetection: { s: { e: \($0) }, condition: s }\n"
        }
        let chain =
            "title: k\ncorrelation: { type: temporal_ordered, rules: [\(names.joined(separator: ", "))], group-by: [u], timespan: 1d }\n"
        let loaded = try rules((base + [chain]).joined(separator: "---\n"))
        let layout = FieldLayout(["e"] + RuleMatcher.fields(of: loaded))
        let engine = CorrelationEngine<Int>(rules: loaded, layout: layout, memoryMax: 4 << 20)
        for user in 0..<1_000 {
            withRow(["u": .string("user \(user)")], layout: layout) {
                engine.add(0, event: user, time: Int64(user) * 1_000_000, $0, payload: user, payloadBytes: 8)
            }
        }
        #expect((engine.abandoned[30] ?? 0) > 500)
    }

    /// Windows with alternatives of which some forbid: at each time, and at the end of each window, as defined.
    @Test(arguments: 0..<40)
    func alternativesAgreeWithTheDefinition(_ seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let conditions: [(String, present: String, absent: String)] = [
            ("a and not b", "a", "b"), ("a and c and not b", "ac", "b"), ("c and not a and not b", "c", "ab"),
            ("a and c", "ac", ""),
        ]
        let chosen = [conditions[numbers.below(4)], conditions[numbers.below(4)]]
        let rules = Set(chosen.flatMap { $0.present + $0.absent }).sorted().map(String.init).joined(separator: ", ")
        let bench = try CorrelationBench(
            "{ type: temporal, rules: [\(rules)], timespan: 5s, condition: '(\(chosen[0].0)) or (\(chosen[1].0))' }"
        )
        var second = 0.0
        let events = (0..<40).map { _ in
            second += Double(numbers.below(3))
            return Event(second, ["a", "b", "c", "ab", "ac"][numbers.below(5)])
        }
        var expected: Set<String> = []
        for (_, present, absent) in chosen {
            let opening = absent.isEmpty ? rules : present
            for event in events where event.rules.contains(where: opening.contains) {
                let window = absent.isEmpty ? event.second - 5...event.second : event.second...event.second + 5
                let seen = Set(events.filter { window.contains($0.second) }.flatMap(\.rules))
                guard seen.isSuperset(of: present), seen.isDisjoint(with: absent) else { continue }
                if window.upperBound <= second { expected.insert("\(Int(window.upperBound))") }
            }
        }
        let said = bench.alarms(events).said.compactMap { $0.split(separator: ":").first.map(String.init) }
        #expect(Set(said) == expected)
        #expect(said.count == expected.count)
    }

    /// A naive reading of the definition: at each time of a group, look at all events of the window again.
    @Test(arguments: 0..<40)
    func agreesWithTheDefinition(_ seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let types = ["event_count", "value_count", "temporal", "value_sum", "value_median"]
        let type = types[numbers.below(types.count)]
        let operators = ["gte", "lt", "eq", "neq"]
        let (op, limit) = (operators[numbers.below(4)], numbers.below(2) + 2)
        let needsField = type.hasPrefix("value")
        let bench = try CorrelationBench(
            "{ type: \(type), rules: [a, b, c], group-by: [u], timespan: 10s, condition: { \(op): \(limit)"
                + "\(needsField ? ", field: v" : "") } }"
        )
        var second = 0.0
        let events = (0..<60).map { _ in
            second += Double(numbers.below(4))
            let rule = ["a", "b", "c", "ab"][numbers.below(4)]
            return Event(second, rule, ["u": .string("u\(numbers.below(2))"), "v": .string("\(numbers.below(4))")])
        }
        let said = bench.alarms(events).said.map { $0.split(separator: ":").prefix(2).joined(separator: ":") }
        #expect(Set(said) == Self.definition(type, op, limit, events))
        #expect(said.count == Set(said).count)
    }

    private static func definition(_ type: String, _ op: String, _ limit: Int, _ events: [Event]) -> Set<String> {
        var said: Set<String> = []
        for event in events {
            let group = event.fields["u"] ?? .missing
            let window = events.filter {
                $0.fields["u"] == group && $0.second <= event.second && $0.second >= event.second - 10
            }
            let values = window.map { String(decoding: ($0.fields["v"] ?? .missing).encoded.bytes, as: UTF8.self) }
            let numbers = values.compactMap(Double.init).sorted()
            let measure: Double =
                switch type {
                case "event_count": Double(window.count)
                case "value_count": Double(Set(values).count)
                case "temporal": Double(Set(window.flatMap { Array($0.rules) }).count)
                case "value_sum": numbers.reduce(0, +)
                default:
                    numbers.count % 2 == 1
                        ? numbers[numbers.count / 2]
                        : (numbers[numbers.count / 2 - 1] + numbers[numbers.count / 2]) / 2
                }
            let holds =
                switch op {
                case "gte": measure >= Double(limit)
                case "lt": measure < Double(limit)
                case "eq": measure == Double(limit)
                default: measure != Double(limit)
                }
            let name = String(decoding: group.encoded.bytes, as: UTF8.self)
            if holds { said.insert("\(Int(event.second)):\(name)") }
        }
        return said
    }
}
