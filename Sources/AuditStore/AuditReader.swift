// Questions the database answers, as values; one reader sees one consistent state.

import GRDB

/// Which runs a question is about.
public enum RunScope: Hashable, Sendable {
    /// One run: what it read, and the findings it wrote or extended.
    case run(RunID)
    /// Everything in the database.
    case all

    /// The run's key, or nil for all.
    var key: Int64? {
        switch self {
        case .run(let run): run.rawValue
        case .all: nil
        }
    }
}

/// Reads the database within ``AuditDatabase/read(_:)``; not to be kept beyond it.
public struct AuditReader {
    let database: Database

    /// Bytes of the database, what is still in the write-ahead log included.
    public func databaseBytes() throws -> Int64 {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        return try Int64.fetchOne(database, sql: sql) ?? 0
    }
}

extension AuditDatabase {
    /// Inputs whose first bytes have the hash `headSHA256` and whose events were judged, newest first.
    ///
    /// A run that died has inputs only as far as it has stored what it found in them.
    public func knownInputs(headSHA256: String) throws(StoreError) -> [KnownInput] {
        try read { reader in
            let sql = """
                SELECT i.path, i.byte_count, i.crc64, i.run_id, r.since,
                    CASE WHEN i.judged_until < ifnull(r.until, i.judged_until + 1) THEN i.judged_until ELSE r.until END,
                    i.format, i.id, i.first_event_at, i.last_event_at
                FROM inputs i JOIN runs r ON r.id = i.run_id
                WHERE i.head_sha256 = ? AND i.status IN ('read', 'damaged') AND i.crc64 IS NOT NULL
                ORDER BY i.id DESC
                """
            return try Row.fetchAll(reader.database.cachedStatement(sql: sql), arguments: [headSHA256])
                .compactMap { row in
                    guard let crc64 = UInt64(row[2] as String, radix: 16) else { return nil }
                    let run = RunID(rawValue: row[3])
                    return KnownInput(
                        path: row[0],
                        byteCount: row[1],
                        crc64: crc64,
                        format: row[6],
                        run: run,
                        since: row[4],
                        until: row[5],
                        id: row[7],
                        firstEventAt: row[8],
                        lastEventAt: row[9]
                    )
                }
        }
    }
}
