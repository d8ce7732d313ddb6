// Looking up what rules need finds the same rules as asking all of them.

import FieldRows
import TestMaterial
import Testing

@testable import SigmaRules

@Suite struct CandidateIndexTests {
    static let words = [
        "cmd", "powershell", "\\Windows\\", "-enc", "whoami", "net", "user", "/add", "HTTP", "x", "4625", "a.b",
        "Größe",
    ]

    static func rule(_ numbers: inout Numbers, _ number: Int) -> String {
        func value(_ numbers: inout Numbers) -> String {
            "'" + numbers.pick(words) + (numbers.once(in: 4) ? numbers.pick(words) : "") + "'"
        }
        func item(_ numbers: inout Numbers) -> String {
            let field = numbers.pick(["A", "B", "C", "D"])
            let values = (0...numbers.below(3)).map { _ in value(&numbers) }
            let list = "[" + values.joined(separator: ", ") + "]"
            switch numbers.below(11) {
            case 0: return "\(field): \(list)"
            case 1: return "\(field)|contains: \(list)"
            case 2: return "\(field)|endswith: \(list)"
            case 3: return "\(field)|startswith: \(list)"
            case 4: return values.count > 1 ? "\(field)|contains|all: \(list)" : "\(field): \(list)"
            case 5: return "\(field): '*\(numbers.pick(words))?\(numbers.pick(["m", "sh", ""]))*'"
            case 6: return "\(field): \(numbers.pick(["4625", "7", "4.625e3"]))"
            case 7:
                return "\(field)|re: '\(numbers.pick(["cmd.*user", "who(am)i", "n[e]t", "us+er", "a\\.b", "x|cmd"]))'"
            case 8: return "\(field)|cased: \(list)"
            case 9: return "\(field)|exists: \(numbers.once(in: 2))"
            default: return "\(field)|neq: \(values[0])"
            }
        }
        var text = "title: rule \(number)\nlogsource: { product: x }\ndetection:\n"
        for name in ["s1", "s2", "f1"] {
            text += "    \(name):\n"
            if name == "s2", numbers.once(in: 4) {
                text += "        - \(value(&numbers))\n"
            } else {
                text += "        \(item(&numbers))\n"
            }
        }
        let condition = numbers.pick([
            "s1", "s1 and s2", "s1 or s2", "all of s*", "s1 and not f1", "1 of s*", "2 of them",
        ])
        return text + "    condition: \(condition)\n"
    }

    static func row(_ numbers: inout Numbers) -> [String: RowValue] {
        var values: [String: RowValue] = [:]
        for field in ["A", "B", "C", "D"] where !numbers.once(in: 5) {
            let text = (0...numbers.below(3)).map { _ in numbers.pick(words) }.joined(
                separator: numbers.pick(["", " "])
            )
            switch numbers.below(8) {
            case 0: values[field] = .words(text)
            case 1: values[field] = .json("[\"\(text.replacing("\\", with: "\\\\"))\", 4625]")
            case 2: values[field] = .number("4625")
            case 3: values[field] = .null
            case 4: values[field] = .string(text.uppercased())
            default: values[field] = .string(text)
            }
        }
        return values
    }

    @Test(arguments: 0..<8) func findsTheSameRules(_ seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let text = (0..<150).map { Self.rule(&numbers, $0) }.joined(separator: "---\n")
        let rules = try rules(text)
        let layout = FieldLayout(["A", "B", "C", "D"])
        let matcher = RuleMatcher(rules: rules, layout: layout, dispatchField: "kind", dispatchValues: [])
        let explainers = try rules.map { RuleExplainer(try #require($0.detection), layout: layout) }
        var total = 0
        for _ in 0..<150 {
            let values = Self.row(&numbers)
            let line = "{\"m\":\"" + (0...3).map { _ in numbers.pick(Self.words) }.joined() + "\"}"
            let (found, asked) = withRow(values, line: line, layout: layout) { row in
                var hits: [Int] = []
                matcher.matches(row, dispatch: -1, into: &hits)
                var asked: [Int] = []
                for (index, explainer) in explainers.enumerated() where explainer.explain(row).matches {
                    asked.append(index)
                }
                return (hits, asked)
            }
            #expect(found == asked)
            total += found.count
        }
        #expect(total > 1_000)
    }

    @Test func mostRulesAreNotAsked() throws {
        let text = (0..<100).map { number in
            "title: rule \(number)\nlogsource: { product: x }\ndetection:\n    s:\n"
                + "        A|endswith: '\\tool\(number).exe'\n    condition: s\n"
        }
        let rules = try rules(text.joined(separator: "---\n"))
        let matcher = RuleMatcher(
            rules: rules,
            layout: FieldLayout(["A"]),
            dispatchField: "kind",
            dispatchValues: ["x"]
        )
        #expect(matcher.candidateCount(dispatch: 0) == 0)
    }

    /// A regular expression of pieces that are hard to read, not always a valid one.
    static func pattern(_ numbers: inout Numbers) -> String {
        let pieces = [
            "ab", "c", "k", "S", "{", "}", "{2}", "{,3}", "{1,}", "*", "+", "?", "|", "(", ")", "(?:", "(?i)",
            "(*ACCEPT)",
            "[^},]", "[]a]", "[^a]", ".", "^", "$", "\\d", "\\w", "\\.", "\\Q", "\\E", "\\x61", "\\{", "(?#x)", "é",
            "\\1",
        ]
        return (0...numbers.below(8)).map { _ in numbers.pick(pieces) }.joined()
    }

    @Test func textsThatMatchHoldTheLiteral() throws {
        var numbers = Numbers(state: 11)
        let set = RegexSet()
        var matches = 0
        for _ in 0..<30_000 {
            let pattern = RegexPattern(source: Self.pattern(&numbers), ignoresCase: numbers.once(in: 3))
            guard let literal = pattern.requiredLiteral, let number = try? set.add(pattern) else { continue }
            let wanted = literal.map { $0 | 0x20 }
            for _ in 0..<4 {
                let text = (0...numbers.below(6)).map { _ in
                    numbers.pick([
                        "ab", "aab", "c", "\u{212A}", "ſ", "k", "{2}", "{", "}", ",", "]", "1", ".", "é", "a|b",
                    ])
                }.joined()
                let bytes = Array(text.utf8)
                guard set.search(number, bytes.span.bytes, behind: 0) == .match else { continue }
                matches += 1
                #expect(bytes.map { $0 | 0x20 }.contains(wanted), "\(pattern) matches \(text)")
            }
        }
        #expect(matches > 1_000)
    }

    @Test(arguments: [
        ("abc", "abc"), ("ab+c", "ab"), ("ab*cde", "cde"), ("ab?cd", "cd"), ("a|b", nil), ("(a|b)cde", "cde"),
        ("x{2}yz", "yz"), ("[a-z]+foo[^]]bar", "foo"), ("foo\\.exe", "foo.exe"), ("foo\\dbarbaz", "barbaz"),
        ("foo\\d|barbaz", nil),
        ("foo\\x41bar", nil), ("\\Qa|b\\E", nil), ("(a\\Q)\\E)foo", nil), ("foo(*ACCEPT)barbaz", nil),
        ("(a(?#b)c)foo", nil), ("(?:a(?i)b)foo", nil), ("foo{bar", "bar"), ("foo{,}bar", "bar"), ("a{2,3}foo", "foo"),
        ("\"name\":{\"x\":\"[^},]\"admin\"", "\"admin\""),
        ("(?i)foo", nil),
        ("(?:x)foo", "foo"), ("^foo$", "foo"), ("a.*longer", "longer"), ("[[:alpha:]]abc", nil),
        ("\\\\cmd\\.exe", "\\cmd.exe"),
        ("(a[)]b)cde", "cde"), ("", nil),
    ])
    func literalsOfRegularExpressions(_ pattern: String, _ literal: String?) {
        let found = RegexPattern(source: pattern).requiredLiteral
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == literal)
    }
}
