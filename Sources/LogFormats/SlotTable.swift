// The source fields of the line at hand, and which of them there are.

import FieldRows

/// One slice for each slot of a format.
///
/// Formats know many more fields than a line has: what is filled is kept as bits, so that the rest need not be looked at.
final class SlotTable {
    private let slices = RowBlock<FieldSlice>()
    /// One bit for each slot that has been filled; slots that are 64 apart share one.
    private(set) var filled: UInt64 = 0

    /// A table of `count` slots, none of them filled.
    init(count: Int) { _ = slices.append(Array(repeating: .missing, count: count)) }

    /// Number of slots.
    @inline(__always)
    var count: Int { slices.count }

    @inline(__always)
    subscript(slot: Int) -> FieldSlice {
        get { slices[slot] }
        set {
            slices[slot] = newValue
            filled |= Self.bit(slot)
        }
    }

    /// The bit of a slot in ``filled``.
    @inline(__always)
    static func bit(_ slot: some BinaryInteger) -> UInt64 { 1 &<< UInt64(truncatingIfNeeded: slot) }

    /// Forgets all values.
    func clear() {
        var bits = filled
        while bits != 0 {
            for slot in stride(from: bits.trailingZeroBitCount, to: slices.count, by: 64) { slices[slot] = .missing }
            bits &= bits &- 1
        }
        filled = 0
    }
}
