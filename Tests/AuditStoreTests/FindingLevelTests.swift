// Findings by level, and which of them are news.

import AuditStore
import Detections
import Testing

@Suite struct FindingLevelTests {
    @Test func levelsAreCountedForTheDatabaseAndForARun() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        #expect(try database.read { try $0.levelCounts(of: nil) }.map(\.total) == [0, 0, 0, 0, 0])
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = [sampleFinding(seconds: [10]), sampleFinding(id: "f2", seconds: [11])]
        }
        try database.audit { outcome in
            outcome.inputs = [readInput(path: "/var/log/b.log")]
            outcome.findings = [sampleFinding(seconds: [20]), sampleFinding(id: "f3", seconds: [21])]
        }
        let level = sampleFinding(seconds: [1]).level
        func counts(_ run: Int64?) throws -> [Int64] {
            let all = try database.read { try $0.levelCounts(of: run.map(RunID.init(rawValue:))) }
            #expect(all.map(\.level) == FindingLevel.allCases)
            #expect(all.filter { $0.level != level }.allSatisfy { $0.total + $0.new + $0.extended == 0 })
            return try #require(all.first { $0.level == level }.map { [$0.total, $0.new, $0.extended] })
        }
        #expect(try counts(nil) == [3, 0, 0])
        #expect(try counts(2) == [3, 1, 1])
        // The first run extended nothing, and what it wrote is still its own.
        #expect(try counts(1) == [3, 2, 0])
    }

    @Test func newFindingsAreThoseOfTheRunAndTheLevel() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = ["f1", "f2", "f3"].map { sampleFinding(id: $0, seconds: [10]) }
        }
        try database.audit { outcome in
            outcome.inputs = [readInput(path: "/var/log/b.log")]
            outcome.findings = [sampleFinding(id: "f1", seconds: [20]), sampleFinding(id: "f4", seconds: [21])]
        }
        let level = sampleFinding(seconds: [1]).level
        func ids(_ run: Int64, _ level: FindingLevel, limit: Int = 10) throws -> [String] {
            try database.read { reader in
                try reader.newFindings(of: RunID(rawValue: run), atLeast: level, limit: limit).map(\.id)
            }
        }
        #expect(try ids(1, .informational) == ["f1", "f2", "f3"])
        #expect(try ids(1, level, limit: 2) == ["f1", "f2"])
        #expect(try ids(2, level) == ["f4"])
        for higher in FindingLevel.allCases where higher > level { #expect(try ids(2, higher) == []) }
    }

    @Test func lastCompleteRunIsRemembered() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        func end() throws -> Int64? { try database.read { try $0.latestCompleteEnd() } }
        #expect(try end() == nil)
        try database.audit { $0.status = .incomplete }
        #expect(try end() == nil)
        var ended: Int64 = 0
        try database.audit { outcome in
            outcome.status = .complete
            ended = outcome.finishedAt
        }
        try database.audit { outcome in
            outcome.status = .interrupted
            outcome.finishedAt += 5
        }
        #expect(try end() == ended)
        #expect(try database.read { try $0.databaseBytes() } > 0)
    }
}
