// Writes new findings and extends known ones.

import Detections
import GRDB

/// Writes findings inside a transaction.
struct FindingWriter {
    let database: Database
    let run: RunID
    private let history: FindingHistoryWriter
    /// The run's inputs by their number in the run.
    let inputs: [Int: StoredInputKey]
    /// The database file, for errors.
    let path: String
    /// What was written so far.
    private(set) var summary = CommitSummary()

    init(database: Database, run: RunID, inputs: [Int: StoredInputKey], path: String) throws {
        self.database = database
        history = try FindingHistoryWriter(database: database, run: run)
        self.run = run
        self.inputs = inputs
        self.path = path
    }

    /// Writes a finding the database does not know, or adds its count and evidence to the one it knows.
    mutating func write(_ finding: Finding) throws {
        let added = try finding.evidence.map(place)
        if try insert(finding) {
            summary.newFindingIDs.append(finding.id)
            try history.noteFound(finding.id)
            try write(EvidenceMerge.merged([], added), over: [], of: finding.id)
            return
        }
        let stored = try storedEvidence(of: finding.id)
        let merged = EvidenceMerge.merged(stored, added)
        let extended = try extend(finding)
        guard extended || merged != stored else { return }
        try write(merged, over: stored, of: finding.id)
        if finding.count > 0 { try history.noteEvents(finding.id) }
        summary.findingsExtended += 1
    }

    /// Withdraws findings whose events are all explained, by `explanations` or by earlier ones.
    mutating func write(_ explanations: [Explanation]) throws {
        let writer = ExplanationWriter(database: database)
        let explained = try writer.explain(explanations) { try inputKey($0).path }
        for id in explained {
            guard let reason = try writer.withdraw(id, run: run) else { continue }
            try history.noteWithdrawal(id, reason: reason)
            summary.findingsWithdrawn += 1
        }
    }

    private func insert(_ finding: Finding) throws -> Bool {
        try database.cachedStatement(
            sql: """
                INSERT INTO findings (id, rule_id, title, level, level_rank, group_key, bucket, first_seen, last_seen,
                    count, run_id, last_run_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING
                """
        )
        .execute(arguments: [
            finding.id, finding.ruleID, SampleText.withoutNUL(finding.title), finding.level.name,
            finding.level.rawValue, JSONText.object(finding.groupKey), finding.bucket, finding.firstSeen,
            finding.lastSeen, finding.count, run.rawValue, run.rawValue,
        ])
        return database.changesCount == 1
    }

    /// Rule, group key and bucket make the id, so only what the rule says and what was seen can have changed.
    private func extend(_ finding: Finding) throws -> Bool {
        try database.cachedStatement(
            sql: """
                UPDATE findings SET title = :title, level = :level, level_rank = :rank,
                    first_seen = min(first_seen, :first), last_seen = max(last_seen, :last), count = count + :count,
                    last_run_id = :run, state = CASE WHEN :count > 0 THEN 'open' ELSE state END
                WHERE id = :id AND (
                    title <> :title OR level <> :level OR first_seen > :first OR last_seen < :last OR :count <> 0
                )
                """
        )
        .execute(arguments: [
            "title": SampleText.withoutNUL(finding.title), "level": finding.level.name,
            "rank": finding.level.rawValue, "first": finding.firstSeen, "last": finding.lastSeen,
            "count": finding.count, "run": run.rawValue, "id": finding.id,
        ])
        return database.changesCount == 1
    }

    private func place(_ evidence: Evidence) throws -> PlacedEvidence {
        let input = try inputKey(evidence.input)
        return PlacedEvidence(
            time: evidence.time,
            path: input.path,
            byteOffset: evidence.byteOffset,
            line: evidence.lineNumber,
            ruleName: evidence.ruleName,
            fields: JSONText.object(evidence.fields),
            inputID: input.id
        )
    }

    private func inputKey(_ number: Int) throws -> StoredInputKey {
        if let input = try inputs[number] ?? earlierInput(number) { return input }
        throw StoreError.other(
            path: path,
            code: 0,
            text: "evidence names input \(number), which run \(run) does not have"
        )
    }

    /// An input that an earlier run has read, by the negative of its number.
    private func earlierInput(_ number: Int) throws -> StoredInputKey? {
        guard number < 0 else { return nil }
        let id = Int64(-number)
        return try String.fetchOne(database, sql: "SELECT path FROM inputs WHERE id = ?", arguments: [id])
            .map { StoredInputKey(id: id, path: $0) }
    }

    private func storedEvidence(of findingID: String) throws -> [PlacedEvidence] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT e.time, i.path, e.byte_offset, e.line, e.rule_name, e.fields, e.input_id, e.explained
                FROM evidence e JOIN inputs i ON i.id = e.input_id
                WHERE e.finding_id = ? ORDER BY e.seq
                """
        )
        return try Row.fetchAll(statement, arguments: [findingID])
            .map { row in
                PlacedEvidence(
                    time: row[0],
                    path: row[1],
                    byteOffset: row[2],
                    line: row[3],
                    ruleName: row[4],
                    fields: row[5],
                    inputID: row[6],
                    explained: row[7]
                )
            }
    }

    /// Writes the rows in which `merged` differs from `stored`.
    private func write(_ merged: [PlacedEvidence], over stored: [PlacedEvidence], of findingID: String) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO evidence
                    (finding_id, seq, input_id, line, byte_offset, time, rule_name, fields, explained)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for (seq, evidence) in merged.enumerated() where seq >= stored.count || stored[seq] != evidence {
            try statement.execute(arguments: [
                findingID, seq, evidence.inputID, evidence.line, evidence.byteOffset, evidence.time,
                evidence.ruleName, evidence.fields, evidence.explained,
            ])
        }
    }
}
