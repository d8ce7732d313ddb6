// JSON documents: arrays, wrappers and pretty-printed objects become records, however they are cut.

import LogFormats
import TestMaterial
import Testing

@Suite struct DocumentTests {
    static let chain = Envelopes.chain(isDocument: true)

    @Test(arguments: [
        ("[]", []), ("[ ]\n", []), (#"[{"a":1}]"#, [#"{"a":1}"#]), (#"[{"a":1},{"b":2}]"#, [#"{"a":1}"#, #"{"b":2}"#]),
        // Spaces between tokens are no part of a record; those in strings are.
        ("[\n  {\n    \"a b\" : [ 1, 2 ]\r\n  }\n]\n", [#"{"a b":[1,2]}"#]),
        // Brackets, quotes and escapes inside strings.
        (#"[{"a":"}]\"\\"},{"b":"[{"}]"#, [#"{"a":"}]\"\\"}"#, #"{"b":"[{"}"#]),
        // One document behind the other, arrays behind arrays, arrays in arrays.
        ("{\n\"a\":1\n}\n{\n\"b\":2\n}", [#"{"a":1}"#, #"{"b":2}"#]),
        (#"[{"a":1}][{"b":2}]"#, [#"{"a":1}"#, #"{"b":2}"#]),
        (#"[[{"a":1}],[{"b":2}]]"#, [#"{"a":1}"#, #"{"b":2}"#]), (#"{"a":1}{"b":2}"#, [#"{"a":1}"#, #"{"b":2}"#]),
        // Wrappers.
        (#"{"Records":[{"a":1},{"b":2}]}"#, [#"{"a":1}"#, #"{"b":2}"#]),
        (#"{"x":{"y":[1]},"records" : [ {"a":1} ],"next":"[{}]"}"#, [#"{"a":1}"#]),
        ("{\"Records\":[{\"a\":1}]}\n{\"Records\":[{\"b\":2}]}\n", [#"{"a":1}"#, #"{"b":2}"#]),
        (#"{"data":{"events":[{"a":1}],"z":1},"eventType":"x"}"#, [#"{"a":1}"#]), (#"{"Records":[]}"#, []),
        (#"{"value":[{"a":1}],"items":[{"b":2}]}"#, [#"{"a":1}"#, #"{"b":2}"#]),
        (#"{"kind":"x","items":[{"events":[{"name":"n"}]}]}"#, [#"{"events":[{"name":"n"}]}"#]),
        // The same names elsewhere are no wrappers.
        (#"[{"Records":[{"a":1}]}]"#, [#"{"Records":[{"a":1}]}"#]),
        (#"{"a":{"Records":[{"b":1}]}}"#, [#"{"a":{"Records":[{"b":1}]}}"#]),
        (#"{"value":[1,2]}"#, [#"{"value":[1,2]}"#]), (#"{"value":{"a":1}}"#, [#"{"value":{"a":1}}"#]),
        // What is no object is passed on, up to its end.
        (#"[1,"a",{"b":2}]"#, ["1", #""a""#, #"{"b":2}"#]),
        ("[{\"a\":1}]\nnoise, noise\n[{\"b\":2}]", [#"{"a":1}"#, "noise, noise", #"{"b":2}"#]),
        // A string that does not end, and a document that does not, end with their lines.
        ("[{\"a\":\"x\n},{\"b\":2}]", [#"{"a":"x"#, "}", #"{"b":2}"#]),
        ("{\n\"a\":\n1\n{\n\"b\":2\n}", [#"{"a":1"#, #"{"b":2}"#]),
        (#"[{"a":]},{"b":2}]"#, [#"{"a":]"#, "}", #"{"b":2}"#]),
    ])
    func recordsOfADocument(_ text: String, _ expected: [String]) throws {
        let found = try FoundRecords(text, Self.chain)
        #expect(found.texts == expected)
        #expect(found.overlong.isEmpty && found.ignored.isEmpty && found.rejected.isEmpty)
        for blockBytes in [16, 17, 23, 64] {
            #expect(try FoundRecords(text, Self.chain, blockBytes: blockBytes) == found, "in blocks of \(blockBytes)")
        }
    }

    @Test func recordsKnowTheirPlaces() throws {
        let found = try FoundRecords("[\n {\"a\":1},\n {\n\"b\":2}, {\"c\":3}\n]\n", Self.chain)
        #expect(found.records.map(\.line) == [2, 3, 4])
        #expect(found.records.map(\.offset) == [3, 13, 23])
    }

    @Test func anUnfinishedRecordIsCountedAndLeftToTheNextRun() throws {
        let first = try FoundRecords(#"[{"a":1},{"b":"#, Self.chain)
        #expect(first.texts == [#"{"a":1}"#])
        #expect(first.ignored == ["unfinished last record": 1])
        #expect(first.extent == 8)
        let second = try FoundRecords(#"[{"a":1},{"b":2},{"c":3}]"#, Self.chain, skipped: first.extent)
        #expect(second.texts == [#"{"b":2}"#, #"{"c":3}"#])
        #expect(second.ignored.isEmpty)
        #expect(second.extent == 24)
    }

    @Test func longRecordsAreToldAndSkipped() throws {
        let long = #"{"a":""# + String(repeating: "x", count: 200) + #""}"#
        for blockBytes in [16, 64, 4096] {
            let bytes = Array("[{\"a\":1},\n\(long),\n{\"b\":2}]".utf8)
            let found = try FoundRecords(bytes, Self.chain, blockBytes: blockBytes, lineBytesMax: 100)
            #expect(found.texts == [#"{"a":1}"#, #"{"b":2}"#])
            #expect(found.overlong == [2])
        }
    }

    /// Documents of arbitrary bytes with much that has a meaning.
    private static func noise(_ numbers: inout Numbers) -> [UInt8] {
        let pieces = [
            "{", "}", "[", "]", "\"", ",", ":", "\n", " ", "\\", "\"a\":", "{\"Records\":[", "\"data\":{\"events\":[",
            "1",
            "{\"a\":\"b\"}", "\u{FEFF}", "\0", "é", "[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":", "true",
        ]
        return (0..<numbers.below(60)).flatMap { _ in Array(numbers.pick(pieces).utf8) }
    }

    @Test func anyCutOfAnyBytesGivesTheSameRecords() throws {
        var numbers = Numbers(state: 7)
        for _ in 0..<400 {
            let bytes = Self.noise(&numbers)
            let whole = try FoundRecords(bytes, Self.chain, lineBytesMax: 120)
            let cut = try FoundRecords(bytes, Self.chain, blockBytes: 16 + numbers.below(20), lineBytesMax: 120)
            #expect(cut == whole, "\(String(decoding: bytes, as: UTF8.self))")
            #expect(whole.texts.allSatisfy { $0.utf8.count <= 120 })
            #expect(whole.extent <= Int64(bytes.count))
        }
    }

    @Test(arguments: [
        ("[{\"time\":\"2026-01-05T10:00:00Z\",\"kind\":\"other\"}]", true),
        ("{\n  \"time\":\"2026-01-05T10:00:00Z\",\n  \"kind\":\"other\"\n}\n", true),
        ("{\"Records\":[{\"time\":\"2026-01-05T10:00:00Z\",\"kind\":\"other\"}]}\n", true),
        ("{\"time\":\"2026-01-05T10:00:00Z\",\"kind\":\"other\"}\n", false), ("[2026-01-05] text\n", false),
        ("", false),
        ("{\n", false), ("text\n[{\n", false),
    ])
    func documentsAreToldByTheirBeginning(_ text: String, _ isDocument: Bool) throws {
        #expect(try guessedChain(Array(text.utf8)).isDocument == isDocument)
    }
}
