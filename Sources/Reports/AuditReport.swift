// Everything a report tells, read from the database once.

public import AuditStore
import Detections

/// What became of files: given = read + skipped.
public struct FileAccount: Equatable, Sendable {
    /// Files that were to be read.
    public let given: Int64
    /// Files read, at least in part.
    public let read: Int64
    /// Files left out, by what became of them.
    public let skippedByStatus: [InputStatus: Int64]

    /// Files left out.
    public var skipped: Int64 { skippedByStatus.values.reduce(0, +) }
    /// Whether every file is accounted for.
    public var holds: Bool { given == read + skipped }

    init(given: Int64, inputs: [StoredInput]) {
        self.given = given
        read = Int64(inputs.count { $0.status.wasRead })
        skippedByStatus = inputs.filter { !$0.status.wasRead }.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
    }
}

/// The facts of a report; ``TextReport`` and ``JSONReport`` write them down.
public struct AuditReport: Sendable {
    /// Which runs a report is about.
    public enum Scope: Hashable, Sendable {
        /// The run begun last.
        case latestRun
        /// One run.
        case run(RunID)
        /// All runs; rules are reported as of the latest one that evaluated any.
        case all
    }

    /// The database, as the commands that lead further name it.
    public var databasePath: String
    /// Which runs it is about.
    public let scope: Scope
    /// The run it is about, or the latest one.
    public let run: StoredRun?
    /// Number of runs it is about.
    public let runCount: Int
    /// Every file given.
    public let inputs: [StoredInput]
    /// Whether all files are accounted for.
    public let files: FileAccount
    /// Whether all lines are accounted for.
    public let lines: LineAccount
    /// Rejected and ignored lines by reason.
    public let lineCounts: [LineCountRecord]
    /// Whether all rules are accounted for.
    public let rules: RuleAccount
    /// The run that rules are reported as of; nil if it is not recorded any more what became of them.
    public let rulesRun: RunID?
    // What was withdrawn is told apart: findings, and all numbers of them, are those that stand.

    /// Findings by rule, the worst level first.
    public let findingCounts: [RuleFindingCount]
    /// Findings, the worst first; all of them, unless a limit was given.
    public let findings: [StoredFinding]
    /// Number of findings in scope.
    public let findingTotal: Int64
    /// Findings that later data has explained, the worst first; all of them, unless a limit was given.
    public let withdrawn: [StoredFinding]
    /// Number of those in scope.
    public let withdrawnTotal: Int64
    /// Number of findings in the whole database.
    public let findingTotalInDatabase: Int64
    /// Findings in the whole database by level, and what the run did to them.
    public let findingLevels: [LevelFindingCount]
    /// When the last complete run of the database ended, in microseconds since 1970-01-01T00:00:00Z.
    public let lastCompleteAt: Int64?
    /// Bytes of the database.
    public internal(set) var databaseBytes: Int64
    /// Clients that most findings name.
    public let clients: [ValueFindingCount]
    /// Users that most findings name.
    public let users: [ValueFindingCount]
    /// Addresses that most findings name.
    public let addresses: [ValueFindingCount]
    /// Rules that could not be evaluated, by source and reason.
    public let notEvaluable: [NotEvaluableRules]
    /// Rules that do not compile.
    public let rejectedRules: [RejectedRuleRecord]
    /// The filters, and what they did.
    public let suppressions: [SuppressionRecord]
    /// What correlations could not use.
    public let correlationGaps: [CorrelationGapRecord]
    /// A few rejected lines for each reason.
    public let rejectedLines: [StoredRejectedLine]
    /// What each source wrote.
    public let coverage: [SourceCoverageRecord]
    /// What was deleted from the database.
    public let prunings: [StoredPruning]
    /// Bytes of the database behind the run before.
    public let databaseBytesBefore: Int64?

    private static let mostSeenMax = 5
    private static let rejectedLinesPerReasonMax = 3

    /// Reads what a report about `scope` needs, with at most `findingsMax` findings in full.
    public init(database: AuditDatabase, scope: Scope = .latestRun, findingsMax: Int? = nil) throws(StoreError) {
        self = try database.read { reader in
            try AuditReport(reader, databasePath: database.path, scope: scope, findingsMax: findingsMax)
        }
    }

    private init(_ reader: AuditReader, databasePath: String, scope: Scope, findingsMax: Int?) throws {
        self.databasePath = databasePath
        self.scope = scope
        let runs = try Self.runs(reader, scope)
        let run = runs.last
        let stored = Self.runScope(scope, run)
        self.run = run
        runCount = runs.count
        inputs = try reader.inputs(stored)
        files = FileAccount(given: runs.reduce(0) { $0 + $1.inputsGiven }, inputs: inputs)
        lines = runs.reduce(LineAccount(lines: 0, events: 0, rejected: 0, ignored: 0)) { $0 + $1.lines }
        lineCounts = try reader.lineCounts(stored)
        findingCounts = try reader.findingCounts(stored)
        findings = try reader.findings(stored, limit: findingsMax)
        findingTotal = try reader.findingCount(stored)
        withdrawn = try reader.withdrawnFindings(stored, limit: findingsMax)
        withdrawnTotal = try reader.withdrawnFindingCount(stored)
        findingTotalInDatabase = try reader.findingCount(.all)
        findingLevels = try reader.levelCounts(of: run?.id)
        lastCompleteAt = try reader.latestCompleteEnd()
        databaseBytes = try reader.databaseBytes()
        clients = try reader.mostSeen(["client_id"], stored, limit: Self.mostSeenMax)
        users = try reader.mostSeen(["username", "sub"], stored, limit: Self.mostSeenMax)
        addresses = try reader.mostSeen(["ip"], stored, limit: Self.mostSeenMax)
        rejectedLines = try reader.rejectedLines(stored, perReasonMax: Self.rejectedLinesPerReasonMax)
        coverage = try reader.sourceCoverage(stored)
        prunings = try reader.prunings()
        databaseBytesBefore = try run.flatMap { try reader.databaseBytes(before: $0.id) }
        guard let run else {
            rules = RuleAccount(given: 0, evaluated: 0, evaluatedInPart: 0, notEvaluable: 0, rejected: 0)
            rulesRun = nil
            notEvaluable = []
            rejectedRules = []
            suppressions = []
            correlationGaps = []
            return
        }
        // A night without news evaluates nothing, which takes nothing back of what earlier ones did.
        let evaluation = scope == .all ? try reader.latestEvaluation() : run
        rulesRun = evaluation?.id ?? (lines.events == 0 ? run.id : nil)
        let told = evaluation ?? run
        rules = try reader.ruleAccount(told)
        notEvaluable = try reader.notEvaluable(told.id)
        rejectedRules = try reader.rejectedRules(told.id)
        suppressions = try reader.suppressions(told.id)
        correlationGaps = try reader.correlationGaps(told.id)
    }

    /// Whether rules are reported as of the run itself, or the latest one.
    var areRulesOfRun: Bool { rulesRun == run?.id }

    private static func runs(_ reader: AuditReader, _ scope: Scope) throws -> [StoredRun] {
        switch scope {
        case .latestRun: try reader.latestRun().map { [$0] } ?? []
        case .run(let id): try reader.runs(.run(id))
        case .all: try reader.runs(.all)
        }
    }

    private static func runScope(_ scope: Scope, _ run: StoredRun?) -> RunScope {
        switch scope {
        case .all: .all
        case .run(let id): .run(id)
        // Runs are numbered from 1, so without any run nothing is in scope.
        case .latestRun: .run(run?.id ?? RunID(rawValue: 0))
        }
    }
}

extension LineAccount {
    fileprivate static func + (left: LineAccount, right: LineAccount) -> LineAccount {
        LineAccount(
            lines: left.lines + right.lines,
            events: left.events + right.events,
            rejected: left.rejected + right.rejected,
            ignored: left.ignored + right.ignored,
            duplicates: left.duplicates + right.duplicates
        )
    }
}
