// Lines in, events out: the hot path of every audit.

public import AuthEvents
public import ByteStreams
import FieldRows

/// Decodes the lines of one input with one format; owned by one task at a time.
public struct LineDecoder: ~Copyable {
    private let plan: DecodingTables
    private let reader: ShapeReader
    private let maker: RowMaker
    private let keepsSamples: Bool

    private var events: [AuthEvent] = []
    /// How many times named no zone.
    public var zonesAssumed: Int64 { maker.times.zonesAssumed }
    /// How many of them clocks showed twice, with no line near them to tell which was meant.
    public var foldsAssumed: Int64 { maker.times.foldsAssumed }

    /// A decoder for `plan`; events outside `range` are ignored with a reason.
    ///
    /// What earlier runs have `audited` is ignored, too. Without `keepsSamples` rejected lines are only counted.
    public init(
        _ plan: CompiledFormat,
        key: FingerprintKey,
        range: TimeRange = TimeRange(),
        audited: [AuditedPart] = [],
        time: TimeSettings = TimeSettings(),
        keepsSamples: Bool = true
    ) {
        self.keepsSamples = keepsSamples
        self.plan = DecodingTables(plan)
        reader = ShapeReader(self.plan)
        maker = RowMaker(self.plan, reader, key: key, range: range, audited: audited, time: time)
    }

    /// Decodes all lines of `lines`, into `spent` if there is a batch that nobody reads any more.
    public mutating func decode(_ lines: LineBatch, reusing spent: EventBatch? = nil) -> EventBatch {
        let batch = spent ?? EventBatch(columns: plan.layout.count, block: lines.block)
        batch.reset(block: lines.block)
        swap(&batch.events, &events)
        batch.traits = plan.format.traits
        let target = RowTarget(batch)
        let constants = plan.constants
        target.arena.append(constants.span.bytes)
        let text = lines.block.padded
        events.reserveCapacity(lines.lines.count)
        for (index, line) in lines.lines.enumerated() {
            let start = Int(line.start)
            var event = AuthEvent()
            event.time = .min
            event.lineNumber = lines.lineNumber(index)
            event.byteOffset = lines.byteOffset(index)
            event.lineStart = line.start
            event.lineCount = line.count
            decode(text, start, start + Int(line.count), target, event, into: batch)
        }
        for line in lines.overlong {
            batch.reject(
                RejectedLine(
                    lineNumber: line.lineNumber,
                    byteOffset: line.byteOffset,
                    reason: LineFault.tooLong.rawValue,
                    sample: ""
                )
            )
        }
        batch.arena.pad()
        batch.tally.events += Int64(events.count)
        swap(&batch.events, &events)
        return batch
    }

    private mutating func decode(
        _ text: RawSpan,
        _ start: Int,
        _ end: Int,
        _ target: RowTarget,
        _ line: AuthEvent,
        into batch: EventBatch
    ) {
        switch reader.read(text, start, end, target.arena) {
        case .fault(let fault): settle(.rejected(fault), line, text, into: batch)
        case .ignored(let reason): settle(.ignored(reason), line, text, into: batch)
        case .shape(let shape):
            if plan.shapes[shape].each >= 0, decodeElements(shape, text, target, line, into: batch) { return }
            var event = line
            let fate = maker.make(text, shape, target, &event)
            settle(fate, event, text, into: batch)
        }
    }

    /// Makes an event of each element of the line's list; false when there is no list.
    ///
    /// Each of them counts as a line.
    private mutating func decodeElements(
        _ shape: Int,
        _ text: RawSpan,
        _ target: RowTarget,
        _ line: AuthEvent,
        into batch: EventBatch
    ) -> Bool {
        var fates: [(LineFate, AuthEvent)] = []
        let count = reader.eachElement(shape, text, target.arena) {
            var event = line
            let fate = maker.make(text, shape, target, &event)
            fates.append((fate, event))
        }
        guard let count else { return false }
        for (fate, event) in fates { settle(fate, event, text, into: batch) }
        if count == 0 { settle(.ignored("no event in the list"), line, text, into: batch) }
        return true
    }

    /// Keeps an event or counts why there is none.
    @inline(__always)
    private mutating func settle(_ fate: LineFate, _ event: AuthEvent, _ text: RawSpan, into batch: EventBatch) {
        switch fate {
        case .event: events.append(event)
        case .ignored(let reason): batch.tally.ignored[reason, default: 0] += 1
        case .rejected(let fault): reject(fault, event, text, into: batch)
        }
    }

    private func reject(_ fault: LineFault, _ line: AuthEvent, _ text: RawSpan, into batch: EventBatch) {
        guard keepsSamples else {
            batch.tally.rejected[fault.rawValue, default: 0] += 1
            return
        }
        let start = Int(line.lineStart)
        let sample = text.extracting(start..<start + min(Int(line.lineCount), RejectedLine.sampleMax))
        batch.reject(
            RejectedLine(
                lineNumber: line.lineNumber,
                byteOffset: line.byteOffset,
                reason: fault.rawValue,
                sample: line.lineCount > RejectedLine.sampleMax
                    ? SecretMask.maskCutLine(String(decodingUTF8: sample))
                    : SecretMask.maskLine(String(decodingUTF8: sample))
            )
        )
    }

    /// Which slots a line fills and what its row becomes, for people; the line must be in `lines`.
    public mutating func explain(_ lines: LineBatch, line index: Int) -> LineExplanation {
        let batch = EventBatch(columns: plan.layout.count, block: lines.block)
        let arena = batch.arena
        let constants = plan.constants
        arena.append(constants.span.bytes)
        let text = lines.block.padded
        let start = Int(lines.lines[index].start)
        let end = start + Int(lines.lines[index].count)
        let reading = reader.read(text, start, end, arena)
        var slots: [(name: String, value: String)] = []
        for (slot, name) in plan.compiled.slotNames.enumerated() where reader.slots[slot].isPresent {
            let value = reader.bytes(reader.slots[slot], text, arena)
            let isSecret = plan.compiled.secretSlots.contains(slot)
            slots.append((name, isSecret ? SecretMask.mark : SecretMask.maskLine(String(decodingUTF8: value))))
        }
        let single = lines.excerpt(index..<index + 1)
        let decoded = decode(single)
        return LineExplanation(plan.compiled, reading, slots, decoded)
    }
}

/// The span of event time an audit looks at: `since <= time < until`, in microseconds since 1970.
public struct TimeRange: Sendable, Equatable {
    /// First instant.
    public var since: Int64
    /// First instant no longer looked at.
    public var until: Int64

    /// From `since` to before `until`; everything by default.
    public init(since: Int64 = .min, until: Int64 = .max) {
        self.since = since
        self.until = until
    }

    /// Whether `time` is in the range.
    public func contains(_ time: Int64) -> Bool { since <= time && time < until }

    /// Whether the two have an instant in common.
    public func overlaps(_ other: TimeRange) -> Bool { since < other.until && other.since < until }

    /// Whether all of `other` is in the range.
    public func covers(_ other: TimeRange) -> Bool { since <= other.since && until >= other.until }
}

/// The beginning of an input that an earlier run has read for the events of some range of time.
public struct AuditedPart: Sendable, Equatable {
    /// Length in decompressed bytes.
    public let byteCount: Int64
    /// The times judged.
    public let range: TimeRange

    /// The first `byteCount` bytes, as far as their events lie in `range`.
    public init(byteCount: Int64, range: TimeRange) {
        self.byteCount = byteCount
        self.range = range
    }
}
