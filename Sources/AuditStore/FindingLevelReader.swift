// Counts findings by level, and reads those that a run was the first to see.

public import Detections
import GRDB

/// How many findings of one level there are, and what one run did to them.
public struct LevelFindingCount: Equatable, Sendable {
    /// The level.
    public let level: FindingLevel
    /// Findings in the database.
    public let total: Int64
    /// Findings among them that the run was the first to write.
    public let new: Int64
    /// Findings among them that the run added to.
    public let extended: Int64
}

extension AuditReader {
    /// Open findings by level, the lowest level first; every level is there, be it with nothing.
    ///
    /// What a run extended is known until a later run extends the same finding.
    public func levelCounts(of run: RunID?) throws -> [LevelFindingCount] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT level_rank, count(*), ifnull(sum(run_id = :run), 0),
                    ifnull(sum(last_run_id = :run AND run_id <> :run), 0)
                FROM findings WHERE state = 'open' GROUP BY level_rank
                """,
            arguments: ["run": run?.rawValue]
        )
        let counts = rows.map { row in
            LevelFindingCount(
                level: FindingLevel(rawValue: row[0]) ?? .informational,
                total: row[1],
                new: row[2],
                extended: row[3]
            )
        }
        return FindingLevel.allCases.sorted().map { level in
            counts.first { $0.level == level } ?? LevelFindingCount(level: level, total: 0, new: 0, extended: 0)
        }
    }

    /// Open findings of `level` and above that `run` was the first to write, the worst first.
    public func newFindings(of run: RunID, atLeast level: FindingLevel, limit: Int) throws -> [StoredFinding] {
        try findings(
            where: "f.state = 'open' AND f.run_id = :run AND f.level_rank >= :level",
            arguments: ["run": run.rawValue, "level": level.rawValue, "limit": limit]
        )
    }
}
