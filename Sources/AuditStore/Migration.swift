// Brings a database to the schema this program knows, one numbered step at a time.

import AuthEvents
import Foundation
import GRDB

/// One step from a schema version to the next.
struct Migration {
    /// The schema version after this step.
    let version: Int
    /// The statements of this step.
    let sql: String

    /// All steps, in order.
    static let all = [version1]
    /// The schema version that this program reads and writes.
    static let current = all.count
    /// `PRAGMA application_id` of our databases: `GrAu` in ASCII.
    static let applicationID = 0x4772_4175

    /// What a database says about itself.
    struct Identity: Equatable {
        /// `PRAGMA application_id`.
        let applicationID: Int
        /// `PRAGMA user_version`, the schema version.
        let version: Int
        /// Whether nothing was ever created in it.
        let isEmpty: Bool

        init(_ database: Database) throws {
            applicationID = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        }

        /// Refuses a database that is not ours or not yet known to us.
        func check(path: String) throws {
            if isEmpty && applicationID == 0 && version == 0 { return }
            guard applicationID == Migration.applicationID else {
                throw StoreError.foreignDatabase(path: path, applicationID: applicationID)
            }
            guard version <= Migration.current else {
                throw StoreError.newerSchema(path: path, found: version, known: Migration.current)
            }
        }
    }

    /// Applies what is missing; runs inside a write transaction.
    ///
    /// A database that has no fingerprint key yet gets `newKey`, or a random one.
    static func apply(to database: Database, path: String, newKey: FingerprintKey?) throws {
        let identity = try Identity(database)
        try identity.check(path: path)
        guard identity.version < current else { return }
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        for migration in all where migration.version > identity.version {
            try database.execute(sql: migration.sql)
            try database.execute(sql: "PRAGMA user_version = \(migration.version)")
        }
        try database.execute(
            sql: "INSERT OR IGNORE INTO metadata (key, value) VALUES (?, ?)",
            arguments: [fingerprintKeyName, Data((newKey ?? .random()).bytes)]
        )
    }

    /// Name under which `metadata` keeps the fingerprint key.
    static let fingerprintKeyName = "fingerprint_key"

    /// The key that ``apply(to:path:newKey:)`` made.
    static func fingerprintKey(_ database: Database, path: String) throws -> FingerprintKey {
        let bytes = try Row.fetchOne(
            database,
            sql: "SELECT value FROM metadata WHERE key = ?",
            arguments: [fingerprintKeyName]
        )
        .map { row in Array(row[0] as Data) }
        guard let bytes, bytes.count == FingerprintKey.byteCount else {
            throw StoreError.other(path: path, code: 0, text: "the fingerprint key is missing")
        }
        return FingerprintKey(bytes)
    }
}
