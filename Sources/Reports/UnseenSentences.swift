// What a finding does not show: events not kept, logs not read, rules not evaluable, events that came too late.

import AuditStore
import Detections

/// Tells what is not known about a finding.
struct UnseenSentences {
    /// Files that are named; the others are counted.
    private static let filesMax = 3

    /// The sentences; none if nothing is known to be missing.
    private(set) var sentences: [String] = []

    init(_ facts: FindingStory.Facts) {
        let (finding, surroundings) = (facts.finding, facts.surroundings)
        tellEvidence(finding, surroundings.prunings)
        tellLogs(surroundings)
        tellRule(surroundings)
        guard let run = surroundings.run else { return }
        if run.status == .running { add("Run \(run.id), which changed the finding last, has not finished.") }
        if run.status == .interrupted || run.status == .failed {
            add("Run \(run.id), which changed the finding last, did not get to its end.")
        }
        if run.lateEvents > 0 {
            add(
                "\(counted(run.lateEvents, "event")) came in run \(run.id) after later ones had been judged; order "
                    + "around them is not certain."
            )
        }
        let bounds = [
            run.since.map { "before " + TimeText.seconds($0) }, run.until.map { "from \(TimeText.seconds($0)) on" },
        ]
        .compactMap(\.self)
        if !bounds.isEmpty { add("Run \(run.id) was told not to judge events \(bounds.joined(separator: " or ")).") }
    }

    private mutating func add(_ sentence: String) { sentences.append(sentence) }

    private mutating func tellEvidence(_ finding: StoredFinding, _ prunings: [StoredPruning]) {
        let kept = Int64(finding.evidence.count)
        if kept == 0, let pruning = prunings.last(where: { $0.summary.part == .evidence }) {
            add("The events were deleted from the database on \(TimeText.seconds(pruning.prunedAt)).")
        } else if finding.count > kept {
            add(
                "\(kept) of \(counted(finding.count, "event")) are kept, the earliest ones; the others were only counted."
            )
        }
        if let pruning = prunings.last(where: { $0.summary.part == .findings }) {
            add(
                "Findings last seen before \(TimeText.seconds(pruning.summary.before)) were deleted: what they had in "
                    + "common with this one is not known."
            )
        }
    }

    private mutating func tellLogs(_ surroundings: FindingSurroundings) {
        for input in surroundings.inputs.prefix(Self.filesMax) {
            let path = TextReport.path(input.path)
            if let first = input.firstEventAt {
                add("\(path) begins at \(TimeText.seconds(first)); what came before is known from other logs only.")
            }
            if input.lines.rejected > 0 {
                add("\(counted(input.lines.rejected, "line")) of \(path) could not be understood.")
            }
        }
        for input in surroundings.unreadInputs.prefix(Self.filesMax) {
            let what = input.status == .damaged ? "was read up to a damaged place only" : "could not be read"
            let reason = input.reason.map { ": " + TerminalText.escaped($0, limit: 200) } ?? ""
            add("\(TextReport.path(input.path)) \(what)\(reason).")
        }
        let rest = surroundings.unreadInputs.count - Self.filesMax
        if rest > 0 { add("\(counted(rest, "more file")) of the run could not be read in full.") }
    }

    private mutating func tellRule(_ surroundings: FindingSurroundings) {
        for status in surroundings.ruleStatuses {
            guard let reason = status.notEvaluableReason else { continue }
            let source = StoryWords.shown(status.source)
            add("In logs of \(source) the rule could not be evaluated: \(TerminalText.escaped(reason, limit: 300)).")
        }
        for gap in surroundings.correlationGaps {
            switch gap.cause {
            case .missingField:
                add(
                    "\(counted(gap.count, "event")) of the rule lacked a field to group by or to measure and were left out."
                )
            case .windowOpen:
                add("\(counted(gap.count, "window")) of the rule were still open when the log ended.")
            case .lateMatch:
                add("\(counted(gap.count, "event")) of the rule came too late to be put in order.")
            }
        }
    }
}
