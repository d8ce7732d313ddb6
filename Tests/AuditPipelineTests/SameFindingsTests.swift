// The same events give the same findings, however they are compressed, cut, ordered and read.

import AuditPipeline
import AuditStore
import ByteStreams
import TestMaterial
import Testing

@Suite struct SameFindingsTests {
    @Test(arguments: Story.both) func compressionChangesNothing(_ story: Story) async throws {
        let baseline = try await AuditBench.baseline(story)
        let folder = try TemporaryFolder()
        let parts = story.consecutive(3).map { TemporaryFolder.bytes($0) }
        let variants: [(name: String, compression: String, bytes: [UInt8])] = [
            ("one.log.zst", "zstd", CompressedFile.zstd([story.bytes])),
            ("frames.log", "zstd", CompressedFile.zstd(parts)),
            ("one.log.gz", "gzip", CompressedFile.gzip([story.bytes])),
            ("members.log", "gzip", CompressedFile.gzip(parts)),
        ]
        for (name, compression, bytes) in variants {
            let path = try folder.write(name, bytes)
            let outcome = try await AuditBench.audit([path], folder.path + "/\(name).db")
            #expect(outcome.placedValues == baseline.placedValues, "\(name)")
            #expect(outcome.summary.incomplete == [])
            #expect(try outcome.input(path).compression == compression)
            #expect(try outcome.input(path).crc64 == baseline.inputs.first?.crc64)
        }
    }

    @Test(arguments: [1, 2, 8]) func jobsChangeNothing(_ jobs: Int) async throws {
        let story = Story.json
        let baseline = try await AuditBench.baseline(story)
        let folder = try TemporaryFolder()
        let paths = try story.roundRobin(5).enumerated().map { try folder.write("host\($0).log", $1) }
        let outcome = try await AuditBench.audit(paths, folder.database) {
            $0.jobs = jobs
            $0.limits.blockBytes = 2048
        }
        #expect(outcome.values == baseline.values)
        #expect(outcome.run.lateEvents == 0)
    }

    @Test(arguments: Story.both) func orderOfArgumentsChangesNothing(_ story: Story) async throws {
        let folder = try TemporaryFolder()
        let paths = try story.roundRobin(3).enumerated().map { try folder.write("host\($0).log", $1) }
        let baseline = try await AuditBench.baseline(story)
        for (number, order) in [[0, 1, 2], [2, 1, 0], [1, 2, 0]].enumerated() {
            let database = folder.path + "/order\(number).db"
            let outcome = try await AuditBench.audit(order.map { paths[$0] }, database)
            #expect(outcome.values == baseline.values, "\(order)")
        }
    }

    @Test(arguments: Story.both) func consecutiveFilesAreOneLog(_ story: Story) async throws {
        let folder = try TemporaryFolder()
        for (number, lines) in story.consecutive(10).enumerated() { try folder.write("logs/\(number).log", lines) }
        let outcome = try await AuditBench.audit([folder.path + "/logs"], folder.database)
        #expect(outcome.inputs.count == 10)
        #expect(outcome.summary.incomplete == [])
        #expect(outcome.run.lines.lines == Int64(story.lines.count))
        #expect(outcome.values == (try await AuditBench.baseline(story)).values)
    }

    @Test(arguments: Story.both) func hostsAreOneLog(_ story: Story) async throws {
        let folder = try TemporaryFolder()
        for (number, lines) in story.roundRobin(3).enumerated() {
            let bytes = TemporaryFolder.bytes(lines)
            let packed = [bytes, CompressedFile.gzip([bytes]), CompressedFile.zstd([bytes])][number]
            try folder.write("logs/host\(number)/server.log", packed)
        }
        let outcome = try await AuditBench.audit([folder.path + "/logs"], folder.database)
        #expect(outcome.run.lines.lines == Int64(story.lines.count))
        #expect(outcome.run.lateEvents == 0)
        #expect(outcome.values == (try await AuditBench.baseline(story)).values)
    }

    @Test(arguments: [16, 777, 4096]) func blockSizeChangesNothing(_ byteCount: Int) async throws {
        for story in Story.both {
            let folder = try TemporaryFolder()
            let path = try folder.write("one.log", story.texts)
            let outcome = try await AuditBench.audit([path], folder.database) { $0.limits.blockBytes = byteCount }
            #expect(outcome.placedValues == (try await AuditBench.baseline(story)).placedValues, "\(story.name)")
            #expect(outcome.run.lines.lines == Int64(story.lines.count))
        }
    }

    @Test(arguments: Story.both) func carriageReturnsChangeNothing(_ story: Story) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("one.log", story.texts, lineEnd: "\r\n")
        let outcome = try await AuditBench.audit([path], folder.database)
        #expect(outcome.summary.incomplete == [])
        #expect(outcome.values == (try await AuditBench.baseline(story)).values)
        #expect(outcome.findings.map { $0.evidence.map(\.line) }.joined().allSatisfy { $0 >= 1 })
    }

    @Test func filesThatFollowEachOtherWithinOneMomentKeepTheirOrder() async throws {
        // Times to ten seconds only, so that most files end and begin with the same one.
        let lines = Story.json.texts.map { $0.replacing(/\d\.\d{3}Z/, with: "0Z") }
        let folder = try TemporaryFolder()
        let whole = try await AuditBench.audit([try folder.write("one.log", lines)], folder.path + "/one.db")
        let count = 40
        let paths = try (0..<count).map { part in
            let range = lines.count * part / count..<lines.count * (part + 1) / count
            return try folder.write("part\(part).log", Array(lines[range]))
        }
        let outcome = try await AuditBench.audit(paths, folder.database)
        #expect(outcome.values == whole.values)
        #expect(outcome.ruleNames.isSuperset(of: Story.json.rules))
    }

    /// Hosts, rotation, compression, order of arguments, jobs, block size and delays of up to five seconds at once.
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func nothingOfAllThisChangesAnything(_ seed: UInt64) async throws {
        let (story, format) = seed % 2 == 0 ? (Story.json, "grantaudit-json") : (Story.keycloak, "keycloak")
        var generator = Numbers(state: seed)
        let folder = try TemporaryFolder()
        let files = RandomCuts.files(of: story, using: &generator)
        let paths = try files.enumerated().map { try folder.write("\($0).log", $1) }.shuffled(using: &generator)
        let jobs = Int.random(in: 1...4, using: &generator)
        let blockBytes = [16, 200, 3000, 1 << 18].randomElement(using: &generator) ?? 16
        let outcome = try await AuditBench.audit(paths, folder.database) {
            $0.inputs[0].formatName = format
            $0.jobs = jobs
            $0.limits.blockBytes = blockBytes
        }
        #expect(outcome.run.lines.lines == Int64(story.lines.count))
        #expect(outcome.run.lateEvents == 0)
        #expect(outcome.values == (try await AuditBench.baseline(story)).values)
    }

    @Test func lastLineNeedsNoLineFeed() async throws {
        let story = Story.json
        let folder = try TemporaryFolder()
        let path = try folder.write("one.log", story.bytes.dropLast())
        let outcome = try await AuditBench.audit([path], folder.database)
        #expect(outcome.placedValues == (try await AuditBench.baseline(story)).placedValues)
    }

    @Test func twoFormatsSideBySideKeepTheirFindings() async throws {
        let folder = try TemporaryFolder()
        for story in Story.both { try folder.write("logs/\(story.name)", story.texts) }
        let outcome = try await AuditBench.audit([folder.path + "/logs"], folder.database)
        #expect(Set(outcome.inputs.map(\.format)) == ["grantaudit-json", "keycloak"])
        var alone: Set<String> = []
        for story in Story.both { alone.formUnion(try await AuditBench.baseline(story).ruleNames) }
        #expect(outcome.ruleNames.isSuperset(of: alone))
    }
}

extension TemporaryFolder {
    @discardableResult
    func write(_ name: String, _ bytes: ArraySlice<UInt8>) throws -> String { try write(name, Array(bytes)) }
}
