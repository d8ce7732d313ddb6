// Reads which rules were evaluated, and why others were not.

import GRDB

/// What became of the rules of a run: given = evaluated + not evaluable + rejected.
public struct RuleAccount: Equatable, Sendable {
    /// Rules that were to be evaluated.
    public let given: Int64
    /// Rules evaluated on at least one source.
    public let evaluated: Int64
    /// Rules among ``evaluated`` that could not be evaluated on every source.
    public let evaluatedInPart: Int64
    /// Rules that could be evaluated on no source.
    public let notEvaluable: Int64
    /// Rules that do not compile.
    public let rejected: Int64

    /// Whether every rule is accounted for.
    public var holds: Bool { given == evaluated + notEvaluable + rejected }

    /// An account from its parts.
    public init(given: Int64, evaluated: Int64, evaluatedInPart: Int64, notEvaluable: Int64, rejected: Int64) {
        self.given = given
        self.evaluated = evaluated
        self.evaluatedInPart = evaluatedInPart
        self.notEvaluable = notEvaluable
        self.rejected = rejected
    }
}

/// Rules that could not be evaluated on one source for one reason.
public struct NotEvaluableRules: Equatable, Sendable {
    /// The format the events came from.
    public let source: String
    /// Why.
    public let reason: String
    /// Names of the rules, sorted.
    public let ruleNames: [String]
}

/// What a rule says to whoever reads its findings.
public struct RuleWords: Equatable, Sendable {
    /// What happened and why it matters.
    public let description: String?
    /// What to do next.
    public let nextStep: String?
    /// Where to read more.
    public let references: [String]
    /// The rule as written.
    public let text: String
}

extension AuditReader {
    /// The words of the rule with this id, if there is one.
    public func words(ofRule id: String) throws -> RuleWords? {
        let row = try Row.fetchOne(
            database,
            sql: #"SELECT description, next_step, "references", text FROM rules WHERE id = ?"#,
            arguments: [id]
        )
        return row.map { row in
            RuleWords(description: row[0], nextStep: row[1], references: JSONText.strings(in: row[2]), text: row[3])
        }
    }

    /// Whether all rules of `run` are accounted for.
    public func ruleAccount(_ run: StoredRun) throws -> RuleAccount {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT ifnull(sum(somewhere), 0), ifnull(sum(somewhere AND NOT everywhere), 0),
                    ifnull(sum(NOT somewhere), 0),
                    (SELECT count(*) FROM rejected_rules WHERE run_id = :run)
                FROM (
                    SELECT max(evaluated) AS somewhere, min(evaluated) AS everywhere
                    FROM rule_status WHERE run_id = :run GROUP BY rule_id
                )
                """,
            arguments: ["run": run.id.rawValue]
        )
        return RuleAccount(
            given: run.rulesGiven,
            evaluated: row?[0] ?? 0,
            evaluatedInPart: row?[1] ?? 0,
            notEvaluable: row?[2] ?? 0,
            rejected: row?[3] ?? 0
        )
    }

    /// The latest run of which it is known that it evaluated a rule; if there is none, the latest of which it is known
    /// that it could evaluate none of its rules on the events it read.
    public func latestEvaluation() throws -> StoredRun? {
        let id = try Int64.fetchOne(
            database,
            sql: """
                SELECT s.run_id FROM rule_status s JOIN runs r ON r.id = s.run_id WHERE r.events > 0
                ORDER BY s.evaluated DESC, s.run_id DESC LIMIT 1
                """
        )
        return try id.flatMap { try runs(.run(RunID(rawValue: $0))).first }
    }

    /// What could not be evaluated in `run`, by source and reason.
    public func notEvaluable(_ run: RunID) throws -> [NotEvaluableRules] {
        var result: [NotEvaluableRules] = []
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT s.source, ifnull(s.reason, ''), r.name FROM rule_status s JOIN rules r ON r.id = s.rule_id
                WHERE s.run_id = ? AND NOT s.evaluated ORDER BY 1, 2, 3, r.id
                """,
            arguments: [run.rawValue]
        )
        for row in rows {
            let (source, reason, name): (String, String, String) = (row[0], row[1], row[2])
            if let last = result.last, last.source == source, last.reason == reason {
                result[result.count - 1] = NotEvaluableRules(
                    source: source,
                    reason: reason,
                    ruleNames: last.ruleNames + [name]
                )
            } else {
                result.append(NotEvaluableRules(source: source, reason: reason, ruleNames: [name]))
            }
        }
        return result
    }

    /// The filters of `run` and what they did.
    public func suppressions(_ run: RunID) throws -> [SuppressionRecord] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT filter_id, title, file, owner, approved_by, expires, rules, suppressed, expired FROM suppressions
                WHERE run_id = ? ORDER BY file, title, filter_id
                """,
            arguments: [run.rawValue]
        )
        .map { row in
            var record = SuppressionRecord(filterID: row[0], title: row[1], file: row[2])
            (record.owner, record.approvedBy, record.expires) = (row[3], row[4], row[5])
            (record.rules, record.suppressed, record.expired) = (row[6], row[7], row[8])
            return record
        }
    }

    /// What correlations could not use in `run`.
    public func correlationGaps(_ run: RunID) throws -> [CorrelationGapRecord] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT g.rule_id, r.name, g.cause, g.count FROM correlation_gaps g JOIN rules r ON r.id = g.rule_id
                WHERE g.run_id = ? ORDER BY r.name, g.cause
                """,
            arguments: [run.rawValue]
        )
        .compactMap { row in
            CorrelationGapRecord.Cause(rawValue: row[2]).map {
                CorrelationGapRecord(ruleID: row[0], ruleName: row[1], cause: $0, count: row[3])
            }
        }
    }

    /// Rules that did not compile in `run`.
    public func rejectedRules(_ run: RunID) throws -> [RejectedRuleRecord] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT file, line, "column", message, hint FROM rejected_rules
                WHERE run_id = ? ORDER BY file, line, "column", message
                """,
            arguments: [run.rawValue]
        )
        .map { row in
            RejectedRuleRecord(file: row[0], line: row[1], column: row[2], message: row[3], hint: row[4])
        }
    }
}
