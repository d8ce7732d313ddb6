// Rules as last loaded, and where they were evaluated.

import AuditStore
import Testing

@Suite struct RuleWriterTests {
    @Test func anUnchangedRuleIsNotWrittenAgain() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        try database.record(rules: [sampleRule()])
        try temporary.execute("CREATE TABLE seen (n INTEGER)")
        try temporary.execute("CREATE TRIGGER t AFTER UPDATE ON rules BEGIN INSERT INTO seen VALUES (1); END")
        try database.record(rules: [sampleRule()])
        #expect(try temporary.rows("SELECT count(*) FROM seen") == ["0"])
        try database.record(rules: [sampleRule(title: "Other")])
        #expect(try temporary.rows("SELECT count(*) FROM seen") == ["1"])
        #expect(
            try temporary.rows("SELECT title, tags FROM rules")
                == ["Other|[\"attack.t1528\",\"attack.credential-access\"]"]
        )
    }

    @Test func everyRuleIsEvaluatedOrNotOrRejected() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        var second = sampleRule(title: "Second")
        (second.id, second.name) = ("00000000-0000-4000-8000-000000000002", "second")
        try database.record(rules: [second])
        try database.audit { outcome in
            outcome.rulesGiven = 3
            outcome.rejectedRules = [RejectedRuleRecord(file: "bad.yml", line: 3, column: 5, message: "no condition")]
            outcome.ruleStatuses = [
                RuleStatusRecord(ruleID: ruleID, source: "a"),
                RuleStatusRecord(ruleID: ruleID, source: "b", notEvaluableReason: "no jti"),
                RuleStatusRecord(ruleID: second.id, source: "a", notEvaluableReason: "no jti"),
                RuleStatusRecord(ruleID: second.id, source: "b", notEvaluableReason: "no jti"),
            ]
        }
        let run = try #require(try database.read { try $0.latestRun() })
        let account = try database.read { try $0.ruleAccount(run) }
        #expect(account == RuleAccount(given: 3, evaluated: 1, evaluatedInPart: 1, notEvaluable: 1, rejected: 1))
        #expect(account.holds)
        let groups = try database.read { try $0.notEvaluable(run.id) }
        #expect(groups.map(\.ruleNames) == [["second"], ["refresh_token_replayed", "second"]])
        #expect(try database.read { try $0.rejectedRules(run.id) }.first?.column == 5)
    }
}
