// What is read from disk, and what is refused before it is.

import Foundation
import Testing

@testable import YAMLFiles

@Suite struct YAMLFileTests {
    func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    func message(_ path: String, bytesMax: Int = 100) -> String? {
        do {
            _ = try YAMLFile.text(path, bytesMax: bytesMax)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func readsUpToTheLimit() throws {
        try withFolder { folder in
            let path = folder + "/a.yml"
            try Data("a: é".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try YAMLFile.text(path, bytesMax: 5) == "a: é")
            #expect(message(path, bytesMax: 4) == "the file is larger than 4 bytes")
            let long = String(repeating: "x", count: 300_000)
            try Data(long.utf8).write(to: URL(fileURLWithPath: path))
            #expect(try YAMLFile.text(path, bytesMax: 300_000) == long)
            try Data().write(to: URL(fileURLWithPath: path))
            #expect(try YAMLFile.text(path, bytesMax: 0).isEmpty)
        }
    }

    @Test func aHugeFileIsNotRead() throws {
        try withFolder { folder in
            let path = folder + "/huge.yml"
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            // Nothing is stored of it, but reading it would need all of this in memory.
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.truncate(atOffset: 1 << 40)
            try file.close()
            #expect(message(path) == "the file is larger than 100 bytes")
        }
    }

    @Test func otherThingsThanFilesAreRefusedOrCutOff() throws {
        try withFolder { folder in
            #expect(message(folder) == "the file cannot be read")
            #expect(message(folder + "/none") == "there is no such file")
            #expect(message("/dev/zero") == "the file is larger than 100 bytes")
            try #require(mkfifo(folder + "/pipe", 0o600) == 0)
            #expect(try YAMLFile.text(folder + "/pipe", bytesMax: 100).isEmpty)
        }
    }

    @Test func bytesThatAreNotUTF8AreRefused() throws {
        try withFolder { folder in
            try Data([0x61, 0x3A, 0xFF]).write(to: URL(fileURLWithPath: folder + "/a"))
            #expect(message(folder + "/a") == "the file is not UTF-8")
        }
    }
}
