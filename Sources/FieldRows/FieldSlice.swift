// Where one value lies and what type it has; eight bytes, no text of its own.

/// A typed reference to the bytes of one value of an event.
///
/// The bytes themselves are in one of the four regions of a ``FieldRow``.
@frozen public struct FieldSlice: BitwiseCopyable, Sendable, Equatable {
    /// The type of the value, after decoding.
    public enum Kind: UInt8, Sendable {
        /// The event has no such field.
        case missing
        /// Text, already unescaped.
        case string
        /// Text that is a set of space-separated words, such as an OAuth `scope` (RFC 6749 §3.3).
        case words
        /// The text of a JSON number.
        case number
        /// The text `true` or `false`.
        case boolean
        /// JSON `null`, or the format's own word for it.
        case null
        /// The raw JSON text of an array or object.
        case json
        /// Sixteen bytes that stand in for a token; they have no text.
        case fingerprint
    }

    /// Which buffer of the row the bytes are in.
    public enum Region: UInt8, Sendable {
        /// The line as it was read.
        case line
        /// Text made by the decoder: unescaped strings, percent-decoded parameters, constants.
        case arena
        /// Text made after decoding: derived fields.
        case scratch
        /// Token fingerprints.
        case fingerprints
    }

    @usableFromInline let place: UInt32
    @usableFromInline let packed: UInt32

    /// The largest number of bytes a slice can cover (256 MiB - 1).
    public static let countMax = (1 << 28) - 1
    /// The largest offset a slice can have (1 GiB - 1).
    public static let offsetMax = (1 << 30) - 1

    /// Refers to `count` bytes at `offset` of `region`; both must be within the limits above.
    @inlinable @inline(__always)
    public init(_ kind: Kind, _ region: Region, offset: Int, count: Int) {
        place = UInt32(truncatingIfNeeded: offset) & 0x3FFF_FFFF | UInt32(region.rawValue) << 30
        packed = UInt32(truncatingIfNeeded: count) << 4 | UInt32(kind.rawValue)
    }

    /// No value.
    @inlinable @inline(__always)
    public static var missing: FieldSlice { FieldSlice(.missing, .line, offset: 0, count: 0) }

    /// JSON `null`, or the format's own word for it.
    @inlinable @inline(__always)
    public static var null: FieldSlice { FieldSlice(.null, .line, offset: 0, count: 0) }

    /// First byte of the value in its region.
    @inlinable @inline(__always)
    public var offset: Int { Int(place & 0x3FFF_FFFF) }

    /// Number of bytes.
    @inlinable @inline(__always)
    public var count: Int { Int(packed >> 4) }

    /// The value's type.
    @inlinable @inline(__always)
    public var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: packed & 15)) ?? .missing }

    /// The buffer the value is in.
    @inlinable @inline(__always)
    public var region: Region { Region(rawValue: UInt8(truncatingIfNeeded: place >> 30)) ?? .line }

    /// Whether the event has the field at all; `null` counts as present.
    @inlinable @inline(__always)
    public var isPresent: Bool { packed & 15 != 0 }

    /// Whether the event has the field with a value other than `null`.
    @inlinable @inline(__always)
    public var hasValue: Bool { isPresent && packed & 15 != UInt32(Kind.null.rawValue) }

    /// The same bytes with another type.
    @inlinable @inline(__always)
    public func retyped(_ kind: Kind) -> FieldSlice { FieldSlice(kind, region, offset: offset, count: count) }
}
