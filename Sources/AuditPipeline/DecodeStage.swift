// Reads and decodes one input, batch by batch; used by one task at a time.

import AuthEvents
import ByteStreams
import LogFormats

/// The lower half of the pipeline for one input.
final class DecodeStage: @unchecked Sendable {
    // Sendable by hand-over: the merge starts one task for the next batch and waits for it before it starts another.

    private let source: LineStage
    private var decoder: LineDecoder
    /// The lines after those decoded last, when they are being read ahead.
    private var lines: Task<Result<LineBatch?, InputError>, Never>?
    private let readsAhead: Bool

    init(
        _ reader: consuming LineReader,
        _ decoder: consuming LineDecoder,
        first: LineBatch? = nil,
        readsAhead: Bool
    ) {
        source = LineStage(reader, first: first)
        self.decoder = decoder
        self.readsAhead = readsAhead
    }

    /// The next batch, or `nil` at the end; `spent` batches are not read by anyone any more.
    ///
    /// Decompressing takes about as long as decoding, so the lines of the batch after it are read meanwhile.
    func next(recycling spent: [EventBatch]) async -> Result<EventBatch?, InputError> {
        let read: Result<LineBatch?, InputError>
        if let lines { read = await lines.value } else { read = source.next(recycling: []) }
        lines = nil
        let blocks = spent.map(\.block)
        return read.map { batch in
            guard let batch else { return nil }
            if readsAhead {
                lines = Task.detached { [source] in source.next(recycling: blocks) }
            } else {
                source.recycle(blocks)
            }
            return decoder.decode(batch, reusing: spent.first)
        }
    }

    /// Where and why the input stopped making sense; known at the end.
    var damage: InputDamage? { source.damage }
    /// What was read; complete at the end.
    var identity: ContentIdentity { source.identity }
    /// Events whose time had no zone.
    var zonesAssumed: Int64 { decoder.zonesAssumed }
}
