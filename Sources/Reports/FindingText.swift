// One finding in full: what the rule says, and every piece of evidence with its place.

public import AuditStore
import Detections

/// A finding as text for a terminal.
public struct FindingText: Sendable {
    private let finding: StoredFinding
    private let words: RuleWords?
    private let colour: Bool

    /// The text of `finding`, with what its rule says.
    public init(_ finding: StoredFinding, _ words: RuleWords?, colour: Bool = false) {
        self.finding = finding
        self.words = words
        self.colour = colour
    }

    /// All of it.
    public func text() -> String {
        var lines = ReportLines(colour: colour)
        let level = lines.paint(finding.level.name, finding.level.style)
        lines.line("\(level)  " + TerminalText.escaped(finding.title))
        lines.wrapped("  rule   ", TerminalText.escaped(finding.ruleName) + ", " + TerminalText.escaped(finding.ruleID))
        lines.wrapped(
            "  when   ",
            TimeText.span(finding.firstSeen, finding.lastSeen) + ", " + counted(finding.count, "event")
        )
        if finding.state == .withdrawn { lines.wrapped("  state  ", "withdrawn: later data explained all its events") }
        for part in finding.groupKey where !part.value.isEmpty { lines.wrapped("  who    ", TextReport.pair(part)) }
        if !finding.tags.isEmpty {
            lines.wrapped("  tags   ", finding.tags.map { TerminalText.escaped($0) }.joined(separator: " "))
        }
        if let description = words?.description { section("WHAT HAPPENED", description, &lines) }
        if let next = words?.nextStep { section("WHAT TO DO", next, &lines) }
        for reference in words?.references ?? [] { lines.wrapped("  see ", TerminalText.escaped(reference)) }
        lines.title("EVIDENCE")
        for evidence in finding.evidence {
            lines.wrapped(
                "  ",
                TimeText.microseconds(evidence.time) + "  " + TextReport.place(evidence.path, evidence.line)
            )
            if let reason = evidence.explained { lines.wrapped("    ", "explained: " + HistoryWords.shown(reason)) }
            for field in evidence.fields { lines.wrapped("    ", TextReport.pair(field)) }
        }
        let rest = finding.count - Int64(finding.evidence.count)
        if rest > 0 { lines.line("  and \(rest) more events") }
        HistoryWords.write(finding, &lines)
        return lines.text
    }

    private func section(_ title: String, _ text: String, _ lines: inout ReportLines) {
        lines.title(title)
        let flowing = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        lines.wrapped("  ", TerminalText.escaped(flowing, limit: 2_000))
    }
}
