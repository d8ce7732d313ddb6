// Reads and decodes one input, batch by batch; used by one task at a time.

import AuthEvents
import ByteStreams
import LogFormats

/// The lower half of the pipeline for one input.
final class DecodeStage: @unchecked Sendable {
    // Sendable by hand-over: the merge starts one task for the next batch and waits for it before it starts another.

    private let source: LineStage
    private let decoder: RecordDecoder
    /// The records after those decoded last, when they are being read ahead.
    private var records: Task<Result<RecordBatch?, InputError>, Never>?
    private let readsAhead: Bool
    /// Where the last batch ended that is not left to the next run.
    private var audited: (byteCount: Int64, crc64: UInt64)
    /// Whether the last line is left to the next run.
    private var leavesLastLine = false
    private var hasEnded = false

    init(
        _ reader: consuming RecordReader,
        _ decoder: RecordDecoder,
        beginning: [RecordBatch] = [],
        readsAhead: Bool
    ) {
        source = LineStage(reader, beginning: beginning)
        audited = source.extent
        self.decoder = decoder
        self.readsAhead = readsAhead
    }

    /// The next events, or `nil` at the end; `spent` batches are not read by anyone any more.
    ///
    /// Decompressing takes about as long as decoding, so the records of the batch after it are read meanwhile.
    func next(recycling spent: [EventBatch]) async -> Result<[EventBatch]?, InputError> {
        guard !hasEnded else { return .success(nil) }
        let read: Result<RecordBatch?, InputError>
        if let records { read = await records.value } else { read = source.next(recycling: []) }
        records = nil
        let blocks = spent.map(\.block)
        return read.map { batch in
            guard let batch else {
                hasEnded = true
                let held = decoder.finish()
                return held.isEmpty ? nil : held
            }
            if readsAhead {
                records = Task.detached { [source] in source.next(recycling: blocks) }
            } else {
                source.recycle(blocks)
            }
            let decoded = decoder.decode(batch, reusing: spent.first)
            settle(batch.lines, decoded[0])
            return decoded
        }
    }

    /// Notes how far the input is audited: a last line that makes no sense may still be growing, so it is left to the
    /// next run.
    private func settle(_ lines: LineBatch, _ decoded: EventBatch) {
        guard lines.lastLineIsUnterminated, decoded.tally.rejectedTotal > 0 else {
            audited = (lines.endOffset, lines.endCRC64)
            return
        }
        decoded.tally.ignored["unfinished last line", default: 0] += decoded.tally.rejectedTotal
        decoded.tally.rejected = [:]
        decoded.rejected.removeAll()
        leavesLastLine = true
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
