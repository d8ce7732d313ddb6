// Source fields inside arrays, in JSON texts and in lists of events, and what is made of their values.

import AuthEvents
import LogFormats
import Testing

@Suite struct SelectorTests {
    /// What a small format makes of one line.
    static func fields(_ line: String, _ fields: String, shape: String = "json: true", more: String = "") throws
        -> [DecodedEvent]
    {
        let plan = try Formats.plan(
            parsing: """
                format: test
                title: test
                time: t
                shapes: [{ name: event, \(shape) }]
                fields: { \(fields) }
                events: [{ is: token.request success }]
                \(more)
                """
        )
        return try decode([line], plan).events
    }

    @Test(arguments: [
        (#""a":["x","y"]"#, "a[0]", "x"), (#""a":["x","y"]"#, "a[1]", "y"), (#""a":["x"]"#, "a[1]", nil),
        (#""a":"x""#, "a[0]", "x"), (#""a":7"#, "a[0]", "7"), (#""a":{"b":"x"}"#, "a[0].b", "x"),
        (#""a":null"#, "a[0]", nil), (#""a":[]"#, "a[0]", nil), (#""a":[null]"#, "a[0]", nil),
        (#""a":{"b":{"c":["x"]}}"#, "a.b.c[0]", "x"),
        (#""a":[{"type":"u","id":"1"},{"type":"t","id":"2"}]"#, "a[type=t].id", "2"),
        (#""a":{"type":"t","id":"2"}"#, "a[type=t].id", "2"),
        (#""a":[{"type":"t"},{"type":"t","id":"2"}]"#, "a[type=t].id", "2"),
        (#""a":[{"n":"x","p":[{"k":"c","v":"1"},{"k":"s","v":["o","p"]}]}]"#, "a[0].p[k=c].v", "1"),
        (#""a":[{"key":"Oauth Scope Info","value":"x y"}]"#, "a[key=Oauth Scope Info].value", "x y"),
        (#""a":[{"n":1,"v":"one"},{"n":2,"v":"two"}]"#, "a[n=2].v", "two"),
        (#""a":[{"x":{"y":"1"},"v":"one"}]"#, "a[x.y=1].v", "one"),
        (#""a":[{"v":"o"},{"w":"p"},{"v":"q"}]"#, "a[].v", "o q"), (#""a":["o","p"]"#, "a[]", "o p"),
        (#""a":[{"v":"a\"b"},{"v":"c"}]"#, "a[].v", #"a"b c"#), (#""a":[{"v":"a\"b"}]"#, "a[0].v", #"a"b"#),
        // A key that occurs twice has no value, and brackets inside strings are text.
        (#""a":[{"v":"1","v":"2"}]"#, "a[0].v", nil), (#""a":["]","x"]"#, "a[1]", "x"),
        (#""a":[ { "v" : "1" } , { "v" : "2" } ]"#, "a[1].v", "2"), (#""a":[{"v.w":"1"}]"#, "a[0].v.w", "1"),
    ])
    func pathsLeadThroughArrays(_ member: String, _ path: String, _ expected: String?) throws {
        let events = try Self.fields(#"{"t":"2026-01-05T10:00:00Z",\#(member)}"#, "client_id: \"\(path)\"")
        #expect(events.first?["client_id"] == expected)
        #expect(events.count == 1)
    }

    @Test func selectedListsAreSetsOfWords() throws {
        let line = #"{"t":"2026-01-05T10:00:00Z","p":[{"n":"scope","v":["openid","mail"]}]}"#
        #expect(try Self.fields(line, #"scope: "p[n=scope].v""#)[0]["scope"] == "openid mail")
    }

    @Test func conditionsMayUseThem() throws {
        let line = #"{"t":"2026-01-05T10:00:00Z","a":[{"k":"1"},{"k":"2"}]}"#
        let events = try Self.fields(
            line,
            "",
            shape: #"json: true, where: { "a[k=2].k|exists": "true", "a[k=3].k|exists": "false" }"#
        )
        #expect(events.count == 1)
    }

    @Test func textsMayBeJSONThemselves() throws {
        let line = #"{"t":"2026-01-05T10:00:00Z","d":"{\"app\":\"x\",\"l\":[{\"k\":\"a\\\"b\"}],\"s\":[\"p\",\"q\"]}"}"#
        let fields = #"client_id: d.app, username: "d.l[0].k", scope: d.s"#
        let event = try Self.fields(line, fields, shape: "json: [d]")[0]
        #expect(event["client_id"] == "x")
        #expect(event["username"] == #"a"b"#)
        #expect(event["scope"] == "p q")
        // What is no JSON stays text; what is broken has no fields.
        for broken in [#"{\"app\":\"x\""#, #"{\"app\":}"#, "text", "", #"{\"app\":\"x\"} {"#, "[", "{}"] {
            let line = #"{"t":"2026-01-05T10:00:00Z","d":"\#(broken)"}"#
            let event = try Self.fields(line, fields, shape: "json: [d]")[0]
            #expect(event["client_id"] == nil)
        }
        let list = #"{"t":"2026-01-05T10:00:00Z","d":"[{\"app\":\"x\"}]"}"#
        #expect(try Self.fields(list, #"client_id: "d[0].app""#, shape: "json: [d]")[0]["client_id"] == "x")
    }

    @Test func oneLineMayHoldSeveralEvents() throws {
        let line = """
            {"t":"2026-01-05T10:00:00Z","u":"ann","e":[{"n":"a","p":[{"k":"c","v":"1"}]},{"n":"b"},{"p":[{"k":"c","v":"3"}]}]}
            """
        let fields = #"username: u, native_type: e.n, client_id: "e.p[k=c].v""#
        let events = try Self.fields(line, fields, shape: "json: true, each: e")
        #expect(events.map { $0["native_type"] } == ["a", "b", nil])
        #expect(events.map { $0["client_id"] } == ["1", nil, "3"])
        #expect(events.map { $0["username"] } == ["ann", "ann", "ann"])
        // One object where a list could be is one event; an empty list is none.
        let single = #"{"t":"2026-01-05T10:00:00Z","u":"ann","e":{"n":"a","p":{"k":"c","v":"1"}}}"#
        #expect(try Self.fields(single, fields, shape: "json: true, each: e").map { $0["client_id"] } == ["1"])
        let empty = #"{"t":"2026-01-05T10:00:00Z","u":"ann","e":[]}"#
        #expect(try Self.fields(empty, fields, shape: "json: true, each: e").isEmpty)
    }

    @Test func oneLineMaySayTwoThings() throws {
        let plan = try Formats.plan(
            parsing: """
                format: test
                title: test
                time: t
                traits: [at-least-once]
                shapes: [{ name: event, json: true }]
                fields: { client_id: c, code: code, event_id: id }
                events:
                  - { when: { type: LOGIN }, is: session.login success, also: authorization.response success }
                  - { is: other unknown }
                """
        )
        let line = #"{"t":"2026-01-05T10:00:00Z","type":"LOGIN","c":"shop","code":"x","id":"1"}"#
        let found = try decode([line, #"{"t":"2026-01-05T10:00:00Z"}"#], plan)
        #expect(found.events.map { $0["kind"] } == ["session.login", "authorization.response", "other"])
        #expect(found.events.map { $0["client_id"] } == ["shop", "shop", nil])
        #expect(found.events[0].fingerprints == found.events[1].fingerprints)
        #expect(found.events[1].fingerprints[.code] != nil)
        #expect(found.events[1].event.client != 0)
        #expect(found.events[0].event.identity != found.events[1].event.identity)
        #expect(found.tally.events == 2)
        #expect(plan.capabilities.kinds.isSuperset(of: [.sessionLogin, .authorizationResponse]))
    }

    @Test(arguments: [
        ("[User.Read, openid]", "User.Read openid"), ("[a,b]", "a b"), ("a  b", "a b"), ("", ""), ("[]", ""),
    ])
    func wordsMayHaveOtherSeparators(_ text: String, _ expected: String) throws {
        let line = #"{"t":"2026-01-05T10:00:00Z","s":"\#(text)"}"#
        #expect(try Self.fields(line, #"scope: { from: s, words: ", []" }"#)[0]["scope"] == expected)
    }

    @Test(arguments: [
        ("id=app,ou=agent", "app"), ("id=app", nil), ("", nil), ("id=,ou=agent", nil),
    ])
    func aValueMayBeAPartOfAText(_ text: String, _ expected: String?) throws {
        let line = #"{"t":"2026-01-05T10:00:00Z","s":"\#(text)"}"#
        let events = try Self.fields(line, #"client_id: { from: s, match: '^id=([^,]*),ou=agent' }"#)
        #expect(events[0]["client_id"] == expected)
    }

    @Test func mapsMayBeClosed() throws {
        let line = #"{"t":"2026-01-05T10:00:00Z","s":"AADSTS1"}"#
        let other = #"{"t":"2026-01-05T10:00:00Z","s":"AADSTS2"}"#
        let closed = "error: { from: s, map: { AADSTS1: invalid_grant }, only: \"true\" }"
        #expect(try Self.fields(line, closed)[0]["error"] == "invalid_grant")
        #expect(try Self.fields(other, closed)[0]["error"] == nil)
        let fixed = "error: { from: s, map: { AADSTS1: invalid_grant }, otherwise: server_error }"
        #expect(try Self.fields(other, fixed)[0]["error"] == "server_error")
        #expect(try Self.fields(other, "error: { from: s, map: { AADSTS1: invalid_grant } }")[0]["error"] == "AADSTS2")
    }

    @Test func fieldsMayHaveNamesOfOnesOwn() throws {
        let names = #"names: { code: [a.status, "b[0]", c] }"#
        for member in [#""a":{"status":"5"}"#, #""b":["5"]"#, #""c":5"#, #""c":"5","code":"6""#] {
            let line = #"{"t":"2026-01-05T10:00:00Z",\#(member)}"#
            let shape = #"json: true, where: { code: "5" }"#
            #expect(try Self.fields(line, "native_error: code", shape: shape, more: names)[0]["native_error"] == "5")
        }
    }

    @Test func aGroupOfAPatternMayBeJSON() throws {
        let shape = #"pattern: '^(?<t>\S+) INFO (?<m>\{.*)$', json: m, where: { m.k: x }"#
        let line = #"2026-01-05T10:00:00Z INFO {"k":"x","c":"a\"b","l":[{"v":"w"}]}"#
        let event = try Self.fields(line, #"client_id: m.c, username: "m.l[0].v""#, shape: shape)[0]
        #expect(event["client_id"] == #"a"b"#)
        #expect(event["username"] == "w")
    }

    @Test func referencesMayBeMadeOfSeveralFields() throws {
        func family(_ members: String) throws -> TokenFingerprint? {
            let line = #"{"t":"2026-01-05T10:00:00Z",\#(members)}"#
            return try Self.fields(line, "refresh_token: { join: [f, c], as: counter }")[0].fingerprints[.refreshToken]
        }
        let one = try family(#""f":"ab","c":"1""#)
        #expect(one != nil)
        #expect(try family(#""c":"1","f":"ab""#) == one)
        #expect(try family(#""f":"a","c":"b1""#) != one)
        #expect(try family(#""f":"ab""#) == nil)
    }
}
