// Reads what became of each rule: whether it was evaluated, and what it found.

public import Detections
import GRDB

/// A rule with what became of it.
public struct RuleStanding: Equatable, Sendable {
    /// The rule's `id`.
    public let ruleID: String
    /// The rule's `name`.
    public let name: String
    /// The rule's `title`.
    public let title: String
    /// The rule's `level`.
    public let level: FindingLevel
    /// The rule's `tags`.
    public let tags: [String]
    /// The rule as written.
    public let text: String
    /// Sources on whose events it was evaluated.
    public let evaluatedOn: [String]
    /// Sources on whose events it could not be evaluated, with the reason.
    public let notEvaluableOn: [RuleStatusRecord]
    /// Number of its findings.
    public let findings: Int64
    /// Number of matching events in all of them.
    public let events: Int64

    /// A standing from its parts.
    public init(
        ruleID: String,
        name: String,
        title: String,
        level: FindingLevel,
        tags: [String],
        text: String = "",
        evaluatedOn: [String] = [],
        notEvaluableOn: [RuleStatusRecord] = [],
        findings: Int64 = 0,
        events: Int64 = 0
    ) {
        self.ruleID = ruleID
        self.name = name
        self.title = title
        self.level = level
        self.tags = tags
        self.text = text
        self.evaluatedOn = evaluatedOn
        self.notEvaluableOn = notEvaluableOn
        self.findings = findings
        self.events = events
    }
}

extension AuditReader {
    /// The rules that `run` was given, and those that have findings in `scope`, by name.
    public func ruleStandings(in run: RunID?, findings scope: RunScope) throws -> [RuleStanding] {
        var statuses: [String: [RuleStatusRecord]] = [:]
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT rule_id, source, reason FROM rule_status WHERE run_id = ? ORDER BY rule_id, source",
            arguments: [run?.rawValue]
        )
        for row in rows {
            let id: String = row[0]
            statuses[id, default: []].append(RuleStatusRecord(ruleID: id, source: row[1], notEvaluableReason: row[2]))
        }
        return try Row.fetchAll(
            database,
            sql: """
                SELECT r.id, r.name, r.title, r.level, r.tags, count(f.id), ifnull(sum(f.count), 0), r.text
                FROM rules r LEFT JOIN findings f ON f.rule_id = r.id
                    AND \(Self.findingInScope)
                GROUP BY r.id ORDER BY r.name, r.id
                """,
            arguments: ["run": scope.key]
        )
        .compactMap { row in
            let id: String = row[0]
            let findings: Int64 = row[5]
            guard findings > 0 || statuses[id] != nil else { return nil }
            return RuleStanding(
                ruleID: id,
                name: row[1],
                title: row[2],
                level: FindingLevel(name: row[3]) ?? .informational,
                tags: JSONText.strings(in: row[4]),
                text: row[7],
                evaluatedOn: (statuses[id] ?? []).filter(\.evaluated).map(\.source),
                notEvaluableOn: (statuses[id] ?? []).filter { !$0.evaluated },
                findings: findings,
                events: row[6]
            )
        }
    }

    /// Open findings of the rules with these ids, the worst first.
    public func findings(ofRules ids: [String], _ scope: RunScope, limit: Int? = nil) throws -> [StoredFinding] {
        try findings(
            where: """
                f.rule_id IN (SELECT value FROM json_each(:rules))
                AND \(Self.findingInScope)
                """,
            arguments: ["rules": JSONText.array(ids), "run": scope.key, "limit": limit ?? -1]
        )
    }
}
