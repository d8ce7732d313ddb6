// Writes a file in one step: whoever reads it sees the old text or the new one, never a part of either.

import Glibc

/// A file that is replaced as a whole.
public enum WholeFile {
    /// Why a file could not be written.
    public struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        /// The file.
        public let path: String
        /// What the operating system says.
        public let reason: String

        /// Path and reason on one line.
        public var description: String { "\(path): cannot be written: \(reason)" }
    }

    /// Makes `text` the content of the file at `path`, readable for everybody.
    ///
    /// The text is written to a temporary file in the same folder, which then takes the file's name. A link is followed,
    /// so that the file behind it is replaced; what is no file, such as a device or a pipe, is left alone.
    public static func replace(_ path: String, with text: String) throws(Problem) {
        let target = realPath(path) ?? path
        var status = stat()
        if stat(target, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw Problem(path: path, reason: "not a regular file")
        }
        // Neither name nor ending are those of a metrics file: collectors take what ends in `.prom`.
        let slash = target.lastIndex(of: "/")
        let folder = slash.map { target[...$0] } ?? ""
        let name = slash.map { target[target.index(after: $0)...] } ?? target[...]
        var template = Array("\(folder).\(name).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Problem(path: path, reason: reason(errno)) }
        let temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        var error = write(Array(text.utf8), to: descriptor)
        if error == 0, fchmod(descriptor, 0o644) != 0 || fsync(descriptor) != 0 { error = errno }
        if close(descriptor) != 0, error == 0 { error = errno }
        if error == 0, rename(temporary, target) != 0 { error = errno }
        guard error != 0 else { return }
        unlink(temporary)
        throw Problem(path: path, reason: reason(error))
    }

    /// Writes all of `bytes`; returns the error number, 0 for none.
    public static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno }
            done += count
        }
        return 0
    }

    private static func realPath(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
