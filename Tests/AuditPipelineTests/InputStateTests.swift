// Whatever an input is like, the run says what became of it, and the other inputs are judged.

import AuditPipeline
import AuditStore
import ByteStreams
import Foundation
import Testing

@Suite struct InputStateTests {
    /// A log beside which something is wrong, and what it gives alone.
    private func audit(
        _ paths: [String],
        in folder: TemporaryFolder,
        change: (inout AuditOptions) -> Void = { _ in }
    ) async throws -> AuditOutcome {
        let good = try folder.write("good.log", Story.json.texts)
        let outcome = try await AuditBench.audit([good] + paths, folder.database, change: change)
        #expect(try outcome.input(good).status == .read)
        return outcome
    }

    @Test func truncatedZstdIsUsedUpToTheDamage() async throws {
        let folder = try TemporaryFolder()
        let frames = Story.json.consecutive(10).map { CompressedFile.zstd([TemporaryFolder.bytes($0)]) }
        let path = try folder.write("a.zst", frames.joined().dropLast(20))
        let outcome = try await AuditBench.audit([path], folder.database)
        let input = try outcome.input(path)
        #expect(input.status == .damaged)
        #expect(outcome.summary.incomplete == ["\(path): \(input.reason ?? "")"])
        let readable = try folder.write("plain.log", Array(Story.json.consecutive(10).dropLast().joined()))
        let plain = try await AuditBench.audit([readable], folder.path + "/plain.db")
        #expect(outcome.placedValues == plain.placedValues)
        #expect(input.lines == plain.inputs.first?.lines)
        #expect(!plain.findings.isEmpty)
    }

    @Test func truncatedGzipIsUsedUpToTheDamage() async throws {
        let folder = try TemporaryFolder()
        let packed = CompressedFile.gzip([Story.json.bytes])
        let path = try folder.write("a.gz", packed.prefix(packed.count * 2 / 3))
        let outcome = try await AuditBench.audit([path], folder.database)
        let input = try outcome.input(path)
        #expect(input.status == .damaged)
        #expect(outcome.summary.incomplete == ["\(path): \(input.reason ?? "")"])
        let byteCount = Int(try #require(input.damageOffset))
        #expect(byteCount > Story.json.bytes.count / 2)
        let readable = try folder.write("plain.log", Story.json.bytes.prefix(byteCount))
        let plain = try await AuditBench.audit([readable], folder.path + "/plain.db") { $0.rejectedShareMax = 1 }
        #expect(outcome.placedValues == plain.placedValues)
        #expect(input.lines == plain.inputs.first?.lines)
    }

    @Test func missingPathIsTold() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await audit([folder.path + "/nowhere.log"], in: folder)
        let input = try outcome.input(folder.path + "/nowhere.log")
        #expect(input.status == .unreadable)
        #expect(input.reason == "does not exist")
        #expect(outcome.summary.incomplete == ["\(input.path): does not exist"])
        #expect(outcome.values == (try await AuditBench.baseline(.json)).values)
    }

    @Test func fileThatCannotBeOpenedIsTold() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/circle.log"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
        let outcome = try await audit([path], in: folder)
        let input = try outcome.input(path)
        #expect(input.status == .unreadable)
        #expect(outcome.summary.incomplete == ["\(path): \(input.reason ?? "")"])
        #expect(input.reason?.isEmpty == false)
        #expect(outcome.values == (try await AuditBench.baseline(.json)).values)
    }

    @Test func fileThatCannotBeReadIsTold() async throws {
        // A regular file that even the superuser can open but not read from its beginning.
        let path = "/proc/self/mem"
        let outcome = try await audit([path], in: try TemporaryFolder())
        let input = try outcome.input(path)
        #expect([.damaged, .unreadable].contains(input.status))
        #expect(outcome.summary.incomplete == ["\(path): \(input.reason ?? "")"])
        #expect(input.reason?.isEmpty == false)
        #expect(outcome.values == (try await AuditBench.baseline(.json)).values)
    }

    @Test(.disabled(if: geteuid() == 0, "the superuser may read everything"))
    func fileWithoutPermissionIsTold() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("closed.log", Story.json.texts)
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
        let outcome = try await audit([path], in: folder)
        #expect(try outcome.input(path).status == .unreadable)
        #expect(outcome.summary.incomplete == ["\(path): permission denied"])
    }

    @Test func emptyFileIsReadAndComplete() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("empty.log", [UInt8]())
        let outcome = try await audit([path], in: folder)
        let input = try outcome.input(path)
        #expect(input.status == .read)
        #expect(input.reason == "empty")
        #expect(input.lines == LineAccount(lines: 0, events: 0, rejected: 0, ignored: 0))
        #expect(outcome.summary.incomplete == [])
    }

    @Test(arguments: ["just some prose\nin two lines\n", "{\"a\":1}\n", "\u{1}\u{2}\u{3}\n"])
    func textOfNoFormatIsTold(_ text: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("prose.txt", Array(text.utf8))
        let outcome = try await audit([path], in: folder)
        let input = try outcome.input(path)
        #expect(input.status == .unrecognized)
        #expect(outcome.summary.incomplete == ["\(path): \(input.reason ?? "")"])
        #expect(outcome.values == (try await AuditBench.baseline(.json)).values)
    }

    @Test func emptyFolderHasNoInputs() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/logs", withIntermediateDirectories: true)
        let outcome = try await AuditBench.audit([folder.path + "/logs"], folder.database)
        #expect(outcome.inputs == [])
        #expect(outcome.run.inputsGiven == 0)
    }

    @Test func overlongLineIsRejectedAndTheRestIsRead() async throws {
        let folder = try TemporaryFolder()
        var lines = Story.json.texts
        lines.insert(#"{"time":"\#(String(repeating: "x", count: 5000))"}"#, at: 20)
        let path = try folder.write("a.log", lines)
        for byteCount in [1024, 1 << 18] {
            let outcome = try await AuditBench.audit([path], folder.path + "/block\(byteCount).db") {
                $0.limits.lineBytesMax = 2000
                $0.limits.blockBytes = byteCount
            }
            let input = try outcome.input(path)
            #expect(input.lines.lines == Int64(lines.count))
            #expect(input.lines.rejected == 1)
            #expect(outcome.summary.incomplete == ["\(path): 1 of \(lines.count) lines could not be read"])
            #expect(outcome.values == (try await AuditBench.baseline(.json)).values)
        }
    }

    @Test func overlongFirstLineHidesNothing() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", [String(repeating: "x", count: 200_000)] + Story.json.texts)
        let outcome = try await AuditBench.audit([path], folder.database) { $0.limits.lineBytesMax = 2000 }
        #expect(outcome.inputs.map(\.lines.rejected) == [1])
        #expect(outcome.values == (try await AuditBench.baseline(.json)).values)
    }

    @Test func fewRejectedLinesAreTolerated() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts + [#"{"kind":"token.request"}"#])
        let strict = try await AuditBench.audit([path], folder.database)
        let tolerant = try await AuditBench.audit([path], folder.path + "/tolerant.db") { $0.rejectedShareMax = 0.01 }
        #expect(strict.summary.incomplete == ["\(path): 1 of \(Story.json.lines.count + 1) lines could not be read"])
        #expect(tolerant.summary.incomplete == [])
        #expect(strict.values == tolerant.values)
        #expect(tolerant.inputs.map(\.lines.rejected) == [1])
    }

    @Test func namedPipesAreToldOf() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let named = try await AuditBench.audit([pipe], folder.database)
        #expect(named.summary.incomplete == ["\(pipe): not a regular file; pipe it in and name it '-'"])
        try folder.write("a.log", Story.json.texts)
        let found = try await AuditBench.audit([folder.path], folder.database)
        #expect(found.summary.incomplete == [])
    }

    @Test func databaseIsNoInput() async throws {
        let folder = try TemporaryFolder()
        try folder.write("a.log", Story.json.texts)
        let outcome = try await AuditBench.audit([folder.path], folder.database)
        #expect(outcome.inputs.count { $0.status != .skipped } == 1)
    }
}
