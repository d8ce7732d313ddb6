// Hands out the state that earlier runs have kept.

import Foundation
import GRDB

extension AuditReader {
    /// The header called `name`, if there is one.
    public func stateHeader(_ name: String) throws -> StateHeader? {
        try Data.fetchOne(database, sql: "SELECT data FROM state_headers WHERE name = ?", arguments: [name])
            .map { StateHeader(name: name, bytes: Array($0)) }
    }

    /// How many bytes the segments of `part` have together.
    public func stateBytes(_ part: String) throws -> Int64 {
        let sql = "SELECT ifnull(sum(length(data)), 0) FROM state_segments WHERE part = ?"
        return try Int64.fetchOne(database, sql: sql, arguments: [part]) ?? 0
    }

    /// Calls `take` with the segments of `parts` in the order in which they were kept.
    public func stateSegments(_ parts: [String], _ take: (StateSegment) throws -> Void) throws {
        for part in parts {
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT generation, records, data FROM state_segments WHERE part = ? ORDER BY id",
                arguments: [part]
            )
            while let row = try rows.next() {
                let data: Data = row[2]
                try take(
                    StateSegment(
                        part: part,
                        generation: row[0],
                        replacesEarlier: false,
                        records: row[1],
                        bytes: Array(data)
                    )
                )
            }
        }
    }
}
