// Nights one by one find what all nights at once find: grants and windows go on where the last run ended.

import AuditPipeline
import AuditStore
import GrantLineage
import LogFormats
import TestMaterial
import Testing

@Suite struct NightByNightTests {
    private struct Night {
        let files: [[String]]
    }

    /// The story in nights that begin at random moments, each in the files of some hosts.
    private static func nights(of story: Story, using numbers: inout Numbers) -> [Night] {
        let hosts = 1 + numbers.below(4)
        let count = 2 + numbers.below(12)
        var starts = (1..<count).map { _ in story.lines[1 + numbers.below(story.lines.count - 1)].time }.sorted()
        starts.append(.max)
        var nights: [Night] = []
        var rest = story.lines[...]
        for end in starts {
            let night = rest.prefix { $0.time < end }
            rest = rest.dropFirst(night.count)
            guard !night.isEmpty else { continue }
            var files = [[StoryLine]](repeating: [], count: hosts)
            for line in night { files[numbers.below(hosts)].append(line) }
            let written = files.filter { !$0.isEmpty }
                .map { RandomCuts.delayed($0, by: 4_000, using: &numbers) }
            nights.append(Night(files: written))
        }
        return nights
    }

    /// Audits the nights in runs of one or some of them, all into one database.
    private static func audit(
        _ nights: [Night],
        _ folder: TemporaryFolder,
        using numbers: inout Numbers,
        change: (inout AuditOptions) -> Void
    ) async throws -> [FindingValue] {
        var waiting: [String] = []
        var known: [String] = []
        for (number, night) in nights.enumerated() {
            for (host, lines) in night.files.enumerated() {
                waiting.append(try folder.write("host\(host)/night\(number).log", lines))
            }
            guard number == nights.count - 1 || !numbers.once(in: 3) else { continue }
            // Now and then, what is known already is given again.
            let paths = numbers.once(in: 2) ? known + waiting : waiting
            _ = try await AuditBench.audit(paths, folder.database, change: change)
            (known, waiting) = (known + waiting, [])
        }
        return try AuditBench.read(folder.database) { try $0.findings(.all) }
            .map { FindingValue($0, places: false) }
    }

    @Test(arguments: 0..<12) func grantsGoOn(_ seed: Int) async throws {
        let story = Story.both[seed % 2]
        let folder = try TemporaryFolder()
        var numbers = Numbers(state: UInt64(seed))
        let nights = Self.nights(of: story, using: &numbers)
        let found = try await Self.audit(nights, folder, using: &numbers) { _ in }
        let baseline = try await AuditBench.baseline(story).values
        #expect(found == baseline)
    }

    @Test(arguments: 0..<16) func windowsGoOn(_ seed: Int) async throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("rules/correlations.yml", Array(CorrelationInvarianceTests.rules.utf8))
        var numbers = Numbers(state: UInt64(seed) &+ 100)
        let nights = Self.nights(of: .json, using: &numbers)
        let found = try await Self.audit(nights, folder, using: &numbers) { $0.rulePaths = [rules] }
        let whole = try folder.write("whole.log", Story.json.bytes)
        let baseline = try await AuditBench.audit([whole], folder.path + "/whole.db") { $0.rulePaths = [rules] }
        #expect(found == baseline.values)
    }

    /// A rule that has changed begins anew; the others do not notice.
    @Test func aChangedRuleHasNoPast() async throws {
        let folder = try TemporaryFolder()
        let halves = try Story.json.consecutive(2).enumerated().map { try folder.write("half\($0).log", $1) }
        func rules(_ name: String, least: Int) throws -> String {
            let text = """
                title: Token requests
                name: requests
                logsource: { category: oauth }
                detection: { s: { kind: token.request }, condition: s }
                ---
                title: Changed
                correlation: { type: event_count, rules: [requests], timespan: 1d, condition: { gte: \(least) } }
                ---
                title: Kept
                correlation: { type: event_count, rules: [requests], timespan: 1d, condition: { gte: 150 } }
                """
            return try folder.write("\(name)/rules.yml", Array(text.utf8))
        }
        let (before, after) = (try rules("before", least: 151), try rules("after", least: 152))
        let requests = Story.json.texts.count { $0.contains("token.request") }
        #expect(requests > 152)
        _ = try await AuditBench.audit([halves[0]], folder.database) { $0.rulePaths = [before] }
        let second = try await AuditBench.audit([halves[1]], folder.database) { $0.rulePaths = [after] }
        #expect(second.findings.map(\.title) == ["Kept"])
    }

    /// Who reads a log once more by another way is not told that all codes were redeemed twice.
    @Test func aLogReadOnceMoreIsNoReplay() async throws {
        let folder = try TemporaryFolder()
        let clean = Story.json.texts.filter { !$0.contains("twice") }
        let first = try await AuditBench.audit([try folder.write("a.log", clean)], folder.database)
        // Without its first lines it is another input.
        let again = try folder.write("b.log", Array(clean.dropFirst(5)))
        let second = try await AuditBench.audit([again], folder.database)
        #expect(second.inputs.map(\.status) == [.read])
        #expect(second.findings.map(\.id) == first.findings.map(\.id))
        #expect(second.run.exitStatus == 0)
    }

    /// A run that brings nothing new leaves every byte of the state alone.
    @Test func stateIsWrittenOnlyWhenSomethingWasLearnt() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.log", Story.json.bytes)
        func state() throws -> [String] {
            try AuditBench.read(folder.database) { reader in
                var kept: [String] = []
                let parts = [
                    "codes", "tokens", "families", "family_ids", "sessions", "branches", "scopes", "correlations",
                ]
                try reader.stateSegments(parts) { kept.append("\($0.part) \($0.records) \($0.bytes.hashValue)") }
                for name in ["lineage", "correlations"] { kept.append("\(try reader.stateHeader(name)?.bytes ?? [])") }
                return kept
            }
        }
        _ = try await AuditBench.audit([path], folder.database)
        let before = try state()
        #expect(before.count > 6)
        _ = try await AuditBench.audit([path], folder.database)
        #expect(try state() == before)
    }

    /// A rule whose memory was cut is not evaluable, in this run and in those that would have needed it.
    @Test func whatWasForgottenIsTold() async throws {
        let folder = try TemporaryFolder()
        let nights = try [Story.json, Story.nextDay].enumerated().map { try folder.write("\($0).log", $1.texts) }
        for night in nights {
            let outcome = try await AuditBench.audit([night], folder.database) {
                ($0.lineageLimits.codesMax, $0.lineageLimits.tokensMax) = (10, 40)
            }
            let replays = outcome.summary.incomplete.filter { $0.contains("authorization_code_redeemed_twice") }
            #expect(replays.count == 1)
            #expect(replays.first?.contains("authorization codes, last seen before") == true)
            #expect(outcome.run.exitStatus == 2)
        }
        // Codes live for a day: what was forgotten then matters to nobody any more.
        let later = JSONStory.story(seed: 9, day: 5, prefix: "l")
        let outcome = try await AuditBench.audit([try folder.write("later.log", later.texts)], folder.database)
        #expect(!outcome.summary.incomplete.contains { $0.contains("authorization codes") })
        #expect(outcome.summary.incomplete.contains { $0.contains("refresh tokens, last seen before") })
    }
}
