// How records look as bytes in a database: the same on every machine.

import FieldRows

/// A value that is kept as a fixed number of bytes, numbers in little-endian order.
protocol StoredBytes {
    /// How many bytes it takes.
    static var byteCount: Int { get }
    /// Appends the value.
    func store(to bytes: inout ByteWriter)
    /// Reads the value; any bytes make one.
    init(from bytes: inout ByteReader)
}
