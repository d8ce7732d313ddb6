// Reads findings with their evidence, and counts them.

public import Detections
import GRDB

/// A finding as stored.
public struct StoredFinding: Equatable, Sendable {
    /// Stable identity.
    public let id: String
    /// The rule's `id`.
    public let ruleID: String
    /// The rule's `name`.
    public let ruleName: String
    /// The rule's `title`.
    public let title: String
    /// The rule's `level`.
    public let level: FindingLevel
    /// The rule's `tags`.
    public let tags: [String]
    /// What the matches have in common, in the rule's order.
    public let groupKey: [NamedValue]
    /// Start of the bucket, in microseconds since 1970-01-01T00:00:00Z.
    public let bucket: Int64
    /// Time of the earliest match, in microseconds since 1970-01-01T00:00:00Z.
    public let firstSeen: Int64
    /// Time of the latest match, in microseconds since 1970-01-01T00:00:00Z.
    public let lastSeen: Int64
    /// Number of matching events.
    public let count: Int64
    /// The run that wrote it.
    public let run: RunID
    /// The run that changed it last.
    public let lastRun: RunID
    /// Whether it stands.
    public let state: FindingState
    /// What happened to it, in order.
    public let history: [FindingChange]
    /// Its first events, in event-time order.
    public let evidence: [StoredEvidence]
}

/// A piece of evidence as stored.
public struct StoredEvidence: Equatable, Sendable {
    /// The path of the input.
    public let path: String
    /// Line number in the decompressed input, from 1.
    public let line: Int64
    /// Offset of the line's first byte in the decompressed input.
    public let byteOffset: Int64
    /// Time of the event, in microseconds since 1970-01-01T00:00:00Z.
    public let time: Int64
    /// Name of the rule that matched the event.
    public let ruleName: String
    /// The event's fields, in layout order.
    public let fields: [NamedValue]
    /// By which late event it was explained.
    public let explained: String?
}

/// How many findings one rule has.
public struct RuleFindingCount: Equatable, Sendable {
    /// The rule's `id`.
    public let ruleID: String
    /// The rule's `title`.
    public let title: String
    /// The level of its findings.
    public let level: FindingLevel
    /// Number of findings.
    public let findings: Int64
    /// Number of matching events in all of them.
    public let events: Int64
}

/// How many findings name a value in their evidence.
public struct ValueFindingCount: Equatable, Sendable {
    /// The value.
    public let value: String
    /// Number of findings.
    public let findings: Int64
}

extension AuditReader {
    /// Number of open findings of `scope`.
    public func findingCount(_ scope: RunScope) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: "SELECT count(*) FROM findings f WHERE \(Self.findingInScope)",
            arguments: ["run": scope.key]
        ) ?? 0
    }

    /// Open findings by rule, the worst level first, then the rule with most findings.
    public func findingCounts(_ scope: RunScope) throws -> [RuleFindingCount] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT f.rule_id, f.title, f.level_rank, count(*), sum(f.count) FROM findings f
                WHERE \(Self.findingInScope)
                GROUP BY f.rule_id, f.title, f.level_rank ORDER BY f.level_rank DESC, 4 DESC, f.title, f.rule_id
                """,
            arguments: ["run": scope.key]
        )
        .map { row in
            RuleFindingCount(
                ruleID: row[0],
                title: row[1],
                level: FindingLevel(rawValue: row[2]) ?? .informational,
                findings: row[3],
                events: row[4]
            )
        }
    }

    /// Open findings with their evidence: the worst level first, then most events, then the earliest.
    public func findings(_ scope: RunScope, limit: Int? = nil) throws -> [StoredFinding] {
        try findings(
            where: Self.findingInScope,
            arguments: ["run": scope.key, "limit": limit ?? -1]
        )
    }

    /// The finding with this id, if there is one.
    public func finding(id: String) throws -> StoredFinding? {
        try findings(where: "f.id = :id", arguments: ["id": id, "limit": 1]).first
    }

    /// The values of a field that most open findings have in their evidence.
    ///
    /// `fields` are alternatives in order of preference: an event counts with the first it has.
    public func mostSeen(_ fields: [String], _ scope: RunScope, limit: Int) throws -> [ValueFindingCount] {
        let values = fields.indices.map { "json_extract(e.fields, :path\($0))" }
        var arguments: [String: (any DatabaseValueConvertible)?] = ["run": scope.key, "limit": limit]
        for (index, field) in fields.enumerated() { arguments["path\(index)"] = "$.\"\(field)\"" }
        return try Row.fetchAll(
            database,
            sql: """
                SELECT coalesce(\((values + ["NULL", "NULL"]).joined(separator: ", "))) AS value, count(DISTINCT f.id)
                FROM findings f JOIN evidence e ON e.finding_id = f.id
                WHERE \(Self.findingInScope)
                GROUP BY value HAVING value <> '' ORDER BY 2 DESC, value LIMIT :limit
                """,
            arguments: StatementArguments(arguments)
        )
        .map { row in ValueFindingCount(value: row[0], findings: row[1]) }
    }

    static let changedInScope = "(:run IS NULL OR f.run_id = :run OR f.last_run_id = :run)"
    /// Findings that were withdrawn are told of apart.
    static let findingInScope = "f.state = 'open' AND \(changedInScope)"

    /// Findings for which `condition` holds; `arguments` name what it needs, and `limit`.
    func findings(where condition: String, arguments: StatementArguments) throws -> [StoredFinding] {
        let evidence = try database.cachedStatement(
            sql: """
                SELECT i.path, e.line, e.byte_offset, e.time, e.rule_name, e.fields, e.explained
                FROM evidence e JOIN inputs i ON i.id = e.input_id WHERE e.finding_id = ? ORDER BY e.seq
                """
        )
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT f.id, f.rule_id, r.name, f.title, f.level_rank, r.tags, f.group_key, f.bucket, f.first_seen,
                    f.last_seen, f.count, f.run_id, f.last_run_id, f.state
                FROM findings f JOIN rules r ON r.id = f.rule_id
                WHERE \(condition)
                ORDER BY f.level_rank DESC, f.count DESC, f.first_seen, f.id LIMIT :limit
                """,
            arguments: arguments
        )
        return try rows.map { row in
            let id: String = row[0]
            return StoredFinding(
                row,
                history: try history(of: id),
                evidence: try Row.fetchAll(evidence, arguments: [id])
            )
        }
    }
}

extension StoredFinding {
    fileprivate init(_ row: Row, history: [FindingChange], evidence rows: [Row]) {
        id = row[0]
        ruleID = row[1]
        ruleName = row[2]
        title = row[3]
        level = FindingLevel(rawValue: row[4]) ?? .informational
        tags = JSONText.strings(in: row[5])
        groupKey = JSONText.values(object: row[6])
        bucket = row[7]
        firstSeen = row[8]
        lastSeen = row[9]
        count = row[10]
        run = RunID(rawValue: row[11])
        lastRun = RunID(rawValue: row[12])
        state = FindingState(rawValue: row[13]) ?? .open
        self.history = history
        evidence = rows.map { row in
            StoredEvidence(
                path: row[0],
                line: row[1],
                byteOffset: row[2],
                time: row[3],
                ruleName: row[4],
                fields: JSONText.values(object: row[5]),
                explained: row[6]
            )
        }
    }
}
