// Events carry what follows from their fields, and every line is accounted for.

import AuthEvents
import ByteStreams
import FieldRows
import Foundation
import LogFormats
import Testing

@Suite struct LineDecoderTests {
    static func line(_ members: String, time: String = "2026-01-05T10:00:00Z") -> String {
        "{\"time\":\"\(time)\",\"kind\":\"token.request\",\(members)}"
    }

    static func event(_ members: String) throws -> DecodedEvent {
        try #require(decode(line(members), try Formats.plan("grantaudit-json")).events.first)
    }

    @Test func scalarsFollowTheFields() throws {
        let event = try Self.event(
            #""outcome":"failure","verdict":"code_replay","grant_type":"authorization_code","client_id":"shop""#
        )
        #expect(event.event.kind == .tokenRequest)
        #expect(event.event.outcome == .failure)
        #expect(event.event.verdict == .codeReplay)
        #expect(event.event.grantType == .authorizationCode)
        #expect(event["verdict"] == "code_replay")
        #expect(event["source"] == "grantaudit-json")
        let unknown = try Self.event(#""outcome":"maybe","verdict":"x","grant_type":"magic""#)
        #expect(unknown.event.outcome == .unknown)
        #expect(unknown.event.verdict == .none)
        #expect(unknown.event.grantType == nil)
        #expect(unknown["grant_type"] == "magic")
    }

    @Test(arguments: GrantType.allCases) func grantTypesAreRead(_ type: GrantType) throws {
        #expect(try Self.event(#""grant_type":"\#(type.rawValue)""#).event.grantType == type)
    }

    @Test func presenceIsWhatHasAValue() throws {
        let event = try Self.event(#""client_id":"shop","sub":"","username":null,"ip":"203.0.113.7""#)
        let present = CanonicalField.allCases.filter { event.event.has($0) }
        #expect(Set(present) == [.time, .kind, .outcome, .source, .clientID, .sub, .ip, .network])
        for field in present { #expect(event[field.name] != nil) }
    }

    @Test func groupKeysAreThoseOfTheValues() throws {
        let event = try Self.event(
            #""client_id":"shop","sid":"s1","user_agent":"curl","ip":"203.0.113.7","scope_requested":"a b""#
        )
        func key(_ text: String) -> UInt64 {
            let bytes = Array(text.utf8)
            return Formats.key.groupKey(bytes.span.bytes)
        }
        #expect(event.event.client == key("shop"))
        #expect(event.event.session == key("s1"))
        #expect(event.event.userAgent == key("curl"))
        #expect(event.event.network == key("203.0.113.0/24"))
        #expect(event.event.scope == key("a b"))
        #expect(try Self.event(#""client_id":"sh\u006fp""#).event.client == key("shop"))
        #expect(try Self.event(#""scope":"a","scope_requested":"a b""#).event.scope == key("a"))
        let empty = try Self.event(#""x":1"#).event
        #expect([empty.client, empty.session, empty.network, empty.userAgent, empty.scope] == [0, 0, 0, 0, 0])
    }

    @Test(arguments: [
        (#""openid email""#, "openid email"), (#"["openid","email"]"#, "openid email"),
        (
            #"[ "openid" , "email" ]"#,
            "openid email"
        ), (#"["openid"]"#, "openid"), ("[]", ""), (#""""#, ""),
    ])
    func scopesAreWordsHoweverTheyAreWritten(_ value: String, _ expected: String) throws {
        let event = try Self.event("\"scope\":\(value)")
        #expect(event["scope"] == expected)
        #expect(event.kinds["scope"] == .words)
    }

    @Test func scopesInArraysAreUnescaped() throws {
        let event = try Self.event(#""scope":["https:\/\/example.com\/scope"]"#)
        #expect(event["scope"] == "https://example.com/scope")
    }

    @Test func keyIsOneWhateverItsEscapes() throws {
        // Whoever writes the second key decides what other readers see; ours overlooks it.
        let line = Self.line(#""client_id":"shop","client_\u0069d":"admin""#)
        let fate = decode(line, try Formats.plan("grantaudit-json")).fate
        #expect(fate == "rejected: duplicate key")
    }

    @Test func eventsOutsideTheRangeAreIgnored() throws {
        let times = [
            "2026-01-05T09:59:59.999999Z", "2026-01-05T10:00:00Z", "2026-01-05T10:59:59Z", "2026-01-05T11:00:00Z",
        ]
        let range = TimeRange(since: 1_767_607_200_000_000, until: 1_767_610_800_000_000)
        var decoder = LineDecoder(try Formats.plan("grantaudit-json"), key: Formats.key, range: range)
        let lines = times.map { Self.line("\"x\":1", time: $0) }
        try withBatches(of: Array(lines.map { $0 + "\n" }.joined().utf8)) { batch in
            let decoded = decoder.decode(batch)
            #expect(decoded.events.map(\.lineNumber) == [2, 3])
            #expect(decoded.tally.ignored == ["before --since": 1, "not before --until": 1])
            #expect(decoded.tally.lines == 4)
        }
    }

    @Test func timesWithoutZoneAreCounted() throws {
        var decoder = LineDecoder(try Formats.plan("grantaudit-json"), key: Formats.key)
        for time in ["2026-01-05T10:00:00Z", "2026-01-05 10:00:00", "2026-01-05T10:00:00+01:00", "2026-01-05T10:00:00"]
        {
            _ = decoder.decode(lineBatch(Self.line("\"x\":1", time: time).utf8))
        }
        #expect(decoder.zonesAssumed == 2)
    }

    @Test func rejectedLinesHaveMaskedSamples() throws {
        let secret = "q7Zt2mVx9LrK4wYc8BnD3sFh6GjP1aQe"
        let line =
            "{\"time\":\"x\",\"kind\":\"other\",\"access_token\":\"\(secret)\"" + String(repeating: ",a", count: 999)
        let rejected = try #require(decode(line, try Formats.plan("grantaudit-json")).rejected.first)
        #expect(rejected.reason == "malformed JSON")
        #expect(rejected.sample.hasPrefix("{\"time\":\"x\",\"kind\":\"other\",\"access_token\":\"[masked]\",a,a"))
        #expect(rejected.sample.count <= RejectedLine.sampleMax)
    }

    @Test func samplesCanBeLeftOut() throws {
        var decoder = LineDecoder(try Formats.plan("grantaudit-json"), key: Formats.key, keepsSamples: false)
        let decoded = decoder.decode(lineBatch("{".utf8))
        #expect(decoded.rejected.isEmpty)
        #expect(decoded.tally.rejected == ["malformed JSON": 1])
    }

    @Test func overlongLinesAreRejected() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "log-formats-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: url) }
        let short = Self.line("\"x\":1")
        let long = Self.line("\"x\":\"\(String(repeating: "y", count: 5_000))\"")
        try Data([short, long, short].joined(separator: "\n").utf8).write(to: url)
        var reader = try LineReader(InputFile(path: url.path), limits: InputLimits(lineBytesMax: 1_000))
        var decoder = LineDecoder(try Formats.plan("grantaudit-json"), key: Formats.key)
        var tally = LineTally()
        while let batch = try reader.next() {
            let decoded = decoder.decode(batch)
            #expect(decoded.rejected.allSatisfy { $0.lineNumber == 2 && $0.sample == "" })
            tally.add(decoded.tally)
        }
        #expect(tally.events == 2)
        #expect(tally.rejected == ["line longer than the limit": 1])
    }

    @Test func spentBatchesCanBeUsedAgain() throws {
        let plan = try Formats.plan("grantaudit-json")
        var decoder = LineDecoder(plan, key: Formats.key)
        let first = decoder.decode(lineBatch(Self.line(#""client_id":"sh\"op","access_token":"a""#).utf8))
        _ = decoder.decode(lineBatch("{".utf8), reusing: first)
        #expect(first.events.isEmpty)
        #expect(first.tally.rejected == ["malformed JSON": 1])
        let again = decoder.decode(lineBatch(Self.line(#""sub":"al\u0069ce""#).utf8), reusing: first)
        #expect(again === first)
        let event = DecodedEvent(again, 0, plan.layout)
        #expect(event["sub"] == "alice")
        #expect(event["client_id"] == nil)
        #expect(event.fingerprints.isEmpty)
        #expect(again.tally.lines == 1)
    }
}
