// What is too old goes, what is not stays, and what went is written down.

import AuditStore
import Detections
import Foundation
import Testing

@Suite struct PruningTests {
    private static let second: Int64 = 1_000_000

    /// Two runs with a finding each, a rejected line in the first, and what they could evaluate.
    private static func twoRuns(_ temporary: TemporaryDatabase) throws -> AuditDatabase {
        let database = try temporary.open()
        let findings: [[Int64]] = [[10, 20], [100, 200]]
        for (number, seconds) in findings.enumerated() {
            try database.audit(startedAt: may1 + Int64(number) * 1_000 * second) { outcome in
                var input = readInput(path: "/var/log/\(number).log")
                if number == 0 {
                    input.rejectedLines = [
                        RejectedLineRecord(line: 3, byteOffset: 9, reason: "no event", sample: "what?")
                    ]
                }
                outcome.inputs = [input]
                outcome.findings = [sampleFinding(id: "f\(number)", seconds: seconds)]
                outcome.ruleStatuses = [RuleStatusRecord(ruleID: ruleID, source: "keycloak")]
                outcome.coverage = [SourceCoverageRecord(source: "keycloak", kind: "k", outcome: "success", count: 1)]
            }
        }
        return database
    }

    /// Rows of all tables that pruning touches.
    private static func counts(_ temporary: TemporaryDatabase) throws -> [String] {
        try [
            "findings", "evidence", "rejected_lines", "rule_status", "source_coverage", "runs", "inputs",
            "input_counts",
        ].map { table in try "\(table) " + temporary.rows("SELECT count(*) FROM \(table)")[0] }
    }

    @Test(
        arguments: [
            (PrunedPart.findings, may1 + 20 * second, 0, []),
            (.findings, may1 + 20 * second + 1, 1, ["findings 1", "evidence 2"]),
            (.findings, may1 + 1_000 * second, 2, ["findings 0", "evidence 0"]),
            (.evidence, may1 + 20 * second + 1, 2, ["evidence 2"]),
            (.evidence, may1 + 15 * second, 0, []),
            (.rejectedLines, may1, 0, []),
            (.rejectedLines, may1 + 1, 1, ["rejected_lines 0"]),
            (.runDetails, may1 + 1, 2, ["rule_status 1", "source_coverage 1"]),
            // The latest run keeps what it could evaluate.
            (.runDetails, may1 + 9_000 * second, 2, ["rule_status 1", "source_coverage 1"]),
        ] as [(PrunedPart, Int64, Int64, [String])]
    )
    func deletesWhatIsOlder(_ part: PrunedPart, _ cutoff: Int64, _ rows: Int64, _ changed: [String]) throws {
        let temporary = try TemporaryDatabase()
        let database = try Self.twoRuns(temporary)
        let before = try Self.counts(temporary)
        let expected = PruneSummary(part: part, before: cutoff, rows: rows)
        #expect(try database.prune([part: cutoff], now: may1, isDryRun: true) == [expected])
        #expect(try Self.counts(temporary) == before)
        #expect(try temporary.rows("SELECT count(*) FROM prunings") == ["0"])
        #expect(try database.prune([part: cutoff], now: may1, isDryRun: false) == [expected])
        let after = try Self.counts(temporary)
        #expect(zip(before, after).filter(!=).map(\.1) == changed)
        let noted = try database.read { try $0.prunings() }
        #expect(noted == (rows > 0 ? [StoredPruning(prunedAt: may1, summary: expected)] : []))
        #expect(try temporary.rows("PRAGMA foreign_key_check").isEmpty)
        // A second time there is nothing left to delete, and nothing to write down.
        #expect(try database.prune([part: cutoff], now: may1, isDryRun: false).map(\.rows) == [0])
        #expect(try database.read { try $0.prunings() } == noted)
    }

    @Test func allPartsInOneTransaction() throws {
        let temporary = try TemporaryDatabase()
        let database = try Self.twoRuns(temporary)
        let cutoffs = Dictionary(uniqueKeysWithValues: PrunedPart.allCases.map { ($0, may1 + 50 * Self.second) })
        let summaries = try database.prune(cutoffs, now: may1, isDryRun: false)
        #expect(summaries.map(\.part) == PrunedPart.allCases)
        // The evidence of findings that go is no row of its own.
        #expect(summaries.map(\.rows) == [1, 0, 1, 2, 0])
        #expect(
            try temporary.rows("SELECT part, rows FROM prunings") == [
                "findings|1", "rejected_lines|1", "run_details|2",
            ]
        )
    }

    /// A finding whose evidence went is extended by later runs like any other.
    @Test func findingsWithoutEvidenceAreExtended() throws {
        let temporary = try TemporaryDatabase()
        let database = try Self.twoRuns(temporary)
        _ = try database.prune([.evidence: may1 + 1_000 * Self.second], now: may1, isDryRun: false)
        try database.audit { outcome in
            outcome.inputs = [readInput(path: "/var/log/2.log")]
            outcome.findings = [sampleFinding(id: "f1", seconds: [300])]
        }
        #expect(
            try temporary.rows("SELECT count, last_seen FROM findings WHERE id = 'f1'") == [
                "3|\(may1 + 300 * Self.second)"
            ]
        )
        #expect(try temporary.rows("SELECT seq, time FROM evidence") == ["0|\(may1 + 300 * Self.second)"])
    }

    @Test func roomIsGivenBack() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = (0..<2_000).map { sampleFinding(id: "f\($0)", seconds: [1, 2, 3]) }
        }
        let full = try database.byteCount
        _ = try database.prune([.findings: may1 + 1_000 * Self.second], now: may1, isDryRun: false)
        try database.compact()
        let small = try database.byteCount
        #expect(small * 4 < full)
        let onDisk = try FileManager.default.attributesOfItem(atPath: temporary.path)[.size] as? Int
        #expect(onDisk.map(Int64.init) == small)
    }

    @Test func runsKnowTheSizeBehindThem() throws {
        let temporary = try TemporaryDatabase()
        let database = try Self.twoRuns(temporary)
        let runs = try database.read { try $0.runs() }
        let sizes = runs.compactMap(\.databaseBytes)
        #expect(sizes.count == 2)
        #expect(sizes[1] >= sizes[0])
        #expect(sizes.allSatisfy { $0 > 0 && $0 % 4096 == 0 })
        #expect(try database.read { try $0.databaseBytes(before: runs[1].id) } == sizes[0])
        #expect(try database.read { try $0.databaseBytes(before: runs[0].id) } == nil)
    }
}
