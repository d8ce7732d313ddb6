// Reading bytes, words and text from raw spans agrees with arrays at every length and offset.

import FieldRows
import Testing

@Suite struct RawSpanTests {
    /// Bytes without a pattern, with high bits set and unset.
    static let sample: [UInt8] = (0..<80).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }

    @Test func bytesAndWordsAreThoseOfTheArray() {
        let bytes = Self.sample
        let span = bytes.span.bytes
        for index in bytes.indices {
            let byte = span.byte(at: index)
            #expect(byte == bytes[index])
        }
        for index in 0...bytes.count - 8 {
            let word = span.word(at: index)
            let expected = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[index + $1]) << UInt64(8 * $1) }
            #expect(word == expected)
        }
    }

    @Test(arguments: 0...40) func equalsComparesEveryByte(_ count: Int) {
        for offset in 0...9 {
            let left = Self.sample
            let right = Array(Self.sample[offset..<offset + count])
            let isEqual = left.span.bytes.extracting(offset..<offset + count).equals(right.span.bytes)
            #expect(isEqual)
            for place in right.indices {
                var changed = right
                changed[place] ^= 0x80
                let other = changed
                let isDifferent = !left.span.bytes.extracting(offset..<offset + count).equals(other.span.bytes)
                #expect(isDifferent, "byte \(place) of \(count) was not compared")
            }
        }
    }

    @Test func equalsComparesLengths() {
        let long = Array("refresh_token".utf8)
        let short = Array("refresh".utf8)
        let empty: [UInt8] = []
        let isPrefixEqual = long.span.bytes.equals(short.span.bytes) || short.span.bytes.equals(long.span.bytes)
        #expect(!isPrefixEqual)
        let isEmptyEqual = empty.span.bytes.equals(empty.span.bytes)
        #expect(isEmptyEqual)
        let isEmptyPrefix = empty.span.bytes.equals(short.span.bytes)
        #expect(!isEmptyPrefix)
    }

    @Test func equalsLiteralText() {
        let text = Array("größe".utf8)
        let same = text.span.bytes.equals("größe")
        let shorter = text.span.bytes.equals("größ")
        let longer = text.span.bytes.equals("größen")
        let other = text.span.bytes.equals("größa")
        #expect(same)
        #expect(!shorter)
        #expect(!longer)
        #expect(!other)
    }

    @Test(
        arguments: [
            ([], ""),
            (Array("käse".utf8), "käse"),
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"),
            ([0xE2, 0x82], "\u{FFFD}"),
            ([0x00], "\0"),
        ] as [([UInt8], String)]
    )
    func textFromBytes(_ bytes: [UInt8], _ expected: String) {
        let text = String(decodingUTF8: bytes.span.bytes)
        let array = bytes.span.bytes.array
        #expect(text == expected)
        #expect(array == bytes)
    }
}
