// Reading bytes, words and text from a raw span, always bounds-checked.

import Glibc

extension RawSpan {
    /// The byte at `index`.
    @inlinable @inline(__always)
    public func byte(at index: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }

    /// Eight bytes from `index`, the first in the lowest place.
    @inlinable @inline(__always)
    public func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Whether both spans hold the same bytes.
    @inlinable
    public func equals(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        var index = 0
        while index &+ 8 <= byteCount {
            if word(at: index) != other.word(at: index) { return false }
            index &+= 8
        }
        // The last eight bytes once more, overlapping; only short values are compared byte by byte.
        if byteCount >= 8 { return word(at: byteCount &- 8) == other.word(at: byteCount &- 8) }
        while index < byteCount {
            if byte(at: index) != other.byte(at: index) { return false }
            index &+= 1
        }
        return true
    }

    /// Whether the span holds exactly the UTF-8 bytes of `text`.
    public func equals(_ text: StaticString) -> Bool {
        guard byteCount == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { literal in
            for index in 0..<literal.count where literal[index] != byte(at: index) { return false }
            return true
        }
    }

    /// Whether one of the bytes is `byte`.
    public func contains(_ byte: UInt8) -> Bool {
        withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            return memchr(base, Int32(byte), buffer.count) != nil
        }
    }

    /// Where `byte` stands first at or behind `start`.
    public func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        withUnsafeBytes { buffer in
            guard start < buffer.count, let base = buffer.baseAddress else { return nil }
            let found = memchr(base + start, Int32(byte), buffer.count - start)
            return found.map { UnsafeRawPointer($0) - base }
        }
    }

    /// The bytes as an array.
    public var array: [UInt8] {
        withUnsafeBytes { Array($0) }
    }
}

extension String {
    /// Text from bytes; ill-formed UTF-8 becomes U+FFFD.
    public init(decodingUTF8 span: RawSpan) {
        self = span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// Two lower-case hexadecimal digits per byte.
    public init(hexadecimal bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        self.init(decoding: text, as: UTF8.self)
    }
}
