// What somebody typed, and the finding that it means.

import AuditStore
import Detections
import Testing

@Suite struct FindingLookupTests {
    private static let ids = ["a1b2c3d4e5f60718", "a1b2c3d4ffffffff", "a1c0000000000000", "fffffffffffffff0"]

    private func database(_ temporary: TemporaryDatabase) throws -> AuditDatabase {
        let database = try temporary.open()
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = Self.ids.map { sampleFinding(id: $0, seconds: [10]) }
        }
        return database
    }

    @Test(
        arguments: [
            ("a1b2c3d4e5f60718", [0]), ("A1B2C3D4E", [0]), ("a1c", [2]), ("f", [3]), ("fffffffffffffff0", [3]),
            ("a1", [0, 1, 2]), ("a1b2c3d4", [0, 1]),
        ]
    )
    func beginningIsEnough(_ word: String, _ expected: [Int]) throws {
        let temporary = try TemporaryDatabase()
        let lookup = try database(temporary).read { try $0.lookUp(word, limit: 2) }
        switch lookup {
        case .one(let id): #expect([id] == expected.map { Self.ids[$0] })
        case .several(let findings, let total):
            #expect(total == Int64(expected.count))
            #expect(findings.map(\.id) == expected.prefix(2).map { Self.ids[$0] })
        case .ofRule, .none: Issue.record("\(word) means \(lookup)")
        }
    }

    @Test(
        arguments: [
            ("a1b2c3d5", [0, 1]), ("a1b2c3d4e5f60719", [0]), ("b", []), ("", []), ("zzz", []), ("a'b", []),
            ("a1b2%", []), ("ffffffffffffffffffffffffffffffffffff", [3]),
        ]
    )
    func unknownWordsHaveNeighbours(_ word: String, _ expected: [Int]) throws {
        let temporary = try TemporaryDatabase()
        let lookup = try database(temporary).read { try $0.lookUp(word) }
        guard case .none(let near) = lookup else {
            Issue.record("\(word) means \(lookup)")
            return
        }
        #expect(near.map(\.id) == expected.map { Self.ids[$0] })
    }

    @Test func rulesAreKnownByNameIdAndTitle() throws {
        let temporary = try TemporaryDatabase()
        let database = try database(temporary)
        let finding = try #require(try database.read { try $0.finding(id: Self.ids[0]) })
        for word in [finding.ruleName, finding.ruleID, finding.title] {
            guard case .ofRule(let findings, let total) = try database.read({ try $0.lookUp(word, limit: 3) }) else {
                Issue.record("\(word) is not known as a rule")
                continue
            }
            #expect((findings.count, total) == (3, 4))
        }
    }

    @Test func shortestBeginningIsShown() throws {
        let temporary = try TemporaryDatabase()
        let short = try database(temporary).read { reader in try Self.ids.map(reader.shortID) }
        #expect(short == ["a1b2c3d4e", "a1b2c3d4f", "a1c00000", "ffffffff"])
    }

    @Test func relatedFindingsShareValues() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        func finding(_ id: String, _ fields: [(String, String)]) -> Finding {
            let sample = sampleFinding(id: id, seconds: [10])
            let evidence = sample.evidence.map { evidence in
                Evidence(
                    input: evidence.input,
                    lineNumber: evidence.lineNumber,
                    byteOffset: evidence.byteOffset,
                    time: evidence.time,
                    ruleName: evidence.ruleName,
                    fields: fields.map { NamedValue(name: $0.0, value: $0.1) }
                )
            }
            return Finding(
                id: id,
                ruleID: sample.ruleID,
                title: sample.title,
                level: sample.level,
                groupKey: [],
                bucket: sample.bucket,
                firstSeen: sample.firstSeen,
                lastSeen: sample.lastSeen,
                count: 1,
                evidence: evidence
            )
        }
        try database.audit { outcome in
            outcome.inputs = [readInput()]
            outcome.findings = [
                finding("0a", [("client_id", "shop"), ("refresh_token", "t1")]),
                finding("0b", [("client_id", "shop"), ("refresh_token_issued", "t1")]),
                finding("0c", [("client_id", "shop"), ("ip", "t1")]),
                finding("0d", [("client_id", "other"), ("sub", "shop")]),
            ]
        }
        let values = [
            NamedValue(name: "client_id", value: "shop"), NamedValue(name: "refresh_token", value: "t1"),
            NamedValue(name: "sub", value: "nobody"),
        ]
        try database.read { reader in
            let related = try reader.related(to: "0a", by: values, limit: 9)
            #expect(related.closest.map(\.id) == ["0b", "0c"])
            #expect(related.closest.map(\.shared) == [["client_id", "refresh_token"], ["client_id"]])
            #expect(related.total == 2)
            #expect(related.counts.map(\.findings) == [2, 1])
            #expect(related.counts.map(\.value) == Array(values.prefix(2)))
            #expect(try reader.related(to: "0a", by: [], limit: 9) == RelatedFindings())
            let nearest = try reader.related(to: "0a", by: values, limit: 1)
            #expect(nearest.closest.map(\.id) == ["0b"])
            #expect(nearest.total == 2)
        }
    }
}
