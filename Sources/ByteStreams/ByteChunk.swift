// Consecutive bytes of an input, cut anywhere.

public import FieldRows

/// Bytes for whoever finds other things in them than lines.
public struct ByteChunk: Sendable {
    /// The block, from ``start`` on.
    public let block: ByteBlock
    /// First byte in the block.
    public let start: Int
    /// Offset of that byte in the decompressed input.
    public let byteOffset: Int64
    /// CRC-64 of all bytes of the input before it, as in ``ContentIdentity``.
    public let crc64: UInt64

    /// CRC-64 of all bytes of the input before the one at `index` of the block.
    public func crc64(before index: Int) -> UInt64 {
        let block = block
        return ContentIdentity.crc64(crc64, block.bytes.extracting(start..<index))
    }
}
