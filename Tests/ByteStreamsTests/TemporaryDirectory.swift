// A directory for the files of one test, removed afterwards.

import ByteStreams
import Glibc

/// Files that live as long as this value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array((parent + "/bytestreams-XXXXXX").utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, let made = mkdtemp(base) else {
                fatalError("no temporary directory")
            }
            return String(cString: made)
        }
    }

    deinit { Self.remove(path) }

    /// Writes a file and returns it as an input.
    @discardableResult
    func file(_ name: String, _ bytes: [UInt8]) -> InputFile {
        let full = path + "/" + name
        let descriptor = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        precondition(descriptor >= 0, "cannot write a fixture")
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            precondition(count > 0, "cannot write a fixture")
            written += count
        }
        close(descriptor)
        return InputFile(path: full)
    }

    /// Makes a directory below this one.
    func directory(_ name: String) { mkdir(path + "/" + name, 0o700) }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) { symlink(target, path + "/" + name) }

    private static func remove(_ path: String) {
        chmod(path, 0o700)
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
                }
                let text = name.dropLast().map { UInt8(bitPattern: $0) }
                if text == Array(".".utf8) || text == Array("..".utf8) { continue }
                let full = Array(path.utf8CString.dropLast()) + [CChar(bitPattern: UInt8(ascii: "/"))] + name
                if unlink(full) != 0 { remove(path + "/" + String(decoding: text, as: UTF8.self)) }
            }
            closedir(stream)
        }
        rmdir(path)
    }
}
