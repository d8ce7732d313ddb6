// Distinct byte strings, each kept once.

import FieldRows

/// Byte strings by number, found by content; bounded in number and bytes.
struct TextTable {
    private struct Entry: BitwiseCopyable {
        var hash: UInt64
        var offset: Int
        var count: Int
    }

    // Whoever writes the log chooses the texts, and the hash has no key: texts made to collide are not kept
    // rather than searched for long. At half load an honest text practically never has this many before it.
    private static let probesMax = 256

    private let textsMax: Int
    private let bytesMax: Int
    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// Numbers of entries plus one; zero for a free slot.
    private var slots: [UInt32]

    init(textsMax: Int, bytesMax: Int) {
        self.textsMax = min(textsMax, Int(UInt32.max) - 1)
        self.bytesMax = bytesMax
        slots = Array(repeating: 0, count: 256)
    }

    /// Number of texts.
    var count: Int { entries.count }

    /// Memory taken, in bytes.
    var byteCount: Int {
        bytes.capacity + entries.capacity * MemoryLayout<Entry>.stride + slots.capacity * MemoryLayout<UInt32>.stride
    }

    /// The text with `number`.
    subscript(number: Int) -> ArraySlice<UInt8> {
        let entry = entries[number]
        return bytes[entry.offset..<entry.offset + entry.count]
    }

    /// The number of `text`, if it is kept.
    func number(of text: RawSpan) -> Int? {
        let slot = probe(text, Self.hash(text))
        guard let slot, slots[slot] != 0 else { return nil }
        return Int(slots[slot]) - 1
    }

    /// Keeps `text` and returns its number, or `nil` beyond the limits.
    mutating func keep(_ text: RawSpan) -> Int? {
        let hash = Self.hash(text)
        guard let slot = probe(text, hash) else { return nil }
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        guard entries.count < textsMax, bytes.count + text.byteCount <= bytesMax else { return nil }
        entries.append(Entry(hash: hash, offset: bytes.count, count: text.byteCount))
        text.withUnsafeBytes { bytes.append(contentsOf: $0) }
        slots[slot] = UInt32(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return entries.count - 1
    }

    /// Keeps `text`, which was kept before under the next number, whatever the limits are now.
    mutating func restore(_ text: ArraySlice<UInt8>) {
        let hash = Self.hash(text.span.bytes)
        let slot = probe(text.span.bytes, hash)
        entries.append(Entry(hash: hash, offset: bytes.count, count: text.count))
        bytes.append(contentsOf: text)
        if let slot, slots[slot] == 0 { slots[slot] = UInt32(entries.count) }
        if entries.count * 2 > slots.count { grow() }
    }

    /// The slot with `text`, or the free one where it belongs; `nil` when too many collide.
    private func probe(_ text: RawSpan, _ hash: UInt64) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        for _ in 0..<Self.probesMax {
            let number = slots[slot]
            if number == 0 { return slot }
            let entry = entries[Int(number) - 1]
            if entry.hash == hash && holds(text, entry) { return slot }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func holds(_ text: RawSpan, _ entry: Entry) -> Bool {
        guard entry.count == text.byteCount else { return false }
        return bytes.span.bytes.extracting(entry.offset..<entry.offset + entry.count).equals(text)
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        slots = Array(repeating: 0, count: mask + 1)
        for (number, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number + 1)
        }
    }

    /// Folds eight bytes at a time into a product; no more is asked of it than to spread honest texts.
    private static func hash(_ text: RawSpan) -> UInt64 {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(text.byteCount)
        var index = 0
        while index &+ 8 <= text.byteCount {
            state = fold(state ^ text.word(at: index))
            index &+= 8
        }
        var last: UInt64 = 0
        while index < text.byteCount {
            last = last << 8 | UInt64(text.byte(at: index))
            index &+= 1
        }
        return fold(state ^ last)
    }

    @inline(__always)
    private static func fold(_ word: UInt64) -> UInt64 {
        let (high, low) = (word ^ 0x2545_F491_4F6C_DD1D).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return high ^ low
    }
}
