// Lists of key=value pairs, quoted and bare, in text and inside JSON.

import AuthEvents
import LogFormats
import Testing

@Suite struct PairsTests {
    static let vendor = ["type", "user", "reason", "a.b", "target"]

    static func plan(_ style: String) throws -> CompiledFormat {
        try Formats.plan(
            parsing: """
                format: pairs
                title: Pairs
                time: stamp
                shapes:
                  - name: text
                    pattern: '^(?<stamp>\\S+) (?<message>.*)$'
                    pairs: { from: message, style: \(style) }
                  - name: JSON
                    json: true
                    pairs: { from: message, style: \(style) }
                """,
            vendor: vendor
        )
    }

    /// The vendor's fields of the pairs in `text`, or what became of the line.
    static func read(_ text: String, _ style: String) throws -> [String: String] {
        let decoding = decode("2026-01-05T10:00:00Z \(text)", try plan(style))
        return fields(decoding)
    }

    /// The same, with the pairs written as a JSON string.
    static func readInsideJSON(_ text: String) throws -> [String: String] {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\u{1B}", with: "\\u001b").replacing("\t", with: "\\t")
        return fields(decode("{\"stamp\":\"2026-01-05T10:00:00Z\",\"message\":\"\(escaped)\"}", try plan("quoted")))
    }

    private static func fields(_ decoding: Decoding) -> [String: String] {
        guard let event = decoding.events.first else { return ["fate": decoding.fate] }
        return event.fields.filter { vendor.contains($0.key) }
    }

    @Test(arguments: [
        (#"type="LOGIN""#, ["type": "LOGIN"]),
        (#"type="LOGIN", user="alice", other="x""#, ["type": "LOGIN", "user": "alice"]),
        (#"other="x",user="alice" type="LOGIN""#, ["type": "LOGIN", "user": "alice"]),
        (#"user="", type="""#, ["user": "", "type": ""]),
        (#"user="a, error=b", type="x""#, ["user": "a, error=b", "type": "x"]),
        (#"user="a\"b", type="x""#, ["user": #"a"b"#, "type": "x"]),
        (#"user="\"", type="x""#, ["user": "\"", "type": "x"]),
        (#"user="a\", error=\"b", type="x""#, ["user": #"a", error="b"#, "type": "x"]),
        (#"other="a\", user=\"b", user="c""#, ["user": "c"]),
        (#"user="C:\dir\n", type="x""#, ["user": #"C:\dir\n"#, "type": "x"]),
        (#"user="größe 😀", a.b="1""#, ["user": "größe 😀", "a.b": "1"]),
        (#"user="a=b&c=d""#, ["user": "a=b&c=d"]),
        // A backslash at the end of a value is not escaped, so its quote looks as if it were.
        (#"user="a\", type="x""#, ["user": #"a\"#, "type": "x"]),
        (#"user="a\", other="o", type="x\""#, ["user": #"a\"#, "type": #"x\"#]),
        (#"type="LOGIN\""#, ["type": #"LOGIN\"#]),
        (#"user="a\", error=\"b\", type="x""#, ["user": #"a", error="b\"#, "type": "x"]),
        (#"user="a\", error=", type="x""#, ["user": #"a", error="#, "type": "x"]),
        ("", [:]),
        (" , , ", [:]),
    ])
    func quoted(_ text: String, _ expected: [String: String]) throws {
        #expect(try Self.read(text, "quoted") == expected)
        #expect(try Self.readInsideJSON(text) == expected)
    }

    @Test func controlCharactersInsideJSONAreDecoded() throws {
        #expect(
            try Self.readInsideJSON("user=\"\u{1B}[31mred\", reason=\"a\tb\"") == [
                "user": "\u{1B}[31mred", "reason": "a\tb",
            ]
        )
    }

    @Test(arguments: [
        #"type"#, #"type="#, #"type=LOGIN"#, #"type="LOGIN"#, #"="x""#, #"user="a"b"#,
        #"user="a", b"#, #"user='a'"#, #"user="a" "b""#, #"user=""a"""#,
    ])
    func malformedQuotedPairsAreRejected(_ text: String) throws {
        #expect(try Self.read(text, "quoted") == ["fate": "rejected: malformed key=value pairs"])
        #expect(try Self.readInsideJSON(text) == ["fate": "rejected: malformed key=value pairs"])
    }

    @Test(arguments: [
        ("type=LOGIN", ["type": "LOGIN"]),
        ("type=LOGIN, user=alice, other=x", ["type": "LOGIN", "user": "alice"]),
        ("user=, type=x", ["user": "", "type": "x"]),
        ("user=a,b,c, type=x", ["user": "a,b,c", "type": "x"]),
        ("user=a, b, type=x", ["user": "a, b", "type": "x"]),
        ("user=a,error=b, type=x", ["user": "a,error=b", "type": "x"]),
        ("user='two words', type=x", ["user": "two words", "type": "x"]),
        ("user='it's, fine', type=x", ["user": "it's, fine", "type": "x"]),
        ("user='a, error=b', type=x", ["user": "a, error=b", "type": "x"]),
        ("user='open, type=x", ["user": "'open", "type": "x"]),
        ("user=a=b=c, type=x", ["user": "a=b=c", "type": "x"]),
        (
            "target=https://shop.example.com/cb?a=1&b=2,3, type=x",
            [
                "target": "https://shop.example.com/cb?a=1&b=2,3", "type": "x",
            ]
        ),
        ("type=x, user='last one'", ["type": "x", "user": "last one"]),
        ("a.b=1, type=x,", ["a.b": "1", "type": "x,"]),
    ])
    func bare(_ text: String, _ expected: [String: String]) throws {
        #expect(try Self.read(text, "bare") == expected)
    }

    @Test(arguments: ["type", "=x", "LOGIN, user"]) func malformedBarePairsAreRejected(_ text: String) throws {
        #expect(try Self.read(text, "bare") == ["fate": "rejected: malformed key=value pairs"])
    }

    @Test(arguments: [
        ("quoted", #"user="a", error="x", user="b""#), ("quoted", #"user="a",user="a""#),
        ("bare", "user=a, error=x, user=b"), ("bare", "user='a a', user='b b'"),
    ])
    func duplicatesAreRejected(_ style: String, _ text: String) throws {
        #expect(try Self.read(text, style) == ["fate": "rejected: duplicate key"])
        guard style == "quoted" else { return }
        #expect(try Self.readInsideJSON(text) == ["fate": "rejected: duplicate key"])
    }

    @Test func pairsMayNotForgeWhatTheLineSays() throws {
        // `stamp` is a field of the pattern; a pair of that name would replace it.
        #expect(try Self.read(#"stamp="2020-01-01T00:00:00Z""#, "quoted") == ["fate": "rejected: duplicate key"])
    }

    @Test func messageWithoutPairsIsRejected() throws {
        let plan = try Self.plan("quoted")
        let time = #""stamp":"2026-01-05T10:00:00Z""#
        for message in [#"{\#(time)}"#, #"{\#(time),"message":null}"#, #"{\#(time),"message":["a"]}"#] {
            #expect(decode(message, plan).fate == "rejected: malformed key=value pairs")
        }
    }
}

@Suite struct KeycloakTextTests {
    static let head = "2026-01-05 10:00:00,174 WARN  [org.keycloak.events] (default task-1) "

    static func decoding(of message: String) throws -> Decoding {
        decode(head + message, try Formats.plan("keycloak"))
    }

    @Test(arguments: [
        "type=LOGIN_ERROR, realmId=r, clientId=x, error=none, userId=null, ipAddress=203.0.113.1, error=e",
        "type=LOGIN_ERROR, realmId=r, clientId=x, ipAddress=198.51.100.9, userId=null, ipAddress=203.0.113.1, error=e",
        "type=LOGIN_ERROR, realmId=r, clientId=x, type=LOGIN, userId=null, ipAddress=203.0.113.1, type=LOGIN",
        "type=LOGIN_ERROR, realmId=r, clientId='x y', error=none, a='', userId=null, ipAddress=203.0.113.1, error=e",
    ])
    func forgedPairsAreRejected(_ message: String) throws {
        #expect(try Self.decoding(of: message).fate == "rejected: duplicate key")
    }

    @Test func quotedPairsCannotBeForged() throws {
        let decoding = try Self.decoding(
            of: #"type="LOGIN_ERROR", clientId="x\", error=\"none", ipAddress="203.0.113.1", error="client_not_found""#
        )
        let event = try #require(decoding.events.first)
        #expect(event["client_id"] == #"x", error="none"#)
        #expect(event["native_error"] == "client_not_found")
    }

    @Test func nullIsNoValue() throws {
        let decoding = try Self.decoding(
            of: #"type="LOGIN_ERROR", clientId="null", userId="null", ipAddress="", error="e""#
        )
        let event = try #require(decoding.events.first)
        #expect(event["client_id"] == nil)
        #expect(event["sub"] == nil)
        #expect(event["network"] == nil)
        #expect(event.event.client == 0)
        #expect(!event.event.has(.sub))
    }

    @Test func textAndObjectOfOneEventAgree() throws {
        let text = try Self.decoding(
            of: #"type="REFRESH_TOKEN_ERROR", realmName="shop", clientId="app", userId="u1", sessionId="s1", "#
                + #"ipAddress="203.0.113.1", error="invalid_token", reason="Stale token", refresh_token_id="onrtrt:r1""#
        )
        let object = decode(
            #"{"time":1767607200174,"type":"REFRESH_TOKEN_ERROR","realmId":"x","realmName":"shop","clientId":"app","#
                + #""userId":"u1","sessionId":"s1","ipAddress":"203.0.113.1","error":"invalid_token","details":"#
                + #"{"reason":"Stale token","refresh_token_id":"r1"}}"#,
            try Formats.plan("keycloak")
        )
        let (left, right) = (try #require(text.events.first), try #require(object.events.first))
        #expect(left.fingerprints == right.fingerprints)
        #expect(left.event.time == right.event.time)
        #expect(left.event.present == right.event.present)
        #expect(left.event.verdict == .refreshReuse)
        let ignored = ["time"]
        #expect(left.fields.filter { !ignored.contains($0.key) } == right.fields.filter { !ignored.contains($0.key) })
    }
}
