// Finds the next byte that matters, eight at a time.
//
// Every search relies on the line feeds that stand behind a block: it needs no check for the end of the input,
// because a line feed (or, inside strings, any control character) ends it.

import FieldRows

/// Word-wise searches over padded bytes.
enum ByteScan {
    private static let low: UInt64 = 0x0101_0101_0101_0101
    private static let high: UInt64 = 0x8080_8080_8080_8080

    /// The high bit of each byte of `word` that is zero; exact for the lowest one.
    @inline(__always)
    private static func zeroBytes(_ word: UInt64) -> UInt64 { (word &- low) & ~word & high }

    /// Index of the first `"`, `\` or control character at or behind `start`.
    @inline(__always)
    static func stringSpecial(_ text: RawSpan, _ start: Int) -> Int {
        var index = start
        while true {
            let word = text.word(at: index)
            let quote = zeroBytes(word ^ 0x2222_2222_2222_2222)
            let escape = zeroBytes(word ^ 0x5C5C_5C5C_5C5C_5C5C)
            let control = (word &- 0x2020_2020_2020_2020) & ~word & high
            let special = quote | escape | control
            if _fastPath(special != 0) { return index &+ special.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
    }

    /// Index of the first `byte` or line feed at or behind `start`.
    @inline(__always)
    static func next(_ byte: UInt8, _ text: RawSpan, _ start: Int) -> Int {
        let pattern = low &* UInt64(byte)
        var index = start
        while true {
            let word = text.word(at: index)
            let found = zeroBytes(word ^ pattern) | zeroBytes(word ^ 0x0A0A_0A0A_0A0A_0A0A)
            if _fastPath(found != 0) { return index &+ found.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
    }

    /// Whether one of the eight bytes of `word` is `one` or `other`.
    @inline(__always)
    static func has(_ one: UInt8, or other: UInt8, _ word: UInt64) -> Bool {
        zeroBytes(word ^ low &* UInt64(one)) | zeroBytes(word ^ low &* UInt64(other)) != 0
    }

    /// Whether the eight bytes of `word` are all ASCII digits.
    @inline(__always)
    static func allDigits(_ word: UInt64) -> Bool {
        (word & 0xF0F0_F0F0_F0F0_F0F0) == 0x3030_3030_3030_3030
            && ((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) == 0x3030_3030_3030_3030
    }
}
