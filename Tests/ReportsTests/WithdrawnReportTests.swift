// Findings that later data explained are told of apart, with their history.

import AuditStore
import Detections
import Foundation
import Testing

@testable import Reports

@Suite struct WithdrawnReportTests {
    private let directory: TemporaryDirectory
    private let database: AuditDatabase
    private let withdrawn = "0123456789abcdef0123456789abcde4"

    /// One finding stands, another was withdrawn by a second run.
    init() throws {
        directory = try TemporaryDirectory()
        let key = [("client_id", "web"), ("code", "c1")]
        _ = try directory.database(rules: SmallAudit.rules) { outcome in
            SmallAudit.fill(&outcome)
            outcome.findings = [
                SmallAudit.finding(1, SmallAudit.replay, count: 1, key: [("client_id", "web")], line: 12),
                SmallAudit.finding(4, SmallAudit.family, count: 1, key: key, line: 20),
            ]
        }
        database = try directory.database { outcome in
            let input = InputRecord(number: 0, path: "late \(hostile).log", status: .read)
            outcome.inputs = [input]
            outcome.inputsGiven = 1
            outcome.explanations = [
                Explanation(
                    field: "code",
                    fingerprint: "c1",
                    time: may1,
                    input: 0,
                    lineNumber: 7,
                    ruleNames: [SmallAudit.family.name]
                )
            ]
        }
    }

    @Test func theSummaryListsThemApart() throws {
        let text = TextReport(try AuditReport(database: database, scope: .all)).text()
        #expect(text.contains("WITHDRAWN: 1 finding that later data explained\n  high  Token family crosses clients\n"))
        #expect(text.contains("    why    the issue of code c1 arrived late: late\n"))
        #expect(text.contains("    id     \(withdrawn)\n"))
        #expect(text.contains("1 finding in "))
        #expect(!text.unicodeScalars.contains { $0 != "\n" && TerminalText.isHostile($0) })
        // The run that withdrew it says so, the one before does not.
        #expect(TextReport(try AuditReport(database: database)).text().contains("WITHDRAWN"))
        #expect(!TextReport(try AuditReport(database: database, scope: .run(RunID(rawValue: 1)))).text().isEmpty)
    }

    @Test func numbersAreOfOpenFindings() throws {
        let report = try AuditReport(database: database, scope: .all)
        #expect(report.findings.map(\.id) == ["0123456789abcdef0123456789abcde1"])
        #expect((report.findingTotal, report.findingTotalInDatabase, report.withdrawnTotal) == (1, 1, 1))
        #expect(report.findingCounts.map(\.findings) == [1])
        #expect(report.findingLevels.map(\.total).reduce(0, +) == 1)
        let metrics = MetricsReport(report).text()
        #expect(
            metrics.split(separator: "\n").contains {
                $0.hasPrefix("grantaudit_findings{") && $0.hasSuffix("level=\"high\"} 0")
            }
        )
        let new = try NewFindingReport(database: database, run: RunID(rawValue: 1), atLeast: .low)
        #expect(new.lines.count == 1)
    }

    @Test func programsReadStateAndHistory() throws {
        let text = try JSONReport(try AuditReport(database: database)).text()
        let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(report["withdrawn_total"] as? Int == 1)
        #expect((report["findings"] as? [Any])?.isEmpty == true)
        let finding = try #require((report["withdrawn"] as? [[String: Any]])?.first)
        #expect(finding["state"] as? String == "withdrawn")
        let history = try #require(finding["history"] as? [[String: Any]])
        #expect(history.map { $0["change"] as? String } == ["found", "withdrawn"])
        #expect((history.last?["reason"] as? String)?.hasPrefix("the issue of code c1 arrived late: ") == true)
        let evidence = try #require((finding["evidence"] as? [[String: Any]])?.first)
        #expect((evidence["explained"] as? String)?.hasSuffix(".log:7") == true)
    }

    @Test func oneFindingShowsItsHistory() throws {
        let story = try #require(try FindingStory(database: database, finding: withdrawn, meanings: [:]))
        let finding = try #require(try database.read { try $0.finding(id: withdrawn) })
        let texts = [StoryText(story).text(), FindingText(finding, nil).text()]
        for text in texts {
            #expect(text.contains("HISTORY\n  2024-05-01T00:00:00Z  found by run 1, 1 event\n"))
            #expect(
                text.contains("  2024-05-01T00:00:00Z  withdrawn by run 2, 1 event: the issue of code c1 arrived late")
            )
        }
        #expect(texts[0].contains("It was withdrawn: the issue of code c1"))
        #expect(texts[1].contains("  state  withdrawn: later data explained all its events\n"))
        // Where nothing has happened since, there is no section about it.
        let open = try #require(try database.read { try $0.finding(id: "0123456789abcdef0123456789abcde1") })
        #expect(!FindingText(open, nil).text().contains("HISTORY"))
    }
}
