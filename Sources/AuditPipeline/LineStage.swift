// Reads the lines of one input, batch by batch; used by one task at a time.

import ByteStreams
import FieldRows

/// The lowest part of the pipeline for one input: bytes to lines.
final class LineStage: @unchecked Sendable {
    // Sendable by hand-over: whoever starts a task for the next batch waits for it before starting another.

    private var reader: LineReader
    /// Lines already read, the next ones last.
    private var beginning: [LineBatch]

    init(_ reader: consuming LineReader, beginning: [LineBatch]) {
        self.reader = reader
        self.beginning = beginning.reversed()
    }

    /// The next lines, or `nil` at the end; `spent` blocks are not read by anyone any more.
    func next(recycling spent: [ByteBlock]) -> Result<LineBatch?, InputError> {
        recycle(spent)
        if let lines = beginning.popLast() { return .success(lines) }
        return Result { () throws(InputError) in try reader.next() }
    }

    /// Takes back blocks that are not read by anyone any more.
    func recycle(_ spent: [ByteBlock]) {
        for block in spent { reader.recycle(block) }
    }

    /// Where and why the input stopped making sense; known at the end.
    var damage: InputDamage? { reader.damage }
    /// What was read; complete at the end.
    var identity: ContentIdentity { reader.identity }
}
