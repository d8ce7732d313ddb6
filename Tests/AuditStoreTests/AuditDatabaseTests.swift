// Opening: fresh files, files of ours, and files that are not ours.

import AuditStore
import AuthEvents
import Foundation
import GRDB
import Testing

@Suite struct AuditDatabaseTests {
    @Test func aFreshFileGetsTheSchemaAndAPrivateMode() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        #expect(try temporary.rows("PRAGMA user_version") == ["\(AuditDatabase.schemaVersion)"])
        #expect(try temporary.rows("PRAGMA application_id") == ["1198670197"])
        #expect(try temporary.rows("PRAGMA journal_mode") == ["wal"])
        _ = try database.begin(run: NewRun(startedAt: 0, toolVersion: "1", arguments: []))
        for suffix in ["", "-wal", "-shm"] { #expect(try temporary.mode(suffix) == 0o600, "\(suffix)") }
        #expect(database.fingerprintKey.bytes.count == 32)
    }

    @Test func openingAgainChangesNothing() throws {
        let temporary = try TemporaryDatabase()
        let key = try temporary.open().fingerprintKey
        let schema = try temporary.rows("SELECT * FROM sqlite_schema")
        let before = try temporary.dump()
        #expect(try temporary.open().fingerprintKey == key)
        #expect(try temporary.dump() == before)
        #expect(try temporary.rows("SELECT * FROM sqlite_schema") == schema)
        #expect(before["metadata"]?.count == 1)
    }

    @Test func twoDatabasesHaveTwoKeys() throws {
        let (first, second) = (try TemporaryDatabase(), try TemporaryDatabase())
        #expect(try first.open().fingerprintKey != second.open().fingerprintKey)
    }

    @Test func everyTableIsStrict() throws {
        let temporary = try TemporaryDatabase()
        _ = try temporary.open()
        #expect(
            try temporary.rows(
                "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict "
                    + "AND name NOT LIKE 'sqlite_%'"
            ) == []
        )
    }

    @Test(arguments: ["this is a log, not a database\n", "SQLite format 3"])
    func aFileThatIsNoDatabaseIsRefusedAndKept(content: String) throws {
        let temporary = try TemporaryDatabase()
        try content.write(toFile: temporary.path, atomically: true, encoding: .utf8)
        #expect(throws: StoreError.notADatabase(path: temporary.path)) { try temporary.open() }
        #expect(try String(contentsOfFile: temporary.path, encoding: .utf8) == content)
    }

    @Test func anotherApplicationsDatabaseIsRefusedAndKept() throws {
        let temporary = try TemporaryDatabase()
        try temporary.execute("PRAGMA application_id = 7; CREATE TABLE shop (id)")
        let before = try Data(contentsOf: URL(filePath: temporary.path))
        #expect(throws: StoreError.foreignDatabase(path: temporary.path, applicationID: 7)) { try temporary.open() }
        #expect(try Data(contentsOf: URL(filePath: temporary.path)) == before)
    }

    @Test func aDatabaseWithoutApplicationIDIsForeignToo() throws {
        let temporary = try TemporaryDatabase()
        try temporary.execute("CREATE TABLE shop (id)")
        #expect(throws: StoreError.foreignDatabase(path: temporary.path, applicationID: 0)) { try temporary.open() }
    }

    @Test func aNewerSchemaIsRefused() throws {
        let temporary = try TemporaryDatabase()
        try temporary.open().close()
        try temporary.execute("PRAGMA user_version = 999")
        let known = AuditDatabase.schemaVersion
        #expect(throws: StoreError.newerSchema(path: temporary.path, found: 999, known: known)) {
            try temporary.open()
        }
    }

    @Test func placesWhereNoFileCanBeAreReported() throws {
        let temporary = try TemporaryDatabase()
        let inside = temporary.directory.appending(path: "missing/audit.db").path
        #expect(throws: StoreError.io(path: inside, reason: "No such file or directory")) {
            try AuditDatabase.open(path: inside)
        }
        #expect(throws: StoreError.io(path: temporary.directory.path, reason: "not a regular file")) {
            try AuditDatabase.open(path: temporary.directory.path)
        }
    }

    @Test func readingNeedsAFileAndDoesNotWrite() throws {
        let temporary = try TemporaryDatabase()
        #expect(throws: StoreError.io(path: temporary.path, reason: "No such file or directory")) {
            try AuditDatabase.open(path: temporary.path, access: .read)
        }
        try temporary.open().close()
        let database = try AuditDatabase.open(path: temporary.path, access: .read)
        #expect(throws: StoreError.readOnly(path: temporary.path)) {
            try database.begin(run: NewRun(startedAt: 0, toolVersion: "1", arguments: []))
        }
        #expect(try database.read { try $0.runs() } == [])
    }
}
