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
    /// How many of ``events`` are second ones of their lines.
    private var secondEvents: Int64 = 0
    /// Records of which more lines may come, for formats that have such.
    private let parts: RecordParts?
    /// Place of the line at hand in its batch.
    private var place = 0
    /// Which lines are left to another format, and their places.
    private var leaves = Leaving.none
    private var unread: [Int] = []

    /// How many of the lines left last are the format's own but have no time that can be read.
    private(set) var timeless = 0

    /// What a format leaves to the next one.
    enum Leaving {
        case none
        /// What it cannot read.
        case unreadable
        /// All that makes no event, since it may make one for another format.
        case eventless
    }
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
        parts = plan.format.record.map(RecordParts.init)
        self.plan = DecodingTables(plan)
        reader = ShapeReader(self.plan)
        maker = RowMaker(self.plan, reader, key: key, range: range, audited: audited, time: time)
    }

    /// Decodes all lines of `lines`, into `spent` if there is a batch that nobody reads any more.
    public mutating func decode(_ lines: LineBatch, reusing spent: EventBatch? = nil) -> EventBatch {
        decode(RecordBatch(lines), reusing: spent)
    }

    /// Decodes records, into `spent` if there is a batch that nobody reads any more.
    public mutating func decode(_ records: RecordBatch, reusing spent: EventBatch? = nil) -> EventBatch {
        let batch = begin(records.lines.block, reusing: spent)
        decodeLines(records, into: batch)
        batch.tally.add(records.tally)
        batch.rejected += records.rejected
        for line in records.lines.overlong {
            batch.reject(
                RejectedLine(
                    lineNumber: line.lineNumber,
                    byteOffset: line.byteOffset,
                    reason: LineFault.tooLong.rawValue,
                    sample: ""
                )
            )
        }
        end(batch)
        return batch
    }

    /// Decodes records and returns the places of those it leaves, which are not counted.
    ///
    /// What is counted besides the records is left out, too.
    mutating func decode(
        _ records: RecordBatch,
        leaving: Leaving,
        reusing spent: EventBatch? = nil
    ) -> (EventBatch, unread: [Int]) {
        let batch = begin(records.lines.block, reusing: spent)
        leaves = leaving
        timeless = 0
        decodeLines(records, into: batch)
        leaves = .none
        end(batch)
        defer { unread.removeAll(keepingCapacity: true) }
        return (batch, unread)
    }

    /// The events of records that were held back for lines to come; `nil` if there are none.
    public mutating func finish() -> EventBatch? {
        guard let parts, !parts.isEmpty else { return nil }
        let batch = begin(ByteBlock(capacity: 0), reusing: nil)
        let (target, text) = (RowTarget(batch), batch.block)
        while let record = parts.takeFirst() { release(record, text.padded, target, into: batch) }
        end(batch)
        return batch
    }

    /// Does something that leaves no trace in what is known of the times before.
    mutating func apart<Result>(_ body: (inout LineDecoder) -> Result) -> Result {
        let last = maker.lastTime
        defer { maker.lastTime = last }
        return body(&self)
    }

    private mutating func begin(_ block: ByteBlock, reusing spent: EventBatch?) -> EventBatch {
        let batch = spent ?? EventBatch(columns: plan.layout.count, block: block)
        batch.reset(block: block)
        swap(&batch.events, &events)
        batch.traits = plan.format.traits
        let constants = plan.constants
        batch.arena.append(constants.span.bytes)
        return batch
    }

    private mutating func end(_ batch: EventBatch) {
        batch.arena.pad()
        batch.tally.events += Int64(events.count) - secondEvents
        secondEvents = 0
        swap(&batch.events, &events)
    }

    private mutating func decodeLines(_ records: RecordBatch, into batch: EventBatch) {
        let target = RowTarget(batch)
        let lines = records.lines
        let block = lines.block
        let text = block.padded
        events.reserveCapacity(lines.lines.count)
        let hasOrigins = !records.origins.isEmpty
        for (index, line) in lines.lines.enumerated() {
            let start = Int(line.start)
            var event = AuthEvent()
            if hasOrigins {
                event.time = records.origins[index].time
                event.lineNumber = records.origins[index].lineNumber
                event.byteOffset = records.origins[index].byteOffset
            } else {
                event.time = .min
                event.lineNumber = lines.firstLineNumber + Int64(index)
                event.byteOffset = lines.firstByteOffset + Int64(start)
            }
            event.lineStart = line.start
            event.lineCount = line.count
            place = index
            decode(text, start, start + Int(line.count), target, event, into: batch)
        }
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
            if let parts, hold(parts, shape, text, target, line, into: batch) { return }
            if plan.shapes[shape].each >= 0, decodeElements(shape, text, target, line, into: batch) { return }
            var event = line
            let fate = maker.make(text, shape, target, &event)
            settle(fate, event, text, into: batch)
            if case .event = fate { addSecond(event, text, target) }
        }
    }

    /// Adds a second event of the line if it says that there was one; it does not count as a line.
    private mutating func addSecond(_ first: AuthEvent, _ text: RawSpan, _ target: RowTarget) {
        var event = first
        guard maker.makeSecond(text, target, &event) else { return }
        events.append(event)
        secondEvents += 1
    }

    /// Whether the line is a part of a record of which more is to come.
    ///
    /// The end of a record gets what the lines before it have said.
    private mutating func hold(
        _ parts: RecordParts,
        _ shape: Int,
        _ text: RawSpan,
        _ target: RowTarget,
        _ line: AuthEvent,
        into batch: EventBatch
    ) -> Bool {
        let time = try? maker.time(text, target.arena, envelope: line.time == .min ? nil : line.time)
        parts.tick(time)
        if parts.hasExpired {
            reader.keepingValues {
                while let record = parts.expired() { release(record, text, target, into: batch) }
            }
        }
        guard let part = plan.shapes[shape].part else { return false }
        let slot = plan.recordSlot
        let key = slot >= 0 ? reader.bytes(reader.slots[slot], text, target.arena).array : []
        switch part {
        case .end:
            if let record = parts.take(key) { reader.fill(record, target.arena) }
            return false
        case .begin:
            if let record = parts.take(key) {
                reader.keepingValues { release(record, text, target, into: batch) }
            }
            parts.begin(key, shape, line, time) { reader.add(to: $0, text, target.arena) }
        case .part:
            if !parts.extend(key, { reader.add(to: $0, text, target.arena) }) {
                parts.begin(key, shape, line, time) { reader.add(to: $0, text, target.arena) }
            }
        }
        batch.tally.ignored[Self.partReason, default: 0] += 1
        return true
    }

    private static let partReason = "part of a record"

    /// Makes the event of a record that has not ended, in place of its first line.
    private mutating func release(
        _ record: RecordParts.Open,
        _ text: RawSpan,
        _ target: RowTarget,
        into batch: EventBatch
    ) {
        reader.restore(record, target.arena)
        target.arena.pad()
        batch.tally.ignored[Self.partReason, default: 0] -= 1
        var event = record.line
        // The text of its lines is gone.
        (event.lineStart, event.lineCount) = (0, 0)
        let fate = maker.make(text, record.shape, target, &event)
        // Its lines have been counted: it is not left to anybody else.
        let others = leaves
        leaves = .none
        settle(fate, event, text, into: batch)
        leaves = others
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
            // The elements share the identifier of the line.
            if event.identity != 0 { event.identity ^= UInt64(fates.count) &* 0x9E37_79B9_7F4A_7C15 }
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
        case .ignored(let reason):
            guard leaves == .eventless else {
                batch.tally.ignored[reason, default: 0] += 1
                return
            }
            if unread.last != place { unread.append(place) }
        case .rejected(let fault):
            if fault.isAboutTime { timeless += 1 }
            guard leaves != .none else { return reject(fault, event, text, into: batch) }
            if unread.last != place { unread.append(place) }
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
    public mutating func explain(_ records: RecordBatch, line index: Int) -> LineExplanation {
        let lines = records.lines
        let batch = EventBatch(columns: plan.layout.count, block: lines.block)
        let arena = batch.arena
        let constants = plan.constants
        arena.append(constants.span.bytes)
        let block = lines.block
        let text = block.padded
        let start = Int(lines.lines[index].start)
        let end = start + Int(lines.lines[index].count)
        let reading = reader.read(text, start, end, arena)
        var slots: [(name: String, value: String)] = []
        for (slot, name) in plan.compiled.slotNames.enumerated() where reader.slots[slot].isPresent {
            let value = reader.bytes(reader.slots[slot], text, arena)
            let isSecret = plan.compiled.secretSlots.contains(slot)
            slots.append((name, isSecret ? SecretMask.mark : SecretMask.maskLine(String(decodingUTF8: value))))
        }
        let decoded = decode(records.excerpt(index..<index + 1))
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
