// What can go wrong with the database file, said so that somebody can act on it.

import GRDB
import Glibc

/// Why the database could not be opened, read or written.
public enum StoreError: Error, Equatable, Sendable {
    /// The file is no SQLite database.
    case notADatabase(path: String)
    /// A newer version of this tool wrote the database.
    case newerSchema(path: String, found: Int, known: Int)
    /// The file is a SQLite database of another application.
    case foreignDatabase(path: String, applicationID: Int)
    /// Another process holds the database; `holder` is its process id, if known.
    case busy(path: String, holder: Int32?)
    /// The database cannot be written.
    case readOnly(path: String)
    /// There is no space left for the database.
    case diskFull(path: String)
    /// The operating system refused to open the file.
    case io(path: String, reason: String)
    /// The operating system failed to read or write the file.
    case failed(path: String, reason: String)
    /// Anything else that SQLite reports, with its extended result code.
    case other(path: String, code: Int, text: String)

    /// The file concerned.
    public var path: String {
        switch self {
        case .notADatabase(let path), .readOnly(let path), .diskFull(let path): path
        case .newerSchema(let path, _, _), .other(let path, _, _): path
        case .foreignDatabase(let path, _), .busy(let path, _), .io(let path, _): path
        case .failed(let path, _): path
        }
    }

    /// What is wrong, without path or full stop.
    public var what: String {
        switch self {
        case .notADatabase: "this file is not a SQLite database"
        case .newerSchema(_, let found, let known):
            "the database has schema version \(found), this program knows versions up to \(known)"
        case .foreignDatabase(_, let applicationID):
            "this SQLite database belongs to another application (application_id \(applicationID))"
        case .busy(_, let holder?): "another run holds the database (process \(holder))"
        case .busy(_, nil): "another process holds the database"
        case .readOnly: "the database cannot be written"
        case .diskFull: "no space is left for the database"
        case .io(_, let reason): "the file cannot be used: \(reason)"
        case .failed(_, let reason): "the database cannot be read or written: \(reason)"
        case .other(_, let code, let text): "SQLite error \(code): \(text)"
        }
    }

    /// What to do about it.
    public var hint: String {
        switch self {
        case .notADatabase, .foreignDatabase:
            "name another file with --database; a new one is created when none exists"
        case .newerSchema: "use the version of grantaudit that wrote it, or a later one"
        case .busy: "wait until the other run ends, or use another --database"
        case .readOnly: "check owner and mode of the file and its directory, and that the disk is mounted writable"
        case .diskFull: "free space and run again; nothing of this run was stored"
        case .io: "check the path given with --database and the rights on it"
        case .failed:
            "check the disk, quotas and limits (ulimit -a), and run again; nothing of this run was stored"
        case .other: "run `sqlite3 DATABASE 'PRAGMA integrity_check'`; nothing of this run was stored"
        }
    }

    /// Whether somebody else holds the database, so that trying again later may work.
    public var isBusy: Bool {
        if case .busy = self { true } else { false }
    }
}

extension StoreError: CustomStringConvertible {
    /// Path and cause on one line.
    public var description: String { "\(path): \(what)" }
}

extension StoreError {
    /// The error that GRDB or SQLite threw while working on `path`.
    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        let call = error as? FailedCall
        guard let error = call?.error ?? error as? DatabaseError else {
            self = .other(path: path, code: 0, text: "\(error)")
            return
        }
        let text = error.message ?? "no message"
        switch error.resultCode {
        case .SQLITE_NOTADB: self = .notADatabase(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path, holder: nil)
        case .SQLITE_PROTOCOL:
            // Locks that cannot be had: nobody can take them where nothing can be written.
            self = access(path, W_OK) == 0 ? .busy(path: path, holder: nil) : .readOnly(path: path)
        case .SQLITE_READONLY: self = .readOnly(path: path)
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_IOERR:
            // The system's number may stem from a call that did not fail; then what SQLite says is all there is.
            guard let code = call?.errno, code != 0 else {
                self = .failed(path: path, reason: text)
                return
            }
            self.init(errno: code, path: path)
            if case .io(_, let reason) = self { self = .failed(path: path, reason: reason) }
        case .SQLITE_CANTOPEN, .SQLITE_PERM:
            guard let code = call?.errno, code != 0 else {
                self = .io(path: path, reason: text)
                return
            }
            // The file itself is there; one that SQLite needs beside it is not, and could not be made.
            if code == ENOENT { self = .readOnly(path: path) } else { self.init(errno: code, path: path) }
        default: self = .other(path: path, code: Int(error.extendedResultCode.rawValue), text: text)
        }
    }

    /// The error that a system call reported while working on `path`.
    init(errno code: Int32, path: String) {
        switch code {
        case ENOSPC, EDQUOT: self = .diskFull(path: path)
        case EROFS: self = .readOnly(path: path)
        default: self = .io(path: path, reason: String(cString: strerror(code)))
        }
    }
}
