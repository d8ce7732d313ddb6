// What was used before anybody had seen it issued, and the issues that come behind.

import AuthEvents
import GrantLineage
import Testing

@Suite struct LateIssueTests {
    /// Plays lines and returns the late issues they bring, as `field artefact second`.
    private static func lateIssues(_ script: String, limits: LineageLimits = .init()) throws -> [String] {
        let player = StoryPlayer(limits: limits)
        for line in script.split(separator: "\n") { _ = player.play(try StoryEvent(line: String(line))) }
        return player.tracker.takeLateIssues().map {
            "\($0.field.name) \($0.artefact) \(($0.time - 1_700_000_000_000_000) / 1_000_000)"
        }
    }

    private static let orphan = """
        10 issue c2
        11 redeem c2
        3701 redeem c5

        """

    @Test func theIssueOfAnOrphanComesOnce() throws {
        #expect(try Self.lateIssues(Self.orphan + "3650 issue c5\n3650 issue c5") == ["code.orphan code 3650"])
        #expect(try Self.lateIssues(Self.orphan + "3650 issue c6") == [])
        #expect(try Self.lateIssues(Self.orphan + "3650 issue c5 fails") == [])
    }

    /// Before the log shows how codes are issued, a code without an issue is no orphan.
    @Test func nobodyAsksForTheIssueOfOtherCodes() throws {
        #expect(try Self.lateIssues("0 redeem c1\n10 issue c2\n11 redeem c3\n5 issue c3\n5 issue c1") == [])
    }

    private static let chain = """
        0 redeem c1 -> r1 family=f
        10 refresh r1 -> r2 family=f
        30 refresh r9 -> r10 family=f

        """

    @Test func aRefreshTokenMissingInItsChainComes() throws {
        let late = "20 refresh r2 -> r9 family=f"
        #expect(try Self.lateIssues(Self.chain + late + "\n" + late) == ["refresh_token.state refreshToken 20"])
        #expect(try Self.lateIssues(Self.chain + "20 refresh r2 -> r9 fails family=f") == [])
        // What was issued behind its use was there before somebody saw it.
        #expect(try Self.lateIssues(Self.chain + "40 refresh r10 -> r9 family=f") == [])
    }

    @Test func aTokenThatIsHandedOutForItselfIsNotIssued() throws {
        #expect(try Self.lateIssues(Self.chain + "50 refresh r20 -> r20 family=f") == [])
    }

    @Test(arguments: ["use at=x", "introspect at=x", "exchange subject=x"]) func anAccessTokenComes(_ use: String)
        throws
    {
        var limits = LineageLimits()
        limits.accessTokenLifetimeSeconds = 100
        let field = use.contains("subject") ? "subject_token.state subjectToken" : "access_token.state accessToken"
        let used = "0 redeem c1 at=a\n150 redeem c3 at=b\n200 \(use)\n"
        #expect(try Self.lateIssues(used + "180 redeem c2 at=x", limits: limits) == ["\(field) 180"])
        #expect(try Self.lateIssues(used + "201 redeem c2 at=x", limits: limits) == [])
    }

    /// Whoever guesses tokens fills no memory.
    @Test func onlyWhatWasAcceptedIsRemembered() throws {
        let player = StoryPlayer()
        for line in Self.chain.split(separator: "\n") { _ = player.play(try StoryEvent(line: String(line))) }
        for number in 0..<100 {
            _ = player.play(try StoryEvent(line: "40 refresh rx\(number) fails family=f"))
            _ = player.play(try StoryEvent(line: "41 refresh ry\(number) -> rz\(number)"))
        }
        #expect(player.tracker.statistics[.unissued].live == 1)
    }
}
