// Turns zstd frames into plain bytes (RFC 8878).

import CZstd
import FieldRows

/// Decompresses a sequence of zstd frames, skippable ones among them.
final class ZstdDecoder: ByteDecoder {
    private let context: OpaquePointer
    private let windowLogMax: Int
    private let path: String
    private var isInFrame = false
    /// Whether the last step filled its output, so that more may be waiting inside the decoder.
    private var mayHoldOutput = false
    /// How many bytes the decoder asked for.
    private var nextInputBytes = 0

    /// A decoder that refuses windows of more than 2^`windowLogMax` bytes.
    init(windowLogMax: Int, path: String) throws(InputError) {
        guard let context = ZSTD_createDCtx() else { throw Self.outOfMemory(path) }
        self.context = context
        self.windowLogMax = windowLogMax
        self.path = path
        _ = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowLogMax))
    }

    deinit { _ = ZSTD_freeDCtx(context) }

    func decode(from source: ByteSource, into output: UnsafeMutableRawBufferPointer) -> DecodeStep {
        while true {
            if !isInFrame {
                if let step = beginFrame(source) { return step }
            } else if !mayHoldOutput, !source.fill(1) {
                return .damage(source.failure ?? "truncated: the file ends inside a zstd frame")
            }
            let offered = source.available
            var input = ZSTD_inBuffer(src: offered.baseAddress, size: min(offered.count, inputBytesMax), pos: 0)
            var written = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
            let result = ZSTD_decompressStream(context, &written, &input)
            if ZSTD_isError(result) != 0 { return failed(result) }
            source.consume(input.pos)
            isInFrame = result != 0
            nextInputBytes = result
            let heldOutput = mayHoldOutput
            mayHoldOutput = written.pos == written.size
            if written.pos > 0 { return .bytes(written.pos) }
            if input.pos == 0, !heldOutput, isInFrame { return .damage("corrupted zstd frame: no progress") }
        }
    }

    /// Looks whether a frame follows; returns the final step if none does.
    private func beginFrame(_ source: ByteSource) -> DecodeStep? {
        let isComplete = source.fill(4)
        let head = source.available
        if head.isEmpty { return source.failure.map { .damage($0) } ?? .end }
        guard ZstdMagic.isFrame(RawSpan(_unsafeBytes: head)) else {
            return .damage("unexpected bytes after the last zstd frame")
        }
        guard isComplete else { return .damage(source.failure ?? "truncated: the file ends inside a zstd frame") }
        isInFrame = true
        nextInputBytes = 5
        return nil
    }

    /// How much input the decoder gets at once, so that a step decodes either a block or the header that follows it.
    ///
    /// libzstd does not say how much it wrote before it failed; this way it wrote nothing, and what came before has
    /// been delivered. It asks for a block together with the next block's header, which are three bytes.
    private var inputBytesMax: Int {
        if mayHoldOutput { return 0 }
        return nextInputBytes > 3 ? nextInputBytes - 3 : nextInputBytes
    }

    private func failed(_ result: Int) -> DecodeStep {
        // zstd_errors.h, whose numbers are stable: ZSTD_error_frameParameter_windowTooLarge, _memory_allocation.
        switch 0 &- result {
        case 16: return .damage("zstd window above the limit of \(1 << windowLogMax) bytes (2^\(windowLogMax))")
        case 64: return .failure(Self.outOfMemory(path))
        default: return .damage("corrupted zstd frame: \(String(cString: ZSTD_getErrorName(result)))")
        }
    }

    private static func outOfMemory(_ path: String) -> InputError {
        InputError("cannot decompress: out of memory", where: path, hint: "lower the limit of the zstd window")
    }
}
