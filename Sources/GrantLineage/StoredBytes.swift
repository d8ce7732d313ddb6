// How records look as bytes in a database: the same on every machine.

/// A value that is kept as a fixed number of bytes, numbers in little-endian order.
protocol StoredBytes {
    /// How many bytes it takes.
    static var byteCount: Int { get }
    /// Appends the value.
    func store(to bytes: inout ByteWriter)
    /// Reads the value; any bytes make one.
    init(from bytes: inout ByteReader)
}

/// Appends numbers to bytes.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    @inline(__always)
    mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ flag: Bool) { append(flag ? 1 as UInt8 : 0) }
}

/// Takes numbers from bytes; behind their end there are only zeros.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether just as many bytes were taken as there are.
    var isAtEnd: Bool { position == bytes.count }
    /// Bytes that were not taken yet.
    var rest: Int { max(0, bytes.count - position) }

    @inline(__always)
    mutating func next<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number {
        let size = MemoryLayout<Number>.size
        let start = position
        position += size
        guard position <= bytes.count else { return 0 }
        return bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Number.self)) }
    }

    mutating func nextFlag() -> Bool { next(UInt8.self) != 0 }

    /// The next `count` bytes, or as many as there are.
    mutating func next(count: Int) -> ArraySlice<UInt8> {
        let start = min(position, bytes.count)
        position += count
        return bytes[start..<min(max(start, position), bytes.count)]
    }
}
