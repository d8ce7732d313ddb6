// Numbers and texts as bytes that are the same on every machine.

/// Appends numbers, in little-endian order, to bytes.
@frozen public struct ByteWriter {
    /// What was appended so far.
    public private(set) var bytes: [UInt8] = []

    /// A writer that has appended nothing.
    public init() {}

    /// Makes room for `count` bytes at once.
    public mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    /// Appends a number.
    @inlinable
    public mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { append(memory: $0) }
    }

    @usableFromInline
    mutating func append(memory: UnsafeRawBufferPointer) { bytes.append(contentsOf: memory) }

    /// Appends bytes as they are.
    public mutating func append(raw content: some Collection<UInt8>) { bytes.append(contentsOf: content) }

    /// Appends a flag in one byte.
    @inlinable
    public mutating func append(_ flag: Bool) { append(flag ? 1 as UInt8 : 0) }

    /// Appends bytes behind their number.
    public mutating func append(counted content: some Collection<UInt8>) {
        append(UInt32(content.count))
        bytes.append(contentsOf: content)
    }
}

/// Takes from bytes what ``ByteWriter`` has appended; behind their end there are only zeros.
@frozen public struct ByteReader {
    @usableFromInline
    let bytes: [UInt8]
    @usableFromInline
    var position = 0

    /// A reader of `bytes` from their beginning.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether just as many bytes were taken as there are.
    public var isAtEnd: Bool { position == bytes.count }
    /// Whether more bytes were taken than there are.
    public var isBeyondEnd: Bool { position > bytes.count }
    /// Bytes that were not taken yet.
    public var rest: Int { max(0, bytes.count - position) }

    /// The next number.
    @inlinable
    public mutating func next<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number {
        let size = MemoryLayout<Number>.size
        let start = position
        position += size
        guard position <= bytes.count else { return 0 }
        return bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Number.self)) }
    }

    /// The next flag.
    @inlinable
    public mutating func nextFlag() -> Bool { next(UInt8.self) != 0 }

    /// The next `count` bytes, or as many as there are.
    public mutating func next(count: Int) -> ArraySlice<UInt8> {
        let start = min(position, bytes.count)
        let (end, overflow) = position.addingReportingOverflow(max(0, count))
        position = overflow ? .max : end
        return bytes[start..<min(max(start, position), bytes.count)]
    }

    /// The next bytes that were appended behind their number.
    public mutating func nextCounted() -> [UInt8] {
        let count = Int(next(UInt32.self))
        return Array(next(count: count))
    }

    /// The next number of things, each of which takes `size` bytes or more; no more than there can be.
    public mutating func nextCount(of size: Int) -> Int { min(Int(next(UInt32.self)), rest / max(size, 1) + 1) }
}
