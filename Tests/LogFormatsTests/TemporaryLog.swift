// A log that exists as long as somebody holds on to it.

import ByteStreams
import Foundation

/// A file in the temporary folder, removed with its last reference.
final class TemporaryLog {
    private let url = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString).log")

    init(_ bytes: [UInt8]) { _ = FileManager.default.createFile(atPath: url.path, contents: Data(bytes)) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func reader(blockBytes: Int = 1 << 16) throws -> LineReader {
        try LineReader(InputFile(path: url.path), limits: InputLimits(blockBytes: blockBytes))
    }
}
