// The database as a file: created private, and looked at before SQLite touches it.

import Glibc

/// Steps taken on the file itself, before a connection is opened.
enum DatabaseFile {
    /// First 16 bytes of every database file (https://www.sqlite.org/fileformat.html §1.3).
    private static let magic = Array("SQLite format 3\0".utf8)

    /// Creates an empty file that only its owner can read or write, if there is none.
    ///
    /// SQLite gives `-wal` and `-shm` the mode of the database file, so all three are private. The mode of an
    /// existing file is left alone: whoever widened it meant to.
    static func createIfMissing(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor < 0 else {
            close(descriptor)
            return
        }
        guard errno == EEXIST else { throw StoreError(errno: errno, path: path) }
    }

    /// Refuses what is no regular file, or has content that is no SQLite database.
    static func check(_ path: String) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw StoreError(errno: errno, path: path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .io(path: path, reason: "not a regular file") }
        guard status.st_size > 0 else { return }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, path: path) }
        defer { close(descriptor) }
        var head = [UInt8](repeating: 0, count: magic.count)
        let count = head.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == magic.count, head == magic else { throw .notADatabase(path: path) }
    }

    /// `path` without symbolic links, so that two names of one database meet in one lock.
    static func resolved(_ path: String) -> String {
        if let absolute = realPath(path) { return absolute }
        guard let slash = path.lastIndex(of: "/") else { return path }
        let directory = slash == path.startIndex ? "/" : String(path[..<slash])
        guard let absolute = realPath(directory) else { return path }
        return absolute + (absolute == "/" ? "" : "/") + path[path.index(after: slash)...]
    }

    private static func realPath(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
