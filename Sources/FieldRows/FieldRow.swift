// The fields of one event, seen as slices of borrowed bytes.

/// One event's fields for as long as its bytes are borrowed.
///
/// Every access is bounds-checked; nothing is copied.
public struct FieldRow: ~Escapable {
    /// The bytes of the batch's lines.
    public let line: RawSpan
    /// Text made by the decoder.
    public let arena: RawSpan
    /// Text made after decoding.
    public let scratch: RawSpan
    /// Token fingerprints, sixteen bytes each.
    public let fingerprints: RawSpan
    /// One slice per column of the layout.
    public let slices: Span<FieldSlice>
    /// The whole line of the event, for keyword searches.
    public let wholeLine: FieldSlice

    /// Brings together the buffers that the slices refer to.
    @inlinable
    @_lifetime(copy line, copy arena, copy scratch, copy fingerprints, copy slices)
    public init(
        line: RawSpan,
        arena: RawSpan,
        scratch: RawSpan,
        fingerprints: RawSpan,
        slices: Span<FieldSlice>,
        wholeLine: FieldSlice
    ) {
        self.line = line
        self.arena = arena
        self.scratch = scratch
        self.fingerprints = fingerprints
        self.slices = slices
        self.wholeLine = wholeLine
    }

    /// The slice in `column`; missing when the row has fewer columns.
    @inlinable @inline(__always)
    public subscript(column: Int) -> FieldSlice {
        column < slices.count ? slices[column] : .missing
    }

    /// The bytes that `slice` refers to.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public func bytes(_ slice: FieldSlice) -> RawSpan {
        let range = slice.offset..<(slice.offset + slice.count)
        switch slice.region {
        case .line: return line.extracting(range)
        case .arena: return arena.extracting(range)
        case .scratch: return scratch.extracting(range)
        case .fingerprints: return fingerprints.extracting(range)
        }
    }

    /// The value as text for people: fingerprints in hexadecimal, ill-formed UTF-8 replaced.
    ///
    /// Returns `nil` when the field is missing or null.
    public func text(_ slice: FieldSlice) -> String? {
        guard slice.hasValue else { return nil }
        let span = bytes(slice)
        return slice.kind == .fingerprint ? String(hexadecimal: span.array) : String(decodingUTF8: span)
    }
}
