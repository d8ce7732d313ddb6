// Many lines handed on at once; the unit that crosses rooms.

public import FieldRows

/// Where a line lies in its block, without its line end.
@frozen public struct LineRange: BitwiseCopyable, Sendable, Hashable {
    /// First byte in the block.
    public var start: UInt32
    /// Number of bytes; zero for an empty line.
    public var count: UInt32

    /// A line of `count` bytes at `start`.
    @inlinable
    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }
}

/// A line that was too long to be kept.
public struct OverlongLine: Sendable, Hashable {
    /// Line number in the decompressed input, from 1.
    public var lineNumber: Int64
    /// Offset of the line's first byte in the decompressed input.
    public var byteOffset: Int64
    /// Number of bytes without the line end.
    public var byteCount: Int64

    /// A line with its place and length.
    public init(lineNumber: Int64, byteOffset: Int64, byteCount: Int64) {
        self.lineNumber = lineNumber
        self.byteOffset = byteOffset
        self.byteCount = byteCount
    }
}

/// Consecutive lines and the block their bytes are in.
public struct LineBatch: Sendable {
    /// The bytes; not only of these lines, and only until the block is recycled.
    public let block: ByteBlock
    /// The lines, numbered without a gap; may be empty when there are overlong ones.
    public let lines: [LineRange]
    /// Number of the first line in the decompressed input, from 1.
    public let firstLineNumber: Int64
    /// Offset of the block's first byte in the decompressed input.
    public let firstByteOffset: Int64
    /// Lines that were skipped as too long; each stands before or behind all of ``lines``.
    public let overlong: [OverlongLine]
    /// Offset in the decompressed input behind the last of all these lines and its line end.
    public let endOffset: Int64
    /// CRC-64 of all bytes of the input before ``endOffset``, as in ``ContentIdentity``.
    public let endCRC64: UInt64
    /// Whether the last line ends with the input and not with a line feed: it may still grow, or have been cut off.
    public let lastLineIsUnterminated: Bool

    /// Number of the line at `index`.
    @inlinable
    public func lineNumber(_ index: Int) -> Int64 { firstLineNumber + Int64(index) }

    /// Offset of the first byte of the line at `index` in the decompressed input.
    @inlinable
    public func byteOffset(_ index: Int) -> Int64 { firstByteOffset + Int64(lines[index].start) }

    init(
        block: ByteBlock,
        lines: [LineRange],
        firstLineNumber: Int64,
        firstByteOffset: Int64,
        overlong: [OverlongLine],
        endOffset: Int64,
        endCRC64: UInt64,
        lastLineIsUnterminated: Bool
    ) {
        self.block = block
        self.lines = lines
        self.firstLineNumber = firstLineNumber
        self.firstByteOffset = firstByteOffset
        self.overlong = overlong
        self.endOffset = endOffset
        self.endCRC64 = endCRC64
        self.lastLineIsUnterminated = lastLineIsUnterminated
    }

    /// Lines of other making: records that were taken out of an input's lines.
    public init(
        records block: ByteBlock,
        lines: [LineRange],
        overlong: [OverlongLine] = [],
        firstByteOffset: Int64 = 0,
        endOffset: Int64,
        endCRC64: UInt64,
        lastLineIsUnterminated: Bool = false
    ) {
        self.block = block
        self.lines = lines
        firstLineNumber = 1
        self.firstByteOffset = firstByteOffset
        self.overlong = overlong
        self.endOffset = endOffset
        self.endCRC64 = endCRC64
        self.lastLineIsUnterminated = lastLineIsUnterminated
    }

    /// All lines, the overlong ones included.
    @inlinable
    public var lineCount: Int64 { Int64(lines.count + overlong.count) }
}
