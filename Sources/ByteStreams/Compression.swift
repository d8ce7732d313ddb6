// Tells zstd and gzip from plain text by the first bytes, not by the file name.

import FieldRows

/// How an input is compressed.
public enum Compression: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Zstandard frames (RFC 8878).
    case zstd
    /// gzip members (RFC 1952).
    case gzip
    /// Not compressed.
    case plain

    /// The format's name.
    public var description: String { rawValue }

    /// The format that begins with `head`, the first four bytes of the input or all of a shorter one.
    ///
    /// An input of one byte is text: neither `(` nor a lone control character is worth a guess.
    init(head: RawSpan) {
        self =
            if head.byteCount >= 2, ZstdMagic.isFrame(head) {
                .zstd
            } else if head.byteCount >= 2, head.byte(at: 0) == 0x1F, head.byte(at: 1) == 0x8B {
                .gzip
            } else {
                .plain
            }
    }
}

/// The first four bytes of zstd frames.
enum ZstdMagic {
    /// Whether `head` begins a data frame or a skippable one; up to four bytes are looked at, fewer if it ends before.
    ///
    /// RFC 8878 §3.1.1: "Magic_Number: 4 bytes, little-endian format. Value: 0xFD2FB528"; §3.1.2: "0x184D2A5?, which
    /// means any value from 0x184D2A50 to 0x184D2A5F".
    static func isFrame(_ head: RawSpan) -> Bool {
        begins(head, 0x28, 0xFF, 0xB5, 0x2F, 0xFD) || begins(head, 0x50, 0xF0, 0x2A, 0x4D, 0x18)
    }

    private static func begins(
        _ head: RawSpan,
        _ first: UInt8,
        _ mask: UInt8,
        _ second: UInt8,
        _ third: UInt8,
        _ fourth: UInt8
    ) -> Bool {
        let count = head.byteCount
        return (count < 1 || head.byte(at: 0) & mask == first)
            && (count < 2 || head.byte(at: 1) == second)
            && (count < 3 || head.byte(at: 2) == third)
            && (count < 4 || head.byte(at: 3) == fourth)
    }
}
