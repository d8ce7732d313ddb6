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
}
