// A file is replaced as a whole, or stays as it was.

import Foundation
import Glibc
import Testing

@testable import Reports

@Suite struct WholeFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func path(_ name: String) -> String { directory.url.appending(path: name).path }

    private func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.url.path).sorted()
    }

    @Test func fileIsMadeAndReplaced() throws {
        let mask = umask(0o077)
        defer { umask(mask) }
        try WholeFile.replace(path("a.prom"), with: "one\n")
        var status = stat()
        #expect(stat(path("a.prom"), &status) == 0)
        #expect(status.st_mode == S_IFREG | 0o644)
        let first = status.st_ino
        try WholeFile.replace(path("a.prom"), with: "two\n")
        #expect(try text("a.prom") == "two\n")
        #expect(stat(path("a.prom"), &status) == 0)
        #expect(status.st_ino != first, "the file was written over")
        #expect(try names() == ["a.prom"])
    }

    @Test func nobodyReadsAPart() async throws {
        let file = path("a.prom")
        let texts = ["a", "b"].map { String(repeating: $0, count: 300_000) + "\n" }
        try WholeFile.replace(file, with: texts[0])
        let writer = Task.detached {
            for round in 1...200 { try WholeFile.replace(file, with: texts[round % 2]) }
        }
        for _ in 1...100 {
            #expect(texts.contains(try text("a.prom")))
            // What is in the making must not look like metrics.
            #expect(try names().filter { $0.hasSuffix(".prom") } == ["a.prom"])
        }
        try await writer.value
        #expect(try names() == ["a.prom"])
        #expect(try text("a.prom") == texts[0])
    }

    @Test func linkIsFollowed() throws {
        try FileManager.default.createDirectory(atPath: path("real"), withIntermediateDirectories: false)
        try WholeFile.replace(path("real/a.prom"), with: "one\n")
        try FileManager.default.createSymbolicLink(atPath: path("link.prom"), withDestinationPath: "real/a.prom")
        try WholeFile.replace(path("link.prom"), with: "two\n")
        #expect(try text("real/a.prom") == "two\n")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path("link.prom")) == "real/a.prom")
    }

    @Test func whatIsNoFileIsLeftAlone() throws {
        #expect(mkfifo(path("pipe"), 0o600) == 0)
        for name in ["pipe", "."] {
            #expect(throws: WholeFile.Problem(path: path(name), reason: "not a regular file")) {
                try WholeFile.replace(path(name), with: "one\n")
            }
        }
        #expect(throws: WholeFile.Problem(path: "/dev/null", reason: "not a regular file")) {
            try WholeFile.replace("/dev/null", with: "one\n")
        }
        #expect(try names() == ["pipe"])
    }

    @Test func whatCannotBeWrittenStaysAsItWas() throws {
        #expect(throws: WholeFile.Problem(path: path("no/a.prom"), reason: "No such file or directory")) {
            try WholeFile.replace(path("no/a.prom"), with: "one\n")
        }
        let long = path(String(repeating: "n", count: 252))
        #expect(throws: WholeFile.Problem(path: long, reason: "File name too long")) {
            try WholeFile.replace(long, with: "one\n")
        }
        #expect(try names() == [])
    }
}
