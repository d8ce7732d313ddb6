// What regular expressions have said of values, for those that come again and again.

import FieldRows

/// Verdicts on the latest values: a scope or an address is searched once, not with each event that has it.
struct VerdictMemo {
    private struct Entry: BitwiseCopyable {
        /// The lowest bit is the verdict, the others are the hash of test and value.
        var low: UInt64 = 0
        var high: UInt64 = 0
    }

    /// Half a mebibyte, once there is a verdict.
    private static let entryCount = 1 << 15

    private var entries: ContiguousArray<Entry> = []
    private let hash = KeyedHash()

    /// Where the verdict of `test` on `text` is.
    @inline(__always)
    func key(_ test: UInt64, _ text: RawSpan) -> KeyedHash.Value { hash.value(text, for: test) }

    /// The verdict, if it is known.
    @inline(__always)
    func verdict(_ key: KeyedHash.Value) -> Bool? {
        guard !entries.isEmpty else { return nil }
        let entry = entries[Self.place(key)]
        return entry.high == key.high && entry.low | 1 == key.low | 1 ? entry.low & 1 == 1 : nil
    }

    /// Notes the verdict in place of another.
    mutating func remember(_ verdict: Bool, _ key: KeyedHash.Value) {
        if entries.isEmpty { entries = ContiguousArray(repeating: Entry(), count: Self.entryCount) }
        entries[Self.place(key)] = Entry(low: key.low & ~1 | (verdict ? 1 : 0), high: key.high)
    }

    @inline(__always)
    private static func place(_ key: KeyedHash.Value) -> Int { Int(truncatingIfNeeded: key.high) & (entryCount - 1) }
}
