// A hash of 128 bits whose keys are made anew in each process: nobody can make two texts that have the same.

import FieldRows

/// Two hashes, each with its own keys, that multiply and fold sixteen bytes at a time as wyhash does.
struct KeyedHash {
    /// The hash of a text; never leaves the process.
    struct Value: Hashable, BitwiseCopyable {
        let low: UInt64
        let high: UInt64

        static func == (left: Value, right: Value) -> Bool { left.low == right.low && left.high == right.high }
        func hash(into hasher: inout Hasher) { hasher.combine(low) }
    }

    private let keys = SIMD4<UInt64>.random(in: 0 ... .max)

    /// The hash of `text` for one `purpose` of several.
    @inline(__always)
    func value(_ text: RawSpan, for purpose: UInt64 = 0) -> Value {
        let count = text.byteCount
        var (low, high) = (keys.z ^ purpose, keys.w ^ purpose)
        var index = 0
        while index &+ 16 <= count {
            mix(text.word(at: index), text.word(at: index &+ 8), &low, &high)
            index &+= 16
        }
        // The last sixteen bytes once more, overlapping.
        if count >= 16 {
            mix(text.word(at: count &- 16), text.word(at: count &- 8), &low, &high)
        } else if count >= 8 {
            mix(text.word(at: 0), text.word(at: count &- 8), &low, &high)
        } else {
            mix(text.partialWord(at: 0, count: count), 0, &low, &high)
        }
        mix(UInt64(truncatingIfNeeded: count), purpose, &low, &high)
        return Value(low: low, high: high)
    }

    @inline(__always)
    private func mix(_ first: UInt64, _ second: UInt64, _ low: inout UInt64, _ high: inout UInt64) {
        low = Self.fold(first ^ keys.x, second ^ low)
        high = Self.fold(first ^ keys.y, second ^ high)
    }

    /// Multiplies to 128 bits and folds the halves together.
    @inline(__always)
    static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
