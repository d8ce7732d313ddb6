// Texts to compare with, packed into words of eight bytes.

import FieldRows

/// Where a literal lies in the pool.
struct Literal: BitwiseCopyable, Hashable, Sendable {
    /// First word.
    let start: Int32
    /// Number of bytes.
    let count: Int32
}

/// Literals as pairs of words: the bytes, and the bits to set in the value before comparing.
///
/// Setting bit 5 of a byte turns `A`...`Z` into `a`...`z` and nothing else into a letter, so a letter of the pattern
/// carries that bit in its mask when case is to be ignored; all other bytes are compared as they are.
struct LiteralPool {
    private(set) var words: ContiguousArray<UInt64> = []
    private var known: [[UInt8]: (cased: Literal?, folded: Literal?)] = [:]

    /// Stores `bytes`, which are in lower case unless `cased`.
    mutating func add(_ bytes: [UInt8], cased: Bool) -> Literal {
        var entry = known[bytes] ?? (nil, nil)
        if let literal = cased ? entry.cased : entry.folded { return literal }
        let literal = Literal(start: Int32(words.count), count: Int32(bytes.count))
        for first in stride(from: 0, to: bytes.count - 7, by: 8) { append(bytes[first..<first + 8], cased) }
        // The last word overlaps the one before it, so that no load reaches beyond the value.
        if bytes.count % 8 != 0 { append(bytes[max(0, bytes.count - 8)...], cased) }
        if cased { entry.cased = literal } else { entry.folded = literal }
        known[bytes] = entry
        return literal
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>, _ cased: Bool) {
        var (word, mask) = (UInt64(0), UInt64(0))
        for byte in bytes.reversed() {
            word = word << 8 | UInt64(byte)
            mask = mask << 8 | (!cased && byte &- 0x61 < 26 ? 0x20 : 0)
        }
        words += [word, mask]
    }
}

/// A position in a text whose byte is rare in logs, to search for first.
func rarestByte(in bytes: [UInt8]) -> Int {
    let common = Array("etaoinsrcdlp-_:./\"0123456789hmuvfgbwyk".utf8)
    var best = (position: 0, rank: -1)
    for (position, byte) in bytes.enumerated().prefix(200) {
        let rank = common.firstIndex(of: byte | 0x20) ?? common.firstIndex(of: byte) ?? common.count
        if rank > best.rank { best = (position, rank) }
    }
    return best.position
}

extension RawSpan {
    /// Up to eight bytes from `index`, the first in the lowest place, zeros behind them.
    @inline(__always)
    func partialWord(at index: Int, count: Int) -> UInt64 {
        if count >= 4 {
            let low = unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self)
            let high = unsafeLoadUnaligned(fromByteOffset: index + count - 4, as: UInt32.self)
            return UInt64(UInt32(littleEndian: low))
                | UInt64(UInt32(littleEndian: high)) << UInt64(truncatingIfNeeded: (count - 4) * 8)
        }
        if count >= 2 {
            let low = unsafeLoadUnaligned(fromByteOffset: index, as: UInt16.self)
            let high = unsafeLoadUnaligned(fromByteOffset: index + count - 2, as: UInt16.self)
            return UInt64(UInt16(littleEndian: low))
                | UInt64(UInt16(littleEndian: high)) << UInt64(truncatingIfNeeded: (count - 2) * 8)
        }
        return count == 1 ? UInt64(byte(at: index)) : 0
    }

    /// Whether the literal stands at `index`; the span must reach at least to its end.
    @inline(__always)
    func holds(_ literal: Literal, at index: Int, _ words: borrowing ContiguousArray<UInt64>) -> Bool {
        let count = Int(literal.count)
        var word = Int(literal.start)
        if count < 8 {
            return count == 0 || partialWord(at: index, count: count) | words[word + 1] == words[word]
        }
        var offset = 0
        while offset + 8 <= count {
            if self.word(at: index + offset) | words[word + 1] != words[word] { return false }
            offset += 8
            word += 2
        }
        return offset == count || self.word(at: index + count - 8) | words[word + 1] == words[word]
    }

    /// Whether the literal stands anywhere; `anchor` is the position of its rarest byte.
    func contains(_ literal: Literal, anchor: Int, _ words: borrowing ContiguousArray<UInt64>) -> Bool {
        let last = byteCount - Int(literal.count)
        guard last >= 0 else { return false }
        guard literal.count > 0 else { return true }
        let (wanted, mask) = anchorByte(literal, anchor, words)
        let (ones, highs) = (UInt64(0x0101_0101_0101_0101), UInt64(0x8080_8080_8080_8080))
        let (wantedEverywhere, maskEverywhere) = (UInt64(wanted) &* ones, UInt64(mask) &* ones)
        var position = anchor
        while position + 8 <= byteCount {
            let difference = (word(at: position) | maskEverywhere) ^ wantedEverywhere
            var zeros = (difference &- ones) & ~difference & highs
            while zeros != 0 {
                let start = position + zeros.trailingZeroBitCount >> 3 - anchor
                if start > last { return false }
                if holds(literal, at: start, words) { return true }
                zeros &= zeros &- 1
            }
            position += 8
        }
        while position - anchor <= last {
            if byte(at: position) | mask == wanted, holds(literal, at: position - anchor, words) { return true }
            position += 1
        }
        return false
    }

    @inline(__always)
    private func anchorByte(
        _ literal: Literal,
        _ anchor: Int,
        _ words: borrowing ContiguousArray<UInt64>
    ) -> (wanted: UInt8, mask: UInt8) {
        let count = Int(literal.count)
        let chunk = anchor / 8
        var word = Int(literal.start) + 2 * chunk
        var shift = anchor % 8
        if chunk == count / 8, count >= 8 {
            shift = anchor - (count - 8)
            word = Int(literal.start) + 2 * (count / 8)
        }
        let bits = UInt64(shift * 8)
        return (UInt8(truncatingIfNeeded: words[word] >> bits), UInt8(truncatingIfNeeded: words[word + 1] >> bits))
    }

    /// A hash that is the same for texts that differ only in the case of ASCII letters.
    @inline(__always)
    var caselessHash: UInt64 {
        let (fold, factor) = (UInt64(0x2020_2020_2020_2020), UInt64(0x9E37_79B9_7F4A_7C15))
        var hash = UInt64(byteCount) &* factor
        var index = 0
        while index + 8 <= byteCount {
            hash = (hash ^ (word(at: index) | fold)) &* factor
            hash ^= hash >> 29
            index += 8
        }
        let rest = byteCount - index
        let tail = byteCount >= 8 ? word(at: byteCount - 8) : partialWord(at: 0, count: byteCount)
        if rest > 0 { hash = (hash ^ (tail | fold)) &* factor }
        return hash ^ hash >> 32
    }
}
