// Patterns find what they should, and give up in time on what they cannot.

import FieldRows
import Testing

/// The result of searching all of `text`.
private func search(_ pattern: BytePattern, _ text: String) -> BytePattern.Result {
    let bytes = Array(text.utf8)
    return pattern.search(bytes.span.bytes, 0, bytes.count)
}

@Suite struct BytePatternTests {
    @Test(arguments: [
        ("^ab+c$", "abbbc", true), ("^ab+c$", "ac", false), ("b", "abc", true), ("^b", "abc", false),
        ("", "", true), ("x", "", false), ("^$", "", true), ("\\d{3}", "12a345", true),
    ])
    func finds(_ pattern: String, _ text: String, _ expected: Bool) throws {
        let result = search(try BytePattern(pattern), text)
        #expect(result == (expected ? .match : .noMatch))
    }

    @Test func longTextsMayNeedMoreStackThanTheThreadHas() throws {
        let pattern = try BytePattern(#"^"((?:[^"\\]|\\.)*?) HTTP/1\.1"$"#)
        #expect(search(pattern, "\"" + String(repeating: "a/", count: 20_000) + " HTTP/1.1\"") == .match)
        #expect(search(pattern, "\"" + String(repeating: "a/", count: 20_000) + " HTTP/2\"") == .noMatch)
    }

    @Test func searchesOnlyItsPart() throws {
        let pattern = try BytePattern("^b(c)?$")
        let bytes = Array("abcd".utf8)
        let span = bytes.span.bytes
        let both = pattern.search(span, 1, 3)
        #expect(both == .match)
        #expect(pattern.range(0) == 0..<2)
        #expect(pattern.range(1) == 1..<2)
        let one = pattern.search(span, 1, 2)
        #expect(one == .match)
        #expect(pattern.range(0) == 0..<1)
        #expect(pattern.range(1) == nil)
        let all = pattern.search(span, 0, 4)
        #expect(all == .noMatch)
    }

    @Test func groupsHaveNamesAndRanges() throws {
        let pattern = try BytePattern(#"^(?<user>\w+)(?: (?<agent>\w+))? (\d+)$"#)
        #expect(pattern.group("user") == 1)
        #expect(pattern.group("agent") == 2)
        #expect(pattern.group("Agent") == nil)
        #expect(pattern.group("") == nil)
        #expect(search(pattern, "alice 200") == .match)
        #expect(pattern.range(0) == 0..<9)
        #expect(pattern.range(1) == 0..<5)
        #expect(pattern.range(2) == nil)
        #expect(pattern.range(3) == 6..<9)
        #expect(search(pattern, "alice curl 200") == .match)
        #expect(pattern.range(2) == 6..<10)
    }

    @Test func optionsChangeTheReading() throws {
        #expect(search(try BytePattern("ERROR"), "error") == .noMatch)
        #expect(search(try BytePattern("ERROR", options: .caseless), "error") == .match)
        #expect(search(try BytePattern("^b$"), "a\nb") == .noMatch)
        #expect(search(try BytePattern("^b$", options: .multiline), "a\nb") == .match)
        #expect(search(try BytePattern("a.b"), "a\nb") == .noMatch)
        #expect(search(try BytePattern("a.b", options: .dotAll), "a\nb") == .match)
        #expect(search(try BytePattern("^.$"), "ß") == .noMatch)
        #expect(search(try BytePattern("^.$", options: .utf), "ß") == .match)
        #expect(search(try BytePattern("^Ä$", options: [.utf, .caseless]), "ä") == .match)
    }

    @Test func illFormedTextMatchesPieceByPiece() throws {
        let pattern = try BytePattern("admin", options: .utf)
        let bytes: [UInt8] = [0xFF, 0xC3] + Array("admin".utf8) + [0x80]
        let result = pattern.search(bytes.span.bytes, 0, bytes.count)
        #expect(result == .match)
    }

    @Test(arguments: ["(a+)+$", "(a|aa)+$", "(.*)*x"]) func givesUpOnHostileText(_ pattern: String) throws {
        // With neither limit nor optimisation these take longer than the age of the universe.
        let pattern = try BytePattern(pattern)
        let text = String(repeating: "a", count: 20_000) + "!"
        #expect(search(pattern, text) != .match)
        // The pattern is as good as before.
        #expect(search(pattern, "aaax") != .limitReached)
    }

    @Test func limitIsReachedBeforeAllWaysAreTried() throws {
        let pattern = try BytePattern("^(a+)+[bc]$")
        #expect(search(pattern, String(repeating: "a", count: 40) + "d") == .limitReached)
        #expect(search(pattern, String(repeating: "a", count: 40) + "c") == .match)
    }

    @Test(arguments: [("a(b", 3), ("a[", 2), ("*a", 0), ("(?<n>a)(?<n>b)", 12)])
    func saysWhereAPatternIsWrong(_ pattern: String, _ offset: Int) throws {
        let error = #expect(throws: BytePatternError.self) { try BytePattern(pattern) }
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
        #expect(error?.message.hasPrefix("error ") == false, "PCRE2 has no words for it")
    }
}
