// The terminal summary, as people see it.

import AuditStore
import Testing

@testable import Reports

@Suite struct TextReportTests {
    @Test func aRunWithABitOfEverything() throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database(rules: SmallAudit.rules, SmallAudit.fill)
        var report = try AuditReport(database: database)
        report.databasePath = "/lib/grantaudit/audit.db"
        let text = TextReport(report).text()
        #expect(text.replacing(/bytes {2}\d+ in/, with: "bytes  4096 in") == SmallAudit.text)
        for line in text.split(separator: "\n") {
            #expect(TerminalText.columns(of: String(line)) <= 100, "\(line)")
            #expect(!line.unicodeScalars.contains(where: TerminalText.isHostile), "\(line)")
        }
        #expect(try AuditReport(database: database).findings == report.findings)
    }

    @Test func colourAddsOnlyStyles() throws {
        let directory = try TemporaryDirectory()
        let report = try AuditReport(database: directory.database(rules: SmallAudit.rules, SmallAudit.fill))
        let coloured = TextReport(report, colour: true).text()
        #expect(coloured.contains("\u{1B}[1;31mcritical\u{1B}[0m  Refresh token replayed"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == TextReport(report).text())
    }

    @Test func longListsAreCutAndCounted() throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database(rules: SmallAudit.rules) { outcome in
            SmallAudit.fill(&outcome)
            outcome.inputs += (4..<30).map { InputRecord(number: $0, path: "in\($0)", status: .skipped) }
        }
        let text = TextReport(try AuditReport(database: database, findingsMax: 2), incidentsMax: 1).text()
        #expect(text.contains("  and 2 more\n"))
        #expect(text.contains("  and 10 more, all accounted for below\n"))
    }

    @Test func allRunsAreSummedUp() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.database(rules: SmallAudit.rules, SmallAudit.fill)
        let database = try directory.database { outcome in
            var input = InputRecord(number: 0, path: "b.log", status: .read)
            (input.lines, input.events) = (5, 5)
            outcome.inputs = [input]
            outcome.inputsGiven = 1
        }
        let latest = TextReport(try AuditReport(database: database)).text()
        #expect(latest.contains("run 2, 2024-05-01T00:00:00Z to 2024-05-01T00:00:04Z, complete (exit status 0)"))
        #expect(latest.contains("no findings; 0 rules evaluated on 5 events; 0 rules could not be evaluated\n"))
        #expect(latest.contains("0 new, 0 extended; 3 findings in the database\n"))
        let all = TextReport(try AuditReport(database: database, scope: .all)).text()
        #expect(all.contains("2 runs, the latest: run 2"))
        let verdict =
            "3 findings in 103 events; in run 1, the latest that evaluated rules, 2 rules evaluated; "
            + "2 rules could not be evaluated"
        #expect(all.replacing("\n", with: " ").contains(verdict))
        #expect(all.contains("  rules  4 given = 2 evaluated + 1 not evaluable + 1 rejected, in run 1\n"))
        #expect(all.contains("NOT EVALUABLE\n  keycloak-text: the source has no refresh token identifiers\n"))
        #expect(all.contains("  lines  106 read = 103 events + 1 rejected + 2 ignored, 3 events repeated\n"))
        #expect(all.contains("  files  5 given = 3 read + 2 skipped (1 unreadable, 1 already audited)\n"))
        let first = TextReport(try AuditReport(database: database, scope: .run(RunID(rawValue: 1)))).text()
        #expect(first.contains("3 findings; 2 rules evaluated on 98 events; 2 rules could not be evaluated\n"))
    }
}
