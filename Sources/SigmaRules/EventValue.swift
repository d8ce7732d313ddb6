// A value copied out of a row, because it has to outlive the batch the row is in.

public import FieldRows

/// The value of one field of one event, with a form in which equal values are equal bytes.
public struct EventValue: Sendable, Equatable {
    /// The type of the value.
    public let kind: FieldSlice.Kind
    /// Its bytes.
    public let bytes: [UInt8]

    /// The value that `slice` refers to; `nil` when it is missing or null.
    public init?(_ row: borrowing FieldRow, _ slice: FieldSlice) {
        guard slice.hasValue else { return nil }
        kind = slice.kind
        bytes = row.bytes(slice).array
    }

    /// A value of the type of `other` with `text` in its place.
    public init(_ text: String, inPlaceOf other: EventValue) {
        kind = other.kind
        bytes = Array(text.utf8)
    }

    /// The value as text for people; fingerprints in hexadecimal, ill-formed UTF-8 replaced.
    public var text: String {
        kind == .fingerprint ? String(hexadecimal: bytes) : String(decoding: bytes, as: UTF8.self)
    }

    /// Appends bytes that are the same for values that Sigma calls equal: letters of either case are.
    public func appendKey(to key: inout [UInt8]) {
        let folded = kind == .fingerprint ? bytes : foldedBytes
        folded.span.bytes.appendKey(isText: false, to: &key)
    }

    /// The bytes in lower case, code point by code point as in detections.
    private var foldedBytes: [UInt8] {
        guard bytes.contains(where: { $0 >= 0x80 }) else {
            return bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        }
        var folded: [UInt8] = []
        let span = bytes.span.bytes
        var index = 0
        while index < span.byteCount {
            let (value, length) = span.codePoint(at: index)
            if let scalar = Unicode.Scalar(foldedCase(value)) {
                folded += Array(String(scalar).utf8)
            } else {
                // Ill-formed UTF-8 is equal only to itself.
                folded += bytes[index..<index + length]
            }
            index += length
        }
        return folded
    }

    /// The value as a number; `nil` when it is none.
    var number: Double? {
        guard kind != .fingerprint, DecimalNumber(bytes.span.bytes) != nil else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Appends the value so that ``init(from:)`` can take it back.
    func store(to bytes: inout ByteWriter) {
        bytes.append(kind.rawValue)
        bytes.append(counted: self.bytes)
    }

    /// Takes back a value; `nil` if it is none.
    init?(from bytes: inout ByteReader) {
        guard let kind = FieldSlice.Kind(rawValue: bytes.next()) else { return nil }
        self.kind = kind
        self.bytes = bytes.nextCounted()
    }

    /// Bytes that it takes in memory, roughly.
    var memoryBytes: Int { 48 + bytes.count }
}

extension RawSpan {
    /// Whether all bytes are ASCII.
    var isASCII: Bool {
        var bits: UInt64 = 0
        var index = 0
        while index &+ 8 <= byteCount {
            bits |= word(at: index)
            index &+= 8
        }
        return (bits | partialWord(at: index, count: byteCount &- index)) & 0x8080_8080_8080_8080 == 0
    }

    /// Appends the number of bytes and the bytes, those of ASCII text in lower case.
    func appendKey(isText: Bool, to key: inout [UInt8]) {
        let count = UInt32(truncatingIfNeeded: byteCount)
        for shift in [UInt32(0), 8, 16, 24] { key.append(UInt8(truncatingIfNeeded: count >> shift)) }
        for index in 0..<byteCount {
            let byte = byte(at: index)
            key.append(isText && byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
    }
}
