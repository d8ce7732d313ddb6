// What an input is, whatever it is called and however it is compressed.

import CIsal
import FieldRows

/// The content of an input as far as it was read.
///
/// Computed over the text that is delivered, so that a file, its gzip and its zstd copy are equal.
public struct ContentIdentity: Sendable, Hashable {
    /// Number of bytes kept of the beginning.
    public static let headBytesMax = 65_536

    /// The first bytes, up to ``headBytesMax``.
    public private(set) var headBytes: [UInt8] = []
    /// Number of bytes.
    public private(set) var byteCount: Int64 = 0
    /// CRC-64 of all bytes (ECMA-182, reflected; also known as CRC-64/XZ).
    public private(set) var crc64: UInt64 = 0

    /// The identity of nothing.
    public init() {}

    /// Goes on with `bytes`.
    mutating func add(_ bytes: RawSpan) {
        if headBytes.count < Self.headBytesMax {
            let part = bytes.extracting(first: min(bytes.byteCount, Self.headBytesMax - headBytes.count))
            part.withUnsafeBytes { headBytes.append(contentsOf: $0) }
        }
        byteCount += Int64(bytes.byteCount)
        crc64 = Self.crc64(crc64, bytes)
    }

    /// The checksum `crc64` gone on with `bytes`.
    static func crc64(_ crc64: UInt64, _ bytes: RawSpan) -> UInt64 {
        bytes.withUnsafeBytes { buffer in
            guard let first = buffer.bindMemory(to: UInt8.self).baseAddress else { return crc64 }
            return crc64_ecma_refl(crc64, first, UInt64(buffer.count))
        }
    }
}

/// The beginning of an input that was read over.
public struct SkippedPrefix: Sendable, Hashable {
    /// Number of bytes.
    public var byteCount: Int64
    /// CRC-64 of the bytes, as in ``ContentIdentity``.
    public var crc64: UInt64
    /// Number of line feeds.
    public var lineCount: Int64

    /// A prefix with what was counted over it.
    public init(byteCount: Int64, crc64: UInt64, lineCount: Int64) {
        self.byteCount = byteCount
        self.crc64 = crc64
        self.lineCount = lineCount
    }
}
