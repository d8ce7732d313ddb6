// The decompressed text of an input as UTF-8 without byte order mark.

import FieldRows

/// Reads, decompresses and, where needed, transcodes one input.
final class TextStream {
    private static let stageBytes = 64 << 10

    /// How the input is compressed.
    let compression: Compression
    /// How its text is encoded.
    let encoding: TextEncoding

    private let source: ByteSource
    private let decoder: any ByteDecoder
    /// Text that was read to find the byte order mark and is still to be delivered.
    private var head: [UInt8]
    private var transcoder: UTF16Transcoder?
    /// Decompressed bytes that wait to be transcoded, from ``staged`` on.
    private let stage: ByteBlock
    private var staged = 0
    /// The step that ended the input.
    private var ending: DecodeStep?

    /// Opens the input and looks at its first bytes.
    init(_ file: InputFile, limits: InputLimits) throws(InputError) {
        source = try ByteSource(file)
        _ = source.fill(4)
        let magic = RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: source.available.prefix(4)))
        compression = Compression(head: magic)
        decoder = try compression.decoder(limits, path: file.path)
        (head, ending) = Self.readHead(source, decoder)
        let (encoding, markBytes) = TextEncoding.announced(by: head)
        self.encoding = encoding
        head.removeFirst(markBytes)
        stage = ByteBlock(capacity: encoding == .utf8 ? 0 : Self.stageBytes)
        guard encoding != .utf8 else { return }
        transcoder = UTF16Transcoder(isBigEndian: encoding == .utf16BigEndian)
        stage.append(head.span.bytes)
        head = []
    }

    /// The least room in a block with which ``read(into:)`` makes progress.
    var roomMin: Int { transcoder == nil ? 1 : UTF16Transcoder.roomMin }

    /// Number of bytes of the file that were consumed.
    var compressedOffset: Int64 { source.offset }

    /// Appends text to `block`, which has room for ``roomMin`` bytes or more.
    func read(into block: ByteBlock) -> DecodeStep {
        if transcoder != nil { return transcode(into: block) }
        guard head.isEmpty else { return deliverHead(into: block) }
        return decode(into: block)
    }

    private func deliverHead(into block: ByteBlock) -> DecodeStep {
        let count = min(head.count, block.capacity - block.count)
        block.append(head.span.bytes.extracting(first: count))
        head.removeFirst(count)
        return .bytes(count)
    }

    private func transcode(into block: ByteBlock) -> DecodeStep {
        while true {
            while staged == stage.count {
                staged = 0
                stage.truncate(to: 0)
                guard case .bytes = decode(into: stage) else { return finishTranscoding(into: block) }
            }
            var written = 0
            let stage = stage
            let waiting = stage.bytes.extracting(droppingFirst: staged)
            block.append { output in
                let step = transcoder?.transcode(waiting, into: output) ?? (consumed: 0, written: 0)
                staged += step.consumed
                written = step.written
                return written
            }
            if written > 0 { return .bytes(written) }
        }
    }

    private func finishTranscoding(into block: ByteBlock) -> DecodeStep {
        var written = 0
        block.append { output in
            written = transcoder?.finish(into: output) ?? 0
            return written
        }
        return written > 0 ? .bytes(written) : ending ?? .end
    }

    private func decode(into block: ByteBlock) -> DecodeStep {
        if let ending { return ending }
        var step = DecodeStep.end
        block.append { output in
            step = decoder.decode(from: source, into: output)
            guard case .bytes(let count) = step else { return 0 }
            return count
        }
        if case .bytes = step { return step }
        ending = step
        return step
    }

    /// The first three bytes of text, or fewer with the step that ended the input.
    private static func readHead(_ source: ByteSource, _ decoder: any ByteDecoder) -> ([UInt8], DecodeStep?) {
        var head: [UInt8] = []
        while head.count < 3 {
            var ending: DecodeStep?
            let part = [UInt8](unsafeUninitializedCapacity: 3 - head.count) { buffer, count in
                let step = decoder.decode(from: source, into: UnsafeMutableRawBufferPointer(buffer))
                if case .bytes(let written) = step { count = written } else { ending = step }
            }
            head += part
            if let ending { return (head, ending) }
        }
        return (head, nil)
    }
}
