// Writes rules, rejected rules and where each rule was evaluated.

import Detections
import GRDB

/// Writes rules inside a transaction.
struct RuleWriter {
    let database: Database

    /// Writes a rule, unless it is stored just so.
    func write(_ rule: RuleRecord) throws {
        try database.cachedStatement(sql: Self.upsert)
            .execute(
                arguments: [
                    rule.id, rule.name, rule.title, rule.level.name, rule.status, JSONText.array(rule.tags),
                    rule.file, rule.sha256, SampleText.withoutNUL(rule.text), rule.description, rule.nextStep,
                    JSONText.array(rule.references),
                ]
            )
    }

    /// Writes a rule that does not compile.
    func write(_ rule: RejectedRuleRecord, run: RunID) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO rejected_rules (run_id, file, line, "column", message, hint) VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            run.rawValue, SampleText.withoutNUL(rule.file), rule.line, rule.column,
            SampleText.withoutNUL(rule.message), rule.hint.map(SampleText.withoutNUL),
        ])
    }

    /// Writes whether a rule was evaluated on a source.
    func write(_ status: RuleStatusRecord, run: RunID) throws {
        try database.cachedStatement(
            sql: "INSERT INTO rule_status (run_id, rule_id, source, evaluated, reason) VALUES (?, ?, ?, ?, ?)"
        )
        .execute(arguments: [
            run.rawValue, status.ruleID, SampleText.withoutNUL(status.source), status.evaluated,
            status.notEvaluableReason.map(SampleText.withoutNUL),
        ])
    }

    /// Writes what a filter did.
    func write(_ filter: SuppressionRecord, run: RunID) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO suppressions (run_id, filter_id, title, file, owner, approved_by, expires, rules, suppressed,
                    expired)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            run.rawValue, SampleText.withoutNUL(filter.filterID), SampleText.withoutNUL(filter.title),
            SampleText.withoutNUL(filter.file), filter.owner.map(SampleText.withoutNUL),
            filter.approvedBy.map(SampleText.withoutNUL), filter.expires, filter.rules, filter.suppressed,
            filter.expired,
        ])
    }

    /// Writes what a correlation could not use.
    func write(_ gap: CorrelationGapRecord, run: RunID) throws {
        try database.cachedStatement(
            sql: "INSERT INTO correlation_gaps (run_id, rule_id, cause, count) VALUES (?, ?, ?, ?)"
        )
        .execute(arguments: [run.rawValue, gap.ruleID, gap.cause.rawValue, gap.count])
    }

    private static let upsert = """
        INSERT INTO rules (id, name, title, level, status, tags, file, sha256, text, description, next_step,
            "references")
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
            name = excluded.name, title = excluded.title, level = excluded.level, status = excluded.status,
            tags = excluded.tags, file = excluded.file, sha256 = excluded.sha256, text = excluded.text,
            description = excluded.description, next_step = excluded.next_step,
            "references" = excluded."references"
        WHERE (name, title, level, status, tags, file, sha256, text, description, next_step, "references") IS NOT (
            excluded.name, excluded.title, excluded.level, excluded.status, excluded.tags, excluded.file,
            excluded.sha256, excluded.text, excluded.description, excluded.next_step, excluded."references"
        )
        """
}
