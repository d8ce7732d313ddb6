// What a nightly audit says when it has found something: a line for each new finding that matters.

public import AuditStore
public import Detections

/// The findings that a run was the first to see, for whoever wants to hear of nothing else.
public struct NewFindingReport: Sendable {
    /// How many findings get a line of their own; a flood must not fill anybody's mailbox.
    public static let findingsMax = 20

    /// A line for each finding, the worst first, and one for those that are left; none without such findings.
    public let lines: [String]

    /// The findings of `level` and above that `run` was the first to see.
    public init(database: AuditDatabase, run: RunID, atLeast level: FindingLevel) throws(StoreError) {
        let (findings, total) = try database.read { reader in
            let counts = try reader.levelCounts(of: run).filter { $0.level >= level }
            let findings = try reader.newFindings(of: run, atLeast: level, limit: Self.findingsMax)
            return (findings, counts.reduce(0) { $0 + $1.new })
        }
        let path = ShellCommand.quoted(database.path)
        var lines = findings.map { finding in
            let command = ShellCommand("explain", ShellCommand.quoted(finding.id), "--database", path)
            return "new \(finding.level.name) finding: \(TerminalText.escaped(finding.title)): \(command.text)"
        }
        let rest = total - Int64(findings.count)
        if rest > 0 {
            let command = ShellCommand("report", "--database", path)
            lines.append("\(counted(rest, "more new finding")) of level \(level.name) or above: \(command.text)")
        }
        self.lines = lines
    }
}
