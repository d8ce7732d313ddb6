// The summary people read on a terminal.

import AuditStore
import Detections

/// Writes an ``AuditReport`` for a terminal, at most 100 columns wide.
public struct TextReport: Sendable {
    private let report: AuditReport
    private let colour: Bool
    private let incidentsMax: Int
    /// How many inputs are listed; those that were not simply read come first.
    private static let inputsMax = 20
    /// How many rejected rules are listed.
    private static let ruleNamesMax = 8
    private static let rejectedRulesMax = 20
    private static let pathColumnMax = 400

    /// A text report that shows up to `incidentsMax` findings in full.
    public init(_ report: AuditReport, colour: Bool = false, incidentsMax: Int = 10) {
        self.report = report
        self.colour = colour
        self.incidentsMax = incidentsMax
    }

    /// The report, each line ended.
    public func text() -> String {
        var lines = ReportLines(colour: colour)
        writeHead(&lines)
        if report.run != nil {
            writeFindings(&lines)
            writeIncidents(&lines)
            writeWithdrawn(&lines)
            writeMostSeen(&lines)
            writeInputs(&lines)
            writeAccounting(&lines)
            writeNotEvaluable(&lines)
            writeSuppressions(&lines)
            writeRejected(&lines)
            lines.title("NEXT")
            for command in report.nextCommands { lines.command("  ", command) }
        }
        return lines.text
    }

    private func writeHead(_ lines: inout ReportLines) {
        if let run = report.run {
            lines.wrapped("", Self.headline(run, runCount: report.runCount))
            if let period = Self.period(run) { lines.wrapped("", period) }
            lines.wrapped("", report.verdict)
            if report.scope != .all {
                lines.wrapped(
                    "",
                    "\(run.findingsNew) new, \(run.findingsExtended) extended; "
                        + "\(counted(report.findingTotalInDatabase, "finding")) in the database"
                )
            }
        }
        for notice in report.notices {
            lines.wrapped("note: ", notice.sentence, style: .yellow)
            if let command = notice.command { lines.command("  try: ", command) }
        }
    }

    static func headline(_ run: StoredRun, runCount: Int) -> String {
        var parts = [runCount > 1 ? "\(runCount) runs, the latest: run \(run.id)" : "run \(run.id)"]
        if let finished = run.finishedAt {
            parts.append(TimeText.span(run.startedAt, finished))
        } else {
            parts.append("since \(TimeText.seconds(run.startedAt))")
        }
        parts.append(run.status.rawValue + (run.exitStatus.map { " (exit status \($0))" } ?? ""))
        parts.append("grantaudit \(TerminalText.escaped(run.toolVersion))")
        return parts.joined(separator: ", ")
    }

    private static func period(_ run: StoredRun) -> String? {
        let since = run.since.map { "since " + TimeText.seconds($0) }
        let until = run.until.map { "until " + TimeText.seconds($0) }
        let given = [since, until].compactMap { $0 }
        return given.isEmpty ? nil : "judging events " + given.joined(separator: " ") + " only"
    }

    private func writeFindings(_ lines: inout ReportLines) {
        guard !report.findingCounts.isEmpty else { return }
        lines.title("FINDINGS")
        lines.line("  " + "LEVEL".leading(13) + "FINDINGS".trailing(9) + "EVENTS".trailing(11) + "  RULE")
        for count in report.findingCounts {
            let numbers = String(count.findings).trailing(9) + String(count.events).trailing(11)
            let title = TerminalText.escaped(count.title, limit: ReportLines.width - 37)
            lines.line("  " + lines.paint(count.level.name.leading(13), count.level.style) + numbers + "  " + title)
        }
    }

    private func writeIncidents(_ lines: inout ReportLines) {
        guard !report.findings.isEmpty else { return }
        lines.title("TOP INCIDENTS")
        for finding in report.findings.prefix(incidentsMax) {
            let level = lines.paint(finding.level.name, finding.level.style)
            lines.line("  \(level)  " + TerminalText.escaped(finding.title))
            lines.wrapped(
                "    when   ",
                TimeText.span(finding.firstSeen, finding.lastSeen) + ", " + counted(finding.count, "event")
            )
            let who = finding.groupKey.filter { !$0.value.isEmpty }.map { Self.pair($0) }.joined(separator: ", ")
            if !who.isEmpty { lines.wrapped("    who    ", who) }
            if let first = finding.evidence.first {
                lines.wrapped("    where  ", Self.place(first.path, first.line))
            }
            lines.wrapped("    id     ", TerminalText.escaped(finding.id))
        }
        let rest = report.findingTotal - Int64(min(report.findings.count, incidentsMax))
        if rest > 0 { lines.line("  and \(rest) more") }
    }

    private func writeWithdrawn(_ lines: inout ReportLines) {
        guard report.withdrawnTotal > 0 else { return }
        lines.title("WITHDRAWN: \(counted(report.withdrawnTotal, "finding")) that later data explained")
        let shown = report.withdrawn.prefix(incidentsMax)
        for finding in shown {
            lines.line("  \(finding.level.name)  " + TerminalText.escaped(finding.title))
            if let reason = finding.withdrawalReason { lines.wrapped("    why    ", HistoryWords.shown(reason)) }
            lines.wrapped("    id     ", TerminalText.escaped(finding.id))
        }
        let rest = report.withdrawnTotal - Int64(shown.count)
        if rest > 0 { lines.line("  and \(rest) more") }
    }

    private func writeMostSeen(_ lines: inout ReportLines) {
        let kinds = [("client", report.clients), ("user", report.users), ("address", report.addresses)]
        guard kinds.contains(where: { !$0.1.isEmpty }) else { return }
        lines.title("MOST SEEN IN FINDINGS")
        for (name, counts) in kinds where !counts.isEmpty {
            let values = counts.map { "\(TerminalText.escaped($0.value)) (\($0.findings))" }
            lines.wrapped("  " + name.leading(9), values.joined(separator: ", "))
        }
    }

    private func writeInputs(_ lines: inout ReportLines) {
        guard !report.inputs.isEmpty else { return }
        lines.title("INPUTS")
        let inputs = report.inputs.filter { $0.status != .read } + report.inputs.filter { $0.status == .read }
        for input in inputs.prefix(Self.inputsMax) {
            lines.wrapped("  ", TerminalText.escaped(input.path, limit: Self.pathColumnMax))
            lines.wrapped("    ", Self.status(input))
            if input.status.wasRead { lines.wrapped("    lines: ", Self.identity(input.lines)) }
            if let first = input.firstEventAt, let last = input.lastEventAt {
                lines.wrapped("    ", "events from " + TimeText.span(first, last))
            }
        }
        let rest = inputs.count - Self.inputsMax
        if rest > 0 { lines.line("  and \(rest) more, all accounted for below") }
    }

    private func writeAccounting(_ lines: inout ReportLines) {
        lines.title("ACCOUNTING")
        let skipped = InputStatus.allCases.compactMap { status in
            report.files.skippedByStatus[status].map { "\($0) \(status.words)" }
        }
        lines.wrapped(
            "  files  ",
            "\(report.files.given) given = \(report.files.read) read + \(report.files.skipped) skipped"
                + (skipped.isEmpty ? "" : " (\(skipped.joined(separator: ", ")))") + Self.verdict(report.files.holds)
        )
        lines.wrapped("  lines  ", Self.identity(report.lines))
        for count in report.lineCounts {
            lines.wrapped("         ", "\(count.count) \(count.what.rawValue): \(TerminalText.escaped(count.reason))")
        }
        if let late = report.run?.lateEvents, late > 0 {
            lines.wrapped("         ", "\(counted(late, "event")) came after later ones had been judged")
        }
        let rules = report.rules
        lines.wrapped(
            "  rules  ",
            "\(rules.given) given = \(rules.evaluated) evaluated + \(rules.notEvaluable) not evaluable"
                + " + \(rules.rejected) rejected" + Self.verdict(rules.holds) + rulesRunWords
        )
        if let bytes = report.run?.databaseBytes {
            let growth = report.databaseBytesBefore.map { "; \(bytes - $0) more than after the run before" }
            lines.wrapped("  bytes  ", "\(bytes) in the database" + (growth ?? ""))
        }
    }

    /// Which run it was that did this to rules, where it is not the one that the report is headed by.
    private var rulesRunWords: String {
        guard !report.areRulesOfRun, let latest = report.run else { return "" }
        return report.rulesRun.map { ", in run \($0)" } ?? ", in run \(latest.id), which judged no event"
    }

    private func writeNotEvaluable(_ lines: inout ReportLines) {
        guard !report.notEvaluable.isEmpty else { return }
        lines.title("NOT EVALUABLE")
        for group in report.notEvaluable {
            let source = TerminalText.escaped(group.source)
            lines.wrapped("  ", "\(source): \(TerminalText.escaped(group.reason, limit: 300))")
            let names = group.ruleNames.prefix(Self.ruleNamesMax).map { TerminalText.escaped($0) }
            let rest = group.ruleNames.count - names.count
            lines.wrapped(
                "    ",
                "\(counted(Int64(group.ruleNames.count), "rule")): " + names.joined(separator: ", ")
                    + (rest > 0 ? " and \(rest) more" : "")
            )
        }
    }

    private func writeSuppressions(_ lines: inout ReportLines) {
        if !report.suppressions.isEmpty {
            lines.title("FILTERS")
            for filter in report.suppressions {
                let title = TerminalText.escaped(filter.title)
                var parts = ["\(title): \(counted(filter.suppressed, "match", plural: "matches")) taken away"]
                if filter.expired > 0 { parts.append("\(filter.expired) let through since it expired") }
                if let expires = filter.expires { parts.append("expires \(TerminalText.escaped(expires))") }
                if let owner = filter.owner { parts.append("owner \(TerminalText.escaped(owner))") }
                if let name = filter.approvedBy { parts.append("approved by \(TerminalText.escaped(name))") }
                lines.wrapped("  ", parts.joined(separator: ", "))
            }
        }
        guard !report.correlationGaps.isEmpty else { return }
        lines.title("NOT CORRELATED")
        for gap in report.correlationGaps {
            let name = TerminalText.escaped(gap.ruleName)
            let what =
                switch gap.cause {
                case .missingField:
                    "\(counted(gap.count, "match", plural: "matches")) without a field to group by or to measure"
                case .windowOpen: "\(counted(gap.count, "window")) still open when the log ended"
                case .lateMatch:
                    "\(counted(gap.count, "match", plural: "matches")) too late to be put in order: incidents around them "
                        + "may be missed"
                }
            lines.wrapped("  ", "\(name): \(what)")
        }
    }

    private func writeRejected(_ lines: inout ReportLines) {
        if !report.rejectedRules.isEmpty {
            lines.title("REJECTED RULES")
            for rule in report.rejectedRules.prefix(Self.rejectedRulesMax) {
                let place = [rule.line, rule.column].compactMap { $0.map { ":\($0)" } }.joined()
                let file = TerminalText.escaped(rule.file, limit: Self.pathColumnMax)
                lines.wrapped("  ", "\(file)\(place): \(TerminalText.escaped(rule.message, limit: 300))")
                if let hint = rule.hint { lines.wrapped("    hint: ", TerminalText.escaped(hint, limit: 300)) }
            }
            let rest = report.rejectedRules.count - Self.rejectedRulesMax
            if rest > 0 { lines.line("  and \(rest) more") }
        }
        guard !report.rejectedLines.isEmpty else { return }
        lines.title("REJECTED LINES (SAMPLES)")
        for line in report.rejectedLines {
            lines.wrapped("  ", "\(Self.place(line.path, line.line)): \(TerminalText.escaped(line.reason))")
            lines.wrapped("    ", TerminalText.escaped(line.sample, limit: 160))
        }
    }

    static func pair(_ value: NamedValue) -> String {
        "\(TerminalText.escaped(value.name))=\(TerminalText.escaped(value.value))"
    }

    static func path(_ path: String) -> String { TerminalText.escaped(path, limit: pathColumnMax) }

    static func place(_ path: String, _ line: Int64) -> String { "\(self.path(path)):\(line)" }

    private static func identity(_ lines: LineAccount) -> String {
        "\(lines.lines) read = \(lines.events) events + \(lines.rejected) rejected + \(lines.ignored) ignored"
            + (lines.duplicates > 0 ? ", \(counted(lines.duplicates, "event")) repeated" : "") + verdict(lines.holds)
    }

    private static func verdict(_ holds: Bool) -> String { holds ? "" : " — DOES NOT ADD UP" }

    private static func status(_ input: StoredInput) -> String {
        var text = input.status.wasRead ? "read" : input.status.words
        if let format = input.format { text += " as " + TerminalText.escaped(format) }
        if input.compression != "plain" { text += ", " + TerminalText.escaped(input.compression) }
        if let zone = input.timeZone {
            text += ", time zone " + TerminalText.escaped(zone)
            if let source = input.zoneSource, source != "explicit" { text += " (\(TerminalText.escaped(source)))" }
        }
        if let offset = input.damageOffset { text += ", damaged after \(counted(offset, "byte"))" }
        if let reason = input.reason { text += ": " + TerminalText.escaped(reason, limit: 300) }
        return text
    }
}

extension InputStatus {
    /// The status in prose.
    fileprivate var words: String { self == .alreadyAudited ? "already audited" : rawValue }
}

extension FindingLevel {
    /// How a coloured report shows the level.
    var style: TextStyle {
        switch self {
        case .informational: .faint
        case .low: .cyan
        case .medium: .yellow
        case .high: .red
        case .critical: .boldRed
        }
    }
}
