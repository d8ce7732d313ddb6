// Known findings are extended, deterministically.

import AuditStore
import Detections
import Testing

@Suite struct FindingWriterTests {
    @Test func countsAreAddedAndTimesWidened() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = [sampleFinding(seconds: [10, 20], count: 50)]
        }
        let summary = try database.audit { outcome in
            outcome.inputs = [readInput(path: "/var/log/b.log")]
            outcome.findings = [sampleFinding(seconds: [5, 30], count: 7), sampleFinding(id: "f2", seconds: [1])]
        }
        #expect(summary.newFindingIDs == ["f2"])
        #expect(summary.findingsExtended == 1)
        #expect(
            try temporary.rows(
                "SELECT first_seen, last_seen, count, run_id, last_run_id FROM findings WHERE id = 'f1'"
            ) == ["\(may1 + 5_000_000)|\(may1 + 30_000_000)|57|1|2"]
        )
        #expect(
            try temporary.rows("SELECT seq, line, input_id FROM evidence WHERE finding_id = 'f1' ORDER BY seq")
                == ["0|5|2", "1|10|1", "2|20|1", "3|30|2"]
        )
        #expect(try temporary.rows("SELECT findings_new, findings_extended FROM runs ORDER BY id") == ["1|0", "1|1"])
    }

    @Test func evidenceIsTheSameWhicheverNightCameFirst() throws {
        let nights: [[Int64]] = [
            Array(stride(from: 1, through: 19, by: 2)), Array(stride(from: 2, through: 20, by: 2)),
        ]
        var results: [[String]] = []
        for order in [[0, 1], [1, 0]] {
            let temporary = try TemporaryDatabase()
            let database = try temporary.open()
            for night in order {
                try database.audit { outcome in
                    outcome.inputs = [readInput(path: "/var/log/\(night).log")]
                    outcome.findings = [sampleFinding(seconds: nights[night])]
                }
            }
            results.append(try temporary.rows("SELECT seq, time, place FROM evidence_view ORDER BY seq"))
        }
        #expect(results[0] == results[1])
        #expect(results[0].count == Finding.evidenceMax)
        #expect(results[0].last == "9|2024-05-01T00:00:10.000000Z|/var/log/1.log:10")
    }

    @Test func aChangedLevelReachesKnownFindings() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = [sampleFinding(seconds: [1])]
        }
        let known = sampleFinding(seconds: [1], count: 0)
        let lowered = Finding(
            id: known.id,
            ruleID: known.ruleID,
            title: "New title",
            level: .low,
            groupKey: known.groupKey,
            bucket: known.bucket,
            firstSeen: known.firstSeen,
            lastSeen: known.lastSeen,
            count: 0,
            evidence: []
        )
        try database.audit { $0.findings = [lowered] }
        #expect(try temporary.rows("SELECT title, level, level_rank, count FROM findings") == ["New title|low|1|1"])
    }

    @Test func aFindingComesBackAsItWentIn() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = [sampleFinding(seconds: [1, 2])]
        }
        let stored = try #require(try database.read { try $0.finding(id: "f1") })
        let original = sampleFinding(seconds: [1, 2])
        #expect(stored.groupKey == original.groupKey)
        #expect(stored.evidence.map(\.fields) == original.evidence.map(\.fields))
        #expect(stored.evidence.map(\.time) == original.evidence.map(\.time))
        #expect(stored.tags == ["attack.t1528", "attack.credential-access"])
        #expect(try database.read { try $0.finding(id: "f") } == nil)
    }
}
