// The story of a finding: sentences, order, neighbours, gaps, and text that is no danger.

import AuditStore
import Detections
import Foundation
import SigmaRules
import Testing

@testable import Reports

@Suite struct FindingStoryTests {
    /// Fields of lineage and the sentences they become; meanings of those that have none.
    @Test(
        arguments: [
            (["code.state": "unknown"], ["The code had not been seen before: when and to whom it was issued"]),
            (
                ["code.state": "issued", "code.redemptions": "1"],
                ["The code had been issued and not been redeemed yet."]
            ),
            (
                [
                    "code.state": "redeemed", "code.seconds_since_redemption": "42", "code.context": "different",
                    "code.redemptions": "2", "code.client_mismatch": "true",
                ],
                [
                    "The code had already been redeemed 42 s before, from another network or with other software.",
                    "That makes 2 successful redemptions of one code.",
                    "The code was issued to, or first redeemed by, another client.",
                ]
            ),
            (["code.state": "redeemed"], ["The code had already been redeemed."]),
            (
                ["refresh_token.state": "active"],
                ["The refresh token was the current one: issued and not exchanged yet."]
            ),
            (
                [
                    "refresh_token.state": "rotated", "refresh_token.seconds_since_rotation": "90061",
                    "refresh_token.context": "same", "refresh_token.generations_behind": "3",
                    "refresh_token.client_mismatch": "false",
                ],
                [
                    "The refresh token had already been exchanged for a new one 1 d 1 h before, from the same network "
                        + "with the same software.",
                    "It was 3 generations old.",
                ]
            ),
            (
                ["refresh_token.state": "revoked", "refresh_token.seconds_since_rotation": "60"],
                ["The refresh token's family had been revoked, and it had been exchanged 1 min before."]
            ),
            (["refresh_token.state": "superseded"], ["this server goes on accepting it."]),
            (
                ["refresh_token.seconds_since_rotation": "7"],
                ["refresh_token.seconds_since_rotation is 7, which means: MEANING"]
            ),
            (["family.live_branches": "2"], ["The token family has split: 2 branches were used"]),
            (["family.rotations": "1"], ["The token family had been rotated once before."]),
            (["grant.scope_added": "mail admin"], ["not granted at the beginning: mail and admin."]),
            (["grant.revoked_seconds_ago": "3600"], ["The grant had been revoked 1 h before."]),
            (["grant.context": "different"], ["differ from those of the grant's last successful use."]),
            (["grant.code_refused": "true"], ["a code of this client had been refused in this session."]),
            (["client.registered": "false"], ["The client registry does not have this client."]),
            (["client.type": "public"], ["By the client registry the client is public: it has no secret to keep."]),
            (["client.scope_not_registered": "admin"], ["not registered for the client: admin."]),
            (["code.seconds_since_issue": "61"], ["The code had been issued 1 min 1 s before."]),
            (["code.network_mismatch": "true"], ["The code had been issued to another network."]),
            (["access_token.state": "revoked"], ["The access token had been revoked."]),
            (["access_token.seconds_since_expiry": "5"], ["The access token's time had been over for 5 s."]),
            (["family.reuse_seconds_ago": "90"], ["1 min 30 s before, an old token of the family"]),
            (["user.disabled_seconds_ago": "86400"], ["The user's account had been switched off 1 d before."]),
            (["baseline.scope_first_seen": "a b"], ["never been granted this scope before: a and b."]),
            (["baseline.lifetime_factor": "12"], ["lives 12 times as long as any that the client got before."]),
            (["baseline.client_first_seen": "maybe"], []),
            (["baseline.new_network": "true"], ["baseline.new_network is true, which means: MEANING"]),
            (["data.details": "x"], []),
        ] as [([String: String], [String])]
    )
    func lineageIsToldInSentences(_ fields: [String: String], _ expected: [String]) {
        let values = fields.sorted { $0.key < $1.key }.map { NamedValue(name: $0.key, value: $0.value) }
        let meanings = ["baseline.new_network": "MEANING", "refresh_token.seconds_since_rotation": "MEANING"]
        let sentences = LineageSentences(values, meanings: meanings).sentences
        #expect(sentences.count == expected.count, "\(sentences)")
        for (sentence, part) in zip(sentences, expected) { #expect(sentence.contains(part), "\(sentence)") }
    }

    @Test(
        arguments: [
            (
                "kind=token.request outcome=failure grant_type=refresh_token error=invalid_grant client_id=app ip=192.0.2.1",
                "Exchange of a refresh token by client app from 192.0.2.1: refused (invalid_grant)."
            ),
            (
                "kind=token.request outcome=success grant_type=urn:example:x sub=7 username=alice",
                "Token request with grant type urn:example:x for user alice: succeeded."
            ),
            ("kind=http.access http_method=GET http_path=/a http_status=302", "Request GET to /a: answered with 302."),
            ("kind=session.login sid=s1", "Sign-in in session s1; the log does not say how it ended."),
            ("native_type=ODD outcome=failure", "Event ODD: refused."),
            ("kind=brand.new outcome=success", "Event of kind brand.new: succeeded."),
        ]
    )
    func eventIsASentence(_ fields: String, _ expected: String) {
        #expect(EventSentences(Self.values(fields)).what == expected)
    }

    @Test func whatWasSaidIsNotSaidAgain() {
        let first = Self.values("kind=token.request outcome=success client_id=app ip=192.0.2.1 scope=openid")
        let second = Self.values("kind=token.request outcome=failure client_id=app ip=192.0.2.9 scope=openid")
        let sentences = EventSentences(second, after: first)
        #expect(sentences.what == "Token request from 192.0.2.9: refused.")
        #expect(sentences.details == [])
    }

    /// A value can neither end its quotation nor speak for us.
    @Test func valuesAreNoWords() {
        #expect(StoryWords.shown("shop") == "shop")
        #expect(StoryWords.shown("shop for user root") == "“shop for user root”")
        #expect(StoryWords.shown("a” for user “b") == "“a\" for user \"b”")
        #expect(StoryWords.shown("") == "“”")
        #expect(StoryWords.shown("\u{1B}[2J") == "“\\u{1B}[2J”")
        #expect(StoryWords.shown("x,y") == "“x,y”")
        #expect(TerminalText.columns(of: StoryWords.shown(String(repeating: "long", count: 100))) == 120)
    }

    @Test(
        arguments: [
            (0, "less than 1 ms"), (1_500, "1 ms"), (1_000_000, "1 s"), (59_999_999, "59 s"), (60_000_000, "1 min"),
            (3_601_000_000, "1 h"), (90_061_000_000, "1 d 1 h"), (86_400_000_000, "1 d"),
        ] as [(Int64, String)]
    )
    func durationsAreShort(_ microseconds: Int64, _ expected: String) {
        #expect(DurationText.microseconds(microseconds) == expected)
    }

    @Test(
        arguments: [
            (
                "type: event_count\n    rules: [a]\n    group-by: [ip]\n    timespan: 5m\n    condition: { gte: 3 }",
                "at least 3 events “First” within 5 min with the same ip."
            ),
            (
                "type: value_count\n    rules: [a]\n    timespan: 1h\n    condition: { field: sub, gt: 4, lt: 9 }",
                "more than 4 and less than 9 different values of sub in events “First” within 1 h."
            ),
            (
                "type: temporal_ordered\n    rules: [a, b]\n    group-by: [ip, sub]\n    timespan: 2d",
                "“First” and then “b” within 2 d with the same ip and sub."
            ),
            (
                "type: temporal\n    rules: [a, b]\n    timespan: 2d\n    condition: { gte: 1 }",
                "at least 1 of these: “First” and “b”, within 2 d."
            ),
            (
                "type: temporal_extended\n    timespan: 1m\n    condition: a and not (b or c)",
                "“First” and not (“b” or “c”) within 1 min."
            ),
            (
                "type: value_avg\n    rules: [a]\n    timespan: 1m\n    condition: { field: expires_in, gte: 1.5 }",
                "a mean of expires_in of at least 1.5 in events “First” within 1 min."
            ),
        ]
    )
    func correlationIsASentence(_ correlation: String, _ expected: String) throws {
        let text = "title: T\ncorrelation:\n    \(correlation)\nfalsepositives: [Tests.]\n"
        let prose = RuleProse(text)
        let sentence = CorrelationSentences.sentence(try #require(prose.correlation), titles: ["a": "First"])
        #expect(sentence == "The rule asks for " + expected)
        #expect(prose.falsePositives == ["Tests."])
    }

    /// The small audit's worst finding: capped, related, with gaps, in a log that is full of traps.
    @Test func storyOfTheSmallAudit() throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database(rules: SmallAudit.rules, SmallAudit.fill)
        let id = SmallAudit.findings[0].id
        let story = try #require(try FindingStory(database: database, finding: id, meanings: [:]))
        #expect(story.facts.shortID == id, "the three ids differ in their last digit")
        #expect(story.facts.related.total == 2)
        #expect(story.facts.related.closest.map(\.shared) == [["ip"], ["ip"]])
        #expect(story.facts.related.counts.map(\.findings) == [2])
        for part in [
            "1 of 14 events are kept", "a.log.gz begins at 2024-05-01T00:00:00Z",
            "1 line of /var/log/keycloak/a.log.gz could not be understood",
            "was read up to a damaged place only: truncated frame", "x.log could not be read: Permission denied",
            "1 event of the rule lacked a field", "2 windows of the rule were still open",
            "1 event came in run 1 after later ones had been judged",
        ] {
            #expect(story.unseen.contains { $0.contains(part) }, "\(part) in \(story.unseen)")
        }
        let text = StoryText(story).text()
        #expect(StoryText(story, colour: true).text().replacing(/\u{1B}\[[0-9;]*m/, with: "") == text)
        #expect(try FindingStory(database: database, finding: "0", meanings: [:]) == nil)
        for finding in SmallAudit.findings {
            let story = try #require(try FindingStory(database: database, finding: finding.id, meanings: [:]))
            for line in StoryText(story).text().split(separator: "\n") {
                #expect(TerminalText.columns(of: String(line)) <= 100, "\(line)")
                #expect(!line.unicodeScalars.contains(where: TerminalText.isHostile), "\(line)")
            }
            let json = try JSONStory(story).text()
            #expect(!json.unicodeScalars.contains { $0 != "\n" && TerminalText.isHostile($0) })
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
            #expect((object?["finding"] as? [String: Any])?["id"] as? String == finding.id)
        }
    }

    /// A reader sees what was committed while a run goes on.
    @Test func storyIsToldWhileARunWrites() throws {
        let directory = try TemporaryDirectory()
        let writer = try directory.database(rules: SmallAudit.rules, SmallAudit.fill)
        let run = try writer.begin(run: NewRun(startedAt: may1, toolVersion: "1", arguments: []))
        let reader = try AuditDatabase.open(path: directory.databasePath, access: .read)
        let id = SmallAudit.findings[0].id
        #expect(try FindingStory(database: reader, finding: id, meanings: [:])?.finding.count == 14)
        var outcome = RunOutcome(run: run, status: .complete, exitStatus: 0, finishedAt: may1)
        var input = InputRecord(number: 0, path: "/var/log/b.log", status: .read)
        (input.lines, input.events) = (1, 1)
        outcome.inputs = [input]
        outcome.findings = [SmallAudit.finding(1, SmallAudit.replay, count: 3, line: 99)]
        try writer.commit(outcome)
        #expect(try FindingStory(database: reader, finding: id, meanings: [:])?.finding.count == 17)
    }

    private static func values(_ text: String) -> [NamedValue] {
        text.split(separator: " ").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1)
            return NamedValue(name: String(parts[0]), value: String(parts[1]))
        }
    }
}
