// What people read when the database cannot be used.

import AuditStore
import Testing

@Suite struct StoreErrorTests {
    @Test(arguments: [
        (
            StoreError.notADatabase(path: "a.db"),
            "a.db: this file is not a SQLite database\n"
                + "  hint: name another file with --database; a new one is created when none exists"
        ),
        (
            .newerSchema(path: "a.db", found: 9, known: 1),
            "a.db: the database has schema version 9, this program knows versions up to 1\n"
                + "  hint: use the version of grantaudit that wrote it, or a later one"
        ),
        (
            .foreignDatabase(path: "a.db", applicationID: 7),
            "a.db: this SQLite database belongs to another application (application_id 7)\n"
                + "  hint: name another file with --database; a new one is created when none exists"
        ),
        (
            .busy(path: "a.db", holder: 42),
            "a.db: another run holds the database (process 42)\n"
                + "  hint: wait until the other run ends, or use another --database"
        ),
        (
            .busy(path: "a.db", holder: nil),
            "a.db: another process holds the database\n"
                + "  hint: wait until the other run ends, or use another --database"
        ),
        (
            .readOnly(path: "a.db"),
            "a.db: the database cannot be written\n"
                + "  hint: check owner and mode of the file and its directory, and that the disk is mounted writable"
        ),
        (
            .diskFull(path: "a.db"),
            "a.db: no space is left for the database\n"
                + "  hint: free space and run again; nothing of this run was stored"
        ),
        (
            .io(path: "a.db", reason: "Permission denied"),
            "a.db: the file cannot be used: Permission denied\n"
                + "  hint: check the path given with --database and the rights on it"
        ),
        (
            .failed(path: "a.db", reason: "Input/output error"),
            "a.db: the database cannot be read or written: Input/output error\n"
                + "  hint: check the disk, quotas and limits (ulimit -a), and run again; nothing of this run was stored"
        ),
        (
            .other(path: "a.db", code: 11, text: "database disk image is malformed"),
            "a.db: SQLite error 11: database disk image is malformed\n"
                + "  hint: run `sqlite3 DATABASE 'PRAGMA integrity_check'`; nothing of this run was stored"
        ),
    ])
    func messages(error: StoreError, message: String) {
        #expect("\(error)\n  hint: \(error.hint)" == message)
        #expect(error.path == "a.db")
        #expect(error.isBusy == message.contains("holds"))
    }
}
