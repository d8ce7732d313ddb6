// Request targets: path, parameters, and credentials that should not be in them.

import AuthEvents
import FieldRows
import LogFormats
import Testing

@Suite struct QueryTests {
    static let vendor = ["path", "query.a", "query.b", "query.client_id"]

    static func event(_ target: String) throws -> DecodedEvent {
        let plan = try Formats.plan(
            parsing: """
                format: query
                title: Targets
                time: stamp
                shapes: [{ name: target, pattern: '^(?<stamp>\\S+) (?<target>.*)$', query: target }]
                fields: { http_path: path, state_present: { exists: query.state } }
                """,
            vendor: vendor
        )
        return try #require(decode("2026-01-05T10:00:00Z \(target)", plan).events.first)
    }

    @Test(arguments: [
        ("/token", "/token", [:]),
        ("/token?", "/token", [:]),
        ("", "", [:]),
        ("?a=1", "", ["query.a": "1"]),
        ("/t?a=1&b=2", "/t", ["query.a": "1", "query.b": "2"]),
        ("/t?x=1&a=1&y", "/t", ["query.a": "1"]),
        ("/t?a=&b", "/t", ["query.a": ""]),
        ("/t?&&a=1&", "/t", ["query.a": "1"]),
        ("/t?a=b=c", "/t", ["query.a": "b=c"]),
        ("/t?a=1?b=2", "/t", ["query.a": "1?b=2"]),
        ("/t?aa=1&A=2", "/t", [:]),
        // Percent and plus.
        ("/t?a=openid+email", "/t", ["query.a": "openid email"]),
        ("/t?a=https%3A%2F%2Fx.example%2Fcb%3Fb%3D1", "/t", ["query.a": "https://x.example/cb?b=1"]),
        ("/t?a=%41%4a%4A%2b%2B", "/t", ["query.a": "AJJ++"]),
        ("/t?a=%C3%A4", "/t", ["query.a": "ä"]),
        ("/t?a=x%26b%3D2", "/t", ["query.a": "x&b=2"]),
        ("/t?a=%00", "/t", ["query.a": "\0"]),
        ("/t?a=%FF", "/t", ["query.a": "\u{FFFD}"]),
        // Names and paths are decoded as servers decode them.
        ("/t?%61=1&client%5Fid=shop", "/t", ["query.a": "1", "query.client_id": "shop"]),
        ("/%74?a=1", "/t", ["query.a": "1"]),
        ("/a+b", "/a+b", [:]),
        ("/t?a=1&%61=2", "/t", [:]),
        // Malformed escapes stay.
        ("/t?a=%", "/t", ["query.a": "%"]),
        ("/t?a=%4", "/t", ["query.a": "%4"]),
        ("/t?a=%4&b=%zz", "/t", ["query.a": "%4", "query.b": "%zz"]),
        ("/t?a=%%41", "/t", ["query.a": "%A"]),
        ("/t?a=100%&b=50%25", "/t", ["query.a": "100%", "query.b": "50%"]),
        // RFC 6749 §3.1: a parameter that is repeated has no value to rely on.
        ("/t?a=1&a=2", "/t", [:]),
        ("/t?a=1&b=3&a=1&a=2", "/t", ["query.b": "3"]),
        ("/t?a=%31&a=2", "/t", [:]),
    ])
    func parameters(_ target: String, _ path: String, _ expected: [String: String]) throws {
        let event = try Self.event(target)
        #expect(event["http_path"] == path)
        #expect(event.fields.filter { $0.key.hasPrefix("query.") } == expected)
    }

    @Test func presenceNeedsNoValue() throws {
        #expect(try Self.event("/t?state=")["state_present"] == "true")
        #expect(try Self.event("/t?state=x")["state_present"] == "true")
        #expect(try Self.event("/t?stat=x")["state_present"] == "false")
    }

    @Test(
        arguments: [
            ("/cb?code=abcd&state=x", "code"),
            ("/api?access_token=abcd", "access_token"),
            ("/api?x=1&refresh_token=abcd&access_token=abcd", "refresh_token access_token"),
            ("/api?access_token=abcd&access_token=efgh", "access_token"),
            ("/t?client_secret=a%20b%20c", "client_secret"),
            ("/t?password=abcd", "password"),
            ("/t?client_assertion=abcd&code_verifier=abcd", "client_assertion code_verifier"),
            ("/t?subject_token=abcd&actor_token=abcd&assertion=abcd", "subject_token actor_token assertion"),
            // No value, or one that was masked by whoever wrote the log.
            ("/cb?code=", nil),
            ("/cb?code", nil),
            ("/cb?code=***", nil),
            ("/cb?code=*****abc", nil),
            ("/t?client_secret=[FILTERED]", nil),
            ("/t?client_secret=[redacted]&password=***", nil),
            // Other names.
            ("/a?response_type=code&code_challenge=abcd&token_type=Bearer", nil),
            ("/a?CODE=abcd&xcode=abcd&codex=abcd", nil),
            ("/code=abcd", nil),
        ] as [(String, String?)]
    )
    func credentials(_ target: String, _ expected: String?) throws {
        let event = try Self.event(target)
        #expect(event["credential_in_url"] == expected)
        #expect(event.event.has(.credentialInURL) == (expected != nil))
        if expected != nil { #expect(event.kinds["credential_in_url"] == .words) }
    }

    @Test func targetInsideJSONIsUnescapedFirst() throws {
        let plan = try Formats.plan("nginx-json")
        let line =
            #"{"time":"2026-01-05T10:00:00+00:00","remote_addr":"203.0.113.7","method":"GET","status":302,"#
            + #""uri":"\/oauth\/authorize?client_id=sh\u006fp&scope=a+b&redirect_uri="#
            + #"https:\/\/x.example\/cb&code=abcd"}"#
        let event = try #require(decode(line, plan).events.first)
        #expect(event["http_path"] == "/oauth/authorize")
        #expect(event["client_id"] == "shop")
        #expect(event["scope_requested"] == "a b")
        #expect(event["redirect_uri"] == "https://x.example/cb")
        #expect(event["credential_in_url"] == "code")
        #expect(event["kind"] == "authorization.request")
        #expect(event["outcome"] == "unknown")
    }
}

@Suite struct AccessLineTests {
    static func combined(_ request: String, _ status: Int, user: String = "-") throws -> Decoding {
        let line = #"203.0.113.7 - \#(user) [05/Jan/2026:10:00:00 +0100] "\#(request)" \#(status) 12 "-" "curl/8.5.0""#
        return decode(line, try Formats.plan("combined"))
    }

    @Test(arguments: [
        ("GET /oauth/authorize?client_id=a HTTP/1.1", 302, "authorization.request", "unknown"),
        ("GET /oauth/authorize?client_id=a HTTP/1.1", 400, "authorization.request", "failure"),
        ("POST /oauth/token HTTP/1.1", 200, "token.request", "success"),
        ("POST /oauth/token HTTP/2.0", 401, "token.request", "failure"),
        ("POST /oauth/token HTTP/1.1", 500, "token.request", "failure"),
        ("POST /oauth/introspect HTTP/1.1", 200, "token.introspect", "success"),
        ("POST /oauth/revoke HTTP/1.1", 200, "token.revoke", "success"),
        ("POST /as/par HTTP/1.1", 201, "par.request", "success"),
        ("GET /userinfo HTTP/1.1", 401, "userinfo", "failure"),
        ("GET /register HTTP/1.1", 200, "http.access", "success"),
        ("POST /register HTTP/1.1", 201, "client.register", "success"),
        ("GET /token/x HTTP/1.1", 404, "http.access", "failure"),
    ])
    func endpointsHaveKinds(_ request: String, _ status: Int, _ kind: String, _ outcome: String) throws {
        let event = try #require(try Self.combined(request, status).events.first)
        #expect(event["kind"] == kind)
        #expect(event["outcome"] == outcome)
        #expect(event.event.kind.name == kind)
        #expect(event.event.outcome.name == outcome)
        #expect(event.event.time == 1_767_603_600_000_000)
    }

    @Test func basicAuthenticationNamesTheClient() throws {
        let event = try #require(try Self.combined("POST /oauth/token HTTP/1.1", 401, user: "shop").events.first)
        #expect(event["client_id"] == "shop")
    }

    @Test(arguments: [
        "\u{1B}[31m\u{1B}[1mPOST /oauth/token HTTP/1.1\u{1B}[0m", "\u{1B}[33mPOST /oauth/token HTTP/1.1\u{1B}[0m",
        "POST /oauth/token HTTP/1.1", "POST /oauth/token",
    ])
    func werkzeugColoursAreNotPartOfTheRequest(_ request: String) throws {
        let plan = try Formats.plan("flask-authlib")
        for head in ["", "INFO:werkzeug:", "2026-01-05 10:00:00,123 INFO    werkzeug "] {
            let line = #"\#(head)203.0.113.9 - - [05/Jan/2026 10:00:00] "\#(request)" 400 -"#
            let event = try #require(decode(line, plan).events.first, "\(line)")
            #expect(event["kind"] == "token.request")
            #expect(event["outcome"] == "failure")
            #expect(event["http_method"] == "POST")
            #expect(event["http_path"] == "/oauth/token")
            #expect(event["http_status"] == "400")
            #expect(event.event.time == 1_767_607_200_000_000 + (head.contains(",") ? 123_000 : 0))
        }
    }

    @Test func werkzeugTargetsAreDecodedBeforeTheyAreLogged() throws {
        let plan = try Formats.plan("flask-authlib")
        let line =
            #"203.0.113.9 - - [05/Jan/2026 10:00:00] "GET /oauth/authorize?client_id=shop&redirect_uri="#
            + #"https://shop.example.com/cb?x=1&client_id=admin&scope=a b HTTP/1.1" 200 -"#
        let event = try #require(decode(line, plan).events.first)
        // The second client_id may have been a part of the redirect URI.
        #expect(event["client_id"] == nil)
        #expect(event["redirect_uri"] == "https://shop.example.com/cb?x=1")
        #expect(event["scope_requested"] == "a b")
    }
}
