// Zero is suspicious: sentences for when a report proves less than it seems to.

import AuditStore

/// Something a reader must know before trusting a report, and what to try.
public struct ReportNotice: Equatable, Sendable {
    /// What is wrong.
    public let sentence: String
    /// A command to try.
    public let command: ShellCommand?

    init(_ sentence: String, try command: ShellCommand? = nil) {
        self.sentence = sentence
        self.command = command
    }
}

extension AuditReport {
    /// What a reader must know before trusting the report.
    public var notices: [ReportNotice] {
        guard let run else {
            return [ReportNotice("no run is recorded in this database", try: ShellCommand("audit", "LOG..."))]
        }
        return runNotices(run) + readingNotices + ruleNotices + accountNotices + pruningNotices
    }

    private func runNotices(_ run: StoredRun) -> [ReportNotice] {
        switch run.status {
        case .complete, .incomplete: []
        case .running:
            [ReportNotice("run \(run.id) has not finished; this report shows what was stored before it")]
        case .interrupted, .failed:
            [ReportNotice("run \(run.id) did not get to its end (\(run.status.rawValue)); repeat the same audit")]
        }
    }

    private var readingNotices: [ReportNotice] {
        if files.read == 0 {
            if files.skipped > 0, files.skippedByStatus[.alreadyAudited] == files.skipped {
                return [ReportNotice("every file had been audited before; nothing new was read")]
            }
            return [
                ReportNotice("nothing was read: no input could be opened and recognized", try: explainFormat)
            ]
        }
        if lines.lines == 0 { return [ReportNotice("nothing was read: the inputs have no lines")] }
        if lines.rejected == lines.lines {
            return [ReportNotice("all lines were rejected: no format could read them", try: explainFormat)]
        }
        if lines.events == 0 {
            return [ReportNotice("no line is an authorization event; is this the right log?", try: explainFormat)]
        }
        return []
    }

    private var ruleNotices: [ReportNotice] {
        guard rules.evaluated == 0, files.read > 0 else { return [] }
        // What is not recorded any more may have been evaluated.
        guard rulesRun != nil else { return [] }
        if rules.given == 0 {
            return [ReportNotice("no rule was given, so nothing could be found", try: ShellCommand("rules", "check"))]
        }
        // A rule that was cut short has found what it has found.
        let found = scope == .all ? findingTotal > 0 : (run?.findingsNew ?? 0) + (run?.findingsExtended ?? 0) > 0
        return [
            ReportNotice(
                found
                    ? "no rule could be evaluated to the end, so there may be more findings"
                    : "no rule could be evaluated, so nothing could be found",
                try: ShellCommand("rules", "check")
            )
        ]
    }

    /// A report on all runs shows less than they found.
    private var pruningNotices: [ReportNotice] {
        guard scope == .all else { return [] }
        return prunings.filter { $0.summary.part == .findings }.suffix(1).map { pruning in
            ReportNotice(
                "findings last seen before \(TimeText.seconds(pruning.summary.before)) were deleted on "
                    + TimeText.seconds(pruning.prunedAt)
            )
        }
    }

    private var accountNotices: [ReportNotice] {
        var result: [ReportNotice] = []
        if !files.holds { result.append(ReportNotice("the files given do not add up; please report this defect")) }
        if !lines.holds || inputs.contains(where: { !$0.lines.holds }) {
            result.append(ReportNotice("the lines read do not add up; please report this defect"))
        }
        if !rules.holds { result.append(ReportNotice("the rules given do not add up; please report this defect")) }
        return result
    }

    private var explainFormat: ShellCommand {
        let path = inputs.first { $0.status != .alreadyAudited }?.path
        return ShellCommand("formats", "explain", path.map(ShellCommand.quoted) ?? "FILE")
    }

    /// What was found and on what basis; never just "nothing found".
    public var verdict: String {
        let found = findingTotal == 0 ? "no findings" : counted(findingTotal, "finding")
        let events = counted(lines.events, "event")
        if run != nil, rulesRun == nil {
            return "\(found) in \(events); it is not recorded any more which rules were evaluated"
        }
        let part = rules.evaluatedInPart > 0 ? " (\(rules.evaluatedInPart) on some sources only)" : ""
        let evaluated = counted(rules.evaluated, "rule") + " evaluated"
        let others = counted(rules.notEvaluable + rules.rejected, "rule") + " could not be evaluated"
        if let rulesRun, !areRulesOfRun {
            return "\(found) in \(events); in run \(rulesRun), the latest that evaluated rules, \(evaluated)\(part); "
                + others
        }
        return "\(found); \(evaluated) on \(events)\(part); \(others)"
    }

    /// Commands that lead further.
    public var nextCommands: [ShellCommand] {
        let database = ShellCommand.quoted(databasePath)
        let report = ShellCommand("report", "--database", database, "--format", "json")
        let finding = findings.first.map {
            ShellCommand("explain", ShellCommand.quoted($0.id), "--database", database)
        }
        // What logs can show, and how to switch it on.
        let sources = Set(notEvaluable.map(\.source)).intersection(coverage.map(\.source)).sorted()
            .map(ShellCommand.quoted)
        let reference = sources.isEmpty ? nil : ShellCommand(["formats", "reference"] + sources)
        return [finding, report, reference].compactMap { $0 }
    }
}

/// `1 event`, `2 events`.
public func counted(_ count: some BinaryInteger, _ noun: String, plural: String? = nil) -> String {
    "\(count) " + (count == 1 ? noun : plural ?? noun + "s")
}
