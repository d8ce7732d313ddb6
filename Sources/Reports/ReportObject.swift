// The shape of the JSON report; member names become snake_case keys.

import AuditStore
import Detections

/// A value that is written as null when it is unknown, so that its key is always there.
struct OrNull<Value: Encodable>: Encodable {
    let value: Value?

    init(_ value: Value?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}

/// The JSON report as a whole.
struct ReportObject: Encodable {
    let reportVersion = JSONReport.version
    let verdict: String
    let notices: [NoticeObject]
    let run: OrNull<RunObject>
    let runCount: Int
    let accounting: AccountingObject
    let findingsByLevel: [String: Int64]
    let findingsByRule: [RuleCountObject]
    let findingsTotal: Int64
    let findingsInDatabase: Int64
    let findings: [FindingObject]
    let withdrawn: [FindingObject]
    let withdrawnTotal: Int64
    let mostSeen: [String: [ValueCountObject]]
    let inputs: [InputObject]
    let notEvaluable: [NotEvaluableObject]
    let rejectedRules: [RejectedRuleObject]
    let suppressions: [SuppressionObject]
    let correlationGaps: [CorrelationGapObject]
    let rejectedLines: [RejectedLineObject]
    let sourceCoverage: [CoverageObject]
    let prunings: [PruningObject]

    init(_ report: AuditReport) {
        verdict = report.verdict
        notices = report.notices.map(NoticeObject.init)
        run = OrNull(report.run.map(RunObject.init))
        runCount = report.runCount
        accounting = AccountingObject(report)
        var levels = Dictionary(uniqueKeysWithValues: FindingLevel.allCases.map { ($0.name, Int64(0)) })
        for count in report.findingCounts { levels[count.level.name, default: 0] += count.findings }
        findingsByLevel = levels
        findingsByRule = report.findingCounts.map(RuleCountObject.init)
        findingsTotal = report.findingTotal
        findingsInDatabase = report.findingTotalInDatabase
        findings = report.findings.map(FindingObject.init)
        withdrawn = report.withdrawn.map(FindingObject.init)
        withdrawnTotal = report.withdrawnTotal
        mostSeen = [
            "addresses": report.addresses.map(ValueCountObject.init),
            "clients": report.clients.map(ValueCountObject.init),
            "users": report.users.map(ValueCountObject.init),
        ]
        inputs = report.inputs.map(InputObject.init)
        notEvaluable = report.notEvaluable.map(NotEvaluableObject.init)
        rejectedRules = report.rejectedRules.map(RejectedRuleObject.init)
        suppressions = report.suppressions.map(SuppressionObject.init)
        correlationGaps = report.correlationGaps.map(CorrelationGapObject.init)
        rejectedLines = report.rejectedLines.map(RejectedLineObject.init)
        sourceCoverage = report.coverage.map(CoverageObject.init)
        prunings = report.prunings.map(PruningObject.init)
    }
}

/// What was deleted at one time.
struct PruningObject: Encodable {
    let prunedAt: String
    let part: String
    let before: String
    let rows: Int64

    init(_ pruning: StoredPruning) {
        prunedAt = TimeText.microseconds(pruning.prunedAt)
        part = pruning.summary.part.rawValue
        before = TimeText.microseconds(pruning.summary.before)
        rows = pruning.summary.rows
    }
}

/// A notice and the command to try.
struct NoticeObject: Encodable {
    let sentence: String
    let `try`: OrNull<String>

    init(_ notice: ReportNotice) {
        sentence = notice.sentence
        `try` = OrNull(notice.command?.text)
    }
}

/// A run.
struct RunObject: Encodable {
    let id: Int64
    let startedAt: String
    let finishedAt: OrNull<String>
    let status: String
    let exitStatus: OrNull<Int>
    let toolVersion: String
    let arguments: [String]
    let since: OrNull<String>
    let until: OrNull<String>
    let clientRegistrySHA256: OrNull<String>
    let lateEvents: Int64
    let findingsNew: Int64
    let findingsExtended: Int64
    let peakMemoryBytes: OrNull<Int64>
    let databaseBytes: OrNull<Int64>

    init(_ run: StoredRun) {
        id = run.id.rawValue
        startedAt = TimeText.microseconds(run.startedAt)
        finishedAt = OrNull(run.finishedAt.map(TimeText.microseconds))
        status = run.status.rawValue
        exitStatus = OrNull(run.exitStatus)
        toolVersion = run.toolVersion
        arguments = run.arguments
        since = OrNull(run.since.map(TimeText.microseconds))
        until = OrNull(run.until.map(TimeText.microseconds))
        clientRegistrySHA256 = OrNull(run.clientRegistrySHA256)
        lateEvents = run.lateEvents
        findingsNew = run.findingsNew
        findingsExtended = run.findingsExtended
        peakMemoryBytes = OrNull(run.peakMemoryBytes)
        databaseBytes = OrNull(run.databaseBytes)
    }
}

/// What became of lines.
struct LinesObject: Encodable {
    let read: Int64
    let events: Int64
    let rejected: Int64
    let ignored: Int64
    let duplicates: Int64
    let holds: Bool

    init(_ lines: LineAccount) {
        read = lines.lines
        events = lines.events
        rejected = lines.rejected
        ignored = lines.ignored
        duplicates = lines.duplicates
        holds = lines.holds
    }
}

/// The three sums that must hold.
struct AccountingObject: Encodable {
    let files: FilesObject
    let lines: LinesObject
    let rules: RulesObject
    let reasons: [ReasonObject]

    struct FilesObject: Encodable {
        let given: Int64
        let read: Int64
        let skipped: Int64
        let skippedByStatus: [String: Int64]
        let holds: Bool
    }

    struct RulesObject: Encodable {
        let given: Int64
        let evaluated: Int64
        let evaluatedInPart: Int64
        let notEvaluable: Int64
        let rejected: Int64
        let holds: Bool
        let run: OrNull<Int64>
    }

    struct ReasonObject: Encodable {
        let what: String
        let reason: String
        let count: Int64
    }

    init(_ report: AuditReport) {
        let (files, rules) = (report.files, report.rules)
        self.files = FilesObject(
            given: files.given,
            read: files.read,
            skipped: files.skipped,
            skippedByStatus: Dictionary(uniqueKeysWithValues: files.skippedByStatus.map { ($0.rawValue, $1) }),
            holds: files.holds
        )
        lines = LinesObject(report.lines)
        self.rules = RulesObject(
            given: rules.given,
            evaluated: rules.evaluated,
            evaluatedInPart: rules.evaluatedInPart,
            notEvaluable: rules.notEvaluable,
            rejected: rules.rejected,
            holds: rules.holds,
            run: OrNull(report.rulesRun?.rawValue)
        )
        reasons = report.lineCounts.map {
            ReasonObject(what: $0.what.rawValue, reason: $0.reason, count: $0.count)
        }
    }
}

/// A file and what became of its lines.
struct InputObject: Encodable {
    let run: Int64
    let path: String
    let status: String
    let reason: OrNull<String>
    let compression: String
    let format: OrNull<String>
    let formatScore: OrNull<Double>
    let encoding: OrNull<String>
    let timeZone: OrNull<String>
    let zoneSource: OrNull<String>
    let damageCompressedOffset: OrNull<Int64>
    let damageOffset: OrNull<Int64>
    let byteCount: Int64
    let crc64: OrNull<String>
    let headSha256: OrNull<String>
    let lines: LinesObject
    let firstEvent: OrNull<String>
    let lastEvent: OrNull<String>

    init(_ input: StoredInput) {
        run = input.run.rawValue
        path = input.path
        status = input.status.rawValue
        reason = OrNull(input.reason)
        compression = input.compression
        format = OrNull(input.format)
        formatScore = OrNull(input.formatScore)
        encoding = OrNull(input.encoding)
        timeZone = OrNull(input.timeZone)
        zoneSource = OrNull(input.zoneSource)
        damageCompressedOffset = OrNull(input.damageCompressedOffset)
        damageOffset = OrNull(input.damageOffset)
        byteCount = input.byteCount
        crc64 = OrNull(input.crc64)
        headSha256 = OrNull(input.headSHA256)
        lines = LinesObject(input.lines)
        firstEvent = OrNull(input.firstEventAt.map(TimeText.microseconds))
        lastEvent = OrNull(input.lastEventAt.map(TimeText.microseconds))
    }
}

/// What could not be evaluated on a source for one reason.
struct NotEvaluableObject: Encodable {
    let source: String
    let reason: String
    let rules: [String]

    init(_ group: NotEvaluableRules) {
        source = group.source
        reason = group.reason
        rules = group.ruleNames
    }
}

/// A rule that does not compile.
struct RejectedRuleObject: Encodable {
    let file: String
    let line: OrNull<Int>
    let column: OrNull<Int>
    let message: String
    let hint: OrNull<String>

    init(_ rule: RejectedRuleRecord) {
        file = rule.file
        line = OrNull(rule.line)
        column = OrNull(rule.column)
        message = rule.message
        hint = OrNull(rule.hint)
    }
}

/// A filter and what it did.
struct SuppressionObject: Encodable {
    let filterID: String
    let title: String
    let file: String
    let owner: OrNull<String>
    let approvedBy: OrNull<String>
    let expires: OrNull<String>
    let rules: Int64
    let suppressed: Int64
    let expired: Int64

    init(_ filter: SuppressionRecord) {
        filterID = filter.filterID
        title = filter.title
        file = filter.file
        owner = OrNull(filter.owner)
        approvedBy = OrNull(filter.approvedBy)
        expires = OrNull(filter.expires)
        rules = filter.rules
        suppressed = filter.suppressed
        expired = filter.expired
    }
}

/// What a correlation could not use.
struct CorrelationGapObject: Encodable {
    let rule: String
    let cause: String
    let count: Int64

    init(_ gap: CorrelationGapRecord) {
        rule = gap.ruleName
        cause = gap.cause.rawValue
        count = gap.count
    }
}

/// A rejected line.
struct RejectedLineObject: Encodable {
    let path: String
    let line: Int64
    let byteOffset: Int64
    let reason: String
    let sample: String

    init(_ line: StoredRejectedLine) {
        path = line.path
        self.line = line.line
        byteOffset = line.byteOffset
        reason = line.reason
        sample = line.sample
    }
}

/// How often a source wrote a kind of event.
struct CoverageObject: Encodable {
    let source: String
    let kind: String
    let outcome: String
    let count: Int64

    init(_ record: SourceCoverageRecord) {
        source = record.source
        kind = record.kind
        outcome = record.outcome
        count = record.count
    }
}
