// Finds the places in a text where one of many parts may begin.

import FieldRows

/// A set of parts that are looked for in one pass over a text.
///
/// Each part is known by four bytes of it, or three if it has no more. A bitmap, small enough for the first cache,
/// says of most places that none of them begins there.
final class GramFilter {
    /// A part under its gram.
    private struct Entry: BitwiseCopyable {
        /// First byte of the whole part in ``pool``, and how many there are.
        let start: Int32
        let count: Int32
        /// Where in the part the gram stands.
        let offset: Int32
        /// The number of the part.
        let number: Int32
    }

    private let length: Int
    private let shift: UInt32
    private let bitmap: ContiguousArray<UInt64>
    /// Places in ``entries`` by slot, of as many slots as the bitmap has bits.
    private let firsts: ContiguousArray<Int32>
    private let entries: ContiguousArray<Entry>
    /// The bytes of all parts.
    private let pool: ContiguousArray<UInt8>

    /// A filter for parts under grams of `length` bytes, 3 or 4; the parts' bytes have bit 5 set.
    init(_ parts: [(bytes: [UInt8], number: Int)], length: Int) {
        self.length = length
        var bits: UInt32 = 9
        while 1 << bits < parts.count * 12, bits < 18 { bits += 1 }
        shift = 32 - bits
        var bitmap = ContiguousArray<UInt64>(repeating: 0, count: (1 << bits) >> 6)
        var bySlot: [[Entry]] = Array(repeating: [], count: 1 << bits)
        var pool: ContiguousArray<UInt8> = []
        for (bytes, number) in parts {
            let offset = Self.rarestGram(bytes, length)
            var gram: UInt32 = 0
            for index in (0..<length).reversed() { gram = gram << 8 | UInt32(bytes[offset + index]) }
            let slot = Int((gram &* Self.factor) >> shift)
            bitmap[slot >> 6] |= 1 << UInt64(slot & 63)
            bySlot[slot].append(
                Entry(
                    start: Int32(pool.count),
                    count: Int32(bytes.count),
                    offset: Int32(offset),
                    number: Int32(number)
                )
            )
            pool += bytes
        }
        self.bitmap = bitmap
        self.pool = pool
        var firsts: ContiguousArray<Int32> = [0]
        var entries: ContiguousArray<Entry> = []
        for slot in bySlot {
            entries += slot
            firsts.append(Int32(entries.count))
        }
        self.firsts = firsts
        self.entries = entries
    }

    private static let factor: UInt32 = 0x9E37_79B1

    /// The place of the gram whose bytes are rarest in logs.
    private static func rarestGram(_ bytes: [UInt8], _ length: Int) -> Int {
        let common = Array("etaoinsrcdlp-_:./\"0123456789hmuvfgbwyk\\ ".utf8).map { $0 | 0x20 }
        let ranks = bytes.map { common.firstIndex(of: $0) ?? common.count }
        func rarity(_ start: Int) -> Int { ranks[start..<start + length].reduce(0, +) }
        return (0...(bytes.count - length)).max { rarity($0) < rarity($1) } ?? 0
    }

    /// Calls `found` with the number of each part that stands in `text`, perhaps several times.
    @inline(__always)
    func search(_ text: RawSpan, _ found: (Int32) -> Void) {
        text.withUnsafeBytes { bytes in
            bitmap.withUnsafeBufferPointer { bitmap in
                guard bytes.count >= length else { return }
                let mask: UInt32 = length == 4 ? 0x2020_2020 : 0x0020_2020
                let kept: UInt32 = length == 4 ? 0xFFFF_FFFF : 0x00FF_FFFF
                var position = 0
                // Four bytes are loaded at each place; the last grams of three are taken from one place before.
                let last = bytes.count - 4
                while position <= last {
                    let loaded = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                    let slot = Int((((loaded & kept) | mask) &* Self.factor) >> shift)
                    if _slowPath(bitmap[slot >> 6] >> UInt64(slot & 63) & 1 != 0) {
                        verify(slot, position, bytes, found)
                    }
                    position += 1
                }
                guard length == 3 else { return }
                let end = bytes.count - 3
                let rest = UInt32(bytes[end]) | UInt32(bytes[end + 1]) << 8 | UInt32(bytes[end + 2]) << 16
                let slot = Int(((rest | mask) &* Self.factor) >> shift)
                if bitmap[slot >> 6] >> UInt64(slot & 63) & 1 != 0 { verify(slot, end, bytes, found) }
            }
        }
    }

    private func verify(_ slot: Int, _ position: Int, _ text: UnsafeRawBufferPointer, _ found: (Int32) -> Void) {
        for place in Int(firsts[slot])..<Int(firsts[slot + 1]) {
            let entry = entries[place]
            let start = position - Int(entry.offset)
            guard start >= 0, start + Int(entry.count) <= text.count else { continue }
            var index = 0
            while index < Int(entry.count), text[start + index] | 0x20 == pool[Int(entry.start) + index] { index += 1 }
            if index == Int(entry.count) { found(entry.number) }
        }
    }
}
