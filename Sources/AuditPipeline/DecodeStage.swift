// Reads and decodes one input, batch by batch; used by one task at a time.

import AuthEvents
import ByteStreams
import LogFormats

/// The lower half of the pipeline for one input.
final class DecodeStage: @unchecked Sendable {
    // Sendable by hand-over: the merge starts one task for the next batch and waits for it before it starts another.

    private var reader: LineReader
    private var decoder: LineDecoder
    private var first: LineBatch?

    init(_ reader: consuming LineReader, _ decoder: consuming LineDecoder, first: LineBatch? = nil) {
        self.reader = reader
        self.decoder = decoder
        self.first = first
    }

    /// The next batch, or `nil` at the end; `spent` batches are not read by anyone any more.
    func next(recycling spent: [EventBatch]) throws(InputError) -> EventBatch? {
        for batch in spent { reader.recycle(batch.block) }
        if let lines = first {
            first = nil
            return decoder.decode(lines, reusing: spent.first)
        }
        guard let lines = try reader.next() else { return nil }
        return decoder.decode(lines, reusing: spent.first)
    }

    /// Where and why the input stopped making sense; known at the end.
    var damage: InputDamage? { reader.damage }
    /// What was read; complete at the end.
    var identity: ContentIdentity { reader.identity }
    /// Events whose time had no zone.
    var zonesAssumed: Int64 { decoder.zonesAssumed }
}
