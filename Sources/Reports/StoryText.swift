// The story of a finding on a terminal.

import AuditStore
import Detections

/// Writes a ``FindingStory`` for a terminal, at most 100 columns wide.
public struct StoryText: Sendable {
    private let story: FindingStory
    private let colour: Bool

    /// The text of `story`.
    public init(_ story: FindingStory, colour: Bool = false) {
        self.story = story
        self.colour = colour
    }

    /// All of it, each line ended.
    public func text() -> String {
        var lines = ReportLines(colour: colour)
        let finding = story.finding
        let level = lines.paint(finding.level.name, finding.level.style)
        lines.line("\(level)  " + TerminalText.escaped(finding.title))
        lines.wrapped("", story.summary)
        if let reason = finding.withdrawalReason {
            lines.wrapped("", "It was withdrawn: \(HistoryWords.shown(reason)).")
        }
        lines.wrapped("  id    ", TerminalText.escaped(finding.id))
        lines.wrapped("  rule  ", TerminalText.escaped(finding.ruleName))
        if let description = story.facts.words?.description {
            lines.title("WHAT HAPPENED")
            lines.wrapped("  ", Self.flowing(description))
        }
        writeEvents(&lines)
        writeParties(&lines)
        HistoryWords.write(finding, &lines)
        lines.title("WHY IT IS A FINDING")
        for reason in story.reasons { lines.wrapped("  ", reason) }
        if !story.harmless.isEmpty {
            lines.title("WHAT CAN LOOK LIKE IT AND BE HARMLESS")
            for text in story.harmless { lines.wrapped("  - ", Self.flowing(text)) }
        }
        writeRelated(&lines)
        if !story.unseen.isEmpty {
            lines.title("WHAT WAS NOT SEEN")
            for sentence in story.unseen { lines.wrapped("  - ", sentence) }
        }
        lines.title("WHAT TO DO")
        if let next = story.facts.words?.nextStep { lines.wrapped("  ", Self.flowing(next)) }
        for reference in story.facts.words?.references ?? [] {
            lines.wrapped("  see ", TerminalText.escaped(reference, limit: 300))
        }
        for command in story.commands { lines.command("  ", command) }
        return lines.text
    }

    private func writeEvents(_ lines: inout ReportLines) {
        guard !story.events.isEmpty else { return }
        lines.title("IN WHICH ORDER")
        let width = String(story.events.count).count
        for (index, event) in story.events.enumerated() {
            let later = event.sincePrevious.map { "  (\(DurationText.microseconds($0)) later)" } ?? ""
            let indent = String(repeating: " ", count: width + 4)
            lines.wrapped("  " + String(index + 1).trailing(width) + "  ", Self.time(event) + later)
            lines.wrapped(indent, TextReport.place(event.evidence.path, event.evidence.line))
            if let step = event.step { lines.wrapped(indent, "Step: \(StoryWords.quoted(step)).") }
            let explained =
                event.evidence.explained.map { ["Later data explains it: \(HistoryWords.shown($0))."] } ?? []
            for sentence in [event.what] + event.details + event.lineage + explained { lines.wrapped(indent, sentence) }
        }
        let rest = story.finding.count - Int64(story.events.count)
        if rest > 0 { lines.line("  and \(counted(rest, "more event"))") }
    }

    private func writeParties(_ lines: inout ReportLines) {
        guard !story.parties.isEmpty else { return }
        lines.title("WHO")
        let width = (story.parties.map(\.word.count).max() ?? 0) + 2
        for party in story.parties {
            let values = party.values.map { StoryWords.shown($0) }.joined(separator: ", ")
            let rest = party.rest > 0 ? " and \(party.rest) more" : ""
            lines.wrapped("  " + party.word.leading(width), values + rest)
        }
    }

    private func writeRelated(_ lines: inout ReportLines) {
        let related = story.facts.related
        guard related.total > 0 else { return }
        lines.title("WHAT ELSE WAS FOUND")
        let counts = related.counts.map { count in
            "\(StoryWords.shown(count.value.name)) \(StoryWords.shown(count.value.value)) in \(count.findings)"
        }
        lines.wrapped("  ", "\(counted(related.total, "other finding")): " + counts.joined(separator: ", "))
        for finding in related.closest {
            lines.wrapped(
                "  \(finding.shortID)  \(finding.level.name)  ",
                TerminalText.escaped(finding.title),
                style: finding.level.style
            )
            lines.wrapped(
                String(repeating: " ", count: finding.shortID.count + 4),
                TimeText.span(finding.firstSeen, finding.lastSeen) + ", " + counted(finding.count, "event")
                    + "; same " + StoryWords.list(finding.shared)
            )
        }
        let rest = related.total - Int64(related.closest.count)
        if rest > 0 { lines.line("  and \(rest) more") }
    }

    /// The time of an event, the fraction only where there is one.
    private static func time(_ event: FindingStory.Event) -> String {
        event.evidence.time % 1_000_000 == 0
            ? TimeText.seconds(event.evidence.time) : TimeText.microseconds(event.evidence.time)
    }

    private static func flowing(_ text: String) -> String {
        TerminalText.escaped(text.split(whereSeparator: \.isWhitespace).joined(separator: " "), limit: 2_000)
    }
}
