// The report on controls, as people see it.

import AuditStore
import ControlCatalog
import Detections

/// Writes a ``ControlReport`` for a terminal, at most 100 columns wide.
public struct ControlText: Sendable {
    private let report: ControlReport
    private let colour: Bool

    /// The text of `report`.
    public init(_ report: ControlReport, colour: Bool = false) {
        self.report = report
        self.colour = colour
    }

    /// All of it, each line ended.
    public func text() -> String {
        var lines = ReportLines(colour: colour)
        if let run = report.run {
            lines.wrapped("", TextReport.headline(run, runCount: 1))
            if report.isAll { lines.wrapped("", "rules as of this run, findings of all runs") }
        } else {
            lines.wrapped("note: ", "no run is recorded in this database", style: .yellow)
        }
        lines.wrapped("", ControlReport.caution)
        for framework in report.catalog.frameworks {
            let entries = report.entries.filter { $0.control.framework == framework.id }
            guard !entries.isEmpty else { continue }
            lines.title(TerminalText.escaped("\(framework.title), \(framework.version)", limit: ReportLines.width))
            if entries.contains(where: { !$0.control.isVerified }) {
                lines.wrapped("", "A ? marks numbers and titles that were not compared with its text.")
            }
            writeTable(entries, &lines)
        }
        if report.entries.count == 1 { writeRules(report.entries[0].rules, &lines) }
        writeFindings(&lines)
        lines.title("NEXT")
        for command in report.commands { lines.command("  ", command) }
        return lines.text
    }

    private func writeTable(_ entries: [ControlReport.Entry], _ lines: inout ReportLines) {
        lines.line("  " + "STATE".leading(24) + "RULES".trailing(5) + "FINDINGS".trailing(10) + "  CONTROL")
        for entry in entries {
            let counts = String(entry.rules.count).trailing(5) + String(entry.findings).trailing(10)
            let control = entry.control
            let words = control.id + (control.isVerified ? "" : "?") + " " + control.title
            let prefix = "  " + entry.state.rawValue.leading(24) + counts + "  "
            lines.wrapped(prefix, TerminalText.escaped(words, limit: 300))
        }
    }

    private func writeRules(_ rules: [RuleStanding], _ lines: inout ReportLines) {
        guard !rules.isEmpty else { return }
        lines.title("RULES")
        for rule in rules {
            let level = lines.paint(rule.level.name, rule.level.style)
            lines.line("  \(level)  " + TerminalText.escaped(rule.name))
            lines.wrapped("    ", TerminalText.escaped(rule.title))
            if !rule.evaluatedOn.isEmpty {
                let sources = StoryWords.list(rule.evaluatedOn.map { TerminalText.escaped($0) })
                let found = rule.findings == 0 ? "found nothing" : "made \(counted(rule.findings, "finding"))"
                lines.wrapped("    ", "evaluated on \(sources); \(found)")
            } else if rule.findings > 0 {
                lines.wrapped("    ", "made \(counted(rule.findings, "finding"))")
            }
            for status in rule.notEvaluableOn {
                let reason = TerminalText.escaped(status.notEvaluableReason ?? "", limit: 300)
                lines.wrapped("    ", "not evaluable on \(TerminalText.escaped(status.source)): \(reason)")
            }
        }
    }

    private func writeFindings(_ lines: inout ReportLines) {
        guard !report.findings.isEmpty else { return }
        lines.title("FINDINGS")
        for finding in report.findings {
            let level = lines.paint(finding.level.name, finding.level.style)
            lines.line("  \(level)  " + TerminalText.escaped(finding.title))
            let span = TimeText.span(finding.firstSeen, finding.lastSeen)
            lines.wrapped("    when   ", span + ", " + counted(finding.count, "event"))
            lines.wrapped("    id     ", TerminalText.escaped(finding.id))
        }
        let rest = report.findingTotal - Int64(report.findings.count)
        if rest > 0 { lines.line("  and \(rest) more") }
    }
}
