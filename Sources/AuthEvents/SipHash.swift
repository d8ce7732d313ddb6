// SipHash-2-4 with a 128-bit result: a keyed hash for identifiers, fast on short inputs.
//
// Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012), and its 128-bit variant.
// Keyed, so that whoever writes the log cannot choose colliding values.

import FieldRows

/// The four words of the permutation.
struct SipState {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    init(key0: UInt64, key1: UInt64) {
        v0 = key0 ^ 0x736f_6d65_7073_6575
        v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = key0 ^ 0x6c79_6765_6e65_7261
        v3 = key1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    private mutating func round() {
        v0 = v0 &+ v1
        v1 = (v1 << 13 | v1 >> 51) ^ v0
        v0 = v0 << 32 | v0 >> 32
        v2 = v2 &+ v3
        v3 = (v3 << 16 | v3 >> 48) ^ v2
        v0 = v0 &+ v3
        v3 = (v3 << 21 | v3 >> 43) ^ v0
        v2 = v2 &+ v1
        v1 = (v1 << 17 | v1 >> 47) ^ v2
        v2 = v2 << 32 | v2 >> 32
    }

    @inline(__always)
    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    @inline(__always)
    private mutating func finish() -> (UInt64, UInt64) {
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let first = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return (first, v0 ^ v1 ^ v2 ^ v3)
    }

    /// Hashes all of `span`, then the byte `domain` that keeps different uses apart.
    @inline(__always)
    mutating func hash(_ span: RawSpan, domain: UInt8) -> (UInt64, UInt64) {
        let count = span.byteCount
        var index = 0
        while index &+ 8 <= count {
            compress(span.word(at: index))
            index &+= 8
        }
        // Up to seven bytes remain; the domain byte follows them, the length closes the message.
        var last: UInt64 = 0
        var shift: UInt64 = 0
        while index < count {
            last |= UInt64(span.byte(at: index)) << shift
            shift &+= 8
            index &+= 1
        }
        last |= UInt64(domain) << shift
        compress(last)
        compress(UInt64(truncatingIfNeeded: count))
        return finish()
    }
}
