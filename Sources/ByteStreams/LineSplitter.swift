// Cuts a block into lines without copying and knows where the unfinished one begins.

import FieldRows
import Glibc

/// The lines found for the next batch.
struct LineDraft {
    var lines: [LineRange] = []
    var overlong: [OverlongLine] = []
    var firstLineNumber: Int64 = 1
    var lastLineIsUnterminated = false

    var isEmpty: Bool { lines.isEmpty && overlong.isEmpty }
}

/// Finds line ends in one block after the other.
struct LineSplitter {
    private static let lineFeed: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D

    /// First byte of the line that is not finished yet.
    private(set) var start = 0
    /// Number of the line that is not finished yet.
    private(set) var lineNumber: Int64 = 1
    /// Whether the line that is not finished yet is too long and its bytes are dropped.
    var isDropping: Bool { dropped != nil }

    private let lineBytesMax: Int
    /// No line feed stands between ``start`` and here.
    private var scanned = 0
    /// The overlong line whose end is still to come, with the bytes dropped so far.
    private var dropped: OverlongLine?
    private var droppedEndsWithCarriageReturn = false
    /// Whether the next line is the rest of one that was read before.
    private var isRest = false

    /// A splitter at the beginning of an input.
    init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }

    /// Whether `byteCount` bytes without a line feed are too many, whatever follows.
    ///
    /// One more than allowed may be a carriage return.
    func isTooLong(_ byteCount: Int) -> Bool { byteCount > lineBytesMax + 1 }

    /// Adds the finished lines of `block` to `draft`.
    ///
    /// Returns true when it stopped early behind an overlong line, so that the numbers of a draft have no gap.
    mutating func split(_ block: RawSpan, offset: Int64, into draft: inout LineDraft) -> Bool {
        block.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            while scanned < bytes.count, let hit = memchr(base + scanned, Int32(Self.lineFeed), bytes.count - scanned) {
                let feed = UnsafeRawPointer(hit) - base
                defer { moveOn(to: feed + 1) }
                if finishDropped(bytes, feed, &draft) { continue }
                let hasReturn = feed > start && bytes[feed - 1] == Self.carriageReturn
                if isRest {
                    isRest = false
                    if feed == start || hasReturn && feed == start + 1 { continue }
                }
                if !add(feed - start - (hasReturn ? 1 : 0), offset, to: &draft) { return true }
            }
            scanned = bytes.count
            return false
        }
    }

    /// Adds the line that the end of the input leaves without a line feed.
    mutating func finish(_ block: RawSpan, offset: Int64, into draft: inout LineDraft) {
        if var line = dropped {
            line.byteCount += Int64(block.byteCount - start)
            draft.overlong.append(line)
            dropped = nil
        } else if block.byteCount > start {
            _ = add(block.byteCount - start, offset, to: &draft)
        } else {
            return
        }
        draft.lastLineIsUnterminated = true
        moveOn(to: block.byteCount)
    }

    /// Takes note that the rest of `block` is dropped because its line is too long.
    mutating func drop(_ block: RawSpan, offset: Int64) {
        guard block.byteCount > start else { return }
        var line = dropped ?? OverlongLine(lineNumber: lineNumber, byteOffset: offset + Int64(start), byteCount: 0)
        line.byteCount += Int64(block.byteCount - start)
        dropped = line
        droppedEndsWithCarriageReturn = block.byte(at: block.byteCount - 1) == Self.carriageReturn
    }

    /// Goes on in another block whose first `carried` bytes are the line not finished yet.
    mutating func continueInBlock(carried: Int) {
        start = 0
        scanned = carried
    }

    /// Goes on at `start` with line `lineNumber`, or with the rest of it: one that is only its end is no line.
    mutating func resume(at start: Int, lineNumber: Int64, isRest: Bool) {
        self.isRest = isRest
        self.start = start
        self.lineNumber = lineNumber
        scanned = start
    }

    /// Number of line feeds in `bytes`.
    static func lineFeeds(in bytes: RawSpan) -> Int64 {
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            var count: Int64 = 0
            var from = 0
            while from < bytes.count, let hit = memchr(base + from, Int32(lineFeed), bytes.count - from) {
                count += 1
                from = UnsafeRawPointer(hit) - base + 1
            }
            return count
        }
    }

    private mutating func moveOn(to next: Int) {
        start = next
        scanned = next
        lineNumber += 1
    }

    /// Adds the line at ``start``; returns false when it is too long and stands behind lines of the draft.
    private mutating func add(_ count: Int, _ offset: Int64, to draft: inout LineDraft) -> Bool {
        if draft.lines.isEmpty { draft.firstLineNumber = lineNumber }
        if count <= lineBytesMax {
            draft.lines.append(
                LineRange(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: count))
            )
            return true
        }
        draft.overlong.append(
            OverlongLine(lineNumber: lineNumber, byteOffset: offset + Int64(start), byteCount: Int64(count))
        )
        if draft.lines.isEmpty { draft.firstLineNumber = lineNumber + 1 }
        return draft.lines.isEmpty
    }

    /// Ends the line that is being dropped at the line feed at `feed`; false if there is none.
    private mutating func finishDropped(
        _ bytes: UnsafeRawBufferPointer,
        _ feed: Int,
        _ draft: inout LineDraft
    ) -> Bool {
        guard var line = dropped else { return false }
        dropped = nil
        line.byteCount += Int64(feed - start)
        let endsWithReturn = feed > start ? bytes[feed - 1] == Self.carriageReturn : droppedEndsWithCarriageReturn
        if endsWithReturn { line.byteCount -= 1 }
        draft.overlong.append(line)
        draft.firstLineNumber = lineNumber + 1
        return true
    }
}
