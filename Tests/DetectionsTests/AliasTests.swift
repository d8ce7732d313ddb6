// What a group is called says nothing of what stands in it, where the name is an alias.

import Detections
import LogFormats
import SigmaRules
import Testing

@Suite struct AliasTests {
    private static let format = """
        format: plain
        title: Anything
        time: { from: at, unit: s }
        shapes: [{ name: object, json: true }]
        fields: { client_id: client }
        """

    private static let line =
        #"{"at": 1767571200, "client": "a81f0c2de94b7735a81f0c2d", "note": "b92f0c2de94b7735a81f0c2d"}"#

    /// The value of the group by which `subject` is told of.
    private static func value(_ groupBy: String, _ aliases: String, above: String? = nil) throws -> String? {
        var text = """
            title: R
            name: r
            logsource: { category: oauth }
            detection: { s: { client_id|exists: true }, condition: s }
            ---
            title: Inner
            name: inner
            correlation:
                { type: event_count, rules: [r], group-by: [\(groupBy)], timespan: 1m, condition: { gte: 1 }\(aliases) }
            """
        if let above { text += "\n---\ntitle: Outer\ncorrelation: \(above)\n" }
        let loaded = RuleFolder.parse(text, file: "rules.yml")
        let bench = try RuleBench(loaded, format: FormatFile(parsing: format, file: "plain.yml"))
        let findings = bench.judged([line]).findings.filter { $0.title == (above == nil ? "Inner" : "Outer") }
        return findings.first?.groupKey.first?.value
    }

    /// Identifiers stay readable; in free text all is masked that could be a secret.
    @Test(arguments: [
        ("client_id", "", "a81f0c2de94b7735a81f0c2d"), ("note", "", "[masked]"),
        ("client_id", ", aliases: { client_id: { r: note } }", "[masked]"),
        ("who", ", aliases: { who: { r: note } }", "[masked]"),
        ("who", ", aliases: { who: { r: client_id } }", "a81f0c2de94b7735a81f0c2d"),
    ])
    func whatStandsBehindANameDecides(_ groupBy: String, _ aliases: String, _ value: String) throws {
        #expect(try Self.value(groupBy, aliases) == value)
    }

    @Test(arguments: [
        ("client_id", "client_id", "", "[masked]"),
        ("sub", "client_id", ", aliases: { sub: { inner: client_id } }", "[masked]"),
    ])
    func alsoByWayOfAnotherCorrelation(_ outer: String, _ inner: String, _ aliases: String, _ value: String) throws {
        let above =
            "{ type: event_count, rules: [inner], group-by: [\(outer)], timespan: 1m, condition: { gte: 1 }\(aliases) }"
        #expect(try Self.value(inner, ", aliases: { client_id: { r: note } }", above: above) == value)
    }
}
