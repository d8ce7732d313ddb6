// A value copied out of a row, because it has to outlive the batch the row is in.

public import FieldRows

/// The value of one field of one event, with a form in which equal values are equal bytes.
public struct EventValue: Sendable, Equatable {
    /// The type of the value.
    public let kind: FieldSlice.Kind
    /// Its bytes.
    public let bytes: [UInt8]

    /// The value that `slice` refers to; `nil` when it is missing or null.
    init?(_ row: borrowing FieldRow, _ slice: FieldSlice) {
        guard slice.hasValue else { return nil }
        kind = slice.kind
        bytes = row.bytes(slice).array
    }

    /// The value as text for people; fingerprints in hexadecimal, ill-formed UTF-8 replaced.
    public var text: String {
        kind == .fingerprint ? String(hexadecimal: bytes) : String(decoding: bytes, as: UTF8.self)
    }

    /// Appends bytes that are the same for values that Sigma calls equal: letters of either case are.
    func appendKey(to key: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count)) { key.append(contentsOf: $0) }
        guard kind != .fingerprint else { return key.append(contentsOf: bytes) }
        for byte in bytes { key.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) }
    }

    /// The value as a number; `nil` when it is none.
    var number: Double? {
        guard kind != .fingerprint, DecimalNumber(bytes.span.bytes) != nil else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Bytes that it takes in memory, roughly.
    var memoryBytes: Int { 48 + bytes.count }
}
