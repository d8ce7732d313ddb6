// Reads a text file that somebody else wrote, no more of it than is allowed.

import Glibc

/// Files of rules, formats, tests and placeholders on their way into memory.
public enum YAMLFile {
    private static let readBytes = 1 << 16

    /// The text of the file at `path`, which may have `bytesMax` bytes.
    ///
    /// A larger file is refused before it is read; a pipe or a device is read up to the limit and no further.
    public static func text(_ path: String, bytesMax: Int) throws(YAMLProblem) -> String {
        // Non-blocking, so that a pipe nobody writes to is empty instead of holding us up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? missing : unreadable }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else { throw unreadable }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        if isRegular, status.st_size > bytesMax { throw tooLarge(bytesMax) }
        if !isRegular { _ = fcntl(descriptor, F_SETFL, O_RDONLY) }
        var bytes: [UInt8] = []
        if isRegular { bytes.reserveCapacity(Int(status.st_size) + 1) }
        while true {
            let block = try read(descriptor, atMost: min(readBytes, bytesMax + 1 - bytes.count))
            if block.isEmpty { break }
            bytes += block
            guard bytes.count <= bytesMax else { throw tooLarge(bytesMax) }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw YAMLProblem("the file is not UTF-8", hint: "save it as UTF-8")
        }
        return text
    }

    private static func read(_ descriptor: Int32, atMost count: Int) throws(YAMLProblem) -> [UInt8] {
        var result = 0
        let block = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            repeat { result = Glibc.read(descriptor, buffer.baseAddress, count) } while result < 0 && errno == EINTR
            initializedCount = max(result, 0)
        }
        guard result >= 0 else { throw unreadable }
        return block
    }

    private static let unreadable = YAMLProblem("the file cannot be read", hint: "check its permissions")

    private static let missing = YAMLProblem("there is no such file", hint: "check its name")

    /// What is said of a file of more than `bytesMax` bytes.
    public static func tooLarge(_ bytesMax: Int) -> YAMLProblem {
        YAMLProblem("the file is larger than \(bytesMax) bytes", hint: "split it")
    }
}
