// Makes zstd frames and gzip members for tests.

import CIsal
import CZstd

/// Compressed bytes.
public enum CompressedFixture {
    /// One zstd frame; with a window the frame does not declare its length.
    public static func zstd(
        _ bytes: [UInt8],
        checksum: Bool = false,
        windowLog: Int32? = nil,
        level: Int32 = 3
    ) -> [UInt8] {
        guard let context = ZSTD_createCCtx() else { fatalError("no compressor") }
        defer { _ = ZSTD_freeCCtx(context) }
        _ = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        _ = ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum ? 1 : 0)
        if let windowLog {
            _ = ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog)
            _ = ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
        }
        return [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count) + 64) { output, count in
            bytes.withUnsafeBytes { source in
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                var written = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                // First everything without an end, so that the compressor does not know the length in advance.
                if windowLog != nil { _ = ZSTD_compressStream2(context, &written, &input, ZSTD_e_continue) }
                let result = ZSTD_compressStream2(context, &written, &input, ZSTD_e_end)
                precondition(result == 0, "the frame did not fit")
                count = written.pos
            }
        }
    }

    /// A frame that decoders pass over (RFC 8878 §3.1.2).
    public static func skippable(_ content: [UInt8], kind: UInt8 = 0) -> [UInt8] {
        [0x50 + kind, 0x2A, 0x4D, 0x18] + littleEndian(UInt32(content.count)) + content
    }

    /// One gzip member with a plain header.
    public static func gzip(_ bytes: [UInt8]) -> [UInt8] {
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

    /// One gzip member with an extra field, a name, a comment and a header checksum of zero.
    public static func gzipWithLongHeader(_ bytes: [UInt8], extra: Int = 5) -> [UInt8] {
        var header: [UInt8] = [0x1F, 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3]
        header += [UInt8(extra & 255), UInt8(extra >> 8)] + [UInt8](repeating: 7, count: extra)
        header += Array("name.log".utf8) + [0] + Array("a comment".utf8) + [0, 0, 0]
        return header + gzip(bytes).dropFirst(10)
    }

    /// One gzip member that stores its content, up to 65,535 bytes a block, as it is.
    public static func gzipStored(_ bytes: [UInt8]) -> [UInt8] {
        var member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            let count = UInt16(block.count)
            member += [rest.isEmpty ? 1 : 0, UInt8(count & 255), UInt8(count >> 8)]
            member += [UInt8(~count & 255), UInt8(~count >> 8)] + block
        } while !rest.isEmpty
        return member + gzip(bytes).suffix(8)
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
