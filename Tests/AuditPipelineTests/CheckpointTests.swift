// A run that stores what it has found while it goes on, and one that goes on where a stopped one has stored.

import AuditPipeline
import AuditStore
import ByteStreams
import TestMaterial
import Testing

@Suite struct CheckpointTests {
    /// Small batches, and a checkpoint after each few lines.
    private static func often(_ options: inout AuditOptions, every lines: Int64) {
        options.limits.blockBytes = 2048
        options.checkpointLines = lines
    }

    private static func hosts(_ story: Story, _ count: Int, _ folder: TemporaryFolder) throws -> [String] {
        try story.roundRobin(count).enumerated().map { try folder.write("host\($0).log", $1) }
    }

    @Test(arguments: [1, 3], [1, 60] as [Int64])
    func checkpointsChangeNothing(_ count: Int, _ every: Int64) async throws {
        let folder = try TemporaryFolder()
        let paths = try Self.hosts(.json, count, folder)
        let outcome = try await AuditBench.audit(paths, folder.database) { Self.often(&$0, every: every) }
        let baseline = try await AuditBench.baseline(.json)
        #expect(outcome.values == baseline.values)
        #expect(outcome.summary.changes.newFindingIDs.count == baseline.findings.count)
        #expect(outcome.summary.worstLevel == baseline.summary.worstLevel)
        #expect(outcome.run.lines == baseline.run.lines)
    }

    @Test func correlationsDoNotNoticeEither() async throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("rules/correlations.yml", Array(CorrelationInvarianceTests.rules.utf8))
        let paths = try Self.hosts(.json, 3, folder)
        let plain = try await AuditBench.audit(paths, folder.path + "/plain.db") { $0.rulePaths = [rules] }
        let outcome = try await AuditBench.audit(paths, folder.database) {
            $0.rulePaths = [rules]
            Self.often(&$0, every: 10)
        }
        #expect(outcome.values == plain.values)
    }

    /// A run that is stopped again and again, each time after some more lines, comes to its end.
    @Test(arguments: 0..<6)
    func stoppedRunsGoOn(_ seed: Int) async throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("rules/correlations.yml", Array(CorrelationInvarianceTests.rules.utf8))
        var numbers = Numbers(state: UInt64(seed))
        let hosts = 1 + numbers.below(4)
        let paths = try Self.hosts(.json, hosts, folder)
        let rulePaths = seed % 3 > 0 ? [rules] : Repository.rules
        var stops = 0
        var isComplete = false
        while !isComplete, stops < 500 {
            var options = StoppedRun.options(paths, folder.database, rulePaths, jobs: 1 + seed % 2)
            options.checkpointMicroseconds = numbers.once(in: 2) ? 1 : .max
            isComplete = try await StoppedRun.run(options, stoppedAfter: 1 + numbers.below(12))
            if !isComplete { stops += 1 }
        }
        #expect(isComplete)
        #expect(stops > 0)
        let whole = folder.path + "/whole.db"
        _ = try await StoppedRun.run(StoppedRun.options(paths, whole, rulePaths, jobs: 2), stoppedAfter: .max)
        let stored = try AuditBench.read(folder.database) { try $0.findings(.all) }
        let expected = try AuditBench.read(whole) { try $0.findings(.all) }
        #expect(stored.map { FindingValue($0, places: true) } == expected.map { FindingValue($0, places: true) })
    }
}
