// Modifiers that rewrite texts and those that take times apart, and which of them go together.

import Testing

@testable import SigmaRules

@Suite struct ModifierTests {
    @Test(arguments: [
        MatchingCase("f|windash: '-a'", "-a", true), MatchingCase("f|windash: '-a'", "/a", true),
        MatchingCase("f|windash: '-a'", "\u{2013}a", true), MatchingCase("f|windash: '-a'", "\u{2014}a", true),
        MatchingCase("f|windash: '-a'", "\u{2015}a", true), MatchingCase("f|windash: '-a'", "+a", false),
        MatchingCase("f|windash|contains: ' /c '", "cmd -C dir", true),
        // The dash inside a word is none that begins a parameter.
        MatchingCase("f|windash: '-a-b'", "/a-b", true), MatchingCase("f|windash: '-a-b'", "-a/b", false),
        MatchingCase("f|windash|contains|all: [' -a', ' -b']", "x /a /b", true),
        MatchingCase("f|windash|contains|all: [' -a', ' -b']", "x /a", false),
        // Most rules have it last.
        MatchingCase("f|contains|windash: '-encode'", "certutil /ENCODE x", true),
        MatchingCase("f|contains|windash: '-encode'", "certutil encode x", false),
        MatchingCase("f|contains|all|windash: [' -a', ' -b']", "x /a \u{2014}b", true),
        MatchingCase("f|contains|all|windash: [' -a', ' -b']", "x /a", false),
        MatchingCase("f|endswith|cased|windash: '-Ab'", "x \u{2015}Ab", true),
        MatchingCase("f|endswith|cased|windash: '-Ab'", "x -ab", false),
        MatchingCase("'|contains|windash': '-a'", "", false),
        // As many as there are.
        MatchingCase("f|windash: '-a -b -c -d -e -f'", "-a /b \u{2013}c \u{2014}d \u{2015}e /f", true),
        MatchingCase("f|windash: '-a -b -c -d -e -f'", "-a /b \u{2013}c \u{2014}d \u{2015}e +f", false),
        MatchingCase("f|windash: '-a*-b?'", "/a x /bc", true), MatchingCase("f|windash: '-\u{E9}'", "/\u{C9}", true),
        MatchingCase("f|windash: '*-a'", "-b-b/a", true), MatchingCase("f|windash: '\u{2013}a'", "-a", true),
        MatchingCase("f|windash: '-a'", "\u{2012}a", false), MatchingCase("f|windash: '-a'", "\u{2016}a", false),
        // An encoding has each form by itself: "-a" and "/a".
        MatchingCase("f|windash|base64: '-a'", "LWE=", true), MatchingCase("f|windash|base64: '-a'", "L2E=", true),
        MatchingCase("f|windash|wide|contains: '-a'", "x/\u{0}a\u{0}", true),
        MatchingCase("f|contains|windash|wide: '-a'", "x/\u{0}a\u{0}", true),
    ])
    func windash(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        MatchingCase("f|base64: foobar", "Zm9vYmFy", true), MatchingCase("f|base64: foobar", "foobar", false),
        MatchingCase("f|base64|contains: foobar", "x Zm9vYmFy y", true),
        MatchingCase("f|base64: 'a\\*'", "YSo=", true),
        // "xfoobarx", "xxfoobarx" and "foobarx" in Base64.
        MatchingCase("f|base64offset|contains: foobar", "eGZvb2Jhcng=", true),
        MatchingCase("f|base64offset|contains: foobar", "eHhmb29iYXJ4", true),
        MatchingCase("f|base64offset|contains: foobar", "Zm9vYmFyeA==", true),
        MatchingCase("f|base64offset|contains: foobar", "Zm9vYmF6", false),
        MatchingCase("f|base64offset|contains: [ab, foobar]", "Zm9vYmFy", true),
        // "foo" as UTF-16LE, UTF-16BE and UTF-16 with a byte order mark, in Base64.
        MatchingCase("f|utf16le|base64: foo", "ZgBvAG8A", true), MatchingCase("f|wide|base64: foo", "ZgBvAG8A", true),
        MatchingCase("f|utf16be|base64: foo", "AGYAbwBv", true),
        MatchingCase("f|utf16|base64: foo", "//5mAG8AbwA=", true),
        MatchingCase("f|utf16le|base64: 'ö'", "9gA=", true),
        MatchingCase("f|contains|wide: ab", "xa\u{0}b\u{0}y", true),
        MatchingCase("f|startswith|utf16be: ab", "\u{0}a\u{0}by", true),
        MatchingCase("f|wide|contains: ab", "xa\u{0}b\u{0}y", true), MatchingCase("f|wide|contains: ab", "ab", false),
        MatchingCase("f|utf16be: ab", "\u{0}a\u{0}b", true), MatchingCase("f|utf16: a", "\u{FEFF}a\u{0}", true),
        MatchingCase("f|wide: 'a*c'", "a\u{0}bbb c\u{0}", true),
    ])
    func encodings(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        MatchingCase("f|hour: 22", "2026-01-05T22:15:00Z", true),
        MatchingCase("f|hour: 21", "2026-01-05T22:15:00Z", false),
        // Digits count as written, whatever the zone.
        MatchingCase("f|hour: 22", "2026-01-05 22:15:00.123+05:30", true),
        MatchingCase("f|hour|gte: 20", "2026-01-05T22:15Z", true),
        MatchingCase("f|hour|lt: 6", "2026-01-05T22:15Z", false),
        MatchingCase("f|minute: 15", "2026-01-05T22:15:00Z", true), MatchingCase("f|day: 5", "2026-01-05", true),
        MatchingCase("f|hour: 0", "2026-01-05", false), MatchingCase("f|month: 1", "2026-01-05", true),
        MatchingCase("f|year: 2026", "05/Jan/2026:22:15:00 +0100", true),
        MatchingCase("f|month: [1, 12]", "2026-12-31T00:00:00Z", true),
        // ISO 8601: 2026-01-01 is a Thursday, so in week 1; 2027-01-01 is a Friday, so still in week 53.
        MatchingCase("f|week: 1", "2026-01-01", true), MatchingCase("f|week: 53", "2027-01-01", true),
        MatchingCase("f|week: 1", "2024-12-30", true), MatchingCase("f|week: 52", "2022-01-01", true),
        MatchingCase("f|hour: 22", .number("1767651300"), true), MatchingCase("f|hour: 22", "1767651300123", true),
        MatchingCase("f|day: 5", .number("1767651300123456"), true), MatchingCase("f|year: 2026", "1767651300.5", true),
        MatchingCase("f|hour: 1", "not a time at all", false), MatchingCase("f|hour: 1", .missing, false),
        MatchingCase("f|hour: 0", "2026-13-05T00:00:00Z", false),
        MatchingCase("f|hour|neq: 3", "2026-01-05T22:15Z", true),
        MatchingCase("f|hour|neq: 22", "2026-01-05T22:15Z", false),
    ])
    func timeParts(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        MatchingCase("f|re|ignorecase: ab", "xAB", true), MatchingCase("f|re|multiline: ^b", "a\nb", true),
        MatchingCase("f|re|dotall: a.b", "a\nb", true), MatchingCase("f|re: a.b", "a\nb", false),
        MatchingCase("f|re|contains: b+", "abbc", true), MatchingCase("f|re|startswith: b|a", "abc", true),
        MatchingCase("f|re|startswith: b", "ab", false), MatchingCase("f|re|endswith: b|c", "ab", true),
        MatchingCase("f|re|endswith: a", "ab", false),
    ])
    func regularExpressions(_ test: MatchingCase) throws { try check(test) }

    func check(_ test: MatchingCase) throws {
        #expect(try selects(test.selection, ["f": test.value]) == test.expected, "\(test.testDescription)")
    }

    @Test(arguments: [
        ("f|contains|base64: x", "modifier 'base64' has to stand before 'contains'"),
        ("f|contains|base64offset: x", "modifier 'base64offset' has to stand before 'contains'"),
        ("f|contains|utf16: x", "modifier 'utf16' has to stand before 'contains'"),
        ("f|re|startswith: 'a)|(b'", "the regular expression is not valid: unmatched closing parenthesis"),
        (
            "f|re|startswith: '(?x)a #'",
            "the regular expression cannot be placed: missing closing parenthesis"
        ),
        ("f|base64|wide: x", "modifier 'wide' cannot follow 'base64'"),
        ("f|base64|base64offset: x", "modifier 'base64offset' cannot follow 'base64'"),
        ("f|base64: 'x*'", "a text with wildcards cannot be encoded as Base64"),
        ("f|wide: 'ö'", "UTF-16 of characters beyond ASCII cannot stand in a log of UTF-8"),
        (
            "f|windash|base64: '-a -b -c -d'",
            "'windash' varies at most 3 dashes in a text that is encoded"
        ),
        ("f|base64|expand: x", "modifier 'expand' has to stand before 'base64'"),
        ("f|hour|contains: 1", "modifiers 'hour' and 'contains' cannot be combined"),
        ("f|hour: x", "modifier 'hour' needs a whole number, not 'x'"),
        ("f|hour|day: 1", "modifiers 'hour' and 'day' cannot be combined"),
        ("f|lt|gt: 1", "modifiers 'lt' and 'gt' cannot be combined"),
        ("f|contains|re: x", "modifier 're' has to stand before 'contains'"),
        ("f|re|base64: x", "modifiers 're' and 'base64' cannot be combined"),
        ("f|cidr|contains: x", "modifiers 'cidr' and 'contains' cannot be combined"),
        ("f|fieldref|wide: x", "modifiers 'fieldref' and 'wide' cannot be combined"),
    ])
    func refuses(_ selection: String, _ message: String) {
        let text = detection("s:\n    \(selection)\ncondition: s")
        let loaded = RuleFolder.parse(text, file: "test.yml")
        #expect(loaded.diagnostics.first?.message == message)
        #expect(loaded.rules.isEmpty)
    }

    @Test func offsetsWithoutContainsAreWarnedOf() {
        let loaded = RuleFolder.parse(detection("s:\n    f|base64offset: x\ncondition: s"), file: "test.yml")
        #expect(loaded.rules.count == 1)
        #expect(loaded.diagnostics.map(\.severity) == [.warning])
    }
}
