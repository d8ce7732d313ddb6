// What regular expressions have said of values, for those that come again and again.

import FieldRows

/// Verdicts on the latest values; a scope or an address is searched once, not with each event that has it.
///
/// Values are known by 127 bits of a hash whose key is made anew in each process: nobody can make a value that is taken
/// for another.
struct VerdictMemo {
    private struct Entry: BitwiseCopyable {
        /// The lowest bit is the verdict, the others are the hash.
        var low: UInt64 = 0
        var high: UInt64 = 0
    }

    /// Half a mebibyte, once there is a regular expression.
    private static let entryCount = 1 << 15

    private var entries: ContiguousArray<Entry> = []
    private let keys = SIMD4<UInt64>.random(in: 0 ... .max)

    /// Where the verdict of one test on one value is.
    struct Key {
        fileprivate let low: UInt64
        fileprivate let high: UInt64
        fileprivate var place: Int { Int(truncatingIfNeeded: high) & (VerdictMemo.entryCount - 1) }
    }

    /// The key for `test` on `text`: two hashes, each with its own keys, that multiply and fold as wyhash does.
    @inline(__always)
    func key(_ test: UInt64, _ text: RawSpan) -> Key {
        let count = text.byteCount
        var (low, high) = (keys.x ^ test, keys.z ^ test)
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
        mix(UInt64(truncatingIfNeeded: count), test, &low, &high)
        return Key(low: low, high: high)
    }

    @inline(__always)
    private func mix(_ first: UInt64, _ second: UInt64, _ low: inout UInt64, _ high: inout UInt64) {
        low = Self.fold(first ^ keys.x, second ^ low)
        high = Self.fold(first ^ keys.y, second ^ high)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// The verdict, if it is known.
    @inline(__always)
    func verdict(_ key: Key) -> Bool? {
        guard !entries.isEmpty else { return nil }
        let entry = entries[key.place]
        return entry.high == key.high && entry.low | 1 == key.low | 1 ? entry.low & 1 == 1 : nil
    }

    /// Notes the verdict in place of another.
    mutating func remember(_ verdict: Bool, _ key: Key) {
        if entries.isEmpty { entries = ContiguousArray(repeating: Entry(), count: Self.entryCount) }
        entries[key.place] = Entry(low: key.low & ~1 | (verdict ? 1 : 0), high: key.high)
    }
}
