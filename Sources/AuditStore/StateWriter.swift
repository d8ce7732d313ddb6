// Keeps the state of a run inside the transaction that stores its findings.

import Foundation
import GRDB

/// Writes state; valid inside ``AuditDatabase/commit(_:state:)``.
public struct StateWriter {
    let database: Database
    let run: RunID
    /// The run's inputs by their number in the run.
    let inputs: [Int: StoredInputKey]

    /// By which number the database knows the input `number` of the run; 0 if it does not.
    public func inputID(_ number: Int) -> Int64 { inputs[number]?.id ?? 0 }

    /// Keeps `segments` as all there is of `part`; if that is what is kept already, nothing is written.
    public func replace(_ part: String, with segments: [StateSegment]) throws {
        let known = try Data.fetchAll(
            database,
            sql: "SELECT data FROM state_segments WHERE part = ? ORDER BY id",
            arguments: [part]
        )
        guard known != segments.map({ Data($0.bytes) }) else { return }
        try database.execute(sql: "DELETE FROM state_segments WHERE part = ?", arguments: [part])
        for segment in segments { try write(segment) }
    }

    /// Keeps `segment` behind those of its part that are kept already, or in their place.
    public func write(_ segment: StateSegment) throws {
        if segment.replacesEarlier {
            try database.execute(
                sql: "DELETE FROM state_segments WHERE part = ? AND generation = ?",
                arguments: [segment.part, segment.generation]
            )
        }
        try database.cachedStatement(
            sql: "INSERT INTO state_segments (part, generation, run_id, records, data) VALUES (?, ?, ?, ?, ?)"
        )
        .execute(arguments: [
            segment.part, segment.generation, run.rawValue, segment.records, Data(segment.bytes),
        ])
    }

    /// Forgets the segments of `part` whose generation is older than `generation`.
    public func forget(_ part: String, before generation: Int64) throws {
        try database.execute(
            sql: "DELETE FROM state_segments WHERE part = ? AND generation < ?",
            arguments: [part, generation]
        )
    }

    /// Keeps `header` in place of the one of the same name; one that says nothing new is not written.
    public func write(_ header: StateHeader) throws {
        let data = Data(header.bytes)
        let known = try Data.fetchOne(
            database,
            sql: "SELECT data FROM state_headers WHERE name = ?",
            arguments: [header.name]
        )
        guard known != data else { return }
        try database.execute(
            sql: "INSERT OR REPLACE INTO state_headers (name, run_id, data) VALUES (?, ?, ?)",
            arguments: [header.name, run.rawValue, data]
        )
    }
}
