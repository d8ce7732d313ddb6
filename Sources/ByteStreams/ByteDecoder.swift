// Turns the bytes of an input into decompressed bytes, step by step.

/// What one step of decoding came to.
enum DecodeStep {
    /// So many bytes were written, at least one.
    case bytes(Int)
    /// The input is complete.
    case end
    /// The input makes no sense from here on, for the given reason.
    case damage(String)
    /// The machine could not go on.
    case failure(InputError)
}

/// Decompresses one input; after a step without bytes it is not asked again.
protocol ByteDecoder: AnyObject {
    /// Writes decompressed bytes to the beginning of `output`, which is not empty.
    func decode(from source: ByteSource, into output: UnsafeMutableRawBufferPointer) -> DecodeStep
}

extension Compression {
    /// A decoder for the format; `path` is for errors.
    func decoder(_ limits: InputLimits, path: String) throws(InputError) -> any ByteDecoder {
        switch self {
        case .zstd: try ZstdDecoder(windowLogMax: limits.zstdWindowLogMax, path: path)
        case .gzip: GzipDecoder()
        case .plain: PlainDecoder()
        }
    }
}

/// Passes bytes on as they are.
final class PlainDecoder: ByteDecoder {
    func decode(from source: ByteSource, into output: UnsafeMutableRawBufferPointer) -> DecodeStep {
        let count = source.read(into: output)
        if count > 0 { return .bytes(count) }
        return source.failure.map { .damage($0) } ?? .end
    }
}
