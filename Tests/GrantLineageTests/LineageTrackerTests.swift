// The tracker against a slow model, and its memory against its limits.

import AuthEvents
import GrantLineage
import TestMaterial
import Testing

@Suite struct LineageTrackerTests {
    @Test(arguments: 0..<16)
    func agreesWithTheSlowModel(seed: Int) {
        let rotationOptional = seed % 4 == 3
        var limits = LineageLimits()
        limits.branchesPerFamilyMax = 255
        let player = StoryPlayer(limits: limits, traits: rotationOptional ? .rotationOptional : [])
        let model = SlowLineage(rotationOptional: rotationOptional)
        var stream = EventStream(seed: UInt64(seed))
        var seen: [String: Int] = [:]
        for index in 0..<3000 {
            let event = stream.nextEvent()
            let expected = model.play(event)
            let actual = player.play(event).filter { Story.classic.contains($0.key) }
            if actual != expected {
                Issue.record("event \(index): \(event)\n  tracker \(actual)\n  model \(expected)")
                return
            }
            for name in expected.keys { seen[name, default: 0] += 1 }
        }
        #expect(player.tracker.statistics.forksNotTracked == 0)
        for field in Story.classic {
            if rotationOptional, field == "family.live_branches" { continue }
            #expect(seen[field, default: 0] > 0, "the stream never leads to \(field)")
        }
    }

    @Test func forgetsTheOldestBeyondTheBudgetAndCountsIt() throws {
        var limits = LineageLimits()
        (limits.codesMax, limits.tokensMax, limits.familiesMax) = (100, 100, 100)
        let player = StoryPlayer(limits: limits)
        for index in 0..<1000 { _ = player.play(try StoryEvent(line: "\(index) redeem c\(index) -> r\(index)")) }
        let statistics = player.tracker.statistics
        for records in [statistics.codes, statistics.tokens, statistics.families] {
            #expect(records.live <= 100)
            #expect(records.live >= 50)
            #expect(records.expired == 0)
            #expect(Int64(records.live) + records.evicted == 1000)
            #expect(records.horizon == 1_700_000_900_000_000)
        }
        #expect(player.play(try StoryEvent(line: "1000 redeem c0 fails"))["code.state"] == "unknown")
        #expect(player.play(try StoryEvent(line: "1000 redeem c999 fails"))["code.state"] == "redeemed")
    }

    @Test func whatIsInUseOutlivesTheBudget() throws {
        var limits = LineageLimits()
        (limits.tokensMax, limits.familiesMax) = (100, 100)
        let player = StoryPlayer(limits: limits)
        _ = player.play(try StoryEvent(line: "0 redeem -> r0"))
        for index in 1..<1000 {
            _ = player.play(try StoryEvent(line: "\(index) redeem -> r\(index)"))
            #expect(player.play(try StoryEvent(line: "\(index) refresh r0"))["refresh_token.state"] == "active")
        }
    }

    @Test func codesExpireByEventTime() throws {
        let player = StoryPlayer()
        _ = player.play(try StoryEvent(line: "0 redeem c1"))
        #expect(player.play(try StoryEvent(line: "86399 redeem c1 fails"))["code.state"] == "redeemed")
        _ = player.play(try StoryEvent(line: "\(86_400 * 2) redeem c2"))
        _ = player.play(try StoryEvent(line: "\(86_400 * 4) redeem c3"))
        #expect(player.play(try StoryEvent(line: "\(86_400 * 4) redeem c1 fails"))["code.state"] == "unknown")
        #expect(player.tracker.statistics.codes.expired == 1)
        #expect(player.tracker.statistics.codes.live == 2)
        #expect(player.tracker.statistics.codes.evicted == 0)
    }

    @Test func aTokenOutlivesItsForgottenFamily() throws {
        var limits = LineageLimits()
        limits.familiesMax = 2
        let player = StoryPlayer(limits: limits)
        _ = player.play(try StoryEvent(line: "0 redeem -> r1 scope=a"))
        for index in 2..<9 { _ = player.play(try StoryEvent(line: "1 redeem -> r\(index)")) }
        let first = player.play(try StoryEvent(line: "2 refresh r1 -> r20 scope=b"))
        #expect(first == ["refresh_token.state": "active"])
        let second = player.play(try StoryEvent(line: "3 refresh r1 fails"))
        #expect(second["refresh_token.generations_behind"] == "1")
        #expect(second["family.rotations"] == "1")
    }

    @Test func aRotatedTokenStaysRotatedWithoutItsFamily() throws {
        var limits = LineageLimits()
        limits.familiesMax = 2
        let player = StoryPlayer(limits: limits)
        for line in ["0 redeem -> r1", "1 refresh r1 -> r2", "2 redeem -> r3", "2 redeem -> r4", "2 redeem -> r5"] {
            _ = player.play(try StoryEvent(line: line))
        }
        let forgotten = player.play(try StoryEvent(line: "3 refresh r1 -> r6"))
        #expect(forgotten["refresh_token.state"] == "rotated")
        #expect(forgotten["refresh_token.generations_behind"] == nil)
        let anew = player.play(try StoryEvent(line: "4 refresh r1 fails"))
        #expect(anew["refresh_token.state"] == "rotated")
        #expect(anew["refresh_token.seconds_since_rotation"] == "3")
        #expect(anew["refresh_token.generations_behind"] == "1")
    }

    @Test func lateEventsAndUntrackedForksAreCounted() throws {
        var limits = LineageLimits()
        limits.branchesPerFamilyMax = 2
        let player = StoryPlayer(limits: limits)
        for line in ["5 redeem -> r1", "3 refresh r1 -> r2", "6 refresh r1 -> r3", "7 refresh r1 -> r4"] {
            _ = player.play(try StoryEvent(line: line))
        }
        #expect(player.tracker.statistics.lateEvents == 1)
        #expect(player.tracker.statistics.forksNotTracked == 1)
        #expect(player.play(try StoryEvent(line: "8 refresh r4"))["family.live_branches"] == "1")
    }
}

/// An endless random log of few codes, tokens, clients and places.
struct EventStream {
    private var numbers: Numbers
    private var time = 0.0
    private var names = 0
    /// Tokens that exist, the latest at the end.
    private var tokens: [String] = []
    private var successors: [String: String] = [:]

    init(seed: UInt64) { numbers = Numbers(state: seed) }

    mutating func nextEvent() -> StoryEvent {
        var event = StoryEvent()
        time += Double(below(40_000)) / 1000
        event.seconds = chance(5) ? max(0, time - 20) : time
        event.client = chance(10) ? "other" : "app"
        event.network = ["home", "home", "cafe", ""][below(4)]
        event.userAgent = ["browser", "browser", "browser", "curl", ""][below(5)]
        event.outcome = chance(70) ? .success : chance(85) ? .failure : .unknown
        event.scope = scope()
        event.scopeRequested = scope()
        switch below(100) {
        case 0..<8: issue(&event)
        case 8..<28: redeem(&event)
        case 28..<32: revoke(&event)
        default: refresh(&event)
        }
        return event
    }

    private mutating func issue(_ event: inout StoryEvent) {
        event.kind = .authorizationResponse
        event.code = code()
    }

    private mutating func redeem(_ event: inout StoryEvent) {
        event.grantType = .authorizationCode
        if chance(60) { event.code = code() } else { event.session = "s\(below(2))" }
        if chance(10) { event.verdict = .codeReplay }
        guard event.outcome == .success, event.verdict == .none, chance(90) else { return }
        event.issued = fresh()
        add(event.issued)
    }

    private mutating func refresh(_ event: inout StoryEvent) {
        event.grantType = .refreshToken
        if chance(5) { event.verdict = .refreshReuse }
        guard !tokens.isEmpty, !chance(3) else {
            event.refreshToken = fresh()
            if event.outcome == .success && event.verdict == .none { add(event.refreshToken) }
            return
        }
        if chance(50) { event.session = "s\(below(2))" }
        event.refreshToken = tokens[chance(60) ? tokens.count - 1 - below(min(3, tokens.count)) : below(tokens.count)]
        guard event.outcome == .success, event.verdict == .none else { return }
        switch below(10) {
        case 0: event.issued = event.refreshToken
        case 1: break
        case 2...3: event.issued = successors[event.refreshToken] ?? ""
        default:
            event.issued = fresh()
            successors[event.refreshToken] = event.issued
            add(event.issued)
        }
    }

    private mutating func revoke(_ event: inout StoryEvent) {
        event.kind = .tokenRevoke
        if chance(50) { event.session = "s\(below(2))" }
        if chance(40) { event.accessToken = "a" }
        if chance(50), let token = tokens.randomElement(using: &self) { event.refreshToken = token }
    }

    private mutating func add(_ token: String) {
        if tokens.count >= 14 { tokens.remove(at: below(10)) }
        tokens.append(token)
    }

    private mutating func fresh() -> String {
        names += 1
        return "r\(names)"
    }

    /// Codes move on slowly, so that each is issued, redeemed and replayed.
    private mutating func code() -> String { "c\(names / 8 + below(4))" }

    private mutating func scope() -> String {
        chance(40) ? "" : words().joined(separator: " ")
    }

    private mutating func words() -> [String] {
        var words: [String] = []
        for word in ["a", "b", "c", "d", "A"] where chance(40) { words.append(word) }
        return words.shuffled(using: &self)
    }

    private mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    private mutating func below(_ bound: Int) -> Int { numbers.below(bound) }
}

extension EventStream: RandomNumberGenerator {
    mutating func next() -> UInt64 { numbers.next() }
}
