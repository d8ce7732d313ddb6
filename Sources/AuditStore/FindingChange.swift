// The history of a finding: when it was found, extended, withdrawn and confirmed.

import GRDB

/// Whether a finding stands.
public enum FindingState: String, CaseIterable, Sendable {
    /// It does.
    case open
    /// Later data has explained all its events.
    case withdrawn
}

/// Something that happened to a finding.
public struct FindingChange: Equatable, Sendable {
    /// What happened.
    public enum Kind: String, CaseIterable, Sendable {
        /// It was new.
        case found
        /// It got events.
        case extended
        /// Late data explained all its events.
        case withdrawn
        /// It was withdrawn, and got events.
        case confirmed
    }

    /// The run that did it.
    public let run: RunID
    /// When that run began, in microseconds since 1970-01-01T00:00:00Z.
    public let at: Int64
    /// What happened.
    public let kind: Kind
    /// Number of matching events behind it.
    public let events: Int64
    /// Why it was withdrawn.
    public let reason: String?
}

extension AuditReader {
    /// What happened to the finding with this id, in order.
    func history(of id: String) throws -> [FindingChange] {
        let statement = try database.cachedStatement(
            sql: "SELECT run_id, at, change, events, reason FROM finding_history WHERE finding_id = ? ORDER BY seq"
        )
        return try Row.fetchAll(statement, arguments: [id]).compactMap { row in
            FindingChange.Kind(rawValue: row[2]).map {
                FindingChange(run: RunID(rawValue: row[0]), at: row[1], kind: $0, events: row[3], reason: row[4])
            }
        }
    }

    /// Findings that later data has explained, the worst level first.
    public func withdrawnFindings(_ scope: RunScope, limit: Int? = nil) throws -> [StoredFinding] {
        try findings(
            where: "f.state = 'withdrawn' AND \(Self.changedInScope)",
            arguments: ["run": scope.key, "limit": limit ?? -1]
        )
    }

    /// Number of findings that later data has explained.
    public func withdrawnFindingCount(_ scope: RunScope) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: "SELECT count(*) FROM findings f WHERE f.state = 'withdrawn' AND \(Self.changedInScope)",
            arguments: ["run": scope.key]
        ) ?? 0
    }
}
