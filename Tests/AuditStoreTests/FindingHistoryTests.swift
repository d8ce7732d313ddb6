// Findings that are found, extended, withdrawn and confirmed.

import AuditStore
import Detections
import Testing

@Suite struct FindingHistoryTests {
    private let temporary: TemporaryDatabase
    private let database: AuditDatabase

    init() throws {
        temporary = try TemporaryDatabase()
        database = try temporary.open()
    }

    /// A finding with events of these codes, each a second after the other, on the lines of the same numbers.
    private static func finding(_ codes: [Int64], id: String = "f1", rule: String = "orphans", count: Int64? = nil)
        -> Finding
    {
        let plain = sampleFinding(id: id, seconds: codes, count: count)
        return Finding(
            id: id,
            ruleID: plain.ruleID,
            title: plain.title,
            level: plain.level,
            groupKey: plain.groupKey,
            bucket: plain.bucket,
            firstSeen: plain.firstSeen,
            lastSeen: plain.lastSeen,
            count: plain.count,
            evidence: codes.map { code in
                Evidence(
                    input: 0,
                    lineNumber: code,
                    byteOffset: code * 100,
                    time: may1 + code * 1_000_000,
                    ruleName: rule,
                    fields: [
                        NamedValue(name: "code", value: "c\(code)"), NamedValue(name: "code.orphan", value: "true"),
                    ]
                )
            }
        )
    }

    /// The issue of a code half a second before its event, or so long after.
    private static func issue(_ code: Int64, after: Int64 = -500_000) -> Explanation {
        Explanation(
            field: "code",
            fingerprint: "c\(code)",
            time: may1 + code * 1_000_000 + after,
            input: 0,
            lineNumber: 70 + code,
            ruleNames: ["orphans"]
        )
    }

    @discardableResult
    private func audit(_ findings: [Finding], _ explanations: [Explanation] = []) throws -> CommitSummary {
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = findings
            outcome.explanations = explanations
        }
    }

    private func history(_ id: String = "f1") throws -> [String] {
        try temporary.rows(
            "SELECT run_id, change, events, reason FROM finding_history WHERE finding_id = '\(id)' ORDER BY seq"
        )
    }

    private func reason(_ codes: Int64...) -> String {
        codes.map { "the issue of code c\($0) arrived late: /var/log/a.log:\(70 + $0)" }.joined(separator: "; ")
    }

    private func state(_ id: String = "f1") throws -> FindingState? {
        try database.read { try $0.finding(id: id)?.state }
    }

    @Test func aFindingIsFoundExtendedWithdrawnAndConfirmed() throws {
        try audit([Self.finding([1])])
        try audit([Self.finding([2])])
        let explained = try audit([], [Self.issue(1), Self.issue(2)])
        #expect(explained.findingsWithdrawn == 1)
        #expect(explained.worstLevel == nil)
        #expect(try state() == .withdrawn)
        #expect(try database.read { try $0.findingCount(.all) } == 0)
        #expect(try database.read { try $0.findings(.all) } == [])
        #expect(try database.read { try $0.withdrawnFindings(.all).map(\.id) } == ["f1"])
        // Said once more, it is not withdrawn once more.
        try audit([], [Self.issue(1), Self.issue(2)])
        #expect(try audit([Self.finding([3])]).worstLevel == .critical)
        #expect(try state() == .open)
        #expect(
            try history() == [
                "1|found|1|NULL", "2|extended|2|NULL", "3|withdrawn|2|\(reason(1, 2))", "5|confirmed|3|NULL",
            ]
        )
        let stored = try #require(try database.read { try $0.finding(id: "f1") })
        #expect(stored.history.map(\.kind) == [.found, .extended, .withdrawn, .confirmed])
        #expect(stored.history.map(\.at) == [may1, may1, may1, may1])
        #expect(stored.evidence.map(\.explained) == [reason(1), reason(2), nil])
    }

    @Test func severalRunsExplainTheEventsOfOneFinding() throws {
        try audit([Self.finding([1, 2])])
        #expect(try audit([], [Self.issue(2)]).findingsWithdrawn == 0)
        #expect(try state() == .open)
        #expect(try history().count == 1)
        #expect(try audit([], [Self.issue(1)]).findingsWithdrawn == 1)
        #expect(try history().last == "3|withdrawn|2|\(reason(1, 2))")
    }

    @Test func whatIsNotTheSameStands() throws {
        try audit([
            Self.finding([1]), Self.finding([2], id: "f2", rule: "others"), Self.finding([3], id: "f3", count: 20),
        ])
        // Another code, an issue behind the redemption, a rule that does not rest on it, events that are not kept.
        try audit([], [Self.issue(4), Self.issue(1, after: 1), Self.issue(2), Self.issue(3)])
        #expect(try database.read { try $0.findingCount(.all) } == 3)
        // At the time of the redemption is not behind it.
        try audit([], [Self.issue(1, after: 0)])
        #expect(try state() == .withdrawn)
    }

    /// What was explained stays so when earlier events move it to another place.
    @Test func explainedEvidenceMoves() throws {
        try audit([Self.finding([5])])
        try audit([Self.finding([1])], [Self.issue(5)])
        #expect(try state() == .open)
        #expect(
            try temporary.rows("SELECT seq, line, explained FROM evidence ORDER BY seq")
                == ["0|1|NULL", "1|5|\(reason(5))"]
        )
        try audit([], [Self.issue(1)])
        #expect(try history().last == "3|withdrawn|2|\(reason(1, 5))")
    }

    /// However often a run stores what it has found, and however often it dies, the history is the same.
    @Test(arguments: 0..<8) func anAuditInPartsIsOne(_ pattern: Int) throws {
        try audit([Self.finding([1]), Self.finding([2], id: "f2")])
        let steps: [([Finding], [Explanation])] = [
            ([Self.finding([3])], [Self.issue(1)]), ([Self.finding([4], id: "f4")], [Self.issue(3), Self.issue(4)]),
            ([Self.finding([5])], [Self.issue(2)]), ([Self.finding([6], id: "f4")], []),
        ]
        var run = try begin()
        var changes = CommitSummary()
        for (number, step) in steps.enumerated() {
            let checkpoint = RunCheckpoint(
                run: run,
                inputs: [readInput()],
                findings: step.0,
                explanations: step.1
            )
            changes.add(try database.store(checkpoint) { _ in })
            if pattern & 1 << number != 0 { run = try begin() }
        }
        try database.commit(RunOutcome(run: run, status: .complete, exitStatus: 0, finishedAt: may1))
        func changesOf(_ id: String) throws -> [String] { try history(id).map { String($0.drop { $0 != "|" }) } }
        #expect(try changesOf("f1") == ["|found|1|NULL", "|extended|3|NULL"])
        #expect(try changesOf("f2") == ["|found|1|NULL", "|withdrawn|1|\(reason(2))"])
        #expect(try changesOf("f4") == ["|found|2|NULL"])
        #expect(try state("f1") == .open)
        #expect(try state("f2") == .withdrawn)
        #expect(try state("f4") == .open)
    }

    private func begin() throws -> RunID {
        try database.begin(run: NewRun(startedAt: may1, toolVersion: "1.0.0", arguments: ["audit", "a.log"]))
    }

    @Test func onlyOpenFindingsMakeARunFail() throws {
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.failOn = .high
            outcome.findings = [Self.finding([1])]
            outcome.explanations = [Self.issue(1)]
        }
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.failOn = .high
            outcome.findings = [Self.finding([2])]
        }
        #expect(try temporary.rows("SELECT exit_status FROM runs ORDER BY id") == ["0", "1"])
    }

    @Test func theHistoryGoesWithItsFinding() throws {
        try audit([Self.finding([1]), Self.finding([900], id: "f2")])
        _ = try database.prune([.findings: may1 + 10_000_000], now: may1, isDryRun: false)
        #expect(try temporary.rows("SELECT finding_id FROM finding_history") == ["f2"])
    }

    @Test func theViewShowsTimesAsText() throws {
        try audit([Self.finding([1])])
        #expect(
            try temporary.rows("SELECT finding_id, seq, at, change, events, level FROM finding_history_view")
                == ["f1|0|2024-05-01T00:00:00.000000Z|found|1|critical"]
        )
    }
}
