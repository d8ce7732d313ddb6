// Only one run at a time.

import AuditStore
import Foundation
import Testing

@Suite struct RunLockTests {
    @Test func theSecondRunLearnsWhoHoldsTheDatabase() throws {
        let temporary = try TemporaryDatabase()
        let first = try RunLock(databasePath: temporary.path)
        #expect(throws: StoreError.busy(path: temporary.path, holder: getpid())) { try take(temporary.path) }
        #expect(try temporary.mode(RunLock.suffix) == 0o600)
        first.release()
        try take(temporary.path)
    }

    @Test func aLinkToTheDatabaseMeetsTheSameLock() throws {
        let temporary = try TemporaryDatabase()
        try temporary.open().close()
        let link = temporary.directory.appending(path: "link.db").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: temporary.path)
        let first = try RunLock(databasePath: temporary.path)
        #expect(throws: StoreError.busy(path: link, holder: getpid())) { try take(link) }
        first.release()
        try take(link)
    }

    @Test func twoDatabasesDoNotHinderEachOther() throws {
        let temporary = try TemporaryDatabase()
        let first = try RunLock(databasePath: temporary.path)
        try take(temporary.path + "2")
        first.release()
    }

    private func take(_ path: String) throws {
        let lock = try RunLock(databasePath: path)
        lock.release()
    }
}
