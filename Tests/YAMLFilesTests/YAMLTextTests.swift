// YAML that wants to do harm, and where problems stand.

import Testing

@testable import YAMLFiles

@Suite struct YAMLTextTests {
    /// What is said of `text`; `nil` when it can be used.
    static func problem(_ text: String) -> String? {
        do {
            _ = try YAMLText.compose(text)
            return nil
        } catch {
            return "\(error.line):\(error.column): \(error.message)"
        }
    }

    /// `last` behind thirty lines, each of which names the line before it twice.
    static func bomb(_ line: (Int) -> String, _ last: String) -> String {
        "a0: &a0 [x, x]\n" + (1...30).map { line($0) + "\n" }.joined() + last
    }

    static let bombs = [
        bomb({ "a\($0): &a\($0) {\"x\":*a\($0 - 1),\"y\":*a\($0 - 1)}" }, "? *a30\n: 1\n"),
        bomb({ "a\($0): &a\($0) [*a\($0 - 1),*a\($0 - 1)]" }, "? [*a30, *a30]\n: 1\n"),
        bomb({ "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]" }, "b: {*a30 : 1}\n"),
        bomb({ "a\($0): &a\($0)\n  x: *a\($0 - 1)\n  y: *a\($0 - 1)" }, ""),
        bomb({ "a\($0): &a\($0)\u{85}  ? x\u{85}  : *a\($0 - 1)\u{2028}  ? y\u{2028}  : *a\($0 - 1)" }, ""),
        "a: &a '\(String(repeating: "x", count: 500_000))'\nb: [\(Array(repeating: "*a", count: 1_000).joined(separator: ","))]",
    ]

    @Test(arguments: bombs.indices) func aliasesThatMultiplyAreRefused(_ number: Int) throws {
        let problem = try #require(Self.problem(Self.bombs[number]))
        #expect(problem.hasSuffix("YAML aliases stand for more than 1048576 bytes"), "\(problem)")
    }

    @Test func aliasesThatDoNotMultiplyAreFine() throws {
        let uses = (0..<500).map { "b\($0): *a\n" }.joined()
        #expect(Self.problem("a: &a [x, y]\n" + uses) == nil)
        #expect(Self.problem("a: &a x\nb: *a\n*a : 1\n") == nil)
        // What looks like one in texts and comments is none.
        #expect(Self.problem("a: &a [x]\nb: ' *a {\"x\":*a' # *a\n") == nil)
    }

    @Test(arguments: [
        ("a: 1\nb:\n  c: 1\n  d: 2\n  'c': 3\n", "5:3: key 'c' is given twice in the same map"),
        ("{é: 1, b: 2, é: 3}", "1:14: key 'é' is given twice in the same map"),
        ("? [x]\n: y", "1:3: a key has to be text"),
        ("a: &a [x]\n*a : y", "2:1: a key has to be text"),
        ("a: *b", "1:4: YAML: found undefined alias"),
        ("a: &a [*a]", "1:8: YAML: found undefined alias"),
        ("a: 1\n--- {b: 1}\n", "2:1: a second document begins here"),
        ("a: b\nc: é\u{1}\n", "2:5: YAML: control characters are not allowed"),
        ("a: [1\nb: 2\n", "2:2: YAML: did not find expected ',' or ']'"),
    ])
    func problemsHaveTheirPlace(_ text: String, _ expected: String) {
        #expect(Self.problem(text) == expected)
    }

    @Test func neverHangs() {
        let count = 200_000
        for piece in [
            "[", "{", "? ", "- ", "a: ", "[a,", "{a,", "*a ", "&a ", "!a ", "'", "\"", "|\n", "#", "%", ",", "\n",
        ] {
            _ = Self.problem(String(repeating: piece, count: count))
        }
    }
}
