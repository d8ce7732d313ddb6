// Correlations of every type find the same, however the log is compressed, cut, shuffled and read.

import AuditPipeline
import AuditStore
import ByteStreams
import TestMaterial
import Testing

@Suite struct CorrelationInvarianceTests {
    /// Rules on the JSON story that hold now and then.
    static let rules = """
        title: Issued
        name: issued
        logsource: { category: oauth }
        detection: { s: { kind: token.request, outcome: success }, condition: s }
        ---
        title: Refused
        name: refused
        logsource: { category: oauth }
        detection: { s: { kind: token.request, outcome: failure }, condition: s }
        ---
        title: Refreshed
        name: refreshed
        logsource: { category: oauth }
        detection: { s: { grant_type: refresh_token, outcome: success }, condition: s }
        ---
        title: Many issued
        name: many
        correlation: { type: event_count, rules: [issued], group-by: [client_id], timespan: 10m, condition: { gte: 4 } }
        ---
        title: Few refused
        correlation: { type: event_count, rules: [refused], group-by: [client_id], timespan: 5m, condition: { lt: 2 } }
        ---
        title: Many addresses
        correlation:
            { type: value_count, rules: [issued], group-by: [client_id], timespan: 20m, condition: { field: ip, gte: 5 } }
        ---
        title: Refused and refreshed
        correlation: { type: temporal, rules: [refused, refreshed], timespan: 15m }
        ---
        title: Refused, then issued
        correlation: { type: temporal_ordered, rules: [refused, issued], timespan: 15m }
        ---
        title: Refused and not issued
        correlation:
            { type: temporal, rules: [refused, issued], group-by: [ip], timespan: 3m, condition: refused and not issued }
        ---
        title: Long lives
        correlation:
            { type: value_avg, rules: [issued], group-by: [client_id], timespan: 10m, condition: { field: expires_in, gte: 1 } }
        ---
        title: Many issued, then refused
        correlation: { type: temporal_ordered, rules: [many, refused], timespan: 1h }
        ---
        title: Not the console
        logsource: { category: oauth }
        filter: { rules: [refused], console: { client_id: console }, condition: not console }
        """

    private static func audit(
        _ folder: TemporaryFolder,
        _ paths: [String],
        _ database: String,
        rules: String = rules,
        change: (inout AuditOptions) -> Void = { _ in }
    ) async throws -> AuditOutcome {
        let file = try folder.write("rules/correlations.yml", Array(rules.utf8))
        return try await AuditBench.audit(paths, folder.path + "/" + database) {
            $0.rulePaths = [file]
            change(&$0)
        }
    }

    @Test func everyVariantFindsTheSame() async throws {
        let story = Story.json
        let folder = try TemporaryFolder()
        let plain = try folder.write("plain.log", story.bytes)
        let baseline = try await Self.audit(folder, [plain], "plain.db")
        let titles = Set(baseline.findings.map(\.title))
        let expected: Set = [
            "Few refused", "Many addresses", "Refused and refreshed", "Refused, then issued", "Refused and not issued",
            "Many issued, then refused",
        ]
        #expect(expected.isSubset(of: titles))

        let zst = try folder.write("one.log.zst", CompressedFile.zstd([story.bytes]))
        #expect(try await Self.audit(folder, [zst], "zst.db").values == baseline.values)
        let gz = try folder.write("one.log.gz", CompressedFile.gzip([story.bytes]))
        #expect(try await Self.audit(folder, [gz], "gz.db").values == baseline.values)
        for jobs in [1, 8] {
            let hosts = try story.roundRobin(4).enumerated().map { try folder.write("host\($0).log", $1) }
            let outcome = try await Self.audit(folder, hosts.reversed(), "hosts\(jobs).db") {
                $0.jobs = jobs
                $0.limits.blockBytes = 2048
            }
            #expect(outcome.values == baseline.values, "\(jobs)")
        }
        let parts = try story.consecutive(7).enumerated().map { try folder.write("part\($0).log", $1) }
        #expect(try await Self.audit(folder, parts, "parts.db").values == baseline.values)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>) func shuffledWithinTheLateness(_ seed: UInt64) async throws {
        let story = Story.json
        let folder = try TemporaryFolder()
        let baseline = try await Self.audit(folder, [try folder.write("plain.log", story.bytes)], "plain.db")
        var numbers = Numbers(state: seed)
        // Each line comes up to four seconds late.
        let shuffled = story.lines.map { (time: $0.time + Int64(numbers.below(4_000)), text: $0.text) }
            .sorted { $0.time < $1.time }.map(\.text)
        #expect(shuffled != story.texts)
        let outcome = try await Self.audit(folder, [try folder.write("late.log", shuffled)], "late.db")
        #expect(outcome.run.lateEvents == 0)
        #expect(outcome.values == baseline.values)
    }

    @Test func aBadRuleChangesNothingElse() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("plain.log", Story.json.bytes)
        let baseline = try await Self.audit(folder, [path], "plain.db")
        let bad =
            Self.rules
            + "\n---\ntitle: Bad\nlogsource: { category: oauth }\ndetection: { s: { a|b: 1 }, condition: s }\n"
        let outcome = try await Self.audit(folder, [path], "bad.db", rules: bad)
        #expect(outcome.values == baseline.values)
        #expect(outcome.run.exitStatus == 2)
        #expect(outcome.summary.incomplete == ["1 rule does not compile"])
    }
}
