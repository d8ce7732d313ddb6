// Records on their way through envelopes: texts, where they began, and what was left on the way.

public import AuthEvents
public import ByteStreams
import FieldRows

/// Where a record begins and what stands around it.
public struct RecordOrigin: BitwiseCopyable, Sendable, Equatable {
    /// Number of its first line in the decompressed input, from 1.
    public var lineNumber: Int64
    /// Offset of its first byte in the decompressed input.
    public var byteOffset: Int64
    /// When its envelope was written, in microseconds since 1970; `.min` without one.
    public var time = Int64.min
}

/// Records that a step took out of others, or that it passes on.
final class RecordBlock {
    private(set) var block: ByteBlock
    private(set) var lines: [LineRange] = []
    private(set) var origins: [RecordOrigin] = []
    var overlong: [OverlongLine] = []
    /// Lines that became no record of their own.
    var tally = LineTally()
    var rejected: [RejectedLine] = []

    /// An empty block, in `spare` memory if there is some.
    init(_ spare: ByteBlock? = nil) {
        block = spare ?? ByteBlock(capacity: 1 << 16)
        block.truncate(to: 0)
    }

    /// The lines of a batch, not copied.
    init(_ batch: LineBatch) {
        block = batch.block
        lines = batch.lines
        origins = batch.lines.indices.map {
            RecordOrigin(lineNumber: batch.lineNumber($0), byteOffset: batch.byteOffset($0))
        }
        overlong = batch.overlong
    }

    /// The records of a batch, not copied.
    convenience init(_ batch: RecordBatch) {
        self.init(batch.lines)
        if !batch.origins.isEmpty { origins = batch.origins }
    }

    /// Takes over what a step before has counted.
    func inherit(_ other: RecordBlock) {
        overlong += other.overlong
        tally.add(other.tally)
        rejected += other.rejected
    }

    /// Puts the records of `other` before its own.
    func adopt(_ other: RecordBlock) {
        inherit(other)
        guard !other.lines.isEmpty else { return }
        let own = zip(lines, origins).map { ($0, $1) }
        let (block, text) = (block, other.block)
        let fresh = RecordBlock()
        for (range, origin) in zip(other.lines, other.origins) {
            fresh.add(text.bytes.extracting(Int(range.start)..<Int(range.start + range.count)), origin)
        }
        for (range, origin) in own {
            fresh.add(block.bytes.extracting(Int(range.start)..<Int(range.start + range.count)), origin)
        }
        (self.block, lines, origins) = (fresh.block, fresh.lines, fresh.origins)
    }

    /// Adds a whole record.
    ///
    /// Between records stands a line feed, which ends every search.
    func add(_ bytes: RawSpan, _ origin: RecordOrigin) {
        let start = block.append(withoutPadding: bytes)
        lines.append(LineRange(start: UInt32(start), count: UInt32(block.count - start)))
        origins.append(origin)
        block.append(byteWithoutPadding: 0x0A)
    }

    /// Rejects a line.
    func reject(_ fault: LineFault, _ origin: RecordOrigin, _ sample: String) {
        tally.rejected[fault.rawValue, default: 0] += 1
        guard rejected.count < EventBatch.rejectedMax else { return }
        rejected.append(
            RejectedLine(
                lineNumber: origin.lineNumber,
                byteOffset: origin.byteOffset,
                reason: fault.rawValue,
                sample: SecretMask.maskCutLine(sample)
            )
        )
    }

    /// Drops records that begin before `offset` of the input.
    func drop(before offset: Int64) {
        guard offset > 0, let first = origins.first, first.byteOffset < offset else { return }
        let kept = origins.indices.filter { origins[$0].byteOffset >= offset }
        lines = kept.map { lines[$0] }
        origins = kept.map { origins[$0] }
        overlong.removeAll { $0.byteOffset < offset }
    }
}

/// A step from records to the records inside them.
protocol RecordLayer: AnyObject {
    /// Takes the records of `input` apart.
    func unwrap(_ input: RecordBlock, into output: RecordBlock)

    /// Gives out what was held back for more to come.
    func finish(into output: RecordBlock)
}

/// Consecutive records of one input, ready to be decoded.
public struct RecordBatch: Sendable {
    /// The records, as lines; numbered by ``origins`` when that is not empty.
    public let lines: LineBatch
    /// Where each of the lines began.
    public let origins: [RecordOrigin]
    /// Lines that became no record of their own, by reason.
    public let tally: LineTally
    /// Those of them that could not be read.
    public let rejected: [RejectedLine]

    /// Lines that stand in no envelope.
    public init(_ lines: LineBatch) {
        self.lines = lines
        origins = []
        tally = LineTally()
        rejected = []
    }

    /// The records of a block, which the input has up to `endOffset`.
    init(_ records: RecordBlock, endOffset: Int64, endCRC64: UInt64, isUnfinished: Bool) {
        records.block.pad()
        lines = LineBatch(
            records: records.block,
            lines: records.lines,
            overlong: records.overlong,
            endOffset: endOffset,
            endCRC64: endCRC64,
            lastLineIsUnterminated: isUnfinished
        )
        origins = records.origins
        tally = records.tally
        rejected = records.rejected
    }

    /// Number of the line at `index` in the input.
    public func lineNumber(_ index: Int) -> Int64 {
        origins.isEmpty ? lines.lineNumber(index) : origins[index].lineNumber
    }

    /// Offset of the first byte of the line at `index` in the input.
    func byteOffset(_ index: Int) -> Int64 {
        origins.isEmpty ? lines.byteOffset(index) : origins[index].byteOffset
    }

    /// The record that begins in line `number`, the first if there are several.
    public func index(of number: Int64) -> Int? { lines.lines.indices.first { lineNumber($0) == number } }

    /// The records in `range`, without what is counted besides.
    public func excerpt(_ range: Range<Int>) -> RecordBatch {
        let range = range.clamped(to: lines.lines.indices)
        return RecordBatch(lines.excerpt(range), origins: origins.isEmpty ? [] : Array(origins[range]))
    }

    /// The records with those put together that `continues` matches.
    public func joined(_ continues: String) -> RecordBatch {
        let joiner = LineJoiner(continues, recordBytesMax: InputLimits().lineBytesMax)
        let output = RecordBlock()
        joiner.unwrap(RecordBlock(self), into: output)
        joiner.finish(into: output)
        return RecordBatch(
            output,
            endOffset: lines.endOffset,
            endCRC64: lines.endCRC64,
            isUnfinished: lines.lastLineIsUnterminated
        )
    }

    /// Only what is counted besides the records.
    public func withoutLines() -> RecordBatch { RecordBatch(rest: self) }

    private init(rest batch: RecordBatch) {
        lines = LineBatch(
            records: ByteBlock(capacity: 0),
            lines: [],
            overlong: batch.lines.overlong,
            endOffset: batch.lines.endOffset,
            endCRC64: batch.lines.endCRC64
        )
        origins = []
        tally = batch.tally
        rejected = batch.rejected
    }

    /// A copy of some of the records, by their places.
    func selecting(_ places: [Int]) -> RecordBatch {
        let chosen = RecordBlock()
        let block = lines.block
        for place in places {
            let range = lines.lines[place]
            let origin =
                origins.isEmpty
                ? RecordOrigin(lineNumber: lines.lineNumber(place), byteOffset: lines.byteOffset(place))
                : origins[place]
            chosen.add(block.bytes.extracting(Int(range.start)..<Int(range.start + range.count)), origin)
        }
        return RecordBatch(chosen, endOffset: lines.endOffset, endCRC64: lines.endCRC64, isUnfinished: false)
    }

    private init(_ lines: LineBatch, origins: [RecordOrigin]) {
        self.lines = lines
        self.origins = origins
        tally = LineTally()
        rejected = []
    }
}
