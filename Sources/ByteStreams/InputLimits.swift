// The bounds of trust: longest line, largest window, size of a block.

/// What reading one input may cost in memory, whatever the input says.
public struct InputLimits: Sendable, Hashable {
    /// Longest line in bytes, without its line end; longer ones are reported and skipped.
    public var lineBytesMax: Int { didSet { lineBytesMax = Self.clamp(lineBytesMax, 1, Self.blockBytesMax - 1) } }
    /// Base-2 logarithm of the largest zstd window in bytes.
    public var zstdWindowLogMax: Int { didSet { zstdWindowLogMax = Self.clamp(zstdWindowLogMax, 10, 31) } }
    /// Size of a block of decompressed bytes; 1 MiB fits the cache and was fastest.
    public var blockBytes: Int { didSet { blockBytes = Self.clamp(blockBytes, 16, Self.blockBytesMax) } }

    /// Largest block (256 MiB), so that offsets and counts fit the slices made of it.
    public static let blockBytesMax = 1 << 28

    /// The given limits, brought into the range that is possible.
    public init(lineBytesMax: Int = 1 << 20, zstdWindowLogMax: Int = 27, blockBytes: Int = 1 << 20) {
        self.lineBytesMax = Self.clamp(lineBytesMax, 1, Self.blockBytesMax - 1)
        self.zstdWindowLogMax = Self.clamp(zstdWindowLogMax, 10, 31)
        self.blockBytes = Self.clamp(blockBytes, 16, Self.blockBytesMax)
    }

    private static func clamp(_ value: Int, _ low: Int, _ high: Int) -> Int { min(max(value, low), high) }
}
