// A run from its beginning to its commit, and what a second one changes.

import AuditStore
import Detections
import Testing

@Suite struct RunWriterTests {
    @Test func aRunCarriesTheSumsOfItsInputs() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        let summary = try database.audit { outcome in
            outcome.inputs = [readInput(number: 0), readInput(number: 1, path: "/var/log/b.log")]
            outcome.findings = [sampleFinding(seconds: [3, 5])]
            outcome.inputsGiven = 2
            outcome.rulesGiven = 1
            outcome.lateEvents = 4
        }
        var expected = CommitSummary.new(["f1"])
        expected.worstLevel = .critical
        #expect(summary == expected)
        let run = try #require(try database.read { try $0.latestRun() })
        #expect(run.lines == LineAccount(lines: 20, events: 14, rejected: 2, ignored: 4))
        #expect(run.lines.holds)
        #expect((run.status, run.exitStatus, run.findingsNew, run.findingsExtended) == (.complete, 0, 1, 0))
        #expect((run.inputsGiven, run.rulesGiven, run.lateEvents) == (2, 1, 4))
        #expect(run.arguments == ["audit", "a.log"])
    }

    @Test func aSecondRunWithNothingNewChangesNothingButRuns() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = [sampleFinding(seconds: [3, 5])]
            outcome.ruleStatuses = [RuleStatusRecord(ruleID: ruleID, source: "keycloak-text")]
        }
        var before = try temporary.dump()
        #expect(try database.audit { _ in } == CommitSummary())
        var after = try temporary.dump()
        #expect(after["runs"]?.count == 2)
        #expect(after["runs"]?.first == before["runs"]?.first)
        (before["runs"], after["runs"]) = (nil, nil)
        #expect(after == before)
    }

    @Test func repeatingAKnownFindingWithoutEventsWritesNoRow() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        let finding = sampleFinding(seconds: [3, 5])
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = [finding]
        }
        let before = try temporary.dump()
        let repeated = sampleFinding(seconds: [], count: 0)
        #expect(
            try database.audit { outcome in
                outcome.findings = [Finding(repeated, firstSeen: finding.firstSeen, lastSeen: finding.lastSeen)]
            } == CommitSummary()
        )
        #expect(try temporary.dump()["findings"] == before["findings"])
        #expect(try temporary.dump()["evidence"] == before["evidence"])
    }

    @Test func anAlreadyAuditedInputAddsOnlyRowsOfItsRun() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        try database.audit { $0.inputs = [readInput()] }
        let before = try temporary.dump()
        try database.audit { outcome in
            outcome.inputs = [InputRecord(number: 0, path: "/var/log/a.log.1", status: .alreadyAudited)]
        }
        let after = try temporary.dump()
        for (table, rows) in before {
            #expect(after[table]?.starts(with: rows) == true, "\(table)")
            #expect(after[table]?.count == rows.count + (["runs", "inputs"].contains(table) ? 1 : 0), "\(table)")
        }
    }

    @Test func aFailingCommitStoresNothing() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        #expect(
            throws: StoreError.other(
                path: temporary.path,
                code: 0,
                text: "evidence names input 9, which run 1 does not have"
            )
        ) {
            try database.audit { outcome in
                outcome.inputs = [readInput()]
                outcome.findings = [
                    sampleFinding(id: "a", seconds: [1]), sampleFinding(id: "b", input: 9, seconds: [1]),
                ]
            }
        }
        #expect(try temporary.rows("SELECT count(*) FROM findings") == ["0"])
        #expect(try temporary.rows("SELECT count(*) FROM inputs") == ["0"])
        #expect(try temporary.rows("SELECT status FROM runs") == ["running"])
    }

    @Test func aRunThatDiedIsInterruptedWhenTheNextBegins() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        let dead = try database.begin(run: NewRun(startedAt: may1, toolVersion: "1", arguments: []))
        try database.audit { _ in }
        #expect(try temporary.rows("SELECT status, finished_at FROM runs WHERE id = 1") == ["interrupted|NULL"])
        #expect(try database.knownInputs(headSHA256: "feed") == [])
        #expect(throws: StoreError.self) {
            try database.commit(RunOutcome(run: dead, status: .complete, exitStatus: 0, finishedAt: may1))
        }
    }

    @Test func aRunKnowsItsClientRegistry() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        var run = NewRun(startedAt: may1, toolVersion: "1", arguments: [])
        _ = try database.begin(run: run)
        run.clientRegistrySHA256 = "c0ffee"
        _ = try database.begin(run: run)
        #expect(try temporary.rows("SELECT client_registry_sha256 FROM runs_view ORDER BY id") == ["NULL", "c0ffee"])
        #expect(try database.read { try $0.runs().map(\.clientRegistrySHA256) } == [nil, "c0ffee"])
    }

    /// What a run has stored before it dies is known to the next one, inputs up to the time to which they were judged.
    @Test func aCheckpointOutlivesTheRun() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        let dead = try database.begin(run: NewRun(startedAt: may1, toolVersion: "1", arguments: []))
        var input = readInput()
        input.judgedUntil = may1 + 5
        _ = try database.store(RunCheckpoint(run: dead, inputs: [input], findings: [])) { writer in
            try writer.write(StateHeader(name: "lineage", bytes: [1, 2]))
        }
        let known = try database.knownInputs(headSHA256: "feed")
        #expect(known.map(\.until) == [may1 + 5])
        #expect(try temporary.rows("SELECT status, lines FROM runs") == ["running|\(input.lines)"])
        #expect(try database.read { try $0.stateHeader("lineage") }?.bytes == [1, 2])
    }

    @Test func anInputKeepsItsKeyWhenMoreOfItIsKnown() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        let run = try database.begin(run: NewRun(startedAt: may1, toolVersion: "1", arguments: []))
        var input = readInput()
        input.judgedUntil = may1
        _ = try database.store(RunCheckpoint(run: run, inputs: [input], findings: [])) { _ in }
        let key = try temporary.rows("SELECT id FROM inputs")
        var outcome = RunOutcome(run: run, status: .complete, exitStatus: 0, finishedAt: may1)
        outcome.inputs = [readInput(path: "/var/log/last.log")]
        try database.commit(outcome)
        #expect(try temporary.rows("SELECT id FROM inputs") == key)
        #expect(try temporary.rows("SELECT path, judged_until FROM inputs") == ["/var/log/last.log|NULL"])
        #expect(try temporary.rows("SELECT sum(count) FROM input_counts") == ["3"])
    }
}

extension CommitSummary {
    static func new(_ ids: [String]) -> CommitSummary {
        var summary = CommitSummary()
        summary.newFindingIDs = ids
        return summary
    }
}

extension Finding {
    init(_ finding: Finding, firstSeen: Int64, lastSeen: Int64) {
        self = finding
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }
}
