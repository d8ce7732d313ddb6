// SipHash-2-4-128 written for plainness: a list of words in, two words out.

/// The hash as its authors describe it.
struct SlowSipHash {
    private var state: [UInt64]

    /// A hash under a key of sixteen bytes.
    init(key: [UInt8]) {
        let words = Self.words(key)
        state = [
            words[0] ^ 0x736f_6d65_7073_6575, words[1] ^ 0x646f_7261_6e64_6f6d,
            words[0] ^ 0x6c79_6765_6e65_7261, words[1] ^ 0x7465_6462_7974_6573,
        ]
        state[1] ^= 0xEE
    }

    /// Takes in all words, then gives the result.
    mutating func hash(_ message: [UInt64]) -> (UInt64, UInt64) {
        for word in message {
            state[3] ^= word
            rounds(2)
            state[0] ^= word
        }
        state[2] ^= 0xEE
        rounds(4)
        let first = state.reduce(0, ^)
        state[1] ^= 0xDD
        rounds(4)
        return (first, state.reduce(0, ^))
    }

    /// Little-endian words of `bytes`; the last one is filled up with zeros.
    static func words(_ bytes: [UInt8]) -> [UInt64] {
        stride(from: 0, to: bytes.count, by: 8).map { start in
            bytes[start..<min(start + 8, bytes.count)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The message that the paper makes of `bytes`: the last byte of the last word is the length.
    static func published(_ bytes: [UInt8]) -> [UInt64] {
        let filler = [UInt8](repeating: 0, count: 7 - bytes.count % 8)
        return words(bytes + filler + [UInt8(truncatingIfNeeded: bytes.count)])
    }

    /// The message that fingerprints are made of: the bytes, a byte for the use, zeros, and the length as a word.
    static func withDomain(_ bytes: [UInt8], _ domain: UInt8) -> [UInt64] {
        words(bytes + [domain]) + [UInt64(bytes.count)]
    }

    private mutating func rounds(_ count: Int) {
        func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
        for _ in 0..<count {
            for (left, right, bits) in [(0, 1, 13), (2, 3, 16)] as [(Int, Int, UInt64)] {
                state[left] &+= state[right]
                state[right] = rotated(state[right], bits) ^ state[left]
            }
            state[0] = rotated(state[0], 32)
            for (left, right, bits) in [(0, 3, 21), (2, 1, 17)] as [(Int, Int, UInt64)] {
                state[left] &+= state[right]
                state[right] = rotated(state[right], bits) ^ state[left]
            }
            state[2] = rotated(state[2], 32)
        }
    }
}
