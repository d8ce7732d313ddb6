// Where an input stopped making sense.

/// The end of what could be read of a damaged input; everything before was delivered.
public struct InputDamage: Hashable, Sendable, CustomStringConvertible {
    /// Why, such as `truncated: the file ends inside a gzip member`.
    public var reason: String
    /// Bytes of the file that had been taken when the damage was noticed.
    public var compressedOffset: Int64
    /// Bytes of text that were delivered before it.
    public var decompressedOffset: Int64

    /// Damage with its reason and place.
    public init(reason: String, compressedOffset: Int64, decompressedOffset: Int64) {
        self.reason = reason
        self.compressedOffset = compressedOffset
        self.decompressedOffset = decompressedOffset
    }

    /// The reason with both places.
    public var description: String {
        "\(reason) (at byte \(compressedOffset) of the file, after \(decompressedOffset) bytes of text)"
    }
}
