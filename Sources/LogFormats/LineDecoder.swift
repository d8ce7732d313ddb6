// Lines in, events out: the hot path of every audit.

public import AuthEvents
public import ByteStreams
import FieldRows

/// Decodes the lines of one input with one format; owned by one task at a time.
public struct LineDecoder: ~Copyable {
    private let plan: CompiledFormat
    private let key: FingerprintKey
    private let range: TimeRange
    private var reader: ShapeReader
    private let template: [FieldSlice]
    private let noFingerprints = [TokenFingerprint](repeating: .none, count: Artefact.allCases.count)
    private let keepsSamples: Bool

    private var events: [AuthEvent] = []
    private var slices = RowBlock<FieldSlice>()
    private var fingerprints = RowBlock<TokenFingerprint>()
    /// How many events had a time without a zone, read as UTC.
    public private(set) var zonesAssumed: Int64 = 0

    /// A decoder for `plan`; events outside `range` are ignored with a reason.
    ///
    /// Without `keepsSamples` rejected lines are only counted.
    public init(_ plan: CompiledFormat, key: FingerprintKey, range: TimeRange = TimeRange(), keepsSamples: Bool = true) {
        self.keepsSamples = keepsSamples
        self.plan = plan
        self.key = key
        self.range = range
        reader = ShapeReader(plan)
        var template = [FieldSlice](repeating: .missing, count: plan.layout.count)
        template[CanonicalField.source.rawValue] = plan.sourceSlice
        self.template = template
    }

    /// Decodes all lines of `lines`, into `spent` if there is a batch that nobody reads any more.
    public mutating func decode(_ lines: LineBatch, reusing spent: EventBatch? = nil) -> EventBatch {
        let batch = spent ?? EventBatch(columns: plan.layout.count, block: lines.block)
        batch.reset(block: lines.block)
        swap(&batch.events, &events)
        slices = batch.slices
        fingerprints = batch.fingerprints
        batch.traits = plan.format.traits
        batch.arena.append(plan.constants.span.bytes)
        let text = lines.block.padded
        events.reserveCapacity(lines.lines.count)
        for (index, line) in lines.lines.enumerated() {
            let start = Int(line.start)
            switch decode(text, start, start + Int(line.count), batch.arena) {
            case .event:
                let last = events.count - 1
                events[last].lineNumber = lines.firstLineNumber + Int64(index)
                events[last].byteOffset = lines.firstByteOffset + Int64(start)
                events[last].lineStart = line.start
                events[last].lineCount = line.count
            case .ignored(let reason):
                batch.tally.ignored[reason, default: 0] += 1
            case .rejected(let fault) where !keepsSamples:
                batch.tally.rejected[fault.rawValue, default: 0] += 1
            case .rejected(let fault):
                let sample = text.extracting(start..<start + min(Int(line.count), RejectedLine.sampleMax))
                batch.reject(
                    RejectedLine(
                        lineNumber: lines.firstLineNumber + Int64(index),
                        byteOffset: lines.firstByteOffset + Int64(start),
                        reason: fault.rawValue,
                        sample: SecretMask.maskLine(String(decodingUTF8: sample))
                    ))
            }
        }
        for line in lines.overlong {
            batch.reject(
                RejectedLine(
                    lineNumber: line.lineNumber,
                    byteOffset: line.byteOffset,
                    reason: LineFault.tooLong.rawValue,
                    sample: ""
                ))
        }
        batch.arena.pad()
        batch.tally.events += Int64(events.count)
        swap(&batch.events, &events)
        return batch
    }

    /// What became of a line.
    private enum Fate {
        case event
        case ignored(String)
        case rejected(LineFault)
    }

    private mutating func decode(_ text: RawSpan, _ start: Int, _ end: Int, _ arena: ByteBlock) -> Fate {
        switch reader.read(text, start, end, arena) {
        case .fault(let fault): return .rejected(fault)
        case .ignored(let reason): return .ignored(reason)
        case .shape(let shape): return event(text, shape, arena)
        }
    }

    /// Makes the row of a line whose slots are filled.
    private mutating func event(_ text: RawSpan, _ shape: Int, _ arena: ByteBlock) -> Fate {
        let matched = matchingCase(text, arena)
        if let matched, plan.cases[matched].isIgnored {
            return .ignored(plan.format.events[matched].ignore ?? "")
        }
        var event = AuthEvent()
        do {
            event.time = try time(text, arena)
        } catch {
            return .rejected(error)
        }
        if event.time < range.since { return .ignored("before --since") }
        if event.time >= range.until { return .ignored("not before --until") }
        var row = RowBuilder(base: slices.append(template), fingerprintBase: fingerprints.append(noFingerprints))
        fill(plan.shared, text, arena, &row)
        fill(plan.shapes[shape].assignments, text, arena, &row)
        if let matched {
            fill(plan.cases[matched].assignments, text, arena, &row)
            apply(plan.cases[matched], text, arena, &event, &row)
        }
        finish(&event, &row, text, arena)
        events.append(event)
        return .event
    }

    /// The first event case whose conditions hold.
    private func matchingCase(_ text: RawSpan, _ arena: ByteBlock) -> Int? {
        let slot = plan.dispatch.slot
        let value = slot >= 0 ? reader.slots[slot] : .missing
        let candidates =
            value.hasValue ? plan.dispatch.candidates(reader.bytes(value, text, arena)) : plan.dispatch.withoutValue
        for place in candidates.indices {
            let index = Int(plan.dispatch.order[place])
            if reader.holds(plan.cases[index].conditions, text, arena) { return index }
        }
        return nil
    }

    private mutating func time(_ text: RawSpan, _ arena: ByteBlock) throws(LineFault) -> Int64 {
        for source in plan.times {
            let slice = reader.slots[source.slot]
            guard slice.hasValue, !plan.isNull(reader.bytes(slice, text, arena)) else { continue }
            let stamp =
                slice.region == .line
                ? try LogTimestamp.read(text, slice, unit: source.unit)
                : try LogTimestamp.read(arena.padded, slice, unit: source.unit)
            if !stamp.hasZone { zonesAssumed += 1 }
            return stamp.microseconds
        }
        throw .noTime
    }

    /// Fills columns from slots.
    private mutating func fill(
        _ assignments: CompiledFormat.Part,
        _ text: RawSpan,
        _ arena: ByteBlock,
        _ row: inout RowBuilder
    ) {
        for index in assignments.indices {
            let assignment = plan.assignments[index]
            if case .direct(let slot) = assignment.action {
                let slice = reader.slots[Int(slot)]
                guard slice.hasValue else { continue }
                if slice.count <= plan.nullCountMax, plan.isNull(reader.bytes(slice, text, arena)) { continue }
                slices[row.base &+ Int(assignment.column)] = slice
                row.present |= 1 &<< UInt64(truncatingIfNeeded: assignment.column)
                continue
            }
            let place = row.base &+ Int(assignment.column)
            if case .exists = assignment.action {
                slices[place] = hasSource(assignment.slots) ? plan.trueSlice : plan.falseSlice
                row.present |= 1 &<< UInt64(truncatingIfNeeded: assignment.column)
                continue
            }
            guard var slice = firstValue(assignment.slots, text, arena) else { continue }
            if assignment.after != 0 { slice = tail(slice, after: assignment.after, text, arena) }
            if assignment.column >= 0, assignment.column < 64 {
                row.present |= 1 &<< UInt64(truncatingIfNeeded: assignment.column)
            }
            if assignment.credential >= 0 { row.credentials |= 1 << UInt64(assignment.credential) }
            switch assignment.action {
            case .copy: slices[place] = slice
            case .words: slices[place] = words(slice, text, arena)
            case .map(let entries): slices[place] = mapped(slice, entries, text, arena)
            case .artefact(let artefact, let reference):
                let print = key.fingerprint(reader.bytes(slice, text, arena), kind: reference)
                let number = row.fingerprintBase &+ artefact.rawValue
                fingerprints[number] = print
                slices[place] = FieldSlice(.fingerprint, .fingerprints, offset: number &* 16, count: 16)
            case .exists, .direct, .none: break
            }
        }
    }

    private func hasSource(_ slots: CompiledFormat.Part) -> Bool {
        for index in slots.indices where reader.slots[Int(plan.sources[index])].hasValue { return true }
        return false
    }

    /// The first of the slots with a value that is not one of the format's words for "no value".
    @inline(__always)
    private func firstValue(_ slots: CompiledFormat.Part, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice? {
        for index in slots.indices {
            let slice = reader.slots[Int(plan.sources[index])]
            guard slice.hasValue else { continue }
            if slice.count <= plan.nullCountMax, plan.isNull(reader.bytes(slice, text, arena)) { continue }
            return slice
        }
        return nil
    }

    /// What follows the last `byte`, or all of it.
    private func tail(_ slice: FieldSlice, after byte: UInt8, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice {
        let value = reader.bytes(slice, text, arena)
        var index = value.byteCount
        while index > 0, value.byte(at: index - 1) != byte { index -= 1 }
        return FieldSlice(slice.kind, slice.region, offset: slice.offset + index, count: slice.count - index)
    }

    /// A set of words; a JSON array of strings becomes its members with spaces between.
    private func words(_ slice: FieldSlice, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice {
        guard slice.kind == .json else { return slice.retyped(.words) }
        let value = reader.bytes(slice, text, arena).array
        let begin = arena.count
        var inside = false
        for byte in value {
            if byte == UInt8(ascii: "\"") {
                inside.toggle()
                if !inside { arena.append(byteWithoutPadding: 0x20) }
            } else if inside {
                arena.append(byteWithoutPadding: byte)
            }
        }
        return FieldSlice(.words, .arena, offset: begin, count: max(arena.count - begin - 1, 0))
    }

    private func mapped(
        _ slice: FieldSlice,
        _ entries: CompiledFormat.Part,
        _ text: RawSpan,
        _ arena: ByteBlock
    ) -> FieldSlice {
        let value = reader.bytes(slice, text, arena)
        for index in entries.indices {
            let (literal, replacement) = plan.mapEntries[index]
            if Int(literal.count) == value.byteCount, plan.matches(literal, value, at: 0) { return replacement }
        }
        return slice
    }

    /// Kind, outcome and constants of the case.
    private mutating func apply(
        _ matched: CompiledFormat.Case,
        _ text: RawSpan,
        _ arena: ByteBlock,
        _ event: inout AuthEvent,
        _ row: inout RowBuilder
    ) {
        event.kind = matched.kind
        event.verdict = matched.verdict
        event.grantType = matched.grantType
        switch matched.outcome {
        case .fixed(let outcome): event.outcome = outcome
        case .byStatus: event.outcome = isRefused(text, arena) ? .failure : .success
        case .refusedByStatus: event.outcome = isRefused(text, arena) ? .failure : .unknown
        }
        for index in matched.constants.indices {
            let (column, slice) = plan.constantColumns[index]
            slices[row.base + column] = slice
            row.present |= 1 &<< UInt64(truncatingIfNeeded: column)
        }
    }

    /// Whether the HTTP status is 400 or above (RFC 9110 §15.5, §15.6).
    private func isRefused(_ text: RawSpan, _ arena: ByteBlock) -> Bool {
        guard plan.statusSlot >= 0 else { return false }
        let status = reader.slots[plan.statusSlot]
        return status.count == 3 && reader.bytes(status, text, arena).byte(at: 0) >= UInt8(ascii: "4")
    }

    /// Completes what follows from other columns: names of enumerations, group keys, network, credentials.
    private mutating func finish(_ event: inout AuthEvent, _ row: inout RowBuilder, _ text: RawSpan, _ arena: ByteBlock) {
        let base = row.base
        declare(&event, base, text, arena)
        slices[base + CanonicalField.kind.rawValue] = plan.kindSlices[Int(event.kind.rawValue)]
        slices[base + CanonicalField.outcome.rawValue] = plan.outcomeSlices[Int(event.outcome.rawValue)]
        if event.verdict != .none {
            slices[base + CanonicalField.verdict.rawValue] = plan.verdictSlices[Int(event.verdict.rawValue)]
            row.has(.verdict)
        }
        event.client = groupKey(base, .clientID, text, arena)
        event.session = groupKey(base, .sid, text, arena)
        event.userAgent = groupKey(base, .userAgent, text, arena)
        let isScopeSaid = slices[base + CanonicalField.scope.rawValue].count > 0
        event.scope = groupKey(base, isScopeSaid ? .scope : .scopeRequested, text, arena)
        let ip = slices[base + CanonicalField.ip.rawValue]
        if ip.hasValue, let slice = network(ip, text, arena) {
            slices[base + CanonicalField.network.rawValue] = slice
            event.network = key.groupKey(arena.bytes.extracting(slice.offset..<slice.offset + slice.count))
            row.has(.network)
        }
        let urlCredentials = reader.slots[plan.urlCredentialsSlot]
        if urlCredentials.hasValue {
            slices[base + CanonicalField.credentialInURL.rawValue] = urlCredentials
            row.has(.credentialInURL)
        }
        if row.credentials != 0 {
            slices[base + CanonicalField.credentialInLog.rawValue] = credentialWords(row.credentials, arena)
            row.has(.credentialInLog)
        }
        if event.grantType == nil, slices[base + CanonicalField.grantType.rawValue].hasValue {
            event.grantType = grantType(slices[base + CanonicalField.grantType.rawValue], text, arena)
        }
        event.present = row.present
    }

    /// For formats that write canonical names: takes kind, outcome and verdict from their columns.
    private func declare(_ event: inout AuthEvent, _ base: Int, _ text: RawSpan, _ arena: ByteBlock) {
        let kind = slices[base + CanonicalField.kind.rawValue]
        if kind.hasValue, let index = plan.index(of: reader.bytes(kind, text, arena), in: plan.kindSlices) {
            event.kind = EventKind(rawValue: UInt8(index)) ?? .other
        }
        let outcome = slices[base + CanonicalField.outcome.rawValue]
        if outcome.hasValue, let index = plan.index(of: reader.bytes(outcome, text, arena), in: plan.outcomeSlices) {
            event.outcome = EventOutcome(rawValue: UInt8(index)) ?? .unknown
        }
        let verdict = slices[base + CanonicalField.verdict.rawValue]
        if verdict.hasValue, let index = plan.index(of: reader.bytes(verdict, text, arena), in: plan.verdictSlices) {
            event.verdict = ServerVerdict(rawValue: UInt8(index)) ?? .none
        }
    }

    /// The address's network; an address in the arena is copied first, since the arena is written to.
    private func network(_ ip: FieldSlice, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice? {
        if ip.region == .line { return NetworkAddress.write(reader.bytes(ip, text, arena), to: arena) }
        let copy = reader.bytes(ip, text, arena).array
        return NetworkAddress.write(copy.span.bytes, to: arena)
    }

    private func groupKey(_ base: Int, _ field: CanonicalField, _ text: RawSpan, _ arena: ByteBlock) -> UInt64 {
        let slice = slices[base + field.rawValue]
        return slice.hasValue ? key.groupKey(reader.bytes(slice, text, arena)) : 0
    }

    private func credentialWords(_ bits: UInt64, _ arena: ByteBlock) -> FieldSlice {
        let names = plan.credentialNames.enumerated().filter { bits & 1 << UInt64($0.offset) != 0 }.map(\.element)
        let begin = arena.count
        for byte in names.joined(separator: " ").utf8 { arena.append(byteWithoutPadding: byte) }
        return FieldSlice(.words, .arena, offset: begin, count: arena.count - begin)
    }

    private func grantType(_ slice: FieldSlice, _ text: RawSpan, _ arena: ByteBlock) -> GrantType? {
        let value = reader.bytes(slice, text, arena)
        // The three that make up nearly all traffic are told apart without making a String.
        if value.equals("refresh_token") { return .refreshToken }
        if value.equals("authorization_code") { return .authorizationCode }
        if value.equals("client_credentials") { return .clientCredentials }
        return GrantType(rawValue: String(decodingUTF8: value))
    }

    /// Which slots a line fills and what its row becomes, for people; the line must be in `lines`.
    public mutating func explain(_ lines: LineBatch, line index: Int) -> LineExplanation {
        let batch = EventBatch(columns: plan.layout.count, block: lines.block)
        let arena = batch.arena
        arena.append(plan.constants.span.bytes)
        let text = lines.block.padded
        let start = Int(lines.lines[index].start)
        let end = start + Int(lines.lines[index].count)
        let reading = reader.read(text, start, end, arena)
        var slots: [(name: String, value: String)] = []
        for (slot, name) in plan.slotNames.enumerated() where reader.slots[slot].isPresent {
            let value = reader.bytes(reader.slots[slot], text, arena)
            slots.append((name, String(decodingUTF8: value)))
        }
        let single = lines.excerpt(index..<index + 1)
        let decoded = decode(single)
        return LineExplanation(plan, reading, slots, decoded)
    }
}

/// Where the row under construction begins.
private struct RowBuilder {
    let base: Int
    let fingerprintBase: Int
    /// Canonical columns filled, one bit per field.
    var present: UInt64 = Self.always
    /// Credentials found in the line, one bit per name of the plan.
    var credentials: UInt64 = 0

    /// Notes that `field` has been filled.
    mutating func has(_ field: CanonicalField) { present |= 1 &<< UInt64(field.rawValue) }

    /// Kind, outcome and source are known of every event.
    private static let always: UInt64 = [CanonicalField.kind, .outcome, .source].reduce(0) { $0 | 1 << UInt64($1.rawValue) }
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
}
