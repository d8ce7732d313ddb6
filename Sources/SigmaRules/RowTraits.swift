// What many rows have in common and what follows from it for a test.

import FieldRows

/// As much of a row as answers most tests: which columns it has, and which of the texts that rules ask for some have.
struct RowTraits: BitwiseCopyable, Equatable {
    var dispatch: Int
    var present: ColumnSet
    /// A byte for each of the columns of ``TraitColumns``, the first in the lowest place.
    var texts: UInt64

    /// The byte of a column of whose text nothing is known.
    static let unknown: UInt8 = 0
    /// The byte of a text that no rule asks for; the others stand for one each.
    static let other: UInt8 = 1

    /// A hash that nobody without `keys` can make others collide with.
    @inline(__always)
    func hash(_ keys: SIMD4<UInt64>) -> Int {
        let low = KeyedHash.fold(texts ^ keys.x, present.low ^ keys.y)
        let high = KeyedHash.fold(present.high ^ keys.z, low ^ UInt64(truncatingIfNeeded: dispatch) ^ keys.w)
        return Int(truncatingIfNeeded: high)
    }
}

/// The few columns whose texts tell rules apart, each with the texts that rules ask for.
struct TraitColumns {
    private struct Column: BitwiseCopyable {
        let column: Int
        /// First slot of the hash table of texts.
        let start: Int
        /// Number of slots less one.
        let mask: Int
    }

    private struct Slot: BitwiseCopyable {
        var literal = Literal(start: -1, count: 0)
        var byte: UInt8 = 0
    }

    /// A byte of a word for each.
    static let columnsMax = 8
    private static let textsMax = 200

    private let columns: ContiguousArray<Column>
    private let slots: ContiguousArray<Slot>
    /// The bytes of texts, for each of ``columns``.
    private let bytes: [[Literal: UInt8]]
    /// The place among ``columns`` of each column that has one.
    private let places: [Int32: Int]

    /// The columns of which most nodes of `builder` ask for a whole text.
    init(_ builder: MatchProgramBuilder) {
        var columns: ContiguousArray<Column> = []
        var slots: ContiguousArray<Slot> = []
        var bytes: [[Literal: UInt8]] = []
        var places: [Int32: Int] = [:]
        let chosen = builder.wholeTexts.sorted { ($1.value.uses, $0.key) < ($0.value.uses, $1.key) }
        for (column, asked) in chosen.prefix(Self.columnsMax) {
            let texts = asked.texts.sorted { $0.value.start < $1.value.start }.prefix(Self.textsMax)
            var count = 4
            while count < texts.count * 2 { count *= 2 }
            let start = slots.count
            slots.append(contentsOf: repeatElement(Slot(), count: count))
            var known: [Literal: UInt8] = [:]
            for (index, text) in texts.enumerated() {
                let byte = RowTraits.other + 1 + UInt8(index)
                known[text.value] = byte
                var slot = Int(truncatingIfNeeded: text.key.span.bytes.caselessHash) & (count - 1)
                while slots[start + slot].byte != 0 { slot = (slot + 1) & (count - 1) }
                slots[start + slot] = Slot(literal: text.value, byte: byte)
            }
            places[column] = columns.count
            columns.append(Column(column: Int(column), start: start, mask: count - 1))
            bytes.append(known)
        }
        self.columns = columns
        self.slots = slots
        self.bytes = bytes
        self.places = places
    }

    /// The bytes of a row's texts, where `words` are those of the literals.
    @inline(__always)
    func texts(_ row: borrowing FieldRow, _ words: borrowing ContiguousArray<UInt64>) -> UInt64 {
        var texts: UInt64 = 0
        for place in columns.indices {
            let column = columns[place]
            let slice = row[column.column]
            switch slice.kind {
            case .string, .number, .boolean:
                texts |= UInt64(byte(row.bytes(slice), column, words)) << UInt64(truncatingIfNeeded: place * 8)
            case .missing, .null, .fingerprint, .words, .json: continue
            }
        }
        return texts
    }

    @inline(__always)
    private func byte(_ text: RawSpan, _ column: Column, _ words: borrowing ContiguousArray<UInt64>) -> UInt8 {
        var place = Int(truncatingIfNeeded: text.caselessHash) & column.mask
        while true {
            let slot = slots[column.start + place]
            if slot.byte == 0 { return RowTraits.other }
            if Int(slot.literal.count) == text.byteCount, text.holds(slot.literal, at: 0, words) { return slot.byte }
            place = (place + 1) & column.mask
        }
    }

    /// What all rows with `traits` answer to `node`, if that is the same; `slots` are those of hash tables of literals.
    func answer(_ node: MatchNode, _ traits: RowTraits, _ slots: ContiguousArray<Literal>) -> Bool? {
        guard node.column >= 0 else { return nil }
        if !traits.present.mayContain(Int(node.column)) {
            switch node.test {
            case .isNull: return true
            // It may be there and null.
            case .isPresent, .isAbsent: return nil
            default: return false
            }
        }
        guard let place = places[node.column] else { return nil }
        let byte = UInt8(truncatingIfNeeded: traits.texts >> UInt64(place * 8))
        guard byte != RowTraits.unknown else { return nil }
        switch node.test {
        case .isNull, .isAbsent: return false
        case .isPresent, .hasValue: return true
        case .whole: return bytes[place][node.literal].map { $0 == byte }
        case .oneOf:
            let asked = slots[Int(node.operand)..<Int(node.operand + node.extent)].filter { $0.start >= 0 }
            let known = asked.compactMap { bytes[place][$0] }
            if known.contains(byte) { return true }
            return known.count == asked.count ? false : nil
        default: return nil
        }
    }
}
