// Skips the header of a gzip member (RFC 1952 §2.3).

/// The header of a gzip member, read byte by byte.
///
/// The decompression library forgets the flags of a header that is split between two reads, so it gets none.
enum GzipHeader {
    /// Consumes the header; returns what is wrong with it, or `nil`.
    static func skip(_ source: ByteSource) -> String? {
        let truncated = GzipDecoder.truncated
        guard source.next() == 0x1F, source.next() == 0x8B else { return truncated }
        guard let method = source.next(), let flags = source.next() else { return truncated }
        // "CM = 8 denotes the "deflate" compression method"
        guard method == 8 else { return "corrupted gzip header: unknown compression method \(method)" }
        // "must give an error indication if any reserved bit is non-zero"
        guard flags & 0xE0 == 0 else { return "corrupted gzip header: reserved flags are set" }
        guard skip(6, source) else { return truncated }
        if flags & 4 != 0 {
            guard let low = source.next(), let high = source.next() else { return truncated }
            guard skip(Int(low) | Int(high) << 8, source) else { return truncated }
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            guard skipText(source) else { return truncated }
        }
        if flags & 2 != 0, !skip(2, source) { return truncated }
        return nil
    }

    private static func skip(_ count: Int, _ source: ByteSource) -> Bool {
        for _ in 0..<count where source.next() == nil { return false }
        return true
    }

    /// File name or comment, both "terminated by a zero byte".
    private static func skipText(_ source: ByteSource) -> Bool {
        while let byte = source.next() {
            if byte == 0 { return true }
        }
        return false
    }
}
