// Word-wise comparison against the obvious way to do it.

import FieldRows
import TestMaterial
import Testing

@testable import SigmaRules

@Suite struct LiteralPoolTests {
    static func text(_ numbers: inout Numbers, _ lengths: ClosedRange<Int>) -> [UInt8] {
        let alphabet = Array("abAB-Z".utf8)
        return (0..<Int.random(in: lengths, using: &numbers)).map { _ in numbers.pick(alphabet) }
    }

    /// Positions at which `word` stands in `text`.
    static func places(of word: [UInt8], in text: [UInt8]) -> [Int] {
        guard text.count >= word.count else { return [] }
        return (0...text.count - word.count).filter { text[$0..<$0 + word.count].elementsEqual(word) }
    }

    static func lower(_ bytes: [UInt8]) -> [UInt8] { bytes.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 } }

    @Test(arguments: 1...4, [false, true])
    func comparesLikeTheObviousWay(_ seed: UInt64, _ cased: Bool) {
        var numbers = Numbers(state: seed)
        for _ in 0..<4_000 {
            // Long words as well, and such that begin in the text.
            let text = Self.text(&numbers, 0...40)
            var word = Self.text(&numbers, 1...4)
            if !text.isEmpty, Bool.random(using: &numbers) {
                let start = Int.random(in: 0..<text.count, using: &numbers)
                word = Array(text[start..<Int.random(in: start + 1...text.count, using: &numbers)])
                if Bool.random(using: &numbers) { word[Int.random(in: 0..<word.count, using: &numbers)] = 0x62 }
            }
            if !cased { word = Self.lower(word) }
            var pool = LiteralPool()
            _ = pool.add(Array("something else".utf8), cased: false)
            let literal = pool.add(word, cased: cased)
            let words = pool.words
            let places = Self.places(of: word, in: cased ? text : Self.lower(text))
            let span = text.span.bytes
            #expect(span.contains(literal, anchor: rarestByte(in: word), words) == !places.isEmpty)
            for anchor in word.indices { #expect(span.contains(literal, anchor: anchor, words) == !places.isEmpty) }
            let start = text.count - word.count
            if start >= 0 {
                #expect(span.holds(literal, at: 0, words) == places.contains(0))
                #expect(span.holds(literal, at: start, words) == places.contains(start))
            }
        }
    }

    @Test func hashIgnoresCaseAndReachesEveryByte() {
        var numbers = Numbers(state: 7)
        for _ in 0..<2_000 {
            let text = Self.text(&numbers, 1...30)
            let (one, two) = (text, Self.lower(text))
            #expect(one.span.bytes.caselessHash == two.span.bytes.caselessHash)
            var other = text
            other[Int.random(in: 0..<text.count, using: &numbers)] = 0x39
            let changed = other
            #expect(one.span.bytes.caselessHash != changed.span.bytes.caselessHash)
        }
    }

    /// The specification of a glob, one code point at a time.
    static func fits(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == 0x2A {
            return (text.startIndex...text.endIndex).contains { fits(text[$0...], pattern.dropFirst()) }
        }
        guard let letter = text.first, first == 0x3F || first == letter else { return false }
        return fits(text.dropFirst(), pattern.dropFirst())
    }

    @Test(arguments: 1...4)
    func globsFitLikeTheObviousWay(_ seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let alphabet = Array("ab*?".utf8)
        for _ in 0..<200 {
            let pattern = (0..<Int.random(in: 1...6, using: &numbers)).map { _ in numbers.pick(alphabet) }
            let text = (0..<Int.random(in: 0...8, using: &numbers)).map { _ in numbers.pick(Array("abAB".utf8)) }
            let expected = Self.fits(Self.lower(text)[...], pattern[...])
            let value = RowValue.string(String(decoding: text, as: UTF8.self))
            let selection = "f: '\(String(decoding: pattern, as: UTF8.self))'"
            #expect(try selects(selection, ["f": value]) == expected, "\(selection) on \(value)")
        }
    }
}
