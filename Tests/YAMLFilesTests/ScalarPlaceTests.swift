// A character of a value is found again in the text.

import Testing
import Yams

@testable import YAMLFiles

@Suite struct ScalarPlaceTests {
    /// Texts whose value holds an `@`, which stands once in them.
    static let texts = [
        "a: x@", "a: 'x@'", "a: \"x@\"", "a: é@", "a: 'it''s ''@'", #"a: "\\d\\d@""#, #"a: "\x41\u00e9\U0001F600\t@""#,
        "a: first\n  second @", "a: first\n\n\n  second @", "a: 'first\n  second @'", "a: 'first  \n\n  second @'",
        "a: \"first\\\n  second @\"", "a: \"first \\\n\n  \\ second @\"", "a: \"first\n  second @\"",
        "a: |\n  @first", "a: >\n\n   @first", "a: |\n  first\n  second @", "a: |\n\n  first\n\n  second @\n",
        "a: |-\n    first\n      second @\n",
        "a: >\n  first\n  second @", "a: >\n  first\n\n  second @", "a: >-\n  first\n    second @\n",
        "a: >\n\n  first\n\n\n    second\n  third @", "a: >\n  first\n    second\n\n  third\n  fourth @",
        "a: &b x@", "a: !!str 'x@'", "a: &b\n  x@", "a: &b |\n  x\n  y@", "a: first\r\n  second @\r\n",
        "a: 'first\r\n  second @'", "a: |\r\n  first\r\n  second @\r\n", "a: >\r\n  first\r\n  second @\r\n",
    ]

    @Test(arguments: texts) func findsTheCharacter(_ text: String) throws {
        let scalar = try #require(try YAMLText.compose(text)?["a"]?.scalar)
        let value = try #require(scalar.string.utf8.firstIndex(of: UInt8(ascii: "@")))
        let offset = scalar.string.utf8.distance(from: scalar.string.startIndex, to: value)
        let place = TextLines(text).place(of: scalar, at: offset)
        let before = text.unicodeScalars.prefix { $0 != "@" }
        let line = before.count { $0 == "\n" } + 1
        let column = before.reversed().prefix { $0 != "\n" }.count + 1
        #expect("\(place)" == "\((line: line, column: column))")
    }

    @Test(arguments: texts) func everyOffsetHasAPlace(_ text: String) throws {
        let scalar = try #require(try YAMLText.compose(text)?["a"]?.scalar)
        let lines = TextLines(text)
        let count = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).count
        for offset in 0...scalar.string.utf8.count + 2 {
            let place = lines.place(of: scalar, at: offset)
            #expect(place.line >= 1 && place.line <= count + 1 && place.column >= 1)
        }
    }

    @Test func aLineOfManyValuesIsReadOnce() throws {
        let text = "{" + (0..<50_000).map { "\"k\($0)\": 'it''s'" }.joined(separator: ", ") + "}"
        let map = try #require(try YAMLText.compose(text)?.mapping)
        let lines = TextLines(text)
        let time = ContinuousClock().measure {
            for (key, value) in map {
                for scalar in [key.scalar, value.scalar].compactMap(\.self) { _ = lines.place(of: scalar, at: 2) }
            }
        }
        // The characters of the line over and over take minutes.
        #expect(time < .seconds(20))
        let last = try #require(Array(map).last?.value.scalar)
        #expect(lines.place(of: last, at: 4) == (1, text.unicodeScalars.count - 1))
    }

    @Test func whiteSpaceIsLookedAtOnce() throws {
        let text = "a: '" + String(repeating: " ", count: 300_000) + "@'"
        let scalar = try #require(try YAMLText.compose(text)?["a"]?.scalar)
        var place = (line: 0, column: 0)
        let time = ContinuousClock().measure { place = TextLines(text).place(of: scalar, at: 300_000) }
        #expect(place == (1, 300_005))
        #expect(time < .seconds(20))
    }

    @Test func whatCannotBeFollowedHasThePlaceOfTheScalar() throws {
        let text = "a: |2\n   x@\n"
        let scalar = try #require(try YAMLText.compose(text)?["a"]?.scalar)
        #expect(TextLines(text).place(of: scalar, at: 2) == (1, 4))
    }
}
