// Findings that late data explains are withdrawn: what stands after all nights is what one audit of all finds.

import AuditPipeline
import AuditStore
import ByteStreams
import Detections
import GrantLineage
import TestMaterial
import Testing

@Suite struct LateDataTests {
    /// Codes of some clients: most lines come in time, those of one host in a later night.
    private struct CodeStory {
        var inTime: [StoryLine] = []
        var late: [StoryLine] = []
        private var clock = StoryTime()

        init(seed: Int) {
            var numbers = Numbers(state: UInt64(seed))
            for client in 0..<16 {
                add("authorization.response", client, "first\(client)", 0, isLate: false)
                add("token.request", client, "first\(client)", 4, isLate: false)
                for code in 0..<1 + numbers.below(4) {
                    let name = "c\(client)-\(code)"
                    let seconds = 4_000 + Double(numbers.below(6_000))
                    // Some codes nobody has issued, or only behind their redemption.
                    let isIssued = !numbers.once(in: 6)
                    let isBehind = numbers.once(in: 8)
                    if isIssued {
                        let issue = isBehind ? seconds + 9 : seconds - 5
                        add("authorization.response", client, name, issue, isLate: numbers.once(in: 2))
                    }
                    add("token.request", client, name, seconds, isLate: numbers.once(in: 5))
                }
            }
            inTime.sort { $0.time < $1.time }
            late.sort { $0.time < $1.time }
        }

        private mutating func add(_ kind: String, _ client: Int, _ code: String, _ seconds: Double, isLate: Bool) {
            let time = clock.free(StoryTime.monday + 8 * 3_600_000 + Int64(seconds * 1000) + Int64(client))
            let grant = kind == "token.request" ? #","grant_type":"authorization_code""# : ""
            let text =
                #"{"time":"\#(StoryTime.iso(time))","kind":"\#(kind)","outcome":"success","#
                + #""client_id":"client\#(client)","ip":"203.0.113.\#(client + 1)","code_id":"\#(code)"\#(grant)}"#
            let line = StoryLine(time: time, text: text)
            if isLate { late.append(line) } else { inTime.append(line) }
        }

        /// Both in event-time order.
        var whole: [StoryLine] { (inTime + late).sorted { $0.time < $1.time } }
    }

    private static let rule = "code_redeemed_without_issue"
    /// Those that late data can explain.
    private static let rules = [
        "code_redeemed_without_issue", "access_token_without_issue", "refresh_token_missing_in_chain",
    ].map { "\(Repository.logRules)/\($0).yml" }

    private static func audit(_ paths: [String], _ database: String) async throws {
        _ = try await AuditBench.audit(paths, database) { $0.rulePaths = rules }
    }

    /// The orphans that stand: id, and the times of the events that nothing has explained.
    private static func standing(_ database: String) throws -> [String: [Int64]] {
        let findings = try AuditBench.read(database) { try $0.findings(.all) }.filter { $0.ruleName == rule }
        return Dictionary(
            uniqueKeysWithValues: findings.map { ($0.id, $0.evidence.filter { $0.explained == nil }.map(\.time)) }
        )
    }

    /// What happened to each finding.
    private static func histories(_ database: String) throws -> [String: [String]] {
        let findings = try AuditBench.read(database) { try $0.findings(.all) + $0.withdrawnFindings(.all) }
        return Dictionary(
            uniqueKeysWithValues: findings.map { finding in
                (finding.id, finding.history.map { "\($0.kind) \($0.events) \($0.reason ?? "")" })
            }
        )
    }

    @Test(arguments: 0..<10) func whatStandsIsWhatOneAuditFinds(_ seed: Int) async throws {
        let story = CodeStory(seed: seed)
        let folder = try TemporaryFolder()
        let whole = folder.path + "/whole.db"
        try await Self.audit([try folder.write("whole.log", story.whole.map(\.text))], whole)
        var paths = [try folder.write("a.log", story.inTime.map(\.text))]
        try await Self.audit(paths, folder.database)
        let before = try Self.standing(folder.database)
        // The late host may have two logs, read in two nights.
        let half = story.late.count / (1 + seed % 2)
        for (number, lines) in [story.late[..<half], story.late[half...]].enumerated() where !lines.isEmpty {
            paths.append(try folder.write("late\(number).log", lines.map(\.text)))
            try await Self.audit(paths, folder.database)
        }
        let standing = try Self.standing(folder.database)
        #expect(standing == (try Self.standing(whole)))
        #expect(standing != before)
        let histories = try Self.histories(folder.database)
        let withdrawn = try AuditBench.read(folder.database) { try $0.withdrawnFindings(.all) }
        #expect(withdrawn.count > 0)
        for finding in withdrawn {
            #expect(finding.ruleName == Self.rule)
            #expect(finding.history.last?.reason?.contains("arrived late: \(folder.path)/late") == true)
        }
        // The same nights once more change nothing.
        try await Self.audit(paths, folder.database)
        #expect(try Self.histories(folder.database) == histories)
    }

    /// What seems never to have been issued until the last line comes, a night late.
    struct TokenStory: Sendable {
        /// The rule that finds it.
        let rule: String
        let lines: [String]

        init(_ rule: String, _ events: (seconds: Int64, members: String)...) {
            self.rule = rule
            lines = events.map { seconds, members in
                let time = StoryTime.iso(StoryTime.monday + seconds * 1000)
                return #"{"time":"\#(time)","outcome":"success","client_id":"shop","sid":"s1",\#(members)}"#
            }
        }
    }

    private static func request(_ grantType: String, _ members: String) -> String {
        #""kind":"token.request","grant_type":"\#(grantType)",\#(members)"#
    }

    private static func refresh(_ token: String, _ issued: String) -> String {
        request("refresh_token", #""refresh_token_id":"\#(token)","refresh_token_issued_id":"\#(issued)""#)
    }

    static let tokens = [
        TokenStory(
            "refresh_token_missing_in_chain",
            (10, request("authorization_code", #""code_id":"c","refresh_token_issued_id":"r0""#)),
            (20, refresh("r0", "r1")),
            (40, refresh("r2", "r3")),
            (30, refresh("r1", "r2"))
        ),
        TokenStory(
            "access_token_without_issue",
            (10, request("client_credentials", #""access_token_id":"a0""#)),
            (4_000, #""kind":"userinfo","access_token_id":"a1""#),
            (3_990, request("client_credentials", #""access_token_id":"a1""#))
        ),
    ]

    /// A late token takes its finding back, which then makes no run fail.
    @Test(arguments: tokens) func tokensComeLate(_ story: TokenStory) async throws {
        let folder = try TemporaryFolder()
        var paths = [try folder.write("a.log", story.lines.dropLast())]
        func night() async throws -> AuditOutcome {
            try await AuditBench.audit(paths, folder.database) { options in
                options.rulePaths = Self.rules
                options.failOn = .medium
                options.lineageLimits.accessTokenLifetimeSeconds = 3_600
            }
        }
        let first = try await night()
        #expect(first.findings.map(\.ruleName) == [story.rule])
        #expect(first.run.exitStatus == 1)
        paths.append(try folder.write("late.log", [story.lines.last ?? ""]))
        let second = try await night()
        #expect(second.findings == [])
        #expect(second.run.exitStatus == 0)
        #expect(second.summary.changes.findingsWithdrawn == 1)
        let withdrawn = try AuditBench.read(folder.database) { try $0.withdrawnFindings(.all) }
        #expect(withdrawn.map(\.id) == first.findings.map(\.id))
        #expect(withdrawn.first?.history.last?.reason?.hasSuffix("late.log:1") == true)
    }

    @Test(arguments: 0..<4) func aStoppedRunLeavesTheSameHistory(_ seed: Int) async throws {
        let story = CodeStory(seed: seed + 50)
        let folder = try TemporaryFolder()
        let first = try folder.write("a.log", story.inTime.map(\.text))
        let late = try folder.write("late.log", story.late.map(\.text))
        let calm = folder.path + "/calm.db"
        for path in [first, late] { try await Self.audit([path], calm) }
        var numbers = Numbers(state: UInt64(seed))
        var stops = 0
        for path in [first, late] {
            while stops < 1000 {
                var options = StoppedRun.options([path], folder.database, Self.rules, jobs: 1)
                options.limits.blockBytes = 512
                options.checkpointMicroseconds = numbers.once(in: 2) ? 1 : .max
                if try await StoppedRun.run(options, stoppedAfter: 1 + numbers.below(8)) { break }
                stops += 1
            }
        }
        #expect(stops > 0 && stops < 1000)
        let histories = try Self.histories(folder.database)
        #expect(histories == (try Self.histories(calm)))
        #expect(histories.values.contains { $0.last?.hasPrefix("withdrawn") == true })
    }
}
