// The report on controls for programs.

import AuditStore
import ControlCatalog
import Detections
import Foundation

/// Writes a ``ControlReport`` as JSON.
///
/// The members of the object:
///
/// - `control_report_version`: 1; it changes when a member changes its meaning or goes away
/// - `caution`: what such a report does not say
/// - `run`: as of which rules are told, null without any; `findings_of_all_runs`
/// - `controls`: `name`, `framework`, `id`, `title`, `verified`, `state` (`findings`, `nothing found`, `nothing found, in
///   part`, `not evaluable` or `no rule`), and `rules` with the sources they were evaluated on or not, and their `findings`
/// - `findings`: as in the JSON report, the worst first; `findings_total`
///
/// Every member is always there. Characters that a terminal would act on are written as `\u` escapes.
public struct ControlJSON: Sendable {
    /// The meaning of the members.
    public static let version = 1

    private let report: ControlReport

    /// The JSON form of `report`.
    public init(_ report: ControlReport) { self.report = report }

    /// The object, indented, with a line end.
    public func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let data = try encoder.encode(ControlReportObject(report))
        return TerminalText.escapedJSON(String(decoding: data, as: UTF8.self)) + "\n"
    }
}

/// The report as a whole.
private struct ControlReportObject: Encodable {
    struct Entry: Encodable {
        let name: String
        let framework: String
        let id: String
        let title: String
        let verified: Bool
        let state: String
        let rules: [Rule]
    }

    struct Rule: Encodable {
        let ruleId: String
        let name: String
        let title: String
        let level: String
        let evaluatedOn: [String]
        let notEvaluableOn: [Obstacle]
        let findings: Int64
        let events: Int64
    }

    struct Obstacle: Encodable {
        let source: String
        let reason: String
    }

    let controlReportVersion = ControlJSON.version
    let caution = ControlReport.caution
    let run: OrNull<RunObject>
    let findingsOfAllRuns: Bool
    let controls: [Entry]
    let findings: [FindingObject]
    let findingsTotal: Int64

    init(_ report: ControlReport) {
        run = OrNull(report.run.map(RunObject.init))
        findingsOfAllRuns = report.isAll
        controls = report.entries.map { entry in
            Entry(
                name: entry.control.name,
                framework: entry.control.framework,
                id: entry.control.id,
                title: entry.control.title,
                verified: entry.control.isVerified,
                state: entry.state.rawValue,
                rules: entry.rules.map(Self.rule)
            )
        }
        findings = report.findings.map(FindingObject.init)
        findingsTotal = report.findingTotal
    }

    private static func rule(_ standing: RuleStanding) -> Rule {
        Rule(
            ruleId: standing.ruleID,
            name: standing.name,
            title: standing.title,
            level: standing.level.name,
            evaluatedOn: standing.evaluatedOn,
            notEvaluableOn: standing.notEvaluableOn.map {
                Obstacle(source: $0.source, reason: $0.notEvaluableReason ?? "")
            },
            findings: standing.findings,
            events: standing.events
        )
    }
}
