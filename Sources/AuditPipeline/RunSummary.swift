// What a finished run amounts to: the exit code, and what to tell whoever started it.

public import AuditStore
public import Detections

/// The outcome of an audit.
public struct RunSummary: Sendable {
    /// The run in the database.
    public let run: RunID
    /// Why the audit is incomplete, one sentence each; empty when every file, line and rule is accounted for.
    public let incomplete: [String]
    /// The worst level among the open findings that the run has changed; `nil` without such findings.
    public let worstLevel: FindingLevel?
    /// The exit status as it is stored: 0, 1 for findings at the level asked for or above it, 2 when incomplete.
    public let exitStatus: Int32
    /// What the run changed.
    public let changes: CommitSummary
    /// Problems of rule and format files, ready to be shown.
    public let diagnostics: [RunDiagnostic]
}

/// Something about a rule or format file, ready to be shown.
public struct RunDiagnostic: Equatable, Sendable {
    /// Where, what and what to try.
    public let text: String
    /// Whether the file or a part of it could not be used, so that the audit is incomplete.
    public let isError: Bool

    init(_ text: String, isError: Bool = true) {
        self.text = text
        self.isError = isError
    }
}
