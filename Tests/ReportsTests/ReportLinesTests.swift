// Wrapping at the edge of the page.

import Testing

@testable import Reports

@Suite struct ReportLinesTests {
    private func wrapped(_ prefix: String, _ text: String) -> [String] {
        var lines = ReportLines(colour: false)
        lines.wrapped(prefix, text)
        return lines.lines
    }

    @Test func wordsGoOnUnderTheirBeginning() {
        let word = String(repeating: "w", count: 40)
        #expect(wrapped("  p ", "\(word) \(word) \(word)") == ["  p \(word) \(word)", "    \(word)"])
        #expect(wrapped("  ", "") == ["  "])
    }

    @Test func aWordWiderThanThePageIsBrokenNotCut() {
        let path = String(repeating: "/directory", count: 25)
        let lines = wrapped("    where  ", path + ":7")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { TerminalText.columns(of: $0) <= ReportLines.width })
        #expect(lines.map { $0.dropFirst(11) }.joined() == path + ":7")
    }

    @Test func wideCharactersCountTwice() {
        #expect(wrapped("", String(repeating: "東", count: 51)).map(\.count) == [50, 1])
    }
}
