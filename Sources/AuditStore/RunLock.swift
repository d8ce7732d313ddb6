// One run at a time: an advisory lock on a file beside the database.

import Glibc

/// Held while a run reads logs for a database; ends with the value's lifetime or the process.
///
/// SQLite's own locks last for a transaction only. The kernel frees a `flock` when its holder dies, so a killed
/// run leaves nothing to clean up.
public struct RunLock: ~Copyable, Sendable {
    /// Appended to the path of the database.
    public static let suffix = "-lock"

    private let descriptor: Int32

    /// Takes the lock of the database at `databasePath`, or throws ``StoreError/busy(path:holder:)`` at once.
    public init(databasePath: String) throws(StoreError) {
        let path = DatabaseFile.resolved(databasePath) + Self.suffix
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreError(errno: errno, path: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard code == EWOULDBLOCK else { throw StoreError(errno: code, path: path) }
            throw .busy(path: databasePath, holder: holder)
        }
        self.descriptor = descriptor
        writeHolder()
    }

    /// Gives the lock back.
    public consuming func release() {}

    deinit {
        // The file stays: removing it would let a third process lock a name that the second one still waits for.
        _ = ftruncate(descriptor, 0)
        close(descriptor)
    }

    private func writeHolder() {
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func holder(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        let digits = bytes[..<count].prefix { (0x30...0x39).contains($0) }
        return Int32(String(decoding: digits, as: UTF8.self))
    }
}
