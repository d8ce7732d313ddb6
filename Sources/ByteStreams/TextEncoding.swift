// Tells UTF-8 from UTF-16 by the byte order mark.

/// How the text of an input is encoded; lines are always delivered as UTF-8.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// UTF-8, with or without a byte order mark.
    case utf8 = "UTF-8"
    /// UTF-16 with the byte order mark `FF FE`, as Windows tools write it.
    case utf16LittleEndian = "UTF-16LE"
    /// UTF-16 with the byte order mark `FE FF`.
    case utf16BigEndian = "UTF-16BE"

    /// The encoding's registered name.
    public var description: String { rawValue }

    /// The encoding that the first three bytes of the text announce, and how many of them are the mark.
    static func announced(by head: [UInt8]) -> (encoding: TextEncoding, markBytes: Int) {
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if head.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if head.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        return (.utf8, 0)
    }
}
