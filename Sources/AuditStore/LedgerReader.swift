// What the ledger of inputs says about earlier runs as a whole.

import GRDB

/// What the latest run that was given a path found there.
public struct LatestInput: Hashable, Sendable {
    /// The number by which the database knows it.
    public let id: Int64
    /// The run.
    public let run: RunID
    /// The path.
    public let path: String
    /// What became of it.
    public let status: InputStatus
    /// Name of the format that read it, if that was told then.
    public let format: String?
    /// SHA-256 of its first line, in hexadecimal.
    public let headSHA256: String?
    /// Offset in the decompressed input at which it is damaged.
    public let damageOffset: Int64?
}

/// What earlier runs have read of the log with one first line.
public struct KnownSpan: Hashable, Sendable {
    /// Time of the earliest event.
    public let firstEventAt: Int64
    /// Time of the latest event.
    public let lastEventAt: Int64
    /// Most decompressed bytes that were read of it.
    public let byteCount: Int64
}

/// What earlier runs have counted of the logs of one format.
public struct FormatTotals: Hashable, Sendable {
    /// Lines read.
    public let lines: Int64
    /// Lines that became events.
    public let events: Int64
    /// Lines that could not be understood.
    public let rejected: Int64
}

extension AuditReader {
    /// What was found last at each path, by path.
    public func latestInputs() throws -> [String: LatestInput] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT id, run_id, path, status, format, head_sha256, damage_offset FROM inputs
                WHERE id IN (SELECT max(id) FROM inputs GROUP BY path)
                """
        )
        return rows.reduce(into: [:]) { inputs, row in
            let path: String = row[2]
            inputs[path] = LatestInput(
                id: row[0],
                run: RunID(rawValue: row[1]),
                path: path,
                status: InputStatus(rawValue: row[3]) ?? .skipped,
                format: row[4],
                headSHA256: row[5],
                damageOffset: row[6]
            )
        }
    }

    /// What was read of each log, by SHA-256 of its first line.
    public func knownSpans() throws -> [String: KnownSpan] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT head_sha256, min(first_event_at), max(last_event_at), max(byte_count) FROM inputs
                WHERE head_sha256 IS NOT NULL AND first_event_at IS NOT NULL AND last_event_at IS NOT NULL
                GROUP BY head_sha256
                """
        )
        return rows.reduce(into: [:]) { spans, row in
            spans[row[0] as String] = KnownSpan(firstEventAt: row[1], lastEventAt: row[2], byteCount: row[3])
        }
    }

    /// What all runs so far have counted, by format as the runs have recorded it.
    public func formatTotals() throws -> [String: FormatTotals] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT format, sum(lines), sum(events), sum(rejected) FROM inputs
                WHERE format IS NOT NULL AND lines > 0 GROUP BY format
                """
        )
        return rows.reduce(into: [:]) { totals, row in
            totals[row[0] as String] = FormatTotals(lines: row[1], events: row[2], rejected: row[3])
        }
    }
}
