// Reads what surrounds a finding: the run that changed it last, its logs, and what its rule could not judge.

import GRDB

/// What was and was not seen around a finding.
public struct FindingSurroundings: Equatable, Sendable {
    /// The run that changed the finding last.
    public var run: StoredRun?
    /// Where the rule was evaluated in that run, and where not.
    public var ruleStatuses: [RuleStatusRecord] = []
    /// What the rule's correlation could not use in that run.
    public var correlationGaps: [CorrelationGapRecord] = []
    /// The inputs in which the evidence lies.
    public var inputs: [StoredInput] = []
    /// Inputs of that run that were read in part, or not at all although they were to be.
    public var unreadInputs: [StoredInput] = []
    /// What was deleted from the database of findings and evidence.
    public var prunings: [StoredPruning] = []
    /// Titles of rules by name and by id.
    public var ruleTitles: [String: String] = [:]

    /// Nothing known.
    public init() {}
}

extension AuditReader {
    /// What surrounds `finding`.
    public func surroundings(of finding: StoredFinding) throws -> FindingSurroundings {
        var result = FindingSurroundings()
        result.run = try runs(.run(finding.lastRun)).first
        result.ruleStatuses = try ruleStatuses(of: finding.ruleID, in: finding.lastRun)
        result.correlationGaps = try correlationGaps(finding.lastRun).filter { $0.ruleID == finding.ruleID }
        result.inputs = try inputs(
            where: "id IN (SELECT input_id FROM evidence WHERE finding_id = :id)",
            arguments: ["id": finding.id]
        )
        result.unreadInputs = try inputs(
            where: "run_id = :run AND status IN ('damaged', 'unreadable', 'unrecognized')",
            arguments: ["run": finding.lastRun.rawValue]
        )
        result.prunings = try prunings().filter { [.evidence, .findings].contains($0.summary.part) }
        for row in try Row.fetchAll(database, sql: "SELECT id, name, title FROM rules ORDER BY id") {
            let (id, name, title): (String, String, String) = (row[0], row[1], row[2])
            result.ruleTitles[id] = title
            if result.ruleTitles[name] == nil { result.ruleTitles[name] = title }
        }
        return result
    }

    private func ruleStatuses(of rule: String, in run: RunID) throws -> [RuleStatusRecord] {
        try Row.fetchAll(
            database,
            sql: "SELECT source, reason FROM rule_status WHERE rule_id = ? AND run_id = ? ORDER BY source",
            arguments: [rule, run.rawValue]
        )
        .map { RuleStatusRecord(ruleID: rule, source: $0[0], notEvaluableReason: $0[1]) }
    }
}
