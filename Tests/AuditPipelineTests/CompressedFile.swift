// Makes zstd frames and gzip members for tests.

import CIsal
import CZstd

/// Compressed bytes.
enum CompressedFile {
    /// One zstd frame per part.
    static func zstd(_ parts: [[UInt8]]) -> [UInt8] {
        parts.flatMap { part in
            [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(part.count)) { output, count in
                count = part.withUnsafeBytes { input in
                    ZSTD_compress(output.baseAddress, output.count, input.baseAddress, input.count, 3)
                }
                precondition(ZSTD_isError(count) == 0, "the frame did not fit")
            }
        }
    }

    /// One gzip member per part.
    static func gzip(_ parts: [[UInt8]]) -> [UInt8] { parts.flatMap(member) }

    private static func member(_ bytes: [UInt8]) -> [UInt8] {
        let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
        defer { stream.deallocate() }
        isal_deflate_init(stream)
        stream.pointee.gzip_flag = UInt16(IGZIP_GZIP)
        stream.pointee.end_of_stream = 1
        var source = bytes
        return [UInt8](unsafeUninitializedCapacity: bytes.count * 2 + 1024) { output, count in
            source.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                precondition(isal_deflate(stream) == COMP_OK, "the member did not fit")
                count = Int(stream.pointee.total_out)
            }
        }
    }
}
