// Writes the inputs of a run with their counts and samples.

import GRDB

/// An input as the database knows it.
struct StoredInputKey {
    /// The row's key.
    let id: Int64
    /// The path; evidence is ordered by it.
    let path: String
}

/// Writes inputs inside a transaction.
struct InputWriter {
    let database: Database
    let run: RunID

    /// Writes inputs, in the place of what the run has recorded of them before, and returns the key of each by its number.
    ///
    /// An input keeps its key, since evidence may name it already.
    func write(_ inputs: [InputRecord]) throws -> [Int: StoredInputKey] {
        var keys: [Int: StoredInputKey] = [:]
        for input in inputs.sorted(by: { $0.number < $1.number }) {
            keys[input.number] = StoredInputKey(id: try write(input), path: SampleText.withoutNUL(input.path))
        }
        return keys
    }

    private func write(_ input: InputRecord) throws -> Int64 {
        let id = try writeRow(input)
        for table in ["input_counts", "rejected_lines"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE input_id = ?", arguments: [id])
        }
        try writeCounts(input, id)
        try writeRejectedLines(input, id)
        return id
    }

    private static let columns = [
        "run_id", "number", "path", "compression", "format", "format_score", "encoding", "time_zone", "zone_source",
        "status", "reason", "damage_compressed_offset", "damage_offset", "byte_count", "crc64", "head_sha256",
        "lines", "events", "rejected", "ignored", "duplicates", "first_event_at", "last_event_at", "judged_until",
    ]

    private func writeRow(_ input: InputRecord) throws -> Int64 {
        let columns = Self.columns
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO inputs (\(columns.joined(separator: ", ")))
                VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
                ON CONFLICT (run_id, number) DO UPDATE SET
                    \(columns.dropFirst(2).map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
                RETURNING id
                """
        )
        let id = try Int64.fetchOne(
            statement,
            arguments: [
                run.rawValue, input.number, SampleText.withoutNUL(input.path), input.compression, input.format,
                input.formatScore, input.encoding, input.timeZone, input.zoneSource, input.status.rawValue,
                input.reason.map(SampleText.withoutNUL), input.damageCompressedOffset, input.damageOffset,
                input.byteCount, input.crc64.map(CRC64Text.text), input.headSHA256, input.lines, input.events,
                input.rejected, input.ignored, input.duplicates, input.firstEventAt, input.lastEventAt,
                input.judgedUntil,
            ]
        )
        return id ?? 0
    }

    private func writeCounts(_ input: InputRecord, _ id: Int64) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO input_counts (input_id, what, reason, count) VALUES (?, ?, ?, ?)"
        )
        for count in input.counts {
            try statement.execute(arguments: [
                id, count.what.rawValue, SampleText.withoutNUL(count.reason), count.count,
            ])
        }
    }

    private func writeRejectedLines(_ input: InputRecord, _ id: Int64) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO rejected_lines (input_id, line, byte_offset, reason, sample) VALUES (?, ?, ?, ?, ?)"
        )
        var written: [String: Int] = [:]
        for line in input.rejectedLines {
            guard written[line.reason, default: 0] < RejectedLineRecord.perReasonMax else { continue }
            written[line.reason, default: 0] += 1
            try statement.execute(arguments: [
                id, line.line, line.byteOffset, SampleText.withoutNUL(line.reason), SampleText.prepared(line.sample),
            ])
        }
    }
}

/// CRC-64 as the database shows it: SQLite has no unsigned 64-bit integers.
enum CRC64Text {
    /// 16 hexadecimal digits.
    static func text(_ crc64: UInt64) -> String {
        let digits = String(crc64, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
