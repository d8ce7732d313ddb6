// A set of the columns of a row, small enough to compare in two instructions.

/// Some of the first 128 columns of a row; columns beyond that are never members.
@frozen public struct ColumnSet: BitwiseCopyable, Sendable, Equatable {
    /// The first 64 columns, the lowest bit for the first.
    public let low: UInt64
    /// The next 64 columns.
    public let high: UInt64

    /// No column.
    public static let none = ColumnSet(low: 0, high: 0)
    /// Every column that can be a member.
    public static let all = ColumnSet(low: ~0, high: ~0)

    @inlinable @inline(__always)
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The columns of the bits of `bits`, the lowest bit standing for column `first`.
    @inlinable @inline(__always)
    public init(bits: UInt64, from first: Int = 0) {
        // Shifts by more than the width give zero, and by less than zero go the other way.
        low = bits << first
        high = bits << (first - 64)
    }

    /// One column, if it can be a member.
    public init(column: Int) { self.init(bits: 1, from: column) }

    /// The columns from `first` on.
    public init(from first: Int) { self.init(low: ~0 << first, high: ~0 << max(first - 64, 0)) }

    /// The columns in either.
    @inlinable @inline(__always)
    public func union(_ other: ColumnSet) -> ColumnSet { ColumnSet(low: low | other.low, high: high | other.high) }

    /// The columns in both.
    @inlinable @inline(__always)
    public func intersection(_ other: ColumnSet) -> ColumnSet {
        ColumnSet(low: low & other.low, high: high & other.high)
    }

    /// Whether `column` is a member, or one that cannot be.
    public func mayContain(_ column: Int) -> Bool { column >= 128 || isSuperset(of: ColumnSet(column: column)) }

    /// Whether all columns of `other` are members.
    @inlinable @inline(__always)
    public func isSuperset(of other: ColumnSet) -> Bool { other.low & ~low | other.high & ~high == 0 }
}
