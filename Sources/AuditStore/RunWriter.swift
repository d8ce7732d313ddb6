// Begins a run and stores what it found out, in one transaction.

import Detections
import GRDB

extension AuditDatabase {
    /// Begins a run.
    ///
    /// Take the ``RunLock`` first: a run that is still `running` now has died, and is marked `interrupted`.
    public func begin(run: NewRun) throws(StoreError) -> RunID {
        try write { database in
            try database.execute(sql: "UPDATE runs SET status = 'interrupted' WHERE status = 'running'")
            try database.execute(
                sql: """
                    INSERT INTO runs (started_at, status, tool_version, arguments, since, until, client_registry_sha256)
                    VALUES (?, 'running', ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run.startedAt, run.toolVersion, JSONText.array(run.arguments), run.since, run.until,
                    run.clientRegistrySHA256,
                ]
            )
            return RunID(rawValue: database.lastInsertedRowID)
        }
    }

    /// Stores `rules` as they are now; a rule that has not changed is not written again.
    public func record(rules: [RuleRecord]) throws(StoreError) {
        try write { database in
            for rule in rules { try RuleWriter(database: database).write(rule) }
        }
    }

    /// Stores everything a run found out and finishes the run, or stores nothing.
    ///
    /// A finding that is known already is extended: counts are added, so an input must never be counted twice.
    /// What the next run needs to know is written by `state`, so that it is there if and only if the findings are.
    @discardableResult
    public func commit(
        _ outcome: RunOutcome,
        state: (StateWriter) throws -> Void = { _ in }
    ) throws(StoreError) -> CommitSummary {
        try write { database in
            let inputs = try InputWriter(database: database, run: outcome.run).write(outcome.inputs)
            let rules = RuleWriter(database: database)
            for rule in outcome.rejectedRules { try rules.write(rule, run: outcome.run) }
            for status in outcome.ruleStatuses { try rules.write(status, run: outcome.run) }
            for filter in outcome.suppressions { try rules.write(filter, run: outcome.run) }
            for gap in outcome.correlationGaps { try rules.write(gap, run: outcome.run) }
            try writeCoverage(outcome, database)
            var findings = try FindingWriter(database: database, run: outcome.run, inputs: inputs, path: path)
            for finding in outcome.findings.sorted(by: { $0.id < $1.id }) { try findings.write(finding) }
            try findings.write(outcome.explanations)
            try state(StateWriter(database: database, run: outcome.run, inputs: inputs))
            var summary = outcome.changedBefore
            summary.add(findings.summary)
            summary.worstLevel = try worstLevel(of: outcome.run, database)
            try finish(outcome, summary, database)
            return summary
        }
    }

    /// Stores what a run has found out so far, with `state`, or stores nothing; the run goes on.
    ///
    /// A run that dies later has done this much: the next one does not read it again.
    public func store(
        _ checkpoint: RunCheckpoint,
        state: (StateWriter) throws -> Void
    ) throws(StoreError) -> CommitSummary {
        try write { database in
            let inputs = try InputWriter(database: database, run: checkpoint.run).write(checkpoint.inputs)
            var findings = try FindingWriter(database: database, run: checkpoint.run, inputs: inputs, path: path)
            for finding in checkpoint.findings.sorted(by: { $0.id < $1.id }) { try findings.write(finding) }
            try findings.write(checkpoint.explanations)
            try state(StateWriter(database: database, run: checkpoint.run, inputs: inputs))
            try sumLines(of: checkpoint.run, database)
            return findings.summary
        }
    }

    /// Line counts of a run are the sums over its inputs, so that the two cannot disagree.
    private func sumLines(of run: RunID, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE runs SET (lines, events, rejected, ignored, duplicates) = (
                    SELECT ifnull(sum(lines), 0), ifnull(sum(events), 0), ifnull(sum(rejected), 0),
                        ifnull(sum(ignored), 0), ifnull(sum(duplicates), 0)
                    FROM inputs WHERE run_id = runs.id
                )
                WHERE id = ?
                """,
            arguments: [run.rawValue]
        )
    }

    private func worstLevel(of run: RunID, _ database: Database) throws -> FindingLevel? {
        try Int.fetchOne(
            database,
            sql: "SELECT max(level_rank) FROM findings f WHERE \(AuditReader.findingInScope)",
            arguments: ["run": run.rawValue]
        )
        .flatMap(FindingLevel.init(rawValue:))
    }

    private func writeCoverage(_ outcome: RunOutcome, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO source_coverage (run_id, source, kind, outcome, count) VALUES (?, ?, ?, ?, ?)"
        )
        for record in outcome.coverage {
            try statement.execute(arguments: [
                outcome.run.rawValue, SampleText.withoutNUL(record.source), record.kind, record.outcome, record.count,
            ])
        }
    }

    private func finish(_ outcome: RunOutcome, _ summary: CommitSummary, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE runs SET finished_at = ?, status = ?, exit_status = ?, inputs_given = ?, rules_given = ?,
                    late_events = ?, findings_new = ?, findings_extended = ?, peak_memory_bytes = ?,
                    database_bytes = ?
                WHERE id = ? AND status = 'running'
                """,
            arguments: [
                outcome.finishedAt, outcome.status.rawValue, outcome.exitStatus(worst: summary.worstLevel),
                outcome.inputsGiven,
                outcome.rulesGiven, outcome.lateEvents, summary.newFindingIDs.count, summary.findingsExtended,
                outcome.peakMemoryBytes, try AuditReader(database: database).databaseBytes(), outcome.run.rawValue,
            ]
        )
        guard database.changesCount == 1 else {
            throw StoreError.other(path: path, code: 0, text: "run \(outcome.run) is not running")
        }
        try sumLines(of: outcome.run, database)
    }
}
