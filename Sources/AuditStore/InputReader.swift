// Reads inputs, their counts, rejected lines and what each source wrote.

import GRDB

/// An input as stored.
public struct StoredInput: Equatable, Sendable {
    /// The row's key, to which evidence refers.
    public let id: Int64
    /// The run it was given to.
    public let run: RunID
    /// The path as given.
    public let path: String
    /// What became of it.
    public let status: InputStatus
    /// Why, if it was not simply read.
    public let reason: String?
    /// `none`, `gzip` or `zstd`.
    public let compression: String
    /// Name of the format that read it.
    public let format: String?
    /// How well the format fitted, from 0 to 1.
    public let formatScore: Double?
    /// Character encoding.
    public let encoding: String?
    /// Time zone assumed where the log names none.
    public let timeZone: String?
    /// Where the time zone comes from.
    public let zoneSource: String?
    /// Offset in the compressed file at which it is damaged.
    public let damageCompressedOffset: Int64?
    /// Offset in the decompressed input at which it is damaged.
    public let damageOffset: Int64?
    /// Number of decompressed bytes.
    public let byteCount: Int64
    /// CRC-64 of all decompressed bytes, in hexadecimal.
    public let crc64: String?
    /// SHA-256 of the first decompressed bytes, in hexadecimal.
    public let headSHA256: String?
    /// What became of its lines.
    public let lines: LineAccount
    /// Time of the earliest event, in microseconds since 1970-01-01T00:00:00Z.
    public let firstEventAt: Int64?
    /// Time of the latest event, in microseconds since 1970-01-01T00:00:00Z.
    public let lastEventAt: Int64?
}

/// A rejected line as stored.
public struct StoredRejectedLine: Equatable, Sendable {
    /// The path of the input.
    public let path: String
    /// Line number, from 1.
    public let line: Int64
    /// Offset of the line's first byte in the decompressed input.
    public let byteOffset: Int64
    /// Why it was rejected.
    public let reason: String
    /// Its beginning, masked.
    public let sample: String
}

extension AuditReader {
    /// Inputs in the order in which they were given.
    public func inputs(_ scope: RunScope) throws -> [StoredInput] {
        try inputs(where: ":run IS NULL OR run_id = :run", arguments: ["run": scope.key])
    }

    /// Inputs for which `condition` holds; `arguments` name what it needs.
    func inputs(where condition: String, arguments: StatementArguments) throws -> [StoredInput] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT id, run_id, path, status, reason, compression, format, format_score, encoding, time_zone,
                    zone_source, damage_compressed_offset, damage_offset, byte_count, crc64, head_sha256,
                    lines, events, rejected, ignored, duplicates, first_event_at, last_event_at
                FROM inputs WHERE \(condition) ORDER BY run_id, number
                """,
            arguments: arguments
        )
        .map(StoredInput.init)
    }

    /// Rejected and ignored lines by reason, the most frequent first.
    public func lineCounts(_ scope: RunScope) throws -> [LineCountRecord] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT c.what, c.reason, sum(c.count)
                FROM input_counts c JOIN inputs i ON i.id = c.input_id
                WHERE :run IS NULL OR i.run_id = :run
                GROUP BY c.what, c.reason ORDER BY c.what DESC, 3 DESC, c.reason
                """,
            arguments: ["run": scope.key]
        )
        .map { row in
            LineCountRecord(what: LineFate(rawValue: row[0]) ?? .rejected, reason: row[1], count: row[2])
        }
    }

    /// The first `countMax` rejected lines of each reason, over all inputs.
    public func rejectedLines(_ scope: RunScope, perReasonMax countMax: Int) throws -> [StoredRejectedLine] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT path, line, byte_offset, reason, sample FROM (
                    SELECT i.id, i.path, l.line, l.byte_offset, l.reason, l.sample,
                        row_number() OVER (PARTITION BY l.reason ORDER BY i.id, l.line, l.byte_offset) AS place
                    FROM rejected_lines l JOIN inputs i ON i.id = l.input_id
                    WHERE :run IS NULL OR i.run_id = :run
                )
                WHERE place <= :max ORDER BY reason, place
                """,
            arguments: ["run": scope.key, "max": countMax]
        )
        .map { row in
            StoredRejectedLine(path: row[0], line: row[1], byteOffset: row[2], reason: row[3], sample: row[4])
        }
    }

    /// How often each source wrote each kind of event with each outcome.
    public func sourceCoverage(_ scope: RunScope) throws -> [SourceCoverageRecord] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT source, kind, outcome, sum(count) FROM source_coverage
                WHERE :run IS NULL OR run_id = :run
                GROUP BY source, kind, outcome ORDER BY source, kind, outcome
                """,
            arguments: ["run": scope.key]
        )
        .map { row in SourceCoverageRecord(source: row[0], kind: row[1], outcome: row[2], count: row[3]) }
    }
}

extension StoredInput {
    fileprivate init(_ row: Row) {
        id = row[0]
        run = RunID(rawValue: row[1])
        path = row[2]
        // The schema allows no other word.
        status = InputStatus(rawValue: row[3]) ?? .skipped
        reason = row[4]
        compression = row[5]
        format = row[6]
        formatScore = row[7]
        encoding = row[8]
        timeZone = row[9]
        zoneSource = row[10]
        damageCompressedOffset = row[11]
        damageOffset = row[12]
        byteCount = row[13]
        crc64 = row[14]
        headSHA256 = row[15]
        lines = LineAccount(row, at: 16)
        firstEventAt = row[21]
        lastEventAt = row[22]
    }
}
