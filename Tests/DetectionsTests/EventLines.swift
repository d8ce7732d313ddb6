// Writes events of our own format for tests, one line each.

import Detections
import SigmaRules
import Testing

/// Makes lines and rules.
enum EventLines {
    /// 2026-01-05T00:00:00Z in microseconds since 1970.
    static let monday: Int64 = 1_767_571_200_000_000

    /// A refused token request `milliseconds` after Monday's beginning.
    static func refusal(_ milliseconds: Int64, client: String? = "shop", _ members: String = "") -> String {
        let client = client.map { #","client_id":"\#($0)""# } ?? ""
        let more = members.isEmpty ? "" : "," + members
        let time = #""time":"\#(iso(milliseconds))""#
        return #"{\#(time),"kind":"token.request","outcome":"failure","error":"invalid_client"\#(client)\#(more)}"#
    }

    /// Refusals at these seconds.
    static func refusals(_ seconds: [Double], client: String? = "shop") -> [String] {
        seconds.map { refusal(Int64($0 * 1000), client: client) }
    }

    /// A time of the week that begins with Monday 2026-01-05, in UTC.
    static func iso(_ milliseconds: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let seconds = milliseconds / 1000
        let fraction = String("00\(milliseconds % 1000)".suffix(3))
        let clock = "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(fraction)"
        return "2026-01-\(two(5 + seconds / 86_400))T\(clock)Z"
    }

    /// The instant `seconds` after Monday's beginning, in microseconds since 1970.
    static func microseconds(_ seconds: Double) -> Int64 { monday + Int64(seconds * 1_000_000) }
}

/// A rule that matches every refusal, and correlations that count its matches.
enum CountingRules {
    static let refusal = """
        title: Refusal
        name: refusal
        logsource: { category: oauth }
        detection:
            selection:
                error: invalid_client
            condition: selection
        level: low

        """

    /// A correlation of ``refusal`` with these lines in its `correlation`.
    static func correlation(
        type: String = "event_count",
        groupBy: String = "[client_id]",
        timespan: String = "10m",
        condition: String = "{ gte: 3 }",
        more: String = ""
    ) -> String {
        refusal + """
            ---
            title: Refusals
            name: refusals
            correlation:
                type: \(type)
                rules: [refusal]
                group-by: \(groupBy)
                timespan: \(timespan)
                condition: \(condition)
                \(more)
            level: high
            """
    }

    /// An engine with the rules in `yaml` that has judged `lines`; its findings may hold `findingMemoryMax` bytes.
    static func judged(
        _ yaml: String,
        _ lines: [String],
        format: String = "grantaudit-json",
        findingMemoryMax: Int = DetectionEngine.findingMemoryMax
    ) throws -> DetectionEngine {
        let loaded = RuleFolder.parse(yaml, file: "rules.yml")
        try #require(loaded.diagnostics.filter { $0.severity == .error }.map(\.description) == [])
        return try RuleBench(loaded, format: format).judged(lines, findingMemoryMax: findingMemoryMax)
    }

    /// What the correlation ``correlation(type:groupBy:timespan:condition:more:)`` found in `lines`.
    static func findings(_ yaml: String, _ lines: [String]) throws -> [Finding] {
        try judged(yaml, lines).findings.filter { $0.title == "Refusals" }.sorted { $0.firstSeen < $1.firstSeen }
    }
}
