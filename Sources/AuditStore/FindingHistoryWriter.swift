// Writes what became of findings, so that it does not matter how often a run stored what it had found.

import GRDB

/// Writes histories inside the transaction that changes the findings.
///
/// A run that was interrupted and those that went on with its work count as one audit, which changes a finding once: it
/// finds, extends or confirms it, and may withdraw it then.
struct FindingHistoryWriter {
    private struct Entry {
        let seq: Int
        let change: FindingChange.Kind?
        let isOfThisAudit: Bool
    }

    private let database: Database
    private let run: RunID
    /// The first run of the audit that this run is a part of, or an earlier one that never was.
    private let auditBegin: Int64

    init(database: Database, run: RunID) throws {
        self.database = database
        self.run = run
        let sql = "SELECT ifnull(max(id), 0) + 1 FROM runs WHERE id < ? AND status IN ('complete', 'incomplete')"
        auditBegin = try Int64.fetchOne(database, sql: sql, arguments: [run.rawValue]) ?? run.rawValue
    }

    /// The finding is new.
    func noteFound(_ id: String) throws { try add(.found, to: id, seq: 0) }

    /// The finding has got events.
    func noteEvents(_ id: String) throws {
        var last = try last(id)
        if let entry = last, entry.change == .withdrawn, entry.isOfThisAudit {
            // Had all been stored together, it would not have been withdrawn.
            try database.cachedStatement(sql: "DELETE FROM finding_history WHERE finding_id = ? AND seq = ?")
                .execute(arguments: [id, entry.seq])
            last = try self.last(id)
        }
        guard let last else { return try add(.extended, to: id, seq: 0) }
        if last.isOfThisAudit {
            let sql = """
                UPDATE finding_history SET events = (SELECT count FROM findings WHERE id = finding_id)
                WHERE finding_id = ? AND seq = ?
                """
            try database.cachedStatement(sql: sql).execute(arguments: [id, last.seq])
        } else {
            try add(last.change == .withdrawn ? .confirmed : .extended, to: id, seq: last.seq + 1)
        }
    }

    /// The finding was withdrawn.
    func noteWithdrawal(_ id: String, reason: String) throws {
        try add(.withdrawn, to: id, seq: (try last(id)?.seq ?? -1) + 1, reason: reason)
    }

    private func last(_ id: String) throws -> Entry? {
        let sql = "SELECT seq, change, run_id FROM finding_history WHERE finding_id = ? ORDER BY seq DESC LIMIT 1"
        return try Row.fetchOne(try database.cachedStatement(sql: sql), arguments: [id]).map { row in
            Entry(
                seq: row[0],
                change: FindingChange.Kind(rawValue: row[1]),
                isOfThisAudit: row[2] as Int64 >= auditBegin
            )
        }
    }

    private func add(_ change: FindingChange.Kind, to id: String, seq: Int, reason: String? = nil) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO finding_history (finding_id, seq, run_id, at, change, events, reason)
                SELECT f.id, ?, r.id, r.started_at, ?, f.count, ? FROM findings f, runs r WHERE f.id = ? AND r.id = ?
                """
        )
        .execute(arguments: [seq, change.rawValue, reason, id, run.rawValue])
    }
}
