// A run: what was asked, when, and how it ended.

public import Detections

/// The number of a run in its database.
public struct RunID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The row's key.
    public let rawValue: Int64

    /// The run with the key `rawValue`.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Orders runs as they were begun.
    public static func < (left: RunID, right: RunID) -> Bool { left.rawValue < right.rawValue }

    /// The number in decimal.
    public var description: String { "\(rawValue)" }
}

/// How far a run got.
public enum RunStatus: String, CaseIterable, Sendable {
    /// Begun, and neither finished nor found dead yet.
    case running
    /// Every file, line and rule is accounted for.
    case complete
    /// Finished, but something could not be read or evaluated.
    case incomplete
    /// Stopped by a signal, or found dead by a later run.
    case interrupted
    /// Stopped by an error.
    case failed
}

/// A run about to begin.
public struct NewRun: Sendable {
    /// When it begins, in microseconds since 1970-01-01T00:00:00Z.
    public var startedAt: Int64
    /// Version of this program.
    public var toolVersion: String
    /// The command line without the program's name.
    public var arguments: [String]
    /// Events before this time are not judged, in microseconds since 1970-01-01T00:00:00Z.
    public var since: Int64?
    /// Events from this time on are not judged, in microseconds since 1970-01-01T00:00:00Z.
    public var until: Int64?
    /// SHA-256 of the client registry that events are judged by, in hexadecimal digits.
    public var clientRegistrySHA256: String?

    /// A run from its parts.
    public init(
        startedAt: Int64,
        toolVersion: String,
        arguments: [String],
        since: Int64? = nil,
        until: Int64? = nil
    ) {
        self.startedAt = startedAt
        self.toolVersion = toolVersion
        self.arguments = arguments
        self.since = since
        self.until = until
    }
}

/// Everything a run found out, to be stored in one transaction.
public struct RunOutcome: Sendable {
    /// The run that ``AuditDatabase/begin(run:)`` began.
    public var run: RunID
    /// How it ended; not `running`.
    public var status: RunStatus
    /// The exit status the process will end with.
    public var exitStatus: Int32
    /// When it ended, in microseconds since 1970-01-01T00:00:00Z.
    public var finishedAt: Int64
    /// From which level on open findings that the run has changed make an ``exitStatus`` of 0 a 1, if from any.
    public var failOn: FindingLevel?
    /// Number of files that were to be read, however each of them ended.
    public var inputsGiven: Int64 = 0
    /// Number of rules that were to be evaluated, however each of them ended.
    public var rulesGiven: Int64 = 0
    /// Events that came after later ones had been judged.
    public var lateEvents: Int64 = 0
    /// The most memory the process used.
    public var peakMemoryBytes: Int64?
    /// Every file given, read or not.
    public var inputs: [InputRecord] = []
    /// New findings, and additions to known ones.
    public var findings: [Finding] = []
    /// What explains findings, new or known.
    public var explanations: [Explanation] = []
    /// For each rule and source whether it was evaluated.
    public var ruleStatuses: [RuleStatusRecord] = []
    /// Rules that do not compile, one entry each.
    public var rejectedRules: [RejectedRuleRecord] = []
    /// The filters, and what each of them did.
    public var suppressions: [SuppressionRecord] = []
    /// Matches that correlations could not use.
    public var correlationGaps: [CorrelationGapRecord] = []
    /// What kinds of events each source wrote.
    public var coverage: [SourceCoverageRecord] = []
    /// What the run's checkpoints have changed already.
    public var changedBefore = CommitSummary()

    /// An outcome without inputs and findings.
    public init(run: RunID, status: RunStatus, exitStatus: Int32, finishedAt: Int64) {
        self.run = run
        self.status = status
        self.exitStatus = exitStatus
        self.finishedAt = finishedAt
    }
}

extension RunOutcome {
    /// The exit status when the worst of these findings is of level `worst`.
    ///
    /// What is missing weighs more than what was found.
    public func exitStatus(worst: FindingLevel?) -> Int32 {
        guard exitStatus == 0, let failOn, let worst else { return exitStatus }
        return worst >= failOn ? 1 : 0
    }
}

/// What a run that goes on has found out since it last stored anything, to be stored in one transaction.
public struct RunCheckpoint: Sendable {
    /// The run that ``AuditDatabase/begin(run:)`` began.
    public var run: RunID
    /// The inputs as far as their events were judged.
    public var inputs: [InputRecord]
    /// New findings, and additions to known ones.
    public var findings: [Finding]
    /// What explains findings, new or known.
    public var explanations: [Explanation]

    /// A checkpoint from its parts.
    public init(run: RunID, inputs: [InputRecord], findings: [Finding], explanations: [Explanation] = []) {
        self.run = run
        self.inputs = inputs
        self.findings = findings
        self.explanations = explanations
    }
}

/// How often a source wrote one kind of event with one outcome.
public struct SourceCoverageRecord: Hashable, Sendable {
    /// The format, such as `keycloak-text`.
    public var source: String
    /// Name of an event kind.
    public var kind: String
    /// `success`, `failure` or `unknown`.
    public var outcome: String
    /// Number of events.
    public var count: Int64

    /// A coverage record from its parts.
    public init(source: String, kind: String, outcome: String, count: Int64) {
        self.source = source
        self.kind = kind
        self.outcome = outcome
        self.count = count
    }
}

/// What a commit changed.
public struct CommitSummary: Equatable, Sendable {
    /// Ids of the findings that were not known before, sorted.
    public var newFindingIDs: [String] = []
    /// Number of known findings that got new events.
    public var findingsExtended: Int64 = 0
    /// Number of findings that were withdrawn.
    public var findingsWithdrawn: Int64 = 0
    /// The worst level among the open findings that the run has changed; known at its end.
    public var worstLevel: FindingLevel?

    /// Nothing changed.
    public init() {}
}

extension CommitSummary {
    /// Adds what another commit of the same run has changed.
    public mutating func add(_ other: CommitSummary) {
        newFindingIDs = Set(newFindingIDs).union(other.newFindingIDs).sorted()
        findingsExtended += other.findingsExtended
        findingsWithdrawn += other.findingsWithdrawn
    }
}
