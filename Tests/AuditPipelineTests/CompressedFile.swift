// Files of several zstd frames or gzip members for tests.

import TestMaterial

/// Compressed bytes, part by part.
enum CompressedFile {
    /// One zstd frame per part.
    static func zstd(_ parts: [[UInt8]]) -> [UInt8] { parts.flatMap { CompressedFixture.zstd($0) } }

    /// One gzip member per part.
    static func gzip(_ parts: [[UInt8]]) -> [UInt8] { parts.flatMap(CompressedFixture.gzip) }
}
