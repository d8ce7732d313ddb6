// Reads and decodes one input, batch by batch; used by one task at a time.

import AuthEvents
import ByteStreams
import LogFormats

/// Events that were decoded together.
struct DecodedEvents {
    let batches: [EventBatch]
    /// Length in decompressed bytes and CRC-64 of the input up to where they end; `nil` if it is not known where.
    let extent: (byteCount: Int64, crc64: UInt64)?
}

/// The lower half of the pipeline for one input.
final class DecodeStage: @unchecked Sendable {
    // Sendable by hand-over: the merge starts one task for the next batch and waits for it before it starts another.

    private let source: LineStage
    private let decoder: RecordDecoder
    /// The records after those decoded last, when they are being read ahead.
    private var records: Task<Result<RecordBatch?, InputError>, Never>?
    private let readsAhead: Bool
    private let unfinished: UnfinishedLine
    /// Where the last batch ended that has no unfinished line.
    private var audited: (byteCount: Int64, crc64: UInt64)
    /// Whether the last line is left to the next run.
    private var leavesLastLine = false
    private var hasEnded = false

    init(
        _ reader: consuming RecordReader,
        _ decoder: RecordDecoder,
        beginning: [RecordBatch] = [],
        unfinished: UnfinishedLine,
        readsAhead: Bool
    ) {
        source = LineStage(reader, beginning: beginning)
        audited = source.extent
        self.decoder = decoder
        self.readsAhead = readsAhead
        self.unfinished = unfinished
    }

    /// The next events, or `nil` at the end; `spent` batches are not read by anyone any more.
    ///
    /// Decompressing takes about as long as decoding, so the records of the batch after it are read meanwhile.
    func next(recycling spent: [EventBatch]) async -> Result<DecodedEvents?, InputError> {
        guard !hasEnded else { return .success(nil) }
        let read: Result<RecordBatch?, InputError>
        if let records { read = await records.value } else { read = source.next(recycling: []) }
        records = nil
        let blocks = spent.map(\.block)
        return read.map { batch in
            guard let batch else {
                hasEnded = true
                let held = decoder.finish()
                return held.isEmpty ? nil : DecodedEvents(batches: held, extent: nil)
            }
            if batch.lines.lastLineIsUnterminated {
                source.recycle(blocks)
                return DecodedEvents(batches: decodeLast(batch), extent: nil)
            }
            if readsAhead {
                records = Task.detached { [source] in source.next(recycling: blocks) }
            } else {
                source.recycle(blocks)
            }
            audited = (batch.lines.endOffset, batch.lines.endCRC64)
            return DecodedEvents(batches: decoder.decode(batch, reusing: spent.first), extent: audited)
        }
    }

    /// The events of a last line without a line end, or none if it is left to the next run: because it may still be
    /// growing, or makes no sense as it is.
    private func decodeLast(_ batch: RecordBatch) -> [EventBatch] {
        let isLeft = unfinished.mayGrow(batch, damage: source.damage)
        let decoded = decoder.decode(isLeft ? batch.withoutLines() : batch)
        let left = decoded[0].tally.rejectedTotal + (isLeft ? Int64(batch.lines.lines.count) : 0)
        guard left > 0 else { return decoded }
        decoded[0].tally.ignored[UnfinishedLine.reason, default: 0] += left
        decoded[0].tally.rejected = [:]
        decoded[0].rejected.removeAll()
        leavesLastLine = true
        return decoded
    }

    /// Where and why the input stopped making sense; known at the end.
    var damage: InputDamage? { source.damage }
    /// Length in decompressed bytes and CRC-64 of what was audited; complete at the end.
    var extent: (byteCount: Int64, crc64: UInt64) { leavesLastLine ? audited : source.extent }
    /// Times that named no zone.
    var zonesAssumed: Int64 { decoder.zonesAssumed }
    /// Times that clocks showed twice, read as the earlier.
    var foldsAssumed: Int64 { decoder.foldsAssumed }
}
