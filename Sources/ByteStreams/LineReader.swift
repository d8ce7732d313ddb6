// Reads one input from its first byte to its last line.

public import FieldRows

/// The lines of one input, in batches.
///
/// What cannot be read ends the lines and is kept in ``damage``: an input is complete or damaged, nothing between.
public struct LineReader: ~Copyable, @unchecked Sendable {
    // Sendable by hand-over: everything it refers to is its own.

    private static let spareBlocksMax = 4

    /// The input.
    public let file: InputFile
    /// Where and why the input stopped making sense; known once ``next()`` has returned `nil`.
    public private(set) var damage: InputDamage?
    /// The content delivered so far, all of it once ``next()`` has returned `nil`.
    public private(set) var identity = ContentIdentity()

    /// What reading may cost.
    public let limits: InputLimits
    private let stream: TextStream
    private var splitter: LineSplitter
    private var block: ByteBlock
    /// Offset of the block's first byte in the decompressed input.
    private var blockOffset: Int64 = 0
    /// Bytes of the block that ``identity`` covers.
    private var identified = 0
    private var streamHasEnded = false
    private var isFinished = false
    private var linesExpected = 0
    private var spareBlocks: [ByteBlock] = []

    /// Opens the input and reads its first bytes.
    public init(_ file: InputFile, limits: InputLimits = InputLimits()) throws(InputError) {
        self.file = file
        self.limits = limits
        stream = try TextStream(file, limits: limits)
        splitter = LineSplitter(lineBytesMax: limits.lineBytesMax)
        block = ByteBlock(capacity: limits.blockBytes)
    }

    /// How the input is compressed.
    public var compression: Compression { stream.compression }

    /// How its text is encoded.
    public var encoding: TextEncoding { stream.encoding }

    /// The next lines, or `nil` at the end of the input or of what could be read of it.
    ///
    /// Throws when the machine, not the input, is at fault.
    public mutating func next() throws(InputError) -> LineBatch? {
        guard !isFinished else { return nil }
        var draft = LineDraft(firstLineNumber: splitter.lineNumber)
        draft.lines.reserveCapacity(linesExpected)
        while true {
            let current = block
            if splitter.split(current.bytes, offset: blockOffset, into: &draft) { return handOnCopy(draft) }
            if !draft.isEmpty { return handOn(draft) }
            if streamHasEnded {
                // A last line without a line end comes alone, so that what is before it can be told from it.
                isFinished = true
                splitter.finish(current.bytes, offset: blockOffset, into: &draft)
                guard draft.isEmpty else { return handOn(draft) }
                identify(to: current.count)
                return nil
            }
            makeRoom()
            try fill()
        }
    }

    /// Reads over exactly `byteCount` bytes; `nil` when the input is shorter.
    ///
    /// Only possible before the first ``next()``, which then goes on behind them. After `nil` there is nothing left to
    /// read: open the input again to read what it has.
    public mutating func skip(byteCount: Int64) throws(InputError) -> SkippedPrefix? {
        precondition(identity.byteCount == 0 && block.count == 0 && !isFinished, "skip comes before the first line")
        var lineCount: Int64 = 0
        var endsLine = true
        while true {
            let part = Int(min(byteCount - identity.byteCount, Int64(block.count)))
            let current = block
            if part > 0 { endsLine = current.bytes.byte(at: part - 1) == UInt8(ascii: "\n") }
            lineCount += LineSplitter.lineFeeds(in: current.bytes.extracting(first: part))
            identify(to: part)
            if identity.byteCount == byteCount {
                splitter.resume(at: part, lineNumber: lineCount + 1, isRest: byteCount > 0 && !endsLine)
                return SkippedPrefix(byteCount: byteCount, crc64: identity.crc64, lineCount: lineCount)
            }
            if streamHasEnded {
                isFinished = true
                return nil
            }
            emptyBlock()
            try fill()
        }
    }

    /// The first bytes of the text, at most a block of them, without taking them away.
    ///
    /// Only possible before the first ``next()`` or ``nextChunk()``.
    public mutating func beginning() throws(InputError) -> ByteBlock {
        precondition(identity.byteCount == 0 && !isFinished, "the beginning was already read")
        try fill()
        let current = block
        let copy = ByteBlock(capacity: current.count)
        copy.append(current.bytes)
        return copy
    }

    /// The next bytes whatever lines they are, or `nil` at the end of what could be read; not to be mixed with
    /// ``next()``.
    public mutating func nextChunk() throws(InputError) -> ByteChunk? {
        guard !isFinished else { return nil }
        try fill()
        let current = block
        guard current.count > identified else {
            isFinished = true
            return nil
        }
        let (start, crc64) = (identified, identity.crc64)
        identify(to: current.count)
        let chunk = ByteChunk(block: current, start: start, byteOffset: blockOffset + Int64(start), crc64: crc64)
        blockOffset += Int64(current.count)
        block = spareBlocks.popLast() ?? ByteBlock(capacity: limits.blockBytes)
        identified = 0
        splitter.continueInBlock(carried: 0)
        return chunk
    }

    /// Takes back the block of a batch that nobody reads any more.
    public mutating func recycle(_ block: ByteBlock) {
        guard spareBlocks.count < Self.spareBlocksMax, block.capacity >= limits.blockBytes else { return }
        block.truncate(to: 0)
        spareBlocks.append(block)
    }

    // MARK: - Filling

    private mutating func fill() throws(InputError) {
        while !streamHasEnded, block.capacity - block.count >= stream.roomMin {
            switch stream.read(into: block) {
            case .bytes: continue
            case .end: break
            case .damage(let reason):
                damage = InputDamage(
                    reason: reason,
                    compressedOffset: stream.compressedOffset,
                    decompressedOffset: blockOffset + Int64(block.count)
                )
            case .failure(let error): throw error
            }
            streamHasEnded = true
        }
    }

    /// Makes room behind a line that is not finished yet; lines before it have been handed on.
    private mutating func makeRoom() {
        let current = block
        if splitter.isDropping || splitter.isTooLong(current.count - splitter.start) {
            splitter.drop(current.bytes, offset: blockOffset)
            identify(to: current.count)
            emptyBlock()
        } else if splitter.start > 0 {
            identify(to: splitter.start)
            carryRest()
            recycle(current)
        } else if current.capacity - current.count < stream.roomMin {
            current.reserve(current.count + stream.roomMin)
        }
    }

    private mutating func emptyBlock() {
        blockOffset += Int64(block.count)
        block.truncate(to: 0)
        identified = 0
        splitter.continueInBlock(carried: 0)
    }

    /// Puts the line that is not finished yet at the beginning of another block.
    private mutating func carryRest() {
        let current = block
        let fresh = spareBlocks.popLast() ?? ByteBlock(capacity: limits.blockBytes)
        fresh.append(current.bytes.extracting(droppingFirst: splitter.start))
        blockOffset += Int64(splitter.start)
        block = fresh
        identified = 0
        splitter.continueInBlock(carried: fresh.count)
    }

    // MARK: - Handing on

    private mutating func handOn(_ draft: LineDraft) -> LineBatch {
        let current = block
        identify(to: splitter.start)
        let batch = batch(draft, current, offset: blockOffset)
        let rest = current.count - splitter.start
        if splitter.isTooLong(rest) {
            // Dropped here, so that a block never has to be carried whole.
            splitter.drop(current.bytes, offset: blockOffset)
            identify(to: current.count)
            blockOffset += Int64(current.count)
            block = spareBlocks.popLast() ?? ByteBlock(capacity: limits.blockBytes)
            identified = 0
            splitter.continueInBlock(carried: 0)
        } else {
            carryRest()
        }
        return batch
    }

    /// Hands on lines that stand before an overlong one, while the block still holds what follows it.
    ///
    /// Copies the lines and not the rest, so that each byte is copied once at most however many overlong lines a
    /// block has.
    private mutating func handOnCopy(_ draft: LineDraft) -> LineBatch {
        let current = block
        let first = identified
        var copied = draft
        let end = draft.lines.last.map { Int($0.start) + Int($0.count) } ?? first
        for index in copied.lines.indices { copied.lines[index].start -= UInt32(truncatingIfNeeded: first) }
        let fresh = spareBlocks.popLast() ?? ByteBlock(capacity: limits.blockBytes)
        fresh.append(current.bytes.extracting(first..<end))
        identify(to: splitter.start)
        return batch(copied, fresh, offset: blockOffset + Int64(first))
    }

    private mutating func batch(_ draft: LineDraft, _ block: ByteBlock, offset: Int64) -> LineBatch {
        linesExpected = draft.lines.count + draft.lines.count / 8
        return LineBatch(
            block: block,
            lines: draft.lines,
            firstLineNumber: draft.firstLineNumber,
            firstByteOffset: offset,
            overlong: draft.overlong,
            endOffset: identity.byteCount,
            endCRC64: identity.crc64,
            lastLineIsUnterminated: draft.lastLineIsUnterminated
        )
    }

    /// Lets ``identity`` cover the block up to `end`.
    private mutating func identify(to end: Int) {
        let current = block
        identity.add(current.bytes.extracting(identified..<end))
        identified = end
    }
}
