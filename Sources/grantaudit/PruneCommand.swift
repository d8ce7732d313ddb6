// `grantaudit prune`: forgets what is older than the site wants to keep.

import ArgumentParser
import AuditStore
import Reports
import SiteConfiguration

struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete what is older than the site wants to keep.",
        discussion: """
            Ages are those of the configuration file's 'retention', unless options name others; what neither names is kept.
            What was deleted is written down, and reports on all runs say so. Logs that were audited stay known.

            EXAMPLE:
              grantaudit prune --database audit.db --findings 400d --evidence 90d --dry-run
            """
    )

    @OptionGroup var databaseOptions: DatabaseOptions
    @OptionGroup var site: SiteOptions

    @Option(help: "Delete findings that were last seen longer ago (90d, 12h), with their evidence.")
    var findings: Age?

    @Option(help: "Delete the evidence of findings that were last seen longer ago; the findings stay.")
    var evidence: Age?

    @Option(help: "Delete samples of rejected lines of runs that began longer ago; the counts stay.")
    var rejectedLines: Age?

    @Option(help: "Delete which rules runs that began longer ago could evaluate, and what their sources showed.")
    var runDetails: Age?

    @Option(help: "Forget what is known of codes, tokens and grants if no run has learnt anything for so long.")
    var state: Age?

    @Flag(help: "Delete nothing; say what would be deleted.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    /// What was deleted, for programs.
    private struct Answer: Encodable {
        /// One part of the database.
        struct Part: Encodable {
            let part: String
            let before: String
            let rows: Int64
        }

        let dryRun: Bool
        let parts: [Part]
        let bytesBefore: Int64
        let bytesAfter: Int64
    }

    func run() throws {
        let site = try site.configuration()
        let path = try databaseOptions.path(site)
        let now = Clock.microseconds
        let cutoffs = ages(site).mapValues { now - Int64($0) * 1_000_000 }
        guard !cutoffs.isEmpty else {
            throw Failure(.usage, "nothing is to be deleted", hint: "name ages, for example --evidence 90d")
        }
        let outcome: (summaries: [PruneSummary], before: Int64, after: Int64)
        do throws(StoreError) { outcome = try prune(path, cutoffs, now) } catch { throw Failure(error) }
        try show(outcome.summaries, outcome.before, outcome.after)
    }

    private func prune(
        _ path: String,
        _ cutoffs: [PrunedPart: Int64],
        _ now: Int64
    ) throws(StoreError) -> ([PruneSummary], Int64, Int64) {
        // In this order: a file that is no database of ours must not get a lock file beside it.
        let database = try AuditDatabase.open(path: path, access: .existing)
        let lock = try RunLock(databasePath: path)
        let before = try database.byteCount
        let summaries = try database.prune(cutoffs, now: now, isDryRun: dryRun)
        if !dryRun, summaries.contains(where: { $0.rows > 0 }) { try database.compact() }
        let after = try database.byteCount
        try database.close()
        lock.release()
        return (summaries, before, after)
    }

    private func show(_ summaries: [PruneSummary], _ before: Int64, _ after: Int64) throws {
        if json {
            let parts = summaries.map {
                Answer.Part(part: $0.part.rawValue, before: TimeText.microseconds($0.before), rows: $0.rows)
            }
            return try Console.answer(
                json: Answer(dryRun: dryRun, parts: parts, bytesBefore: before, bytesAfter: after)
            )
        }
        for summary in summaries {
            let verb = dryRun ? "would delete" : "deleted"
            try Console.answer("\(verb) \(summary.part.counted(summary.rows))")
        }
        if !dryRun { try Console.answer("database: \(after) bytes, \(before) before") }
    }

    private func ages(_ site: SiteConfiguration) -> [PrunedPart: Int] {
        var ages: [PrunedPart: Int] = [:]
        ages[.findings] = findings?.seconds ?? site.retention.findings
        ages[.evidence] = evidence?.seconds ?? site.retention.evidence
        ages[.rejectedLines] = rejectedLines?.seconds ?? site.retention.rejectedLines
        ages[.runDetails] = runDetails?.seconds ?? site.retention.runDetails
        ages[.state] = state?.seconds ?? site.retention.state
        return ages
    }
}

extension PrunedPart {
    /// So many rows of it, in words.
    fileprivate func counted(_ rows: Int64) -> String {
        switch self {
        case .findings: Reports.counted(rows, "finding")
        case .evidence: Reports.counted(rows, "piece of evidence", plural: "pieces of evidence")
        case .rejectedLines: Reports.counted(rows, "sample of a rejected line", plural: "samples of rejected lines")
        case .runDetails: Reports.counted(rows, "detail of a run", plural: "details of runs")
        case .state: Reports.counted(rows, "piece of state", plural: "pieces of state")
        }
    }
}

/// How long ago, as the command line has it.
struct Age: ExpressibleByArgument {
    /// In seconds.
    let seconds: Int

    /// Reads `90d`, `12h`, `30m` or `45s`.
    init?(argument: String) {
        guard let seconds = DurationText.seconds(argument), seconds > 0 else { return nil }
        self.seconds = Int(seconds)
    }
}
