// What a nightly audit says of its findings.

import AuditStore
import Detections
import Testing

@testable import Reports

@Suite struct NewFindingReportTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func lines(_ level: FindingLevel, run: Int64 = 1, _ database: AuditDatabase) throws -> [String] {
        try NewFindingReport(database: database, run: RunID(rawValue: run), atLeast: level).lines.map {
            $0.replacing(database.path, with: "audit.db")
        }
    }

    @Test func findingsOfTheLevelAndAboveHaveALine() throws {
        let database = try directory.database(rules: SmallAudit.rules, SmallAudit.fill)
        let critical = ["1", "2"].map {
            "new critical finding: Refresh token replayed: "
                + "grantaudit explain 0123456789abcdef0123456789abcde\($0) --database audit.db"
        }
        #expect(try lines(.critical, database) == critical)
        #expect(try lines(.high, database) == critical)
        let all = try lines(.low, database)
        #expect(all.prefix(2) == critical[...])
        #expect(all.count == 3)
        #expect(all[2].hasPrefix("new low finding: Scope \\u{1B}[31mevil"))
        #expect(!all[2].unicodeScalars.contains(where: TerminalText.isHostile))
    }

    @Test func whatGoesOnIsNotRepeated() throws {
        _ = try directory.database(rules: SmallAudit.rules, SmallAudit.fill)
        let database = try directory.database { outcome in
            SmallAudit.fill(&outcome)
            outcome.findings.append(SmallAudit.finding(7, SmallAudit.family, count: 1, line: 5))
        }
        #expect(try lines(.informational, run: 2, database).map { $0.prefix(18) } == ["new high finding: "])
        #expect(try lines(.critical, run: 2, database) == [])
        #expect(try lines(.informational, run: 1, database).count == 3)
    }

    @Test func floodIsCounted() throws {
        let database = try directory.database(rules: SmallAudit.rules) { outcome in
            SmallAudit.fill(&outcome)
            outcome.findings = (0..<25).map { SmallAudit.finding(10 + $0, SmallAudit.family, count: 1, line: 5) }
        }
        let said = try lines(.medium, database)
        #expect(said.count == NewFindingReport.findingsMax + 1)
        #expect(
            said.last == "5 more new findings of level medium or above: grantaudit report --database audit.db"
        )
    }
}
