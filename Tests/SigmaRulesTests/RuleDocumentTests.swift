// Documents, places, and YAML that wants to do harm.

import Testing

@testable import SigmaRules

@Suite struct RuleDocumentTests {
    @Test func splitsDocumentsWhereverTheMarkerStands() {
        let text = "\u{FEFF}# comment\n---\na: 1\n---\n# nothing\n--- {b: 2}\n...\n\nc: |\n  x\n  ---\n"
        let documents = RuleDocument.split(text, file: "f")
        #expect(documents.map(\.firstLine) == [3, 6, 8])
        #expect(documents.map(\.text) == ["a: 1", "--- {b: 2}", "\nc: |\n  x\n  ---\n"])
    }

    @Test func windowsLineEndsAreRead() throws {
        let text =
            detection("s:\n    f: abc\ncondition: s").split(separator: "\n").joined(separator: "\r\n") + "\r\n---\r\n"
        let rule = try #require(rules(text).first)
        #expect(rule.title == "A rule")
    }

    @Test func oneIllFormedDocumentLeavesTheOthers() {
        let good = detection("s:\n    f: abc\ncondition: s")
        let other = detection("s:\n    f: abc\ncondition: s", title: "Another")
        let loaded = RuleFolder.parse("\(good)\n---\na: [1\nb: ]}\n---\n\(other)", file: "f")
        #expect(loaded.rules.count == 2)
        #expect(loaded.rules.map(\.line) == [1, 12])
        #expect(loaded.rejected.count == 1)
        #expect(loaded.diagnostics.count == 1)
        #expect(loaded.diagnostics[0].message.hasPrefix("YAML: "))
        #expect((9...10).contains(loaded.diagnostics[0].line))
    }

    @Test func refusesDeepNesting() {
        let brackets = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        let texts = [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 20_000),
            String(repeating: "- ", count: 50_000) + "x", "title: " + brackets,
            (0..<400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        ]
        for (number, text) in texts.enumerated() {
            let loaded = RuleFolder.parse(text, file: "f")
            #expect(loaded.rules.isEmpty && loaded.rejected.count == 1, "text \(number)")
        }
    }

    @Test func refusesAliasesThatMultiply() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let members = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(members)]\n"
        }
        let loaded = RuleFolder.parse(text, file: "f")
        #expect(
            loaded.diagnostics.map(\.description) == [
                """
                f:5:45: error: YAML aliases stand for more than 1048576 bytes
                  hint: write the values out
                """
            ]
        )
    }

    @Test func fewAliasesAreFine() throws {
        let text = detection("s: &s\n    f: abc\nt: *s\ncondition: s and t")
        #expect(try hits(text, ["f": "abc"]) == [0])
    }

    @Test func starsInTextAreNoAliases() {
        let stars = (0..<40).map { "        - 'a *b\($0)'" }.joined(separator: "\n")
        #expect(RuleFolder.parse(detection("s:\n    f:\n\(stars)\ncondition: s"), file: "f").rules.count == 1)
    }

    @Test func refusesLargeFiles() {
        let loaded = RuleFolder.parse("# " + String(repeating: "x", count: 1 << 20), file: "f")
        #expect(loaded.diagnostics.map(\.message) == ["the file is larger than 1048576 bytes"])
    }

    @Test func neverCrashes() {
        let texts = [
            "", "\n\n", "# only a comment\n", "---\n---\n", "x", "- 1", "5", "a: 1\n? [x]\n: y", "<<: {a: 1}", "\u{0}",
            "a: \u{1}", "%YAML 1.1\n", "title: {", "detection:\n\t- x",
        ]
        for text in texts { #expect(RuleFolder.parse(text, file: "f").rules.isEmpty) }
    }
}
