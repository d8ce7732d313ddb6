// Reads the records of one input: its lines, or what is inside them.

import AuthEvents
public import ByteStreams
public import FieldRows

/// What stands around the records of an input, from the outside in.
public struct EnvelopeChain: Sendable {
    /// Whether the input is JSON documents, not lines.
    public var isDocument = false
    /// Envelopes around lines or around each other.
    public var envelopes: [CompiledEnvelope] = []
    /// Whether the innermost records are JSON documents that hold several.
    public var holdsDocuments = false
    /// A pattern for lines that belong to the record before them.
    public var continues: String?

    /// No envelope.
    public init() {}

    /// Whether lines are records as they are.
    public var isEmpty: Bool { !isDocument && envelopes.isEmpty && !holdsDocuments && continues == nil }

    /// The names of the envelopes, from the outside in.
    public var names: [String] {
        (isDocument ? ["json-documents"] : []) + envelopes.map(\.envelope.name)
            + (holdsDocuments ? ["json-documents"] : [])
    }

    fileprivate func layers(members: [String], time: TimeSettings, recordBytesMax: Int) -> [any RecordLayer] {
        var layers: [any RecordLayer] = envelopes.map {
            LineEnvelope($0, time: time, recordBytesMax: recordBytesMax)
        }
        if holdsDocuments { layers.append(DocumentSplitter(members: members, recordBytesMax: recordBytesMax)) }
        if let continues { layers.append(LineJoiner(continues, recordBytesMax: recordBytesMax)) }
        return layers
    }
}

/// The records of one input, in batches.
///
/// Without an envelope its batches are those of the ``LineReader``, not copied and not looked at.
public struct RecordReader: ~Copyable {
    private static let spareBlocksMax = 4

    /// Reads the bytes.
    public private(set) var lines: LineReader
    private var chain: EnvelopeChain
    private var layers: [any RecordLayer]
    private let documents: DocumentSplitter?
    /// Records that begin before this offset were audited in an earlier run.
    private let skipped: Int64
    private var isFinished = false
    /// The last line of the input, which has no end.
    private var unfinishedLine: LineBatch?
    /// Where the last line ended that has an end, and whose records may still be held back.
    private var linesEnd: (offset: Int64, crc64: UInt64)
    /// Whether all that is held back stands in the last line, which has no end.
    private var holdsUnfinishedLine = false
    private var spareBlocks: [ByteBlock] = []
    /// Where the last record of a document ended.
    private var documentEnd: (offset: Int64, crc64: UInt64) = (0, 0)

    /// Reads the records of `lines` that stand in `chain`; those that begin before `skipped` are read over.
    public init(
        _ lines: consuming LineReader,
        chain: EnvelopeChain = EnvelopeChain(),
        members: [String] = [],
        time: TimeSettings = TimeSettings(),
        skipped: Int64 = 0
    ) {
        let recordBytesMax = lines.limits.lineBytesMax
        self.chain = chain
        layers = chain.layers(members: members, time: time, recordBytesMax: recordBytesMax)
        documents = chain.isDocument ? DocumentSplitter(members: members, recordBytesMax: recordBytesMax) : nil
        linesEnd = (lines.identity.byteCount, lines.identity.crc64)
        self.lines = lines
        self.skipped = skipped
    }

    /// The next records, or `nil` at the end.
    public mutating func next() throws(InputError) -> RecordBatch? {
        if chain.isEmpty { return try lines.next().map { RecordBatch($0) } }
        while !isFinished {
            if let batch = documents == nil ? try nextLines() : try nextDocuments() { return batch }
        }
        return nil
    }

    /// From now on puts lines together that `continues` matches with the record before them.
    public mutating func join(_ continues: String) {
        chain.continues = continues
        layers.append(LineJoiner(continues, recordBytesMax: lines.limits.lineBytesMax))
    }

    /// Takes back the block of a batch that nobody reads any more.
    public mutating func recycle(_ block: ByteBlock) {
        if chain.isEmpty {
            lines.recycle(block)
        } else if spareBlocks.count < Self.spareBlocksMax {
            spareBlocks.append(block)
        }
    }

    /// Length and CRC-64 of what need not be read again; complete at the end.
    ///
    /// A document is read again from its beginning, but its records up to here are read over: more may have been put
    /// behind the last one, inside the same brackets.
    public var extent: (byteCount: Int64, crc64: UInt64) {
        documents == nil ? (lines.identity.byteCount, lines.identity.crc64) : documentEnd
    }

    private mutating func nextLines() throws(InputError) -> RecordBatch? {
        let read: LineBatch?
        if let unfinishedLine { read = unfinishedLine } else { read = try lines.next() }
        guard let batch = read else { return finish() }
        if batch.lastLineIsUnterminated, unfinishedLine == nil {
            // It comes alone, so that it can be left to the next run, and what is before it cannot.
            unfinishedLine = batch
            if let held = release(linesEnd) { return held }
        }
        unfinishedLine = nil
        holdsUnfinishedLine = batch.lastLineIsUnterminated
        linesEnd = (batch.endOffset, batch.endCRC64)
        let records = RecordBlock(batch)
        let unwrapped = unwrap(records, from: 0)
        lines.recycle(batch.block)
        return RecordBatch(
            unwrapped,
            endOffset: batch.endOffset,
            endCRC64: batch.endCRC64,
            isUnfinished: batch.lastLineIsUnterminated
        )
    }

    private mutating func nextDocuments() throws(InputError) -> RecordBatch? {
        guard let documents else { return nil }
        guard let chunk = try lines.nextChunk() else { return finish() }
        let records = RecordBlock(layers.isEmpty ? spareBlocks.popLast() : nil)
        let block = chunk.block
        documents.feed(block.padded, chunk.start, block.count, offset: chunk.byteOffset, into: records)
        let end = documents.recordsEnd
        if end > documentEnd.offset, end >= chunk.byteOffset {
            documentEnd = (end, chunk.crc64(before: chunk.start + Int(end - chunk.byteOffset)))
        }
        records.drop(before: skipped)
        let unwrapped = unwrap(records, from: 0)
        lines.recycle(chunk.block)
        return RecordBatch(
            unwrapped,
            endOffset: documentEnd.offset,
            endCRC64: documentEnd.crc64,
            isUnfinished: false
        )
    }

    /// The end of the input: what was held back for more to come is given out.
    private mutating func finish() -> RecordBatch? {
        isFinished = true
        return release((extent.byteCount, extent.crc64))
    }

    /// What was held back for more to come, as it is now; all of it stands before `end`.
    private mutating func release(_ end: (offset: Int64, crc64: UInt64)) -> RecordBatch? {
        let records = RecordBlock()
        if isFinished, let unfinished = documents?.end(into: records), unfinished.byteOffset >= skipped {
            records.tally.ignored["unfinished last record", default: 0] += 1
        }
        var result = unwrap(records, from: 0)
        for (place, layer) in layers.enumerated() {
            let held = RecordBlock()
            layer.finish(into: held)
            guard !held.lines.isEmpty || !held.overlong.isEmpty || held.tally != LineTally() else { continue }
            let rest = unwrap(held, from: place + 1)
            rest.adopt(result)
            result = rest
        }
        let isEmpty = result.lines.isEmpty && result.overlong.isEmpty && result.tally == LineTally()
        guard !isEmpty else { return nil }
        return RecordBatch(
            result,
            endOffset: end.offset,
            endCRC64: end.crc64,
            isUnfinished: holdsUnfinishedLine
        )
    }

    /// Sends records through the layers from `place` on.
    private mutating func unwrap(_ records: RecordBlock, from place: Int) -> RecordBlock {
        var records = records
        for layer in layers[place...] {
            let output = RecordBlock(layer === layers.last ? spareBlocks.popLast() : nil)
            output.inherit(records)
            layer.unwrap(records, into: output)
            records = output
        }
        return records
    }
}
