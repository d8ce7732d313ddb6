// What a file of placeholders may hold, and what an empty value would do to a rule.

import Foundation
import Testing

@testable import SigmaRules

@Suite struct PlaceholderFileTests {
    @Test func readsTextsAndLists() throws {
        let text = "# ours\none: a\ntwo: [a, 2, 'b c', true]\n"
        #expect(try PlaceholderFile.parse(text, file: "f") == ["one": ["a"], "two": ["a", "2", "b c", "true"]])
        #expect(try PlaceholderFile.parse("# none\n", file: "f").isEmpty)
    }

    static let hint = "\n  hint: write the values, or remove the name so that rules that need it are rejected"

    @Test(arguments: [
        ("a: b\ntrusted:\nc: d\n", "2:9: error: 'trusted' has no values" + hint),
        ("trusted: ''", "1:10: error: 'trusted' has no values" + hint),
        ("trusted: ~", "1:10: error: 'trusted' has no values" + hint),
        ("trusted: []", "1:10: error: 'trusted' has no values" + hint),
        ("trusted:\n  - a\n  - ''\n", "3:5: error: 'trusted' has an empty value" + hint),
        ("trusted:\n  - a\n  -\n", "3:4: error: 'trusted' has an empty value" + hint),
        ("trusted: [a, [b]]", "1:14: error: 'trusted' has to be a text or a list of texts"),
        ("- a", "1:1: error: placeholders have to be a map\n  hint: for example 'admins: [alice, bob]'"),
        ("a: b\n---\nc: d\n", "3:1: error: a second document begins here\n  hint: write all placeholders as one map"),
        (
            "a: b\na: c\n",
            "2:1: error: key 'a' is given twice in the same map\n  hint: write the values as one list, or the second key in a map of its own"
        ),
        (
            "a: *b\n",
            "1:4: error: YAML: found undefined alias\n  hint: put values that begin with * or & in single quotes"
        ),
    ])
    func refuses(_ text: String, _ message: String) {
        #expect { try PlaceholderFile.parse(text, file: "f") } throws: { "\($0)" == "f:" + message }
    }

    @Test func badFilesAreReported() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data([0x61, 0x3A, 0xFF]).write(to: URL(fileURLWithPath: path))
        #expect { try PlaceholderFile.read(path) } throws: {
            "\($0)" == "\(path):1:1: error: the file is not UTF-8\n  hint: save it as UTF-8"
        }
        try Data(repeating: 0x23, count: PlaceholderFile.bytesMax + 1).write(to: URL(fileURLWithPath: path))
        #expect { try PlaceholderFile.read(path) } throws: {
            "\($0)" == "\(path):1:1: error: the file is larger than 1048576 bytes\n  hint: split it"
        }
    }

    @Test(arguments: [
        ("f|contains|expand: '%empty%'", "'%empty%' comes to the empty text, which is a part of every value"),
        ("f|startswith|expand: '%empty%'", "'%empty%' comes to the empty text, which is a part of every value"),
        (
            "f|expand|endswith: '%empty%%empty%'",
            "'%empty%%empty%' comes to the empty text, which is a part of every value"
        ),
        ("f|re|contains|expand: '%empty%'", "'%empty%' comes to the empty text, which is a part of every value"),
        ("f|expand: '%none%'", "placeholder '%none%' has no values"),
    ])
    func valuesThatSayNothingAreRefused(_ selection: String, _ message: String) {
        let text = detection("s:\n    \(selection)\ncondition: s")
        let loaded = RuleFolder.parse(text, file: "f", placeholders: ["empty": ["a", ""], "none": []])
        #expect(loaded.rules.isEmpty)
        #expect(loaded.diagnostics.map(\.message) == [message])
    }

    @Test func anEmptyValueMayBeAWholeOne() throws {
        let empty = ["empty": [""]]
        #expect(try selects("f|expand: '%empty%'", ["f": ""], placeholders: empty))
        #expect(try !selects("f|expand: '%empty%'", ["f": "x"], placeholders: empty))
        #expect(try !selects("f|contains|expand: 'a%empty%'", ["f": "x"], placeholders: empty))
    }
}
