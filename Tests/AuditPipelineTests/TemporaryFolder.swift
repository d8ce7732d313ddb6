// A folder for the files of one test, removed afterwards.

import Foundation

/// Files that live as long as this value.
final class TemporaryFolder: Sendable {
    let path: String

    /// The database of the test; it need not exist yet.
    var database: String { path + "/audit.db" }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "audit-pipeline-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, its folders included, and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: file)
        return file.path
    }

    /// Writes lines, each with its line feed, and returns the file's path.
    @discardableResult
    func write(_ name: String, _ lines: [String], lineEnd: String = "\n") throws -> String {
        try write(name, Self.bytes(lines, lineEnd: lineEnd))
    }

    /// The bytes of a file with these lines.
    static func bytes(_ lines: [String], lineEnd: String = "\n") -> [UInt8] {
        Array(lines.map { $0 + lineEnd }.joined().utf8)
    }

    /// All bytes of the files whose names begin with that of the database: the database, its log and its lock.
    func databaseBytes() throws -> Data {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix("audit.db") }
        return try names.sorted().reduce(into: Data()) { $0 += try Data(contentsOf: URL(filePath: path + "/" + $1)) }
    }
}
