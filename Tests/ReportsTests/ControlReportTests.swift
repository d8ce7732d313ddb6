// What a report on controls says of rules that found something, nothing, or could not look.

import AuditStore
import ControlCatalog
import Detections
import Foundation
import Testing

@testable import Reports

@Suite struct ControlReportTests {
    private static let framework = """
        framework: law
        title: The law
        version: '1'
        source: https://example.com/law
        checked: Not.
        controls:
          - { id: '1', title: Replay is noticed, verified: true, detections: [COD-01] }
          - { id: '2', title: Nobody looks, verified: false }
          - { id: '3', title: Families, verified: true }
          - { id: '4', title: Quiet, verified: true }

        """

    /// Reports on the small audit, whose rules are given tags and a correlation with its counted rule.
    private func report(_ word: String, isAll: Bool = false) throws -> ControlReport {
        let directory = try TemporaryDirectory()
        let folder = directory.url.appending(path: "controls").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(Self.framework.utf8).write(to: URL(filePath: folder + "/law.yml"))
        try Data("detections: { COD-01: Replay }\n".utf8).write(to: URL(filePath: folder + "/detections.yml"))
        let catalog = ControlCatalog(folders: [folder])
        #expect(catalog.problems == [])
        var rules = SmallAudit.rules
        rules[0].tags = ["grantaudit.cod-01"]
        rules[1].tags = ["law.1"]
        rules[2].tags = ["law.3"]
        var counted = rules[0]
        (counted.id, counted.name, counted.tags) = ("00000000-0000-4000-8000-000000000007", "counted", ["law.4"])
        var counting = rules[0]
        (counting.id, counting.name, counting.tags) = ("00000000-0000-4000-8000-000000000008", "counting", ["law.4"])
        counting.text =
            "title: Many\ncorrelation: { type: event_count, rules: [counted], timespan: 1m, condition: { gte: 2 } }\n"
        let database = try directory.database(rules: rules + [counted, counting]) { outcome in
            SmallAudit.fill(&outcome)
            outcome.ruleStatuses += [counted, counting].map { RuleStatusRecord(ruleID: $0.id, source: "keycloak-text") }
        }
        guard case .controls(let controls) = catalog.choose(word) else {
            Issue.record("\(word) is not known")
            return try ControlReport(database: database, catalog: catalog, controls: [], isAll: isAll)
        }
        return try ControlReport(database: database, catalog: catalog, controls: controls, isAll: isAll)
    }

    @Test(arguments: [false, true]) func everyControlHasItsState(_ isAll: Bool) throws {
        let report = try report("law", isAll: isAll)
        #expect(report.entries.map(\.state) == [.findings, .noRule, .notEvaluable, .nothingFound])
        #expect(report.entries.map(\.findings) == [3, 0, 0, 0])
        #expect(report.entries[3].rules.map(\.name) == ["counting"], "what is only counted is no evidence by itself")
        #expect(report.findingTotal == 3)
        #expect(report.findings.map(\.level) == [.critical, .critical, .low])
        let text = ControlText(report).text()
        #expect(ControlText(report, colour: true).text().replacing(/\u{1B}\[[0-9;]*m/, with: "") == text)
        #expect(text.contains("  no rule                     0         0  2? Nobody looks\n"))
        for line in text.split(separator: "\n") {
            #expect(!line.unicodeScalars.contains(where: TerminalText.isHostile), "\(line)")
            #expect(TerminalText.columns(of: String(line)) <= 100 || line.contains("grantaudit"), "\(line)")
        }
    }

    @Test func oneControlNamesItsRules() throws {
        let text = ControlText(try report("law.3")).text()
        #expect(text.contains("    not evaluable on keycloak-text: the source has no refresh token identifiers\n"))
        #expect(!text.contains("FINDINGS\n"))
        #expect(ControlText(try report("law.1")).text().contains("    evaluated on keycloak-text; made 2 findings\n"))
    }

    @Test func programsGetTheSame() throws {
        let json = try ControlJSON(try report("law")).text()
        #expect(!json.unicodeScalars.contains { $0 != "\n" && TerminalText.isHostile($0) })
        let object = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["caution"] as? String == ControlReport.caution)
        #expect(object["findings_total"] as? Int == 3)
        let controls = try #require(object["controls"] as? [[String: Any]])
        #expect(controls.map { $0["state"] as? String } == ["findings", "no rule", "not evaluable", "nothing found"])
        #expect(controls.map { $0["verified"] as? Bool } == [true, false, true, true])
    }
}
