// Rules about other logs reach the log's own fields, even those that are called like ours.

import Detections
import LogFormats
import SigmaRules
import Testing

@Suite struct OwnFieldTests {
    private static let format = """
        format: cluster
        title: API calls of a cluster
        logsource: { product: cluster, category: process_creation }
        time: { from: at, unit: s }
        shapes: [{ name: object, json: true }]
        fields: { username: user.name }
        """

    private static let line =
        #"{"at": 1767571200, "kind": "Pod", "source": "web", "network": "blue", "code": "c1", "outcome": "Allow", "#
        + #""error": "none", "scope": "s1", "time": "noon", "grant": {"count": 3}, "user": {"name": "root"}}"#

    private static func count(_ selection: String, logsource: String, line: String = line) throws -> Int {
        let text = "title: R\nlogsource: \(logsource)\ndetection:\n    s: \(selection)\n    condition: s\n"
        let loaded = RuleFolder.parse(text, file: "rules.yml")
        let bench = try RuleBench(loaded, format: FormatFile(parsing: format, file: "cluster.yml"))
        return bench.judged([line]).findingCount
    }

    @Test(arguments: [
        "{ kind: Pod }", "{ source: web }", "{ network: blue }", "{ outcome: allow }",
        "{ error|contains: on }", "{ scope: s1 }", "{ time: noon }", "{ kind|fieldref: kind }",
        // What the log lacks is ours.
        "{ username: root }", "{ ip: null }", "{ kind|exists: true }",
    ])
    func ofTheLogFirst(_ selection: String) throws {
        #expect(try Self.count(selection, logsource: "{ product: cluster }") == 1)
        #expect(try Self.count(selection, logsource: "{ category: process_creation }") == 1)
    }

    @Test func oursInEventsWithoutThem() throws {
        let line = #"{"at": 1767571200}"#
        #expect(
            try Self.count("{ source: cluster, outcome: unknown }", logsource: "{ product: cluster }", line: line) == 1
        )
        #expect(try Self.count("{ source: web }", logsource: "{ product: cluster }", line: line) == 0)
    }

    /// A reference means the log's own field, too, and ours in events that lack it.
    @Test(arguments: [
        (#""owner": "root""#, "{ owner|fieldref: username }", 1),
        (#""owner": "root", "username": "ann""#, "{ owner|fieldref: username }", 0),
        (#""owner": "ann", "username": "ann""#, "{ owner|fieldref: username }", 1),
        (#""owner": "root", "username": null"#, "{ owner|fieldref: username }", 0),
        (#""owner": "ann""#, "{ owner|fieldref|neq: username }", 1),
        (#""owner": "ann""#, "{ owner|fieldref|startswith: username }", 0),
        (#""kind": "root""#, "{ kind|fieldref: username }", 1), (#""kind": "Pod""#, "{ kind|fieldref: username }", 0),
        (#""username": "cluster""#, "{ source|fieldref: username }", 1),
        (#""username": "web", "source": "web""#, "{ source|fieldref: username }", 1), ("", "{ ip|fieldref: sub }", 0),
    ])
    func references(_ members: String, _ selection: String, _ count: Int) throws {
        let line = #"{"at": 1767571200, "user": {"name": "root"}\#(members.isEmpty ? "" : ", ")\#(members)}"#
        #expect(try Self.count(selection, logsource: "{ product: cluster }", line: line) == count)
        // A source that lacks the log's own field may have ours.
        let text = "title: R\nlogsource: { product: cluster }\ndetection: { s: \(selection), condition: s }\n"
        let bench = try RuleBench(
            RuleFolder.parse(text, file: "rules.yml"),
            format: FormatFile(parsing: Self.format, file: "cluster.yml")
        )
        let isMet = bench.judged([line]).evaluations.allSatisfy { $0.reason == nil }
        #expect(isMet || count == 0)
    }

    @Test(arguments: ["{ kind: Pod }", "{ source: web }", "{ scope|re: '^s1$', outcome: allow }"])
    func neverForRulesOfOurs(_ selection: String) throws {
        #expect(try Self.count(selection, logsource: "{ category: oauth }") == 0)
    }

    /// Whatever has the name of a credential is one, and never to be had as it stands.
    @Test func neverCredentials() throws {
        #expect(try Self.count("{ code: c1 }", logsource: "{ product: cluster }") == 0)
    }

    @Test func denialsToo() throws {
        #expect(try Self.count("{ kind|neq: Node }", logsource: "{ product: cluster }") == 1)
        #expect(try Self.count("{ kind|neq: pod }", logsource: "{ product: cluster }") == 0)
    }

    /// Who groups or counts by a field means the log's own, too, also by way of another correlation.
    @Test(arguments: [
        ("{ type: event_count, rules: [r], group-by: [source], timespan: 1m, condition: { gte: 2 } }", ["source=web"]),
        ("{ type: value_count, rules: [r], timespan: 1m, condition: { field: network, gte: 3 } }", [""]),
        (
            "{ type: event_count, rules: [r], group-by: [username], timespan: 1m, condition: { gte: 3 } }",
            ["username=root"]
        ),
        ("{ type: event_count, rules: [k], group-by: [scope], timespan: 1m, condition: { gte: 2 } }", ["scope=s1"]),
    ])
    func inGroups(_ correlation: String, _ groups: [String]) throws {
        let text = """
            title: R
            name: r
            logsource: { product: cluster }
            detection: { s: { kind: Pod }, condition: s }
            ---
            title: K
            name: k
            correlation: { type: event_count, rules: [r], group-by: [source], timespan: 1m, condition: { gte: 1 } }
            ---
            title: Subject
            correlation: \(correlation)
            """
        let bench = try RuleBench(
            RuleFolder.parse(text, file: "rules.yml"),
            format: FormatFile(parsing: Self.format, file: "cluster.yml")
        )
        func line(_ second: Int, _ source: String, _ network: String, _ scope: String) -> String {
            #"{"at": \#(1_767_571_200 + second), "kind": "Pod", "source": "\#(source)", "network": "\#(network)", "#
                + #""scope": "\#(scope)", "user": {"name": "root"}}"#
        }
        let engine = bench.judged([
            line(0, "web", "blue", "s1"), line(1, "web", "red", "s2"), line(2, "mail", "green", "s1"),
        ])
        let found = engine.findings.filter { $0.title == "Subject" }
            .map { $0.groupKey.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }
        #expect(found == groups)
        #expect(engine.evaluations.allSatisfy { $0.reason == nil })
    }

    @Test func inIncidentsOfOneRule() throws {
        let text = """
            title: R
            logsource: { product: cluster }
            detection: { s: { kind: Pod }, condition: s }
            grantaudit: { group-by: [source] }
            """
        let bench = try RuleBench(
            RuleFolder.parse(text, file: "rules.yml"),
            format: FormatFile(parsing: Self.format, file: "cluster.yml")
        )
        let findings = bench.judged([Self.line, Self.line.replacing("web", with: "mail"), Self.line]).findings
            .sorted { $0.count < $1.count }
        #expect(findings.map(\.groupKey).map { $0.map(\.value) } == [["mail"], ["web"]])
        #expect(findings.map(\.count) == [1, 2])
    }
}
