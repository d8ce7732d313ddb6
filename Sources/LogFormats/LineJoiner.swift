// Puts the lines of a record together that a format says belong to the line before them.

import AuthEvents
import ByteStreams
import FieldRows

/// Joins continuation lines to the record before them, with line feeds between.
final class LineJoiner: RecordLayer {
    /// Lines of one record; more begin another.
    private static let linesMax = 1_000

    private let continues: BytePattern?
    private let recordBytesMax: Int
    /// The record of which more may come.
    private let held = ByteBlock(capacity: 1 << 12)
    private var origin: RecordOrigin?
    private var lineCount = 0

    init(_ pattern: String, recordBytesMax: Int) {
        // CompiledFormat has checked that it compiles.
        continues = try? BytePattern(pattern)
        self.recordBytesMax = recordBytesMax
    }

    func unwrap(_ input: RecordBlock, into output: RecordBlock) {
        let block = input.block
        block.pad()
        for (range, place) in zip(input.lines, input.origins) {
            let (start, end) = (Int(range.start), Int(range.start + range.count))
            let line = block.bytes.extracting(start..<end)
            if origin != nil, lineCount < Self.linesMax, held.count + line.byteCount < recordBytesMax,
                let continues, case .match = continues.search(block.padded, start, end)
            {
                held.append(byteWithoutPadding: 0x0A)
                held.append(line)
                lineCount += 1
                output.tally.ignored["part of a record that began before", default: 0] += 1
                continue
            }
            finish(into: output)
            held.append(line)
            origin = place
            lineCount = 1
        }
    }

    func finish(into output: RecordBlock) {
        guard let origin else { return }
        let held = held
        output.add(held.bytes, origin)
        held.truncate(to: 0)
        self.origin = nil
    }
}
