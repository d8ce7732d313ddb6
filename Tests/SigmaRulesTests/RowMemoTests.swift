// What is remembered of rows answers as asking does.

import FieldRows
import Testing

@testable import SigmaRules

@Suite struct RowMemoTests {
    /// Texts of all lengths around the steps in which they are read.
    @Test(arguments: 0...50) func hashesTellTextsApart(_ count: Int) {
        let hash = KeyedHash()
        let text = Array(repeating: UInt8(ascii: "a"), count: count)
        let value = hash.value(text.span.bytes)
        #expect(value == hash.value(text.span.bytes))
        #expect(value != hash.value(text.span.bytes, for: 1))
        #expect(value != KeyedHash().value(text.span.bytes))
        let longer = text + [0]
        #expect(value != hash.value(longer.span.bytes))
        for place in text.indices {
            var other = text
            other[place] = UInt8(ascii: "b")
            #expect(value != hash.value(other.span.bytes), "\(place)")
        }
    }

    @Test func verdictsBelongToOneTestAndOneValue() {
        var memo = VerdictMemo()
        let texts = (0..<2_000).map { Array("value \($0)".utf8) }
        for (number, text) in texts.enumerated() {
            let key = memo.key(UInt64(number % 3), text.span.bytes)
            #expect(memo.verdict(key) == nil)
            memo.remember(number % 2 == 0, key)
            #expect(memo.verdict(key) == (number % 2 == 0))
            #expect(memo.verdict(memo.key(UInt64(number % 3 + 1), text.span.bytes)) == nil)
        }
        // Later ones may have taken the place of earlier ones, but none has another's verdict.
        let known = texts.enumerated().compactMap { number, text in
            memo.verdict(memo.key(UInt64(number % 3), text.span.bytes)).map { (number, $0) }
        }
        #expect(known.count > 1_000)
        for (number, verdict) in known { #expect(verdict == (number % 2 == 0)) }
    }

    /// More combinations of texts than are kept.
    @Test func combinationsBeyondThoseKeptAreAskedAsWell() throws {
        let texts = (0..<17).map { "v\($0)" }
        let list = texts.joined(separator: ", ")
        let text = ["a", "b", "c"].map { field in
            detection("s:\n    \(field): [\(list)]\n    x|exists: true\ncondition: s", title: field) + "\n---\n"
                + detection("s:\n    \(field): V3\ncondition: not s", title: "no \(field)")
        }
        let rules = try rules(text.joined(separator: "\n---\n"))
        let layout = FieldLayout(["a", "b", "c", "x"])
        let matcher = RuleMatcher(rules: rules, layout: layout)
        var hits: [Int] = []
        for _ in 0..<2 {
            for number in 0..<17 * 17 * 17 {
                let chosen = [number % 17, number / 17 % 17, number / 289]
                var values: [String: RowValue] = ["x": number % 5 == 0 ? .missing : "y"]
                for (field, index) in zip(["a", "b", "c"], chosen) { values[field] = .string(texts[index]) }
                withRow(values, layout: layout) { matcher.matches($0, dispatch: -1, into: &hits) }
                var expected: [Int] = []
                for (place, index) in chosen.enumerated() {
                    if number % 5 != 0 { expected.append(2 * place) }
                    if index != 3 { expected.append(2 * place + 1) }
                }
                if hits != expected { Issue.record("\(values): \(hits), not \(expected)") }
            }
        }
    }

    /// A text that is known is still another one in another case, for those who ask so, and as a number.
    @Test(arguments: ["s:\n    f|cased: Abc\ncondition: s", "s:\n    f|cased: [Abc, abD, abE, abF]\ncondition: s"])
    func caseMattersWhereItIsAskedFor(_ body: String) throws {
        let rules = try rules(
            detection("s:\n    f: [abc, 7]\ncondition: s") + "\n---\n" + detection(body, title: "Cased") + "\n---\n"
                + detection("s:\n    f: ''\ncondition: s", title: "Empty")
        )
        let layout = FieldLayout(["f"])
        let matcher = RuleMatcher(rules: rules, layout: layout)
        let cases: [(RowValue, [Int])] = [
            ("Abc", [0, 1]), ("abc", [0]), ("x", []), (7, [0]), ("7.0", [0]), ("", [2]), (.null, []), (.missing, []),
            (.words("Abc x"), [0, 1]), (.words("x abc"), [0]), (.json(#"["Abc"]"#), [0, 1]), (.fingerprint(7), []),
        ]
        var hits: [Int] = []
        for _ in 0..<2 {
            for (value, expected) in cases {
                withRow(["f": value], layout: layout) { matcher.matches($0, dispatch: -1, into: &hits) }
                #expect(hits == expected, "\(value)")
            }
        }
    }
}
