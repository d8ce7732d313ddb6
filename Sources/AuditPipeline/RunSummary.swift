// What a finished run amounts to: enough to choose an exit code.

public import AuditStore
public import Detections

/// The outcome of an audit.
public struct RunSummary: Sendable {
    /// The run in the database.
    public let run: RunID
    /// Why the audit is incomplete, one sentence each; empty when every file, line and rule is accounted for.
    public let incomplete: [String]
    /// The worst level among this run's findings; `nil` without findings.
    public let worstLevel: FindingLevel?
    /// What the run changed.
    public let changes: CommitSummary
    /// Problems of rule and format files, ready to be shown.
    public let diagnostics: [String]
}
