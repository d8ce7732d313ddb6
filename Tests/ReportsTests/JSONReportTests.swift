// The report for programs.

import AuditStore
import Foundation
import Testing

@testable import Reports

@Suite struct JSONReportTests {
    @Test func aRunWithABitOfEverything() throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database(rules: SmallAudit.rules, SmallAudit.fill)
        let text = try JSONReport(try AuditReport(database: database)).text()
        #expect(text.replacing(/"database_bytes" : \d+/, with: "\"database_bytes\" : 4096") == SmallAudit.json)
        #expect(!text.unicodeScalars.contains { $0 != "\n" && TerminalText.isHostile($0) })
        #expect(try JSONReport(try AuditReport(database: database)).text() == text)
    }

    @Test func hostileTextComesThroughUnchanged() throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database(rules: SmallAudit.rules, SmallAudit.fill)
        let text = try JSONReport(try AuditReport(database: database)).text()
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let findings = try #require(object?["findings"] as? [[String: Any]])
        #expect((findings[1]["group_key"] as? [String: String])?["client_id"] == hostile)
    }

    @Test func fieldNamesAreNotChanged() throws {
        #expect(String(decoding: try keyed(["data.details.familyId": "1"]), as: UTF8.self).contains("familyId"))
    }

    @Test func anEmptyDatabaseHasTheSameKeys() throws {
        let directory = try TemporaryDirectory()
        let empty = try JSONReport(AuditReport(database: AuditDatabase.open(path: directory.databasePath))).text()
        let full = try JSONReport(
            AuditReport(database: directory.database(rules: SmallAudit.rules, SmallAudit.fill))
        )
        .text()
        func keys(_ text: String) throws -> [String] {
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            return (object ?? [:]).keys.sorted()
        }
        #expect(try keys(empty) == keys(full))
        #expect(empty.contains("\"run\" : null"))
    }

    private func keyed(_ values: [String: String]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(["fields": values])
    }
}
