// Hostile characters become visible, and nothing grows too long.

import Reports
import Testing

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("plain text", "plain text"), ("Zoë 東京 😀", "Zoë 東京 😀"), ("a\tb", "a\\u{9}b"), ("a\nb\r", "a\\u{A}b\\u{D}"),
        ("\u{1B}[2J", "\\u{1B}[2J"), ("\0\u{7F}", "\\u{0}\\u{7F}"), ("\u{9B}31m", "\\u{9B}31m"),
        ("\u{85}", "\\u{85}"), ("\u{202A}\u{202B}\u{202C}\u{202D}", "\\u{202A}\\u{202B}\\u{202C}\\u{202D}"),
        ("\u{202E}", "\\u{202E}"), ("\u{2066}\u{2067}\u{2068}\u{2069}", "\\u{2066}\\u{2067}\\u{2068}\\u{2069}"),
        ("\u{200E}\u{200F}\u{61C}", "\\u{200E}\\u{200F}\\u{61C}"),
        ("\u{200B}\u{200C}\u{200D}", "\\u{200B}\\u{200C}\\u{200D}"), ("\u{2060}\u{FEFF}", "\\u{2060}\\u{FEFF}"),
        ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"), ("\u{E0041}", "\\u{E0041}"), ("\u{3164}", "\\u{3164}"),
        ("\u{E000}\u{FFF9}", "\\u{E000}\\u{FFF9}"), ("\\u{41}", "\\u{41}"),
    ])
    func escapes(text: String, expected: String) {
        #expect(TerminalText.escaped(text) == expected)
        #expect(!TerminalText.escaped(text).unicodeScalars.contains(where: TerminalText.isHostile))
    }

    @Test(arguments: [
        ("12345", 5, "12345"), ("123456", 5, "1234…"), ("東京都", 5, "東京…"), ("東京都", 4, "東…"), ("", 0, ""),
        ("abc\u{1B}", 7, "abc…"), ("abc\u{1B}", 9, "abc\\u{1B}"), ("e\u{301}\u{301}\u{301}\u{301}", 3, "e\u{301}…"),
    ])
    func cuts(text: String, limit: Int, expected: String) {
        #expect(TerminalText.escaped(text, limit: limit) == expected)
        #expect(TerminalText.columns(of: TerminalText.escaped(text, limit: limit)) <= limit)
    }
}
