// Ruby hashes, logfmt and CEF extensions, well-formed, forged and damaged.

import AuthEvents
import LogFormats
import TestMaterial
import Testing

@Suite struct ValueListTests {
    private static func plan(_ style: String) throws -> CompiledFormat {
        try Formats.plan(
            parsing: """
                format: test
                title: Test
                time: stamp
                shapes: [{ name: any, pattern: '^(?<stamp>\\S+) (?<list>.*)$', pairs: { from: list, style: \(style) } }]
                fields: { client_id: client_id, redirect_uri: uri, username: user.name, error: err }
                """
        )
    }

    private static func fields(_ list: String, _ style: String) throws -> [String: String?]? {
        let found = try decode(["2026-01-05T10:00:00Z " + list], plan(style))
        guard let event = found.events.first else { return nil }
        return [
            "client_id": event["client_id"], "uri": event["redirect_uri"], "user": event["username"],
            "err": event["error"],
        ]
        .filter { $0.value != nil }
    }

    @Test(arguments: [
        (
            #"{"client_id"=>"shop", "uri"=>"https://a.example/?x=1"}"#,
            ["client_id": "shop", "uri": "https://a.example/?x=1"]
        ),
        (
            #"{"client_id" => "shop", "user" => {"name" => "ann", "x" => {"client_id" => "evil"}}}"#,
            ["client_id": "shop", "user": "ann"]
        ),
        (#"{client_id: "shop", err: nil}"#, ["client_id": "shop"]),
        (#"{:client_id=>:shop, "uri"=>1}"#, ["client_id": ":shop", "uri": "1"]),
        (#"{"state"=>"\", \"client_id\"=>\"evil", "client_id"=>"shop"}"#, ["client_id": "shop"]),
        (
            #"{"uri"=>"a\"b\\c\n", "l"=>["x", {"client_id"=>"evil"}], "client_id"=>"shop"}"#,
            ["client_id": "shop", "uri": "a\"b\\c\n"]
        ),
        ("{}", [:]),
    ])
    func rubyHashes(_ text: String, _ expected: [String: String]) throws {
        #expect(try Self.fields(text, "ruby") == expected)
    }

    @Test(arguments: [
        (#"level=info client_id=shop msg="a b" uri="x\"y""#, ["client_id": "shop", "uri": "x\"y"]),
        ("flag client_id=shop request=map[a:b client_id=evil] err=", ["client_id": "shop", "err": ""]),
        (#"client_id="shop" err="a=b client_id=evil""#, ["client_id": "shop", "err": "a=b client_id=evil"]),
    ])
    func logfmt(_ text: String, _ expected: [String: String]) throws {
        #expect(try Self.fields(text, "logfmt") == expected)
    }

    @Test(arguments: [
        (
            "client_id=shop uri=https://a.example/x?y=1&z=2 err=not a client",
            ["client_id": "shop", "uri": "https://a.example/x?y=1&z=2", "err": "not a client"]
        ),
        (#"client_id=a\=b\|c err=x client_id\=evil"#, ["client_id": "a=b|c", "err": "x client_id=evil"]),
        ("client_id= err=", ["client_id": "", "err": ""]),
    ])
    func commonEventFormat(_ text: String, _ expected: [String: String]) throws {
        #expect(try Self.fields(text, "cef") == expected)
    }

    @Test(arguments: [
        (#"{"client_id"=>"a", "client_id"=>"b"}"#, "ruby", "duplicate key"),
        (#"{"client_id"=>"a""#, "ruby", "malformed key=value pairs"),
        (#"{"client_id"=>"a"} x"#, "ruby", "malformed key=value pairs"),
        ("client_id", "ruby", "malformed key=value pairs"),
        ("client_id=a client_id=b", "logfmt", "duplicate key"),
        (#"client_id="a"#, "logfmt", "malformed key=value pairs"),
        ("client_id=a client_id=b", "cef", "duplicate key"), ("a b=c", "cef", "malformed key=value pairs"),
    ])
    func othersAreRejected(_ text: String, _ style: String, _ reason: String) throws {
        let found = try decode(["2026-01-05T10:00:00Z " + text], Self.plan(style))
        #expect(found.fate == "rejected: " + reason)
    }

    @Test(arguments: ["ruby", "logfmt", "cef"]) func damagedListsAreAccountedFor(_ style: String) throws {
        let plan = try Self.plan(style)
        var numbers = Numbers(state: 5)
        let pieces = [
            "{", "}", "[", "]", "\"", "=>", "=", " ", ",", ":", "\\", "client_id", "user", "name", "x", "nil", "map[",
        ]
        for _ in 0..<3_000 {
            let list = (0..<numbers.below(30)).map { _ in numbers.pick(pieces) }.joined()
            let found = decode("2026-01-05T10:00:00Z " + list, plan)
            #expect(found.tally.lines == 1)
        }
    }
}
