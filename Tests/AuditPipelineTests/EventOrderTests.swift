// Events out of order are put in order as far as the allowed lateness goes; what comes later is counted.

import AuditPipeline
import AuditStore
import ByteStreams
import TestMaterial
import Testing

@Suite struct EventOrderTests {
    private func delayed(_ story: Story, by milliseconds: Int64) -> [String] {
        var generator = Numbers(state: 11)
        return RandomCuts.delayed(story.lines, by: milliseconds, using: &generator)
    }

    @Test(arguments: [512, 1 << 18]) func orderIsRestoredWithinFiveSeconds(_ blockBytes: Int) async throws {
        let lines = delayed(.json, by: 5000)
        #expect(lines != Story.json.texts)
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", lines)
        let outcome = try await AuditBench.audit([path], folder.database) { $0.limits.blockBytes = blockBytes }
        #expect(outcome.run.lateEvents == 0)
        #expect(outcome.values == (try await AuditBench.baseline(.json)).values)
    }

    @Test func orderIsRestoredAcrossHosts() async throws {
        let lines = delayed(.json, by: 5000)
        let folder = try TemporaryFolder()
        let paths = try (0..<3).map { host in
            try folder.write("\(host).log", stride(from: host, to: lines.count, by: 3).map { lines[$0] })
        }
        let outcome = try await AuditBench.audit(paths, folder.database) { $0.limits.blockBytes = 512 }
        #expect(outcome.run.lateEvents == 0)
        #expect(outcome.values == (try await AuditBench.baseline(.json)).values)
    }

    @Test func orderMattersToThisStory() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", delayed(.json, by: 5000))
        let outcome = try await AuditBench.audit([path], folder.database) {
            $0.latenessMicroseconds = 0
            $0.limits.blockBytes = 16
        }
        #expect(outcome.run.lateEvents > 0)
        #expect(outcome.values != (try await AuditBench.baseline(.json)).values)
    }

    /// One event of a client that does nothing else, moved behind events that happened minutes later.
    private var withOneLateEvent: [String] {
        var lines = Story.json.texts
        let line = lines.remove(at: lines.firstIndex { $0.contains(#""grant_type":"password""#) } ?? 0)
        lines.insert(line, at: lines.count - 10)
        return lines
    }

    @Test func laterEventsAreJudgedAndCounted() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", withOneLateEvent)
        let outcome = try await AuditBench.audit([path], folder.database) { $0.limits.blockBytes = 512 }
        #expect(outcome.run.lateEvents == 1)
        #expect(outcome.ruleNames.contains("password_grant_used"))
        #expect(outcome.run.lines.events == Int64(Story.json.lines.count))
    }

    @Test func logFromBackToFrontIsNotTrusted() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Array(Story.json.texts.reversed()))
        let outcome = try await AuditBench.audit([path], folder.database)
        let events = Story.json.lines.count
        let late = try #require(outcome.summary.incomplete.first)
        #expect(late == "\(outcome.run.lateEvents) of \(events) events came more than 5 s after later ones")
        #expect(outcome.run.lateEvents > Int64(events / 2))
    }

    @Test func latenessDoesNotDependOnBlockSize() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", withOneLateEvent)
        let small = try await AuditBench.audit([path], folder.path + "/small.db") { $0.limits.blockBytes = 512 }
        let large = try await AuditBench.audit([path], folder.path + "/large.db") { $0.limits.blockBytes = 1 << 18 }
        #expect(large.run.lateEvents == small.run.lateEvents)
    }

    /// More lines of other loggers than the format is guessed from, as when a server starts.
    private static let noise = (0..<300).map { KeycloakStory.noise(StoryTime.monday + Int64($0)).text }

    @Test func hostsWhoseLogsBeginWithNoiseKeepTheirOrder() async throws {
        let story = Story.keycloak
        let folder = try TemporaryFolder()
        let paths = try story.roundRobin(3).enumerated().map { try folder.write("host\($0).log", Self.noise + $1) }
        let outcome = try await AuditBench.audit(paths, folder.database) { $0.inputs[0].formatName = "keycloak" }
        let baseline = try await AuditBench.baseline(story)
        #expect(outcome.run.lines.events == baseline.run.lines.events)
        #expect(outcome.run.lines.ignored == baseline.run.lines.ignored + 900)
        #expect(outcome.run.lateEvents == 0)
        #expect(outcome.values == baseline.values)
    }

    @Test func formatIsToldBehindNoise() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("server.log", Self.noise + Story.keycloak.texts)
        let outcome = try await AuditBench.audit([path], folder.database)
        #expect(outcome.inputs.map(\.format) == ["keycloak"])
        #expect(outcome.ruleNames.isSuperset(of: Story.keycloak.rules))
    }
}
