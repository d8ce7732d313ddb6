// When the last line of an input, which has no line end, is judged, and when it is left to the next run.

import AuthEvents
import ByteStreams
import FieldRows
import LogFormats

/// Judges last lines: servers write in blocks, so a log that is being written seldom ends with a whole line, and a part
/// of a line of text may make sense, too.
struct UnfinishedLine {
    /// Why a line that is left to the next run became no event of this one.
    static let reason = "unfinished last line"
    /// How long nobody must have written to a file for its last line to count as whole.
    static let restMicroseconds: Int64 = 3_600_000_000

    /// The input as it was when it was listed.
    let file: InputFile
    /// When the run began, in microseconds since 1970.
    let startedAt: Int64

    /// Whether `records`, which stand in the last line, may lack something that the next run will see.
    func mayGrow(_ records: RecordBatch, damage: InputDamage?) -> Bool {
        guard damage != nil || isBeingWritten(records.lines.endOffset) else { return false }
        return records.lines.lines.isEmpty || !records.areWholeObjects
    }

    private func isBeingWritten(_ endOffset: Int64) -> Bool {
        guard file.kind == .file else { return false }
        if let modified = file.modificationTime, modified.later(by: Self.restMicroseconds) > startedAt { return true }
        // It has grown since it was listed.
        return file.byteCount.map { endOffset > $0 } ?? false
    }
}

extension RecordBatch {
    /// Whether all records are JSON objects that end: no part of such an object is one.
    fileprivate var areWholeObjects: Bool {
        let block = lines.block
        return lines.lines.allSatisfy { line in
            let (start, end) = (Int(line.start), Int(line.start) + Int(line.count))
            guard end - start >= 2 else { return false }
            let bytes = block.bytes
            return bytes.byte(at: start) == UInt8(ascii: "{") && bytes.byte(at: end - 1) == UInt8(ascii: "}")
        }
    }
}
