// The rows of a batch, seen with the bytes that they refer to.

public import FieldRows

/// Gives one row after the other without taking hold of the batch for each.
public struct EventRows: ~Escapable {
    @usableFromInline let line: RawSpan
    @usableFromInline let arena: RawSpan
    @usableFromInline let scratch: RawSpan
    @usableFromInline let fingerprints: RawSpan
    @usableFromInline let slices: Span<FieldSlice>
    @usableFromInline let columns: Int

    @inlinable @inline(__always)
    @_lifetime(copy line, copy arena, copy scratch, copy fingerprints, copy slices)
    init(
        line: RawSpan,
        arena: RawSpan,
        scratch: RawSpan,
        fingerprints: RawSpan,
        slices: Span<FieldSlice>,
        columns: Int
    ) {
        self.line = line
        self.arena = arena
        self.scratch = scratch
        self.fingerprints = fingerprints
        self.slices = slices
        self.columns = columns
    }

    /// Row `index`, which must be the one of `event`.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public func row(_ index: Int, _ event: AuthEvent) -> FieldRow {
        FieldRow(
            line: line,
            arena: arena,
            scratch: scratch,
            fingerprints: fingerprints,
            slices: slices.extracting(index * columns..<(index + 1) * columns),
            wholeLine: event.line
        )
    }
}
