// JSON lines: what is read from them, and which are refused.

import AuthEvents
import FieldRows
import LogFormats
import TestMaterial
import Testing

@Suite struct JSONLineTests {
    static let format = """
        format: json
        title: JSON lines
        time: time
        shapes: [{ name: any, json: true }]
        fields: { client_id: client_id, scope: scope }
        """

    static let vendor = ["text", "details", "details.a", "details.b.c", "log.logger", "x"]

    static func plan() throws -> CompiledFormat { try Formats.plan(parsing: format, vendor: vendor) }

    /// Decodes an object with a time and the given members.
    static func decoding(of members: String) throws -> Decoding {
        decode("{\"time\":\"2026-01-05T10:00:00Z\",\(members)}", try plan())
    }

    @Test(arguments: [
        (#""text":"plain""#, "plain"),
        (#""text":"""#, ""),
        (#""text":"a\"b""#, #"a"b"#),
        (#""text":"\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""text":"\u0041\u00e4\u20AC""#, "Aä€"),
        (#""text":"\ud83d\ude00!""#, "😀!"),
        (#""text":"\uD83D\uDE00\uD83D\uDE01""#, "😀😁"),
        (#""text":"\u0000""#, "\0"),
        // Half a pair stands for nothing.
        (#""text":"\ud83d""#, "\u{FFFD}"),
        (#""text":"\ud83dx""#, "\u{FFFD}x"),
        (#""text":"\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
        (#""text":"\ud83d\u0041""#, "\u{FFFD}A"),
        (#""text":"\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        (#""text":"größe 😀""#, "größe 😀"),
        (#""text":"0123456789abcdef0123456789\\""#, #"0123456789abcdef0123456789\"#),
        (#""text":"{\"a\":[1,2]}""#, #"{"a":[1,2]}"#),
        (#""text" : "spaced" "#, "spaced"),
        ("\t\"text\"\t:\t\"tabbed\"\t", "tabbed"),
        (#""text":"\\u0041""#, #"\u0041"#),
    ])
    func strings(_ members: String, _ expected: String) throws {
        let decoding = try Self.decoding(of: members)
        #expect(decoding.fate == "event")
        #expect(decoding.events.first?["text"] == expected)
        #expect(decoding.events.first?.kinds["text"] == .string)
    }

    @Test(
        arguments: [
            ("0", .number), ("-0", .number), ("12", .number), ("-1.5e+10", .number), ("1E-3", .number),
            ("0.125", .number), ("true", .boolean), ("false", .boolean), ("[1,\"]\",{\"a\":null}]", .json),
            ("[]", .json),
            ("{}", .json), ("{\"a\":{\"b\":[{}]}}", .json), ("{\"a\":\"}\\\"{\"}", .json),
        ] as [(String, FieldSlice.Kind)]
    )
    func otherValuesKeepTheirText(_ value: String, _ kind: FieldSlice.Kind) throws {
        for members in ["\"x\":\(value)", "\"x\": \(value) ,\"y\":1"] {
            let decoding = try Self.decoding(of: members)
            #expect(decoding.fate == "event")
            #expect(decoding.events.first?["x"] == value)
            #expect(decoding.events.first?.kinds["x"] == kind)
        }
    }

    @Test func nullIsNoValue() throws {
        let decoding = try Self.decoding(of: #""x":null,"client_id":null"#)
        #expect(decoding.fate == "event")
        #expect(decoding.events.first?["x"] == nil)
        #expect(decoding.events.first?.event.has(.clientID) == false)
        #expect(decoding.events.first?.event.client == 0)
    }

    @Test(arguments: [
        (#""details":{"a":"1","b":{"c":"2"}}"#, ["details.a": "1", "details.b.c": "2"]),
        (#""details":{"b":{"x":{"c":"no"},"c":"2"},"a":"1"}"#, ["details.a": "1", "details.b.c": "2"]),
        (#""details":{"details":{"a":"no"},"c":"no"},"a":"no","c":"no""#, [:]),
        (#""details":{ } , "x" : 1"#, ["x": "1"]),
        (#""details":{"b":{},"a":"1"}"#, ["details.a": "1"]),
        (#""details":{"b":"text","a":{"c":"no"}}"#, ["details.a": #"{"c":"no"}"#]),
        (#""details":"text""#, [:]),
        (#""details":[{"a":"1"},{"b":"x"}]"#, ["details.a": "1"]),
        (#""log.logger":"dotted""#, ["log.logger": "dotted"]),
        (#""log":{"logger":"nested"}"#, ["log.logger": "nested"]),
        (#""details.a":"1","details":{"b":{"c":"2"}}"#, ["details.a": "1", "details.b.c": "2"]),
        (#""x":1,"x.y":2,"xx":3,"X":4,"":5"#, ["x": "1"]),
    ])
    func nestedAndDottedKeys(_ members: String, _ expected: [String: String]) throws {
        let decoding = try Self.decoding(of: members)
        #expect(decoding.fate == "event")
        let fields = decoding.events.first?.fields.filter { Self.vendor.contains($0.key) && $0.key != "details" }
        #expect(fields == expected)
    }

    @Test func containerOfWantedFieldsIsAFieldItself() throws {
        let decoding = try Self.decoding(of: #""details":{"a":"1", "b":{"c":[2]}}"#)
        #expect(decoding.events.first?["details"] == #"{"a":"1", "b":{"c":[2]}}"#)
        #expect(decoding.events.first?["details.b.c"] == "[2]")
    }

    @Test(arguments: ["", #"{"client_id":"shop"}"#, #"{"client_id":"shop","time":null}"#]) func timeIsRequired(
        _ line: String
    ) throws {
        let expected = line.isEmpty ? "ignored: blank line" : "rejected: no time"
        #expect(decode(line, try Self.plan()).fate == expected)
    }

    @Test func emptyObjectIsJSON() throws {
        for line in ["{}", " { } ", "\t{\t}\t"] { #expect(decode(line, try Self.plan()).fate == "rejected: no time") }
    }

    @Test(arguments: [
        #""client_id":"shop","client_id":"admin""#, #""client_id":null,"client_id":"admin""#,
        #""client_id":"shop","scope":"a","scope":"b""#, #""details":{"a":"1","a":"2"}"#,
        #""details":{"a":"1"},"details.a":"2""#, #""log.logger":"a","log":{"logger":"b"}"#,
        #""time":"2020-01-01T00:00:00Z""#,
    ])
    func duplicateKeysAreRejected(_ members: String) throws {
        #expect(try Self.decoding(of: members).fate == "rejected: duplicate key")
    }

    @Test func duplicatesOfWhatNobodyAsksForDoNotMatter() throws {
        #expect(try Self.decoding(of: #""other":1,"other":2"#).fate == "event")
    }

    @Test(arguments: [
        // Commas and colons.
        #""x":1,"#, #","x":1"#, #""x":1,,"y":2"#, #""x" 1"#, #""x"::1"#, #""x":"#, #""x","y":1"#, #""x":1 "y":2"#,
        #""x":1;"y":2"#, #""x"=1"#,
        // Brackets.
        #""x":[1"#, #""x":{"a":1"#, #""x":[1}"#, #""x":{"a":1]"#, #""x":[{]}"#, #""x":1}"#, #""x":1]"#,
        #""details":{"a":1"#, #""details":{"a":1]"#, #""details":{"a":1,}"#, #""details":{,"a":1}"#,
        // Strings.
        #""x":"open"#, #""x":"open\""#, #""x:1"#, #"x":1"#, #"x:1"#, #"'x':1"#, #""x":'a'"#, "\"x\":\"a\u{1}b\"",
        "\"x\":\"a\tb\"", #""x":"\q""#, #""x":"\u12""#, #""x":"\u12g4""#, #""x":"\"#, #""x\":1"#,
        // Literals and numbers.
        #""x":nul"#, #""x":nulls"#, #""x":NULL"#, #""x":True"#, #""x":tru"#, #""x":falsee"#, #""x":undefined"#,
        #""x":NaN"#, #""x":Infinity"#, #""x":-"#, #""x":+1"#, #""x":01"#, #""x":-01"#, #""x":1."#, #""x":.5"#,
        #""x":1e"#, #""x":1e+"#, #""x":0x10"#, #""x":1.2.3"#, #""x":1_000"#, #""x":1a"#, #""x":--1"#,
    ])
    func malformedLinesAreRejected(_ members: String) throws {
        #expect(try Self.decoding(of: members).fate == "rejected: malformed JSON")
    }

    @Test(arguments: [
        "{", "{\"", "{\"time\"", "{\"time\":", "{}x", "{}{}", "{} {}", "{\"time\":\"2026-01-05T10:00:00Z\"}]",
    ])
    func brokenObjectsAreRejected(_ line: String) throws {
        #expect(decode(line, try Self.plan()).fate == "rejected: malformed JSON")
    }

    @Test(arguments: ["[]", "null", "1", "\"text\"", "text", "}"]) func otherLinesHaveNoShape(_ line: String) throws {
        #expect(decode(line, try Self.plan()).fate == "rejected: no shape of the format matches")
    }

    @Test(arguments: ["x", "other", "details"]) func depthIsLimited(_ key: String) throws {
        func nested(_ depth: Int) -> String {
            let open = String(repeating: "[{\"k\":", count: depth / 2) + (depth % 2 == 1 ? "[" : "")
            let close = (depth % 2 == 1 ? "]" : "") + String(repeating: "}]", count: depth / 2)
            return "\"\(key)\":" + open + (depth % 2 == 1 ? "" : "1") + close
        }
        for depth in [1, 2, 63, 64] { #expect(try Self.decoding(of: nested(depth)).fate == "event", "depth \(depth)") }
        for depth in [65, 66, 1000, 100_001] {
            #expect(try Self.decoding(of: nested(depth)).fate == "rejected: JSON nested too deeply", "depth \(depth)")
        }
    }

    @Test func lineNeverReadsOnIntoTheNext() throws {
        let whole = #"{"time":"2026-01-05T10:00:00Z","client_id":"shop","x":[1,{"a":"b\"c"}],"details":{"a":"\u0041"}}"#
        let rest = #""time":"2026-01-05T10:00:00Z","client_id":"admin"}"#
        for next in ["\",\(rest)", "y\":1,\(rest)", ",\(rest)", ":1,\(rest)"] {
            for count in 1..<whole.utf8.count {
                for cut in [String(whole.prefix(count)), String(whole.prefix(count)) + "\\"] {
                    let decoding = try decode([cut, next, whole], try Self.plan())
                    #expect(decoding.events.map { $0["client_id"] } == ["shop"], "\(cut)")
                    #expect(decoding.rejected.map(\.lineNumber) == [1, 2], "\(cut)")
                }
            }
        }
    }

    @Test func eventsKnowTheirPlace() throws {
        let line = #"{"time":"2026-01-05T10:00:00Z","client_id":"shop"}"#
        let decoding = try decode(bytes: Array("\(line)\r\n\n{\n\(line)\n\(line)".utf8), try Self.plan())
        let width = Int64(line.utf8.count)
        #expect(decoding.events.map(\.event.lineNumber) == [1, 4, 5])
        #expect(decoding.events.map(\.event.byteOffset) == [0, width + 5, 2 * width + 6])
        #expect(decoding.events.allSatisfy { Int64($0.event.lineCount) == width })
        #expect(decoding.rejected.map(\.lineNumber) == [3])
        #expect(decoding.rejected.map(\.byteOffset) == [width + 3])
        #expect(decoding.tally.ignored == ["blank line": 1])
        #expect(decoding.tally.lines == 5)
    }

    @Test func keysThatLookAlikeAreToldApart() throws {
        // Equal in length, in the first eight bytes and in the last eight.
        let names = (0..<100).map { "same-beginning.\($0 + 100).same-ending" } + ["a", "b", "aa", "ab", "ba"]
        let plan = try Formats.plan(parsing: Self.format, vendor: names)
        var numbers = Numbers(state: 3)
        var decoder = LineDecoder(plan, key: Formats.key)
        for _ in 0..<50 {
            let chosen = names.shuffled(using: &numbers).prefix(numbers.below(names.count))
            let members = chosen.map { ",\"\($0)\":\"of \($0)\"" }.joined()
            let batch = decoder.decode(lineBatch("{\"time\":\"2026-01-05T10:00:00Z\"\(members)}".utf8))
            let event = DecodedEvent(batch, 0, plan.layout)
            for name in names { #expect(event[name] == (chosen.contains(name) ? "of \(name)" : nil)) }
        }
    }

    @Test func manyVendorFieldsAreUnescapedAll() throws {
        // More source fields than a word has bits.
        let names = (0..<150).map { "details.k\($0)" }
        let plan = try Formats.plan("keycloak", vendor: names)
        let members = (0..<150).map { #""k\#($0)":"\"\#($0)\"""# }.joined(separator: ",")
        let line = #"{"time":1767607200250,"type":"LOGIN","realmId":"r1","details":{\#(members)}}"#
        let event = try #require(decode(line, plan).events.first)
        for (number, name) in names.enumerated() { #expect(event[name] == "\"\(number)\"") }
    }
}
