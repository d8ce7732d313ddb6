// Reads the records of one input, batch by batch; used by one task at a time.

import ByteStreams
import FieldRows
import LogFormats

/// The lowest part of the pipeline for one input: bytes to records.
final class LineStage: @unchecked Sendable {
    // Sendable by hand-over: whoever starts a task for the next batch waits for it before starting another.

    private var reader: RecordReader
    /// Records already read, the next ones last.
    private var beginning: [RecordBatch]

    init(_ reader: consuming RecordReader, beginning: [RecordBatch]) {
        self.reader = reader
        self.beginning = beginning.reversed()
    }

    /// The next records, or `nil` at the end; `spent` blocks are not read by anyone any more.
    func next(recycling spent: [ByteBlock]) -> Result<RecordBatch?, InputError> {
        recycle(spent)
        if let records = beginning.popLast() { return .success(records) }
        return Result { () throws(InputError) in try reader.next() }
    }

    /// Takes back blocks that are not read by anyone any more.
    func recycle(_ spent: [ByteBlock]) {
        for block in spent { reader.recycle(block) }
    }

    /// Where and why the input stopped making sense; known at the end.
    var damage: InputDamage? { reader.lines.damage }
    /// Length and CRC-64 of what need not be read again; complete at the end.
    var extent: (byteCount: Int64, crc64: UInt64) { reader.extent }
}
