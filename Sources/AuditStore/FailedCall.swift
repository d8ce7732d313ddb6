// What the operating system said when SQLite could not read or write.

import GRDB
import GRDBSQLite

/// An error of SQLite, and the error number of the system call behind it; 0 if there was none.
struct FailedCall: Error {
    let error: DatabaseError
    let errno: Int32
}

extension Database {
    /// Runs `body`, and asks the connection for the system's own error before it does anything else.
    ///
    /// SQLite says "disk I/O error" for whatever the system refuses, be it a quota, a limit or a broken disk.
    func askingWhy<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            let errno = sqlite3_system_errno(sqliteConnection)
            throw FailedCall(error: error, errno: errno != 0 ? errno : fileErrno)
        }
    }

    /// The number of the last call on the write-ahead log, else on the database itself, that failed; only there is what
    /// went wrong at a commit.
    private var fileErrno: Int32 {
        for pointer in [SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER] {
            var file: UnsafeMutablePointer<sqlite3_file>?
            var errno: Int32 = 0
            _ = sqlite3_file_control(sqliteConnection, "main", pointer, &file)
            guard let file, let methods = file.pointee.pMethods else { continue }
            _ = methods.pointee.xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &errno)
            if errno != 0 { return errno }
        }
        return 0
    }
}
