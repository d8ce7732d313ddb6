// Opens the one SQLite file in which an audit remembers.

public import AuthEvents
import GRDB

/// The database of findings, evidence, runs and accounting.
///
/// One connection in WAL mode: readers in other processes see the last committed run while a new one is written.
public final class AuditDatabase: Sendable {
    /// What a database is opened for.
    public enum Access: Sendable {
        /// Reading and writing; a missing file is created, an older schema is brought up to date.
        case write
        /// The same for a file that must exist.
        case existing
        /// Reading only; the file must exist.
        case read
    }

    /// The file, as given.
    public let path: String
    /// The key under which this database's token fingerprints are made.
    public let fingerprintKey: FingerprintKey
    private let queue: DatabaseQueue

    /// Seconds to wait for a lock that another process holds.
    private static let busyTimeoutSeconds = 10.0

    /// The schema version that this program reads and writes.
    public static var schemaVersion: Int { Migration.current }

    /// The files that hold it while a run writes to it, whether they exist or not (https://www.sqlite.org/tempfiles.html).
    public var filePaths: [String] {
        ["", "-journal", "-wal", "-shm", RunLock.suffix].map { DatabaseFile.resolved(path) + $0 }
    }

    /// Opens the database at `path`, and creates it when it is to be written and does not exist.
    ///
    /// A new database gets `newKey` as its fingerprint key, or a random one; an old one keeps its own.
    public static func open(
        path: String,
        access: Access = .write,
        newKey: FingerprintKey? = nil
    ) throws(StoreError) -> AuditDatabase {
        if access == .write { try DatabaseFile.createIfMissing(path) }
        try DatabaseFile.check(path)
        do {
            return try AuditDatabase(path: path, access: access, newKey: newKey)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private init(path: String, access: Access, newKey: FingerprintKey?) throws {
        var configuration = Configuration()
        configuration.readonly = access == .read
        configuration.busyMode = .timeout(Self.busyTimeoutSeconds)
        configuration.prepareDatabase { database in
            // The first look at the file, so that it can be said why it failed.
            try database.askingWhy { _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") }
            try database.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        // A database that is not ours must not even be switched to WAL, so it is looked at first.
        let identity = try queue.read { database in
            let identity = try Migration.Identity(database)
            try identity.check(path: path)
            return identity
        }
        if access != .read {
            try queue.writeWithoutTransaction { database in
                try database.askingWhy {
                    try database.execute(sql: "PRAGMA journal_mode = WAL")
                    guard identity.version < Migration.current else { return }
                    try database.inTransaction {
                        try Migration.apply(to: database, path: path, newKey: newKey)
                        return .commit
                    }
                }
            }
        } else if identity.version < Migration.current {
            throw StoreError.readOnly(path: path)
        }
        self.path = path
        self.queue = queue
        self.fingerprintKey = try queue.read { database in try Migration.fingerprintKey(database, path: path) }
    }

    /// Closes the connection; the database cannot be used afterwards.
    public func close() throws(StoreError) {
        do {
            try queue.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Runs `body` on one consistent state of the database.
    public func read<Result>(_ body: (AuditReader) throws -> Result) throws(StoreError) -> Result {
        do {
            return try queue.read { database in
                try database.askingWhy { try body(AuditReader(database: database)) }
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Runs `body` in one transaction: all of it is stored, or nothing.
    func write<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        try writeWithoutTransaction { database in
            var result: Result?
            try database.inTransaction {
                result = try body(database)
                return .commit
            }
            guard let result else { preconditionFailure("a transaction was committed that did nothing") }
            return result
        }
    }

    /// Runs `body` outside of any transaction.
    func writeWithoutTransaction<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try queue.writeWithoutTransaction { database in try database.askingWhy { try body(database) } }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
