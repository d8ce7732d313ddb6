// What an earlier run has read is not judged again; what is new is.

import AuditPipeline
import AuditStore
import LogFormats
import Testing

@Suite struct RepeatedRunTests {
    @Test func sameInputsChangeNothing() async throws {
        let folder = try TemporaryFolder()
        let paths = try Story.json.roundRobin(3).enumerated().map { try folder.write("host\($0).log", $1) }
        let first = try await AuditBench.audit(paths, folder.database)
        let second = try await AuditBench.audit(paths, folder.database)
        #expect(first.summary.changes.newFindingIDs.count == first.findings.count)
        #expect(second.findings == first.findings)
        #expect(second.summary.changes == CommitSummary())
        #expect(second.summary.worstLevel == nil)
        #expect(second.summary.incomplete == [])
        #expect(second.inputs.map(\.status) == [.alreadyAudited, .alreadyAudited, .alreadyAudited])
        #expect(second.inputs.allSatisfy { $0.reason == "nothing new since an earlier run" })
        #expect(second.run.lines.lines == 0)
    }

    @Test func rotatedAndCompressedFileIsTheSameInput() async throws {
        let folder = try TemporaryFolder()
        let first = try await AuditBench.audit([try folder.write("a.log", Story.json.texts)], folder.database)
        let packed = CompressedFile.zstd([Story.json.bytes])
        let second = try await AuditBench.audit([try folder.write("a.log.1.zst", packed)], folder.database)
        #expect(second.inputs.map(\.status) == [.alreadyAudited])
        #expect(second.findings == first.findings)
    }

    @Test func appendedPartIsReadAlone() async throws {
        let (before, after) = (Story.json.texts, Story.nextDay.texts)
        let folder = try TemporaryFolder()
        _ = try await AuditBench.audit([try folder.write("a.log", before)], folder.database)
        let second = try await AuditBench.audit([try folder.write("a.log", before + after)], folder.database)
        #expect(second.inputs.map(\.status) == [.read])
        #expect(second.run.lines.lines == Int64(after.count))
        #expect(second.summary.changes.findingsExtended == 0)

        let whole = try await AuditBench.audit([folder.path + "/a.log"], folder.path + "/whole.db")
        #expect(second.placedValues == whole.placedValues)
        let third = try await AuditBench.audit([folder.path + "/a.log"], folder.database)
        #expect(third.inputs.map(\.status) == [.alreadyAudited])
        #expect(third.findings == second.findings)
    }

    @Test func nightsOneByOneAreAllNightsAtOnce() async throws {
        let nights = [Story.json, Story.nextDay]
        let folder = try TemporaryFolder()
        let paths = try nights.enumerated().map { try folder.write("night\($0).log", $1.texts) }
        for count in 1...paths.count {
            let outcome = try await AuditBench.audit(Array(paths.prefix(count)), folder.database)
            #expect(outcome.inputs.map(\.status) == [.alreadyAudited, .read].suffix(count))
        }
        let together = try await AuditBench.audit(paths, folder.path + "/together.db")
        let stored = try AuditBench.read(folder.database) { try $0.findings(.all) }
        #expect(stored.map { FindingValue($0, places: true) } == together.placedValues)
    }

    @Test func sameContentInTwoFoldersIsReadOnce() async throws {
        let folder = try TemporaryFolder()
        let first = try folder.write("a/x.log", Story.json.texts)
        let second = try folder.write("b/y.log", Story.json.texts)
        let third = try folder.write("c/x.gz", CompressedFile.gzip([Story.json.bytes]))
        let outcome = try await AuditBench.audit([first, second, third], folder.database)
        #expect(outcome.inputs.map(\.status) == [.read, .skipped, .skipped])
        #expect(outcome.inputs.map(\.reason) == [nil, "same content as \(first)", "same content as \(first)"])
        #expect(outcome.summary.incomplete == [])
        #expect(outcome.placedValues == (try await AuditBench.baseline(.json)).placedValues)
    }

    @Test func sameBeginningIsNotTheSameContent() async throws {
        let lines = Story.json.texts
        let folder = try TemporaryFolder()
        _ = try await AuditBench.audit([try folder.write("a.log", lines)], folder.database)
        let other = try folder.write("b.log", Array(lines.prefix(40)) + Story.nextDay.texts)
        let outcome = try await AuditBench.audit([other], folder.database)
        #expect(outcome.inputs.map(\.status) == [.read])
        #expect(outcome.run.lines.lines == Int64(40 + Story.nextDay.lines.count))
    }

    @Test func halfWrittenLineIsReadWhenItIsWhole() async throws {
        let bytes = Story.json.bytes
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", bytes.prefix(bytes.count / 2 - 7))
        let first = try await AuditBench.audit([path], folder.database)
        try folder.write("a.log", bytes)
        let second = try await AuditBench.audit([path], folder.database)
        #expect(first.run.lines.rejected + second.run.lines.rejected == 0)
        #expect(first.run.lines.events + second.run.lines.events == Int64(Story.json.lines.count))
    }

    @Test func damagedFileIsNotCountedTwice() async throws {
        let folder = try TemporaryFolder()
        let frames = Story.json.consecutive(10).map { CompressedFile.zstd([TemporaryFolder.bytes($0)]) }
        let path = try folder.write("a.zst", frames.joined().dropLast(20))
        let first = try await AuditBench.audit([path], folder.database)
        let second = try await AuditBench.audit([path], folder.database)
        #expect(second.values == first.values)
    }

    @Test func completedFileIsNotCountedTwice() async throws {
        let folder = try TemporaryFolder()
        let frames = Story.json.consecutive(10).map { CompressedFile.zstd([TemporaryFolder.bytes($0)]) }
        let path = try folder.write("a.zst", frames.joined().dropLast(20))
        _ = try await AuditBench.audit([path], folder.database)
        try folder.write("a.zst", Array(frames.joined()))
        let second = try await AuditBench.audit([path], folder.database)
        let baseline = try await AuditBench.baseline(.json)
        #expect(second.values == baseline.values)
    }

    @Test func whatTheWrongFormatReadIsReadAgain() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts)
        let wrong = try await AuditBench.audit([path], folder.database) { $0.inputs[0].formatName = "combined" }
        #expect(wrong.run.lines.rejected == Int64(Story.json.lines.count))
        let right = try await AuditBench.audit([path], folder.database)
        #expect(right.values == (try await AuditBench.baseline(.json)).values)
    }

    @Test func cutCopyIsReadOnce() async throws {
        let folder = try TemporaryFolder()
        let cut = CompressedFile.gzip([Story.json.bytes]).dropLast(200)
        let paths = [try folder.write("a.log.gz", cut), try folder.write("a.log", Story.json.texts)]
        let outcome = try await AuditBench.audit(paths, folder.database)
        #expect(outcome.inputs.map(\.status) == [.skipped, .read])
        #expect(outcome.inputs.first?.reason == "the beginning of \(paths[1])")
        #expect(outcome.values == (try await AuditBench.baseline(.json)).values)
    }

    @Test func beginningOfAnotherInputIsReadOnce() async throws {
        let lines = Story.json.texts
        let folder = try TemporaryFolder()
        let half = try folder.write("a.log.1", Array(lines.prefix(lines.count / 2)))
        let whole = try folder.write("a.log", lines)
        let outcome = try await AuditBench.audit([half, whole], folder.database)
        let baseline = try await AuditBench.baseline(.json)
        #expect(outcome.values == baseline.values)
    }

    @Test func eventsLeftOutByTimeAreJudgedLater() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.texts)
        let first = try await AuditBench.audit([path], folder.database) { $0.range.since = .max - 1 }
        #expect(first.findings == [])
        let second = try await AuditBench.audit([path], folder.database)
        let baseline = try await AuditBench.baseline(.json)
        #expect(second.values == baseline.values)
    }
}
