// Forgets what is older than a site wants to keep, and remembers that it did.

import GRDB

/// A part of the database that can be forgotten by age.
public enum PrunedPart: String, CaseIterable, Sendable {
    /// Findings not seen for so long, with their evidence.
    case findings
    /// Evidence of findings not seen for so long; the findings stay.
    case evidence
    /// Samples of rejected lines of old runs; their counts stay.
    case rejectedLines = "rejected_lines"
    /// What old runs have checked, rule by rule and source by source; the runs and the ledger of inputs stay.
    case runDetails = "run_details"
    /// What the next run would need to know, if no run has learnt anything for so long.
    case state
}

/// What was, or would be, forgotten of one part.
public struct PruneSummary: Equatable, Sendable {
    /// The part.
    public let part: PrunedPart
    /// What is older is forgotten, in microseconds since 1970-01-01T00:00:00Z.
    public let before: Int64
    /// Number of rows.
    public let rows: Int64

    /// A summary from its parts.
    public init(part: PrunedPart, before: Int64, rows: Int64) {
        self.part = part
        self.before = before
        self.rows = rows
    }
}

extension AuditDatabase {
    /// Deletes what is older than `cutoffs` say, in microseconds since 1970, and writes down at `now` what that was.
    ///
    /// A dry run takes everything back and tells what would be deleted. Hold the ``RunLock``, so that no run writes.
    public func prune(
        _ cutoffs: [PrunedPart: Int64],
        now: Int64,
        isDryRun: Bool
    ) throws(StoreError) -> [PruneSummary] {
        try write { database in
            var summaries: [PruneSummary] = []
            try database.inSavepoint {
                for part in PrunedPart.allCases {
                    guard let cutoff = cutoffs[part] else { continue }
                    let rows = try part.delete(before: cutoff, database)
                    summaries.append(PruneSummary(part: part, before: cutoff, rows: rows))
                    guard rows > 0 else { continue }
                    try database.execute(
                        sql: "INSERT INTO prunings (pruned_at, part, before, rows) VALUES (?, ?, ?, ?)",
                        arguments: [now, part.rawValue, cutoff, rows]
                    )
                }
                return isDryRun ? .rollback : .commit
            }
            return summaries
        }
    }

    /// Gives room that nothing needs any more back to the file system; needs as much free room as the database has.
    public func compact() throws(StoreError) {
        try writeWithoutTransaction { database in
            try database.execute(sql: "VACUUM")
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Bytes of the database as the last commit left it.
    public var byteCount: Int64 {
        get throws(StoreError) { try read { try $0.databaseBytes() } }
    }
}

extension PrunedPart {
    /// Deletes the part's rows older than `cutoff`; returns how many.
    fileprivate func delete(before cutoff: Int64, _ database: Database) throws -> Int64 {
        switch self {
        case .findings:
            _ = try Self.delete("evidence", where: Self.ofFindings, cutoff, database)
            _ = try Self.delete("finding_history", where: Self.ofFindings, cutoff, database)
            return try Self.delete("findings", where: "last_seen < ?", cutoff, database)
        case .evidence: return try Self.delete("evidence", where: Self.ofFindings, cutoff, database)
        case .rejectedLines:
            return try Self.delete(
                "rejected_lines",
                where: "input_id IN (SELECT inputs.id FROM inputs JOIN runs ON runs.id = run_id WHERE started_at < ?)",
                cutoff,
                database
            )
        case .runDetails:
            return try ["rule_status", "source_coverage", "suppressions", "correlation_gaps", "rejected_rules"]
                .reduce(0) { rows, table in
                    rows
                        + (try Self.delete(
                            table,
                            where:
                                "run_id IN (SELECT id FROM runs WHERE started_at < ? AND id < (SELECT max(id) FROM runs))",
                            cutoff,
                            database
                        ))
                }
        case .state:
            let lastWritten = "(SELECT max(started_at) FROM runs JOIN state_headers ON state_headers.run_id = runs.id)"
            let rows = try Self.delete("state_segments", where: "\(lastWritten) < ?", cutoff, database)
            return rows + (try Self.delete("state_headers", where: "\(lastWritten) < ?", cutoff, database))
        }
    }

    private static let ofFindings = "finding_id IN (SELECT id FROM findings WHERE last_seen < ?)"

    private static func delete(_ table: String, where condition: String, _ cutoff: Int64, _ database: Database) throws
        -> Int64
    {
        try database.execute(sql: "DELETE FROM \(table) WHERE \(condition)", arguments: [cutoff])
        return Int64(database.changesCount)
    }
}

/// What was forgotten at one time.
public struct StoredPruning: Equatable, Sendable {
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    public let prunedAt: Int64
    /// What.
    public let summary: PruneSummary

    /// A pruning from its parts.
    public init(prunedAt: Int64, summary: PruneSummary) {
        self.prunedAt = prunedAt
        self.summary = summary
    }
}

extension AuditReader {
    /// Everything that was forgotten, the latest last.
    public func prunings() throws -> [StoredPruning] {
        try Row.fetchAll(database, sql: "SELECT pruned_at, part, before, rows FROM prunings ORDER BY id").compactMap {
            row in
            PrunedPart(rawValue: row[1]).map {
                StoredPruning(prunedAt: row[0], summary: PruneSummary(part: $0, before: row[2], rows: row[3]))
            }
        }
    }
}
