// Modifiers and kinds of values, one row of a table per question.

import FieldRows
import Testing

@testable import SigmaRules

/// A selection, the value of field `f`, and whether it matches.
struct MatchingCase: Sendable, CustomTestStringConvertible {
    let selection: String
    let value: RowValue
    let expected: Bool

    init(_ selection: String, _ value: RowValue, _ expected: Bool) {
        (self.selection, self.value, self.expected) = (selection, value, expected)
    }

    var testDescription: String { "\(selection) on \(value)" }
}

@Suite struct MatchingTests {
    func check(_ test: MatchingCase) throws {
        #expect(try selects(test.selection, ["f": test.value]) == test.expected, "\(test.testDescription)")
    }

    @Test(arguments: [
        MatchingCase("f: abc", "abc", true), MatchingCase("f: abc", "ABC", true),
        MatchingCase("f: ABC", "abc", true), MatchingCase("f: abc", "abcd", false),
        MatchingCase("f: abc", "ab", false), MatchingCase("f: abc", .missing, false),
        MatchingCase("f: abc", .null, false), MatchingCase("f: abc", .fingerprint(7), false),
        MatchingCase("f: '@[`{'", "@[`{", true), MatchingCase("f: '@'", "`", false),
        MatchingCase("f: authorization_code", "AUTHORIZATION_CODE", true),
        MatchingCase("f: authorization_code", "authorization-code", false),
        MatchingCase("f: authorization_codes", "authorization_code_", false),
        MatchingCase("f: [a, b]", "b", true), MatchingCase("f: [a, b]", "c", false),
        MatchingCase("f: [a, b, c, d, e, '']", "E", true), MatchingCase("f: [a, b, c, d, e, '']", "f", false),
        MatchingCase("f: [a, b, c, d, e, '']", "", true), MatchingCase("f: [a, b, c, d, e]", "", false),
        MatchingCase("f: [a, b, c, d, 'x*']", "xyz", true), MatchingCase("f: [a, b, c, d, 5]", .number("5.0"), true),
        MatchingCase("f|cased: abc", "abc", true), MatchingCase("f|cased: abc", "Abc", false),
        MatchingCase("f|cased: [A, B, C, D]", "D", true), MatchingCase("f|cased: [A, B, C, D]", "d", false),
        MatchingCase("f: ''", "", true), MatchingCase("f: ''", "x", false), MatchingCase("f: ''", .missing, false),
        MatchingCase("f: ''", .null, false),
        MatchingCase("f: äÖß", "ÄöSS", false), MatchingCase("f: äÖß", "Äöß", true),
        MatchingCase("f|cased: äÖ", "äÖ", true), MatchingCase("f|cased: äÖ", "Äö", false),
        MatchingCase("f|contains: Ö", "schön", true), MatchingCase("f|contains: ДА", "правда", true),
    ])
    func text(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        MatchingCase("f: 'a*'", "A", true), MatchingCase("f: 'a*'", "abc", true), MatchingCase("f: 'a*'", "ba", false),
        MatchingCase("f: '*a'", "cba", true), MatchingCase("f: '*a'", "ab", false),
        MatchingCase("f: '*a*'", "bab", true), MatchingCase("f: '*'", "", true),
        MatchingCase("f: '*'", .missing, false),
        MatchingCase("f: '*'", .null, false), MatchingCase("f: '*'", .fingerprint(1), true),
        MatchingCase("f: '**'", "x", true), MatchingCase("f: '?'", "", false), MatchingCase("f: '?'", "x", true),
        MatchingCase("f: '?'", "ü", true), MatchingCase("f: '?'", "xy", false), MatchingCase("f: '*?'", "", false),
        MatchingCase("f: 'a?c'", "ABC", true), MatchingCase("f: 'a?c'", "ac", false),
        MatchingCase("f: 'a*c'", "ac", true), MatchingCase("f: 'a*c'", "a---c", true),
        MatchingCase("f: 'a*c'", "a---cd", false), MatchingCase("f: 'a*b*c'", "a1b2b3c", true),
        MatchingCase("f: '*a*b*'", "xaxbx", true), MatchingCase("f: '*a*b*'", "xbxax", false),
        MatchingCase(#"f: 'a\*c'"#, "a*c", true), MatchingCase(#"f: 'a\*c'"#, "abc", false),
        MatchingCase(#"f: 'a\?'"#, "a?", true), MatchingCase(#"f: 'a\?'"#, "ab", false),
        MatchingCase(#"f: 'a\\*'"#, #"a\bc"#, true), MatchingCase(#"f: 'a\\*'"#, "a*", false),
        MatchingCase(#"f: 'a\\\*'"#, #"a\*"#, true), MatchingCase(#"f: 'a\\\*'"#, #"a\b"#, false),
        MatchingCase(#"f: 'a\b'"#, #"a\b"#, true), MatchingCase(#"f: 'a\\b'"#, #"a\b"#, true),
        MatchingCase(#"f: 'a\\\\b'"#, #"a\\b"#, true), MatchingCase(#"f: 'a\'"#, #"a\"#, true),
        MatchingCase("f|cased: 'A*c'", "Abc", true), MatchingCase("f|cased: 'A*c'", "abc", false),
        MatchingCase("f|contains: 'a*c'", "xxabbcxx", true), MatchingCase("f|contains: ''", "x", true),
    ])
    func wildcards(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        MatchingCase("f|contains: bc", "aBCd", true), MatchingCase("f|contains: bc", "b c", false),
        MatchingCase("f|contains: authorization", "the AUTHORIZATION server", true),
        MatchingCase("f|contains: authorization", "the AUTHORIZATIOM server", false),
        MatchingCase("f|contains: zz", "aaaaaaaaaaaaaaaaaaaaaaaazz", true),
        MatchingCase("f|contains: zz", "zaaaaaaazaaaaaaaazaaaaaaaz", false),
        MatchingCase("f|contains|cased: bc", "aBCd", false),
        MatchingCase("f|startswith: ab", "ABc", true), MatchingCase("f|startswith: ab", "cab", false),
        MatchingCase("f|endswith: bc", "aBC", true), MatchingCase("f|endswith: bc", "bca", false),
        MatchingCase("f|endswith: abcdef", "bcdef", false),
        MatchingCase("f|contains|all: [a, b]", "b-a", true), MatchingCase("f|contains|all: [a, b]", "b", false),
        MatchingCase("f|all|contains: [a, b]", "ab", true), MatchingCase("f|contains: [a, b]", "b", true),
        MatchingCase("f|contains: 5", .number("1567"), true), MatchingCase("f|startswith: 4", .number("404"), true),
        MatchingCase("f|neq: a", "b", true), MatchingCase("f|neq: a", "A", false),
        MatchingCase("f|neq: a", .missing, false), MatchingCase("f|neq: a", .null, true),
        MatchingCase("f|neq: [a, b]", "b", false), MatchingCase("f|neq: [a, b]", "c", true),
        MatchingCase("f|neq: 5", .number("5.0"), false), MatchingCase("f|neq: 5", .number("6"), true),
        MatchingCase("f|contains|neq: a", "xbx", true), MatchingCase("f|contains|neq: a", "xax", false),
        MatchingCase("f|neq: null", "a", true), MatchingCase("f|neq: null", .null, false),
        MatchingCase("f|re: '^a.c$'", "abc", true), MatchingCase("f|re: '^a.c$'", "ABC", false),
        MatchingCase("f|re|i: '^a.c$'", "ABC", true), MatchingCase("f|re: 'b'", "abc", true),
        MatchingCase("f|re: '^b'", "a\nb", false), MatchingCase("f|re|m: '^b'", "a\nb", true),
        MatchingCase("f|re: 'a.b'", "a\nb", false), MatchingCase("f|re|s: 'a.b'", "a\nb", true),
        MatchingCase("f|re: '^$'", "", true), MatchingCase("f|re: 'x'", .missing, false),
        MatchingCase("f|re: '^.$'", "ü", true), MatchingCase("f|re: '^[äü]$'", "ü", true),
        MatchingCase("f|re|i: '^ü$'", "Ü", true), MatchingCase("f|re: '^(a|b)$'", "b", true),
        MatchingCase("f|re: ['^a$', '^b$']", "b", true), MatchingCase("f|re|all: ['a', 'b']", "b", false),
        MatchingCase("f|exists: true", "", true), MatchingCase("f|exists: true", .null, true),
        MatchingCase("f|exists: true", .missing, false), MatchingCase("f|exists: true", .fingerprint(1), true),
        MatchingCase("f|exists: false", .missing, true), MatchingCase("f|exists: false", .null, false),
        MatchingCase("f: null", .missing, true), MatchingCase("f: null", .null, true),
        MatchingCase("f: null", "", false),
        MatchingCase("f: null", .fingerprint(1), false), MatchingCase("f: [null, a]", .missing, true),
        MatchingCase("f: [null, a]", "a", true), MatchingCase("f: [null, a]", "b", false),
        MatchingCase("f:", .null, true), MatchingCase("f: 'null'", "null", true),
        MatchingCase("f: 'null'", .null, false),
    ])
    func modifiers(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        MatchingCase("f: 5", .number("5"), true), MatchingCase("f: 5", .number("5.0"), true),
        MatchingCase("f: 5", .number("0.5e1"), true), MatchingCase("f: 5", "5", true), MatchingCase("f: 5", "05", true),
        MatchingCase("f: 5", "5x", false), MatchingCase("f: '5'", .number("5"), true),
        MatchingCase("f: '5'", .number("5.0"), false), MatchingCase("f: -1.5", .number("-1.50"), true),
        MatchingCase("f: 9007199254740993", .number("9007199254740992"), false),
        MatchingCase("f|gt: 5", .number("5"), false), MatchingCase("f|gt: 5", .number("5.01"), true),
        MatchingCase("f|gte: 5", .number("5"), true), MatchingCase("f|lt: 0", .number("-0.1"), true),
        MatchingCase("f|lt: 10", .number("9"), true), MatchingCase("f|lt: 10", .number("100"), false),
        MatchingCase("f|lte: -5", .number("-5"), true), MatchingCase("f|lte: -5", .number("-4"), false),
        MatchingCase("f|gt: 5", "7", true), MatchingCase("f|gt: 5", "seven", false),
        MatchingCase("f|gt: 5", .missing, false), MatchingCase("f|lt: 5", .null, false),
        MatchingCase("f|lt: 5", "", false), MatchingCase("f|gt: 300", .words("12 400"), true),
        MatchingCase("f: true", true, true), MatchingCase("f: true", false, false),
        MatchingCase("f: false", false, true),
        MatchingCase("f: true", "TRUE", true), MatchingCase("f: 'true'", true, true), MatchingCase("f: true", 1, false),
    ])
    func numbersAndBooleans(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        MatchingCase("f: admin", .words("openid admin"), true), MatchingCase("f: openid", .words("openid admin"), true),
        MatchingCase("f: 'openid admin'", .words("openid admin"), true),
        MatchingCase("f: min", .words("openid admin"), false),
        MatchingCase("f: Admin", .words("openid admin"), true),
        MatchingCase("f|cased: Admin", .words("admin x"), false),
        MatchingCase("f|startswith: adm", .words("openid admin"), true),
        MatchingCase("f|endswith: id", .words("openid admin"), true),
        MatchingCase("f|contains: 'd a'", .words("openid admin"), true),
        MatchingCase("f|contains|all: [open, adm]", .words("openid admin"), true),
        MatchingCase("f|all: [openid, admin]", .words("openid x admin"), true),
        MatchingCase("f|all: [openid, admin]", .words("openid x"), false),
        MatchingCase("f|re: '^admin$'", .words("openid admin"), true),
        MatchingCase("f: a?min", .words("x admin"), true),
        MatchingCase("f|neq: admin", .words("openid admin"), false), MatchingCase("f: ''", .words(""), true),
        MatchingCase("f: [a, b, c, d, admin]", .words("openid admin"), true),
        MatchingCase("f: admin", .string("openid admin"), false), MatchingCase("f: ''", .words("a b"), false),
        MatchingCase("f|cidr: 10.0.0.0/8", .words("192.0.2.1 10.1.1.1"), true),
    ])
    func words(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        MatchingCase("f: b", .json(#"["a","B"]"#), true), MatchingCase("f: c", .json(#"["a","b"]"#), false),
        MatchingCase("f: 2", .json("[1, 2.0]"), true), MatchingCase("f: true", .json("[true]"), true),
        MatchingCase("f: 'a\"b'", .json(#"["a\"b"]"#), true), MatchingCase("f: ä€", .json(#"["\u00e4\u20AC"]"#), true),
        MatchingCase("f: '😀'", .json(#"["\ud83d\ude00"]"#), true), MatchingCase("f: x", .json(#"[["y"],["x"]]"#), true),
        MatchingCase("f|contains: inner", .json(#"[{"k":"inner ]"},"z"]"#), true),
        MatchingCase("f: z", .json(#"[{"k":"} \" ]"},"z"]"#), true),
        MatchingCase("f|contains: secret", .json(#"{"a":"secret"}"#), true),
        MatchingCase("f|all: [a, b]", .json(#"["b","a"]"#), true), MatchingCase("f|gt: 5", .json("[1,7]"), true),
        MatchingCase("f|neq: a", .json(#"["b","a"]"#), false), MatchingCase("f|neq: a", .json("[]"), true),
        MatchingCase("f: null", .json("[null]"), false), MatchingCase("f: 'null'", .json("[null]"), false),
        MatchingCase("f: ''", .json("[]"), false), MatchingCase("f: a", .json(#"["a"#), true),
        MatchingCase("f: b", .json(#"["a\"#), false), MatchingCase("f: '{'", .json("[{"), true),
        MatchingCase("f|exists: true", .json("[]"), true), MatchingCase("f|re: '^b+$'", .json(#"["a","bbb"]"#), true),
    ])
    func json(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        MatchingCase("f|cidr: 10.0.0.0/8", "10.255.0.1", true), MatchingCase("f|cidr: 10.0.0.0/8", "11.0.0.1", false),
        MatchingCase("f|cidr: 192.0.2.7", "192.0.2.7", true), MatchingCase("f|cidr: 192.0.2.7/32", "192.0.2.8", false),
        MatchingCase("f|cidr: 0.0.0.0/0", "203.0.113.9", true), MatchingCase("f|cidr: 0.0.0.0/0", "2001:db8::1", false),
        MatchingCase("f|cidr: 10.0.0.0/8", "::ffff:10.1.2.3", true),
        MatchingCase("f|cidr: 10.0.0.0/8", "::ffff:0a01:0203", true),
        MatchingCase("f|cidr: '2001:db8::/32'", "2001:DB8:1::5", true),
        MatchingCase("f|cidr: '2001:db8::/32'", "2001:db9::5", false),
        MatchingCase("f|cidr: 'fe80::/10'", "fe80::1%eth0", true), MatchingCase("f|cidr: '::/0'", "fe80::1%", false),
        MatchingCase("f|cidr: '::/0'", "%::1", false), MatchingCase("f|cidr: '0.0.0.0/0'", "10.0.0.1%eth0", false),
        MatchingCase("f|cidr: '::/0'", "2001:db8::1", true), MatchingCase("f|cidr: '::/0'", "10.0.0.1", false),
        MatchingCase("f|cidr: '::1'", "0:0:0:0:0:0:0:1", true),
        MatchingCase("f|cidr: '::ffff:10.0.0.0/104'", "10.9.9.9", true),
        MatchingCase("f|cidr: 10.0.0.0/8", "10.0.0", false), MatchingCase("f|cidr: 10.0.0.0/8", "10.0.0.256", false),
        MatchingCase("f|cidr: 10.0.0.0/8", "10.0.0.01", false),
        MatchingCase("f|cidr: 10.0.0.0/8", "10.0.0.1:80", false),
        MatchingCase("f|cidr: '::/0'", "1::2::3", false), MatchingCase("f|cidr: '::/0'", "1:2:3:4:5:6:7", false),
        MatchingCase("f|cidr: '::/0'", "1:2:3:4:5:6:7:8:9", false), MatchingCase("f|cidr: '::/0'", "::", true),
        MatchingCase("f|cidr: '::/0'", "1:", false), MatchingCase("f|cidr: '::/0'", ":1", false),
        MatchingCase("f|cidr: 10.0.0.0/8", "", false), MatchingCase("f|cidr|neq: 10.0.0.0/8", "192.0.2.1", true),
        MatchingCase("f|cidr|neq: 10.0.0.0/8", .missing, false),
    ])
    func networks(_ test: MatchingCase) throws { try check(test) }

    @Test(
        arguments: [
            ("f|fieldref: g", "abc", "ABC", true), ("f|fieldref: g", "abc", "abd", false),
            ("f|fieldref|cased: g", "abc", "ABC", false), ("f|fieldref|cased: g", "abc", "abc", true),
            ("f|fieldref|startswith: g", "abcdef", "ABC", true), ("f|fieldref|startswith: g", "xabc", "abc", false),
            ("f|fieldref|endswith: g", "abcdef", "DEF", true), ("f|endswith|fieldref: g", "abcdefg", "def", false),
            ("f|fieldref|contains: g", "abcdef", "CD", true), ("f|contains|fieldref|cased: g", "abcdef", "CD", false),
            ("f|fieldref|neq: g", "abc", "abd", true), ("f|fieldref|neq: g", "abc", "abc", false),
            ("f|fieldref: g", .fingerprint(1), .fingerprint(1), true),
            ("f|fieldref: g", .fingerprint(1), .fingerprint(2), false),
            ("f|fieldref: g", .fingerprint(1), "x", false), ("f|fieldref: g", 5, .number("5.0"), true),
            ("f|fieldref: g", "5.0", 5, true), ("f|fieldref: g", 5, "5.0", true), ("f|fieldref: g", "5", "5.0", false),
            ("f|fieldref|contains: g", "aabaabaaab", "AABAAA", true),
            ("f|fieldref|contains: g", "aabaabaab", "aabaaa", false),
            ("f|fieldref|contains: g", .json(#"["xaab", "é\u00C9x"]"#), "éé", true),
            ("f|fieldref: g", .missing, .missing, false), ("f|fieldref: g", "a", .null, false),
            ("f|fieldref: g", .words("a b"), "b", true), ("f|fieldref: g", .json(#"["a","b"]"#), "B", true),
            ("f|fieldref: g", "ÄÖ", "äö", true), ("f|fieldref|neq: g", .missing, "a", false),
        ] as [(String, RowValue, RowValue, Bool)]
    )
    func references(_ selection: String, _ one: RowValue, _ two: RowValue, _ expected: Bool) throws {
        #expect(try selects(selection, ["f": one, "g": two]) == expected)
    }

    @Test(arguments: [
        ("- token", #"{"msg":"bad TOKEN"}"#, true), ("- nothing", "bad token", false),
        ("- 'bad*token'", "a BAD old Token!", true), ("- 404", "status=404", true),
        ("'|all':\n    - bad\n    - token", "token is bad", true), ("'|all':\n    - bad\n    - good", "bad", false),
        ("'|re': 'tok.n$'", "a token", true), ("- before", "x", false), ("- behind", "x", false),
        ("- f: 1\n- bad", "bad", true),
    ])
    func keywords(_ selection: String, _ line: String, _ expected: Bool) throws {
        #expect(try selects(selection, [:], line: line) == expected)
    }

    @Test func maps() throws {
        let text = "f: a\ng: b"
        #expect(try selects(text, ["f": "a", "g": "b"]))
        #expect(try !selects(text, ["f": "a", "g": "c"]))
        let list = "- f: a\n  g: b\n- f: c"
        #expect(try selects(list, ["f": "a", "g": "b"]))
        #expect(try selects(list, ["f": "c"]))
        #expect(try !selects(list, ["f": "a"]))
    }

    @Test func missingFieldsCanOnlyBeDenied() throws {
        let text = detection("s:\n    f: a\ncondition: not s")
        #expect(try hits(text, [:]) == [0])
        #expect(try hits(text, ["f": "a"]) == [])
    }

    @Test(arguments: [
        ("f|expand: '%names%'", "b", true), ("f|expand: '%names%'", "c", false),
        ("f|expand: 'x-%names%-y'", "x-a-y", true),
        ("f|expand|neq: '%names%'", "c", true), ("f|expand|neq: '%names%'", "a", false),
        ("f|contains|expand: '%names%'", "xbx", true),
        ("f|expand: '100%'", "100%", true),
        ("f|cidr|expand: '%nets%'", "10.1.1.1", true), ("f|gt|expand: '%limit%'", "6", true),
        ("f|expand: '%hosts%'", "www.example.com", true), ("f|expand: '%names%%names%'", "ab", true),
        ("f: '%names%'", "%names%", true),
    ])
    func placeholders(_ selection: String, _ value: String, _ expected: Bool) throws {
        let values = [
            "names": ["a", "b"], "nets": ["10.0.0.0/8"], "limit": ["5"], "hosts": ["*.example.com"],
        ]
        #expect(try selects(selection, ["f": .string(value)], placeholders: values) == expected)
    }

    @Test func literalsOfAllLengthsAreFoundEverywhere() throws {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        for length in 1...30 {
            let word = String(alphabet[..<length])
            for offset in 0..<20 {
                let text = String(repeating: "-", count: offset) + word.uppercased()
                #expect(try selects("f|contains: \(word)z", ["f": .string(text + "z")]))
                #expect(try selects("f|endswith: '\(word)'", ["f": .string(text)]))
                #expect(try !selects("f|contains: \(word)z", ["f": .string(text)]))
                #expect(try selects("f: '\(word)'", ["f": .string(text)]) == (offset == 0))
            }
        }
    }

    @Test(arguments: [
        MatchingCase("f|re: '^a.c$'", "aéc", true), MatchingCase("f|re: '^.$'", "日", true),
        MatchingCase("f|re: '^..$'", "é", false), MatchingCase("f|re: '^[^a]$'", "é", true),
        MatchingCase("f|re: '^.{3}$'", "n.ï", true), MatchingCase("f|re: '^\\W$'", "—", true),
        MatchingCase("f|re: '^[\\W]$'", "—", true), MatchingCase("f|re: '^.*c$'", "éc", true),
        MatchingCase("f|re: 'a[^b]*c'", "aéc", true), MatchingCase("f|re: '^é$'", "é", true),
    ])
    func charactersOfRegularExpressions(_ test: MatchingCase) throws { try check(test) }

    @Test(arguments: [
        ("abc", false), ("a.*b", false), ("a.b", true), ("[^a]+", false), ("[^a]", true), ("[a.]", false),
        ("\\.", false),
        ("\\W+", false), ("\\W", true), ("[]^]", false), ("[^]a]", true), ("é", true), ("(.)+", true),
        ("a[\\D]b", true),
    ])
    func whichPatternsCountCharacters(_ source: String, _ counts: Bool) {
        #expect(RegexPattern(source: source).countsCharacters == counts)
    }

    @Test func runawayRegexIsGivenUpAndCounted() throws {
        let text =
            detection("s:\n    f|re: '(a+)+$'\ncondition: s") + "\n---\n"
            + detection("s:\n    f: a*\ncondition: s", title: "Another")
        let rules = try rules(text)
        let layout = FieldLayout(["f"])
        let matcher = RuleMatcher(rules: rules, layout: layout, dispatchField: "f", dispatchValues: [])
        var hits: [Int] = []
        let hostile = RowValue.string(String(repeating: "a", count: 5_000) + "!")
        withRow(["f": hostile], layout: layout) { matcher.matches($0, dispatch: 0, into: &hits) }
        #expect(hits == [1])
        #expect(matcher.regexLimitHits == [0: 1])
        for _ in 0..<2 {
            withRow(["f": "aaa"], layout: layout) { matcher.matches($0, dispatch: 0, into: &hits) }
            #expect(hits == [0, 1])
            #expect(matcher.regexLimitHits == [0: 1])
        }
        // Given up again, and counted again: what is not known is not remembered.
        withRow(["f": hostile], layout: layout) { matcher.matches($0, dispatch: 0, into: &hits) }
        #expect(hits == [1])
        #expect(matcher.regexLimitHits == [0: 2])
    }

    /// Every text of an array may take a search to its limit, so the limits of all together have to be small.
    @Test func runawayRegexInAnArray() throws {
        let rules = try rules(detection("s:\n    f|re: '(a+)+$'\ncondition: s"))
        let layout = FieldLayout(["f"])
        let matcher = RuleMatcher(rules: rules, layout: layout, dispatchField: "f", dispatchValues: [])
        var hits: [Int] = []
        let hostile = Array(repeating: "\"" + String(repeating: "a", count: 30) + "!\"", count: 20_000)
        withRow(["f": .json("[" + hostile.joined(separator: ",") + "]")], layout: layout) {
            matcher.matches($0, dispatch: 0, into: &hits)
        }
        #expect(hits.isEmpty)
        #expect(matcher.regexLimitHits == [0: 20_000])
        // The next value has its whole limit again.
        withRow(["f": .string(String(repeating: "a", count: 14) + "!b")], layout: layout) {
            matcher.matches($0, dispatch: 0, into: &hits)
        }
        #expect(matcher.regexLimitHits == [0: 20_000])
    }

    @Test(arguments: ["x.*y.*z$", "^[a-z]+ [0-9]{3}-[0-9]{4} x.*(y|w)z$", "(?:foo|bar|x)\\s*(?:one|y)z"])
    func ordinaryRegexesReachTheEndOfAnArray(_ pattern: String) throws {
        let rules = try rules(detection("s:\n    f|re: '\(pattern)'\ncondition: s"))
        let layout = FieldLayout(["f"])
        let matcher = RuleMatcher(rules: rules, layout: layout, dispatchField: "f", dispatchValues: [])
        var hits: [Int] = []
        let others = Array(repeating: "\"xylophone 555-0199 x and y and x and y again\"", count: 5_000)
        withRow(["f": .json("[" + others.joined(separator: ",") + ", \"abc 555-0199 x yz\"]")], layout: layout) {
            matcher.matches($0, dispatch: 0, into: &hits)
        }
        #expect(hits == [0])
        #expect(matcher.regexLimitHits.isEmpty)
    }

    @Test func linesAreReadWithoutTheirEscapesOneByOne() throws {
        let rules = try rules(detection("s:\n    - 'C:\\temp'\n    - 'two words'\ncondition: s"))
        let layout = FieldLayout(["f"])
        let matcher = RuleMatcher(rules: rules, layout: layout, dispatchField: "f", dispatchValues: [])
        let lines = [
            (#"{"m":"C:\\temp"}"#, true), (#"{"m":"x"}"#, false), (#"{"m":"two\u0020words"}"#, true),
            (#"{"m":"\\"}"#, false),
            (#"m=two\u0020words"#, false),
        ]
        for (line, expected) in lines {
            var hits: [Int] = []
            withRow([:], line: line, layout: layout) { matcher.matches($0, dispatch: 0, into: &hits) }
            #expect(hits.isEmpty != expected, "\(line)")
        }
    }

    @Test func explainsThatADifferentValueHasToBeThere() throws {
        let text = detection("s:\n    f|neq: x\n    f|base64offset|contains|neq: ab\ncondition: s")
        let rule = try #require(rules(text).first)
        let layout = FieldLayout(["f"])
        let explainer = RuleExplainer(try #require(rule.detection), layout: layout)
        func tests(_ value: RowValue) -> [String] {
            withRow(["f": value], layout: layout) { explainer.explain($0) }.selections.flatMap(\.tests)
                .map { "\($0.holds) \($0.written)" }
        }
        let encoded = "f|base64offset|contains|neq: ab"
        #expect(tests("y") == ["true f|exists: true", "true f|neq: x", "true f|exists: true", "true \(encoded)"])
        #expect(tests("X") == ["true f|exists: true", "false f|neq: x", "true f|exists: true", "true \(encoded)"])
        // Each of the three forms alone is a reason.
        for form in ["YWIg", "IGFi", "ICBhYg=="] {
            #expect(tests(.string(form)).last == "false \(encoded)", "\(form)")
        }
        #expect(tests(.missing).prefix(2) == ["false f|exists: true", "false f|neq: x"])
    }

    @Test func explainsWhichSelectionsHoldAndWithWhichValues() throws {
        let rules = try rules(
            detection("a:\n    f: 1\nb:\n    f|windash: '-x'\n    g: [1, 2]\nc:\n    h: 1\ncondition: a and not b or c")
        )
        let layout = FieldLayout(["f", "g", "h"])
        let explainer = RuleExplainer(try #require(rules[0].detection), layout: layout)
        let explanation = withRow(["f": 1, "g": 2], layout: layout) { explainer.explain($0) }
        #expect(explanation.matches)
        #expect(explanation.conditions == ["a and not b or c"])
        #expect(explanation.selections.map(\.name) == ["a", "b", "c"])
        #expect(explanation.selections.map(\.holds) == [true, false, false])
        let tests = explanation.selections.map { $0.tests.map { "\($0.written) is \($0.value ?? "-"): \($0.holds)" } }
        #expect(
            tests == [
                ["f: 1 is 1: true"], ["f|windash: -x is 1: false", "g: 1 is 2: false", "g: 2 is 2: true"],
                ["h: 1 is -: false"],
            ]
        )
    }
}
