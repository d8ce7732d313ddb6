// Makes the row of an event from the source fields of its line.

import AuthEvents
import FieldRows

/// What became of a line.
enum LineFate {
    case event
    case ignored(String)
    case rejected(LineFault)
}

/// The parts of a batch that rows are written to.
struct RowTarget {
    let arena: ByteBlock
    let slices: RowBlock<FieldSlice>
    let fingerprints: RowBlock<TokenFingerprint>

    init(_ batch: EventBatch) {
        arena = batch.arena
        slices = batch.slices
        fingerprints = batch.fingerprints
    }
}

/// Where the row under construction begins.
private struct RowBuilder {
    let base: Int
    let fingerprintBase: Int
    /// The source fields there are, see ``SlotTable/filled``: most assignments are about what a line does not have.
    let filled: UInt64
    /// Canonical columns filled, one bit per field.
    var present: UInt64 = Self.always
    /// Credentials found in the line, one bit per name of the plan.
    var credentials: UInt64 = 0

    /// Notes that `field` has been filled.
    mutating func has(_ field: CanonicalField) { present |= 1 &<< UInt64(field.rawValue) }

    /// Kind, outcome and source are known of every event.
    private static let always: UInt64 = [CanonicalField.kind, .outcome, .source].reduce(0) {
        $0 | 1 << UInt64($1.rawValue)
    }
}

/// Fills the columns of one event after the other.
///
/// A class whose properties are constant: its methods neither copy it, as they would a large structure, nor count
/// references to what it holds.
final class RowMaker {
    private let plan: DecodingTables
    private let reader: ShapeReader
    private let key: FingerprintKey
    private let range: TimeRange
    private let audited: [AuditedPart]
    private let template: [FieldSlice]
    /// The case of the line read last.
    private var lastCase: Int?
    /// The credentials of an earlier line, as a set and as text.
    private var credentialsBefore: (bits: UInt64, words: [UInt8]) = (0, [])
    private let matches: [BytePattern]
    private let noFingerprints = [TokenFingerprint](repeating: .none, count: Artefact.allCases.count)
    let times: TimeResolver
    /// The instant of the line before.
    var lastTime: Int64? {
        get { times.last }
        set { times.last = newValue }
    }

    init(
        _ plan: DecodingTables,
        _ reader: ShapeReader,
        key: FingerprintKey,
        range: TimeRange,
        audited: [AuditedPart],
        time: TimeSettings
    ) {
        times = TimeResolver(time)
        self.plan = plan
        self.reader = reader
        self.key = key
        self.range = range
        self.audited = audited
        // CompiledFormat has checked that the patterns compile.
        matches = plan.compiled.matches.compactMap { try? BytePattern($0) }
        var template = [FieldSlice](repeating: .missing, count: plan.layout.count)
        template[CanonicalField.source.rawValue] = plan.compiled.sourceSlice
        self.template = template
    }

    /// Makes the row of a line whose slots are filled; `event` knows where the line is and when its envelope says it was.
    func make(
        _ text: RawSpan,
        _ shape: Int,
        _ target: RowTarget,
        _ event: inout AuthEvent
    ) -> LineFate {
        let matched = matchingCase(text, target.arena)
        lastCase = matched
        if let matched, plan.cases[matched].isIgnored {
            return .ignored(plan.format.events[matched].ignore ?? "")
        }
        do {
            event.time = try time(text, target.arena, envelope: event.time == .min ? nil : event.time)
        } catch {
            return .rejected(error)
        }
        if event.time < range.since { return .ignored("before --since") }
        if event.time >= range.until { return .ignored("not before --until") }
        for part in audited where event.byteOffset < part.byteCount && part.range.contains(event.time) {
            return .ignored("audited in an earlier run")
        }
        var row = RowBuilder(
            base: target.slices.append(template),
            fingerprintBase: target.fingerprints.append(noFingerprints),
            filled: reader.slots.filled
        )
        fill(plan.shared, text, target, &row)
        fill(plan.shapes[shape].filling, text, target, &row)
        if let matched {
            fill(plan.cases[matched].filling, text, target, &row)
            apply(matched, text, target, &event, &row)
        }
        finish(&event, &row, text, target)
        return .event
    }

    /// Adds what the line of the row made last says happened besides; false if that is nothing.
    func makeSecond(_ text: RawSpan, _ target: RowTarget, _ event: inout AuthEvent) -> Bool {
        guard let matched = lastCase, let kind = plan.cases[matched].alsoKind else { return false }
        let columns = plan.layout.count
        let first = target.slices.count - columns
        let prints = target.fingerprints.count - Artefact.allCases.count
        let base = target.slices.append((first..<first + columns).map { target.slices[$0] })
        _ = target.fingerprints.append((prints..<target.fingerprints.count).map { target.fingerprints[$0] })
        event.kind = kind
        event.outcome = outcome(plan.cases[matched].alsoOutcome, text, target.arena)
        target.slices[base + CanonicalField.kind.rawValue] = plan.kindSlices[Int(kind.rawValue)]
        target.slices[base + CanonicalField.outcome.rawValue] = plan.outcomeSlices[Int(event.outcome.rawValue)]
        if kind.isFollowed { addGroupKeys(&event, base, text, target) }
        event.isSecond = true
        // It shares the identifier of the line, but is no repetition.
        if event.identity != 0 { event.identity = ~event.identity }
        return true
    }

    /// The first event case whose conditions hold.
    private func matchingCase(_ text: RawSpan, _ arena: ByteBlock) -> Int? {
        let slot = plan.dispatch.slot
        let value = slot >= 0 ? reader.slots[slot] : .missing
        let candidates =
            value.hasValue ? plan.dispatch.candidates(reader.bytes(value, text, arena)) : plan.dispatch.withoutValue
        for place in candidates.indices {
            let index = Int(plan.dispatch.order[place])
            if reader.holds(plan.cases[index].conditions, plan.caseNeeds[index], text, arena) { return index }
        }
        return nil
    }

    /// When it happened: by the record itself, else by what stands around it.
    func time(_ text: RawSpan, _ arena: ByteBlock, envelope: Int64?) throws(LineFault) -> Int64 {
        for index in plan.times.indices {
            let slice = reader.slots[plan.times[index].slot]
            guard slice.hasValue, !isNull(slice, text, arena) else { continue }
            let stamp =
                slice.region == .line
                ? try LogTimestamp.read(text, slice, unit: plan.times[index].unit)
                : try LogTimestamp.read(arena.padded, slice, unit: plan.times[index].unit)
            return try times.resolve(stamp, envelope: envelope)
        }
        guard let envelope else { throw .noTime }
        return times.adopt(envelope)
    }

    /// Fills columns from slots.
    private func fill(
        _ filling: CompiledFormat.Filling,
        _ text: RawSpan,
        _ target: RowTarget,
        _ row: inout RowBuilder
    ) {
        for index in filling.copies.indices {
            let copy = plan.copies[index]
            guard row.filled & SlotTable.bit(copy.slot) != 0 else { continue }
            let slice = reader.slots[Int(copy.slot)]
            guard slice.hasValue, !isNull(slice, text, target.arena) else {
                // A rule can ask whether a field is there at all; a canonical one without a value is not.
                if copy.bit == 0, slice.isPresent { target.slices[row.base &+ Int(copy.column)] = .null }
                continue
            }
            target.slices[row.base &+ Int(copy.column)] = slice
            row.present |= copy.bit
        }
        for index in filling.others.indices
        where row.filled & plan.wanted[index] != 0
            && (hasSource(plan.assignments[index].slots) || plan.assignments[index].action.isExistence)
        {
            assign(index, text, target, &row)
        }
    }

    /// Fills the column of assignment `number`.
    private func assign(_ number: Int, _ text: RawSpan, _ target: RowTarget, _ row: inout RowBuilder) {
        // Read field by field: taken as a whole, the entry would be packed into registers and unpacked again.
        let column = Int(plan.assignments[number].column)
        let place = row.base &+ column
        if plan.assignments[number].action.isExistence {
            target.slices[place] = hasSource(plan.assignments[number].slots) ? plan.trueSlice : plan.falseSlice
            row.present |= 1 &<< UInt64(truncatingIfNeeded: column)
            return
        }
        guard var slice = source(number, text, target.arena) else { return }
        if plan.assignments[number].isPercentEncoded {
            slice = QueryScanner.decoded(slice, reader.bytes(slice, text, target.arena).array, into: target.arena)
        }
        let after = plan.assignments[number].after
        if after != 0 { slice = tail(slice, after: after, text, target.arena) }
        if case .map(let entries, let others) = plan.assignments[number].action {
            guard let value = mapped(slice, entries, others, text, target.arena) else { return }
            slice = value
        }
        if column >= 0, column < 64 { row.present |= 1 &<< UInt64(truncatingIfNeeded: column) }
        let credential = plan.assignments[number].credential
        if credential >= 0 { row.credentials |= 1 << UInt64(credential) }
        switch plan.assignments[number].action {
        case .copy, .map: target.slices[place] = slice
        case .words:
            let separators = plan.assignments[number].separators
            target.slices[place] =
                separators < 0
                ? words(slice, text, target.arena) : words(slice, separators, text, target.arena)
        case .artefact(let artefact, let reference):
            let print = row.fingerprintBase &+ artefact.rawValue
            target.fingerprints[print] = key.fingerprint(
                reader.bytes(slice, text, target.arena),
                kind: reference
            )
            target.slices[place] = FieldSlice(.fingerprint, .fingerprints, offset: print &* 16, count: 16)
        case .exists, .none: break
        }
    }

    /// The value that assignment `number` is about.
    private func source(_ number: Int, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice? {
        let slots = plan.assignments[number].slots
        if _slowPath(plan.assignments[number].isComposite) { return composite(slots, text, arena) }
        let match = plan.assignments[number].match
        guard _slowPath(match >= 0) else { return firstValue(slots, text, arena) }
        for index in slots.indices {
            let slice = reader.slots[Int(plan.sources[index])]
            if slice.hasValue, !isNull(slice, text, arena), let part = part(slice, Int(match), text, arena) {
                return part
            }
        }
        return nil
    }

    /// The part of a value that pattern `match` takes out of it: its first group, or all it matched.
    private func part(_ slice: FieldSlice, _ match: Int, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice? {
        let pattern = matches[match]
        let value = reader.bytes(slice, text, arena)
        guard case .match = pattern.search(value, 0, value.byteCount),
            let range = pattern.hasGroup ? pattern.range(1) : pattern.range(0), !range.isEmpty
        else { return nil }
        return FieldSlice(.string, slice.region, offset: slice.offset + range.lowerBound, count: range.count)
    }

    /// All of the values, which are one reference together; `nil` when one is missing.
    private func composite(_ slots: CompiledFormat.Part, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice? {
        for index in slots.indices {
            let slice = reader.slots[Int(plan.sources[index])]
            guard slice.hasValue, !isNull(slice, text, arena) else { return nil }
        }
        let begin = arena.count
        for index in slots.indices {
            let slice = reader.slots[Int(plan.sources[index])]
            // A byte that no text has keeps `ab`+`c` and `a`+`bc` apart.
            if arena.count > begin { arena.append(byteWithoutPadding: 0) }
            for offset in 0..<slice.count {
                arena.append(byteWithoutPadding: reader.bytes(slice, text, arena).byte(at: offset))
            }
        }
        return FieldSlice(.string, .arena, offset: begin, count: arena.count - begin)
    }

    @inline(__always)
    private func hasSource(_ slots: CompiledFormat.Part) -> Bool {
        for index in slots.indices where reader.slots[Int(plan.sources[index])].hasValue { return true }
        return false
    }

    /// The first of the slots with a value that is not one of the format's words for "no value".
    @inline(__always)
    private func firstValue(_ slots: CompiledFormat.Part, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice? {
        for index in slots.indices {
            let slice = reader.slots[Int(plan.sources[index])]
            if slice.hasValue, !isNull(slice, text, arena) { return slice }
        }
        return nil
    }

    /// Whether the value is one of the format's words for "no value".
    @inline(__always)
    private func isNull(_ slice: FieldSlice, _ text: RawSpan, _ arena: ByteBlock) -> Bool {
        slice.count <= plan.nullCountMax && plan.isNull(reader.bytes(slice, text, arena))
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
        guard slice.region == .line else {
            let copy = ByteBlock(capacity: slice.count)
            copy.append(reader.bytes(slice, text, arena))
            return members(copy.padded, 0, copy.count, arena)
        }
        return members(text, slice.offset, slice.offset + slice.count, arena)
    }

    /// The strings of the JSON array `text[start..<end]` with spaces between.
    private func members(_ text: RawSpan, _ start: Int, _ end: Int, _ arena: ByteBlock) -> FieldSlice {
        let begin = arena.count
        var index = start
        while index < end {
            defer { index += 1 }
            // The scanner has found every string closed.
            guard text.byte(at: index) == UInt8(ascii: "\""),
                let end = JSONScanner.stringEnd(text, ByteScan.stringSpecial(text, index + 1))
            else { continue }
            if arena.count > begin { arena.append(byteWithoutPadding: 0x20) }
            // A member with a malformed escape is no word.
            _ = JSONText.unescape(text, index + 1, end, into: arena)
            index = end
        }
        return FieldSlice(.words, .arena, offset: begin, count: arena.count - begin)
    }

    /// A set of words with other characters between them, such as `[a, b]`.
    private func words(_ slice: FieldSlice, _ separators: Int16, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice {
        if slice.kind == .json { return words(slice, text, arena) }
        let others = plan.literals[Int(separators)]
        let set = plan.constants[Int(others.start)..<Int(others.start + others.count)]
        let begin = arena.count
        var isBetween = true
        for offset in 0..<slice.count {
            let byte = reader.bytes(slice, text, arena).byte(at: offset)
            let separates = byte == 0x20 || set.contains(byte)
            if !separates {
                if isBetween, arena.count > begin { arena.append(byteWithoutPadding: 0x20) }
                arena.append(byteWithoutPadding: byte)
            }
            isBetween = separates
        }
        return FieldSlice(.words, .arena, offset: begin, count: arena.count - begin)
    }

    /// The value as the map has it; what it becomes without an entry is said by `others`.
    private func mapped(
        _ slice: FieldSlice,
        _ entries: CompiledFormat.Part,
        _ others: Int16,
        _ text: RawSpan,
        _ arena: ByteBlock
    ) -> FieldSlice? {
        let value = reader.bytes(slice, text, arena)
        for index in entries.indices {
            let (literal, replacement) = plan.mapEntries[index]
            if Int(literal.count) == value.byteCount, plan.matches(literal, value, at: 0) { return replacement }
        }
        if others >= 0 { return plan.replacements[Int(others)] }
        return others == -1 ? nil : slice
    }

    /// Kind, outcome and constants of the case.
    private func apply(
        _ matched: Int,
        _ text: RawSpan,
        _ target: RowTarget,
        _ event: inout AuthEvent,
        _ row: inout RowBuilder
    ) {
        event.kind = plan.cases[matched].kind
        event.verdict = plan.cases[matched].verdict
        event.grantType = plan.cases[matched].grantType
        event.outcome = outcome(plan.cases[matched].outcome, text, target.arena)
        for index in plan.cases[matched].constants.indices {
            let (column, slice) = plan.constantColumns[index]
            target.slices[row.base + column] = slice
            row.present |= 1 &<< UInt64(truncatingIfNeeded: column)
        }
    }

    private func outcome(_ outcome: EventCase.Outcome, _ text: RawSpan, _ arena: ByteBlock) -> EventOutcome {
        switch outcome {
        case .fixed(let fixed): fixed
        case .byStatus: status(text, arena) == nil ? .unknown : isRefused(text, arena) ? .failure : .success
        case .refusedByStatus: isRefused(text, arena) ? .failure : .unknown
        }
    }

    /// Whether the HTTP status is 400 or above (RFC 9110 §15.5, §15.6).
    private func isRefused(_ text: RawSpan, _ arena: ByteBlock) -> Bool {
        guard let status = status(text, arena) else { return false }
        return status >= UInt8(ascii: "4")
    }

    /// The first digit of the HTTP status; `nil` when the answer has none, because nobody waited for it.
    private func status(_ text: RawSpan, _ arena: ByteBlock) -> UInt8? {
        guard plan.statusSlot >= 0 else { return nil }
        let status = reader.slots[plan.statusSlot]
        guard status.hasValue, status.count == 3 else { return nil }
        let digit = reader.bytes(status, text, arena).byte(at: 0)
        return (0x31...0x39).contains(digit) ? digit : nil
    }

    /// Completes what follows from other columns: names of enumerations, group keys, network, credentials.
    private func finish(_ event: inout AuthEvent, _ row: inout RowBuilder, _ text: RawSpan, _ target: RowTarget) {
        let (arena, slices, base) = (target.arena, target.slices, row.base)
        if plan.declares { declare(&event, base, text, target) }
        slices[base + CanonicalField.kind.rawValue] = plan.kindSlices[Int(event.kind.rawValue)]
        slices[base + CanonicalField.outcome.rawValue] = plan.outcomeSlices[Int(event.outcome.rawValue)]
        if event.verdict != .none {
            slices[base + CanonicalField.verdict.rawValue] = plan.verdictSlices[Int(event.verdict.rawValue)]
            row.has(.verdict)
        }
        var ip = slices[base + CanonicalField.ip.rawValue]
        if ip.hasValue {
            let address = NetworkAddress.bare(reader.bytes(ip, text, arena))
            if address.count < ip.count {
                ip = FieldSlice(ip.kind, ip.region, offset: ip.offset + address.lowerBound, count: address.count)
                slices[base + CanonicalField.ip.rawValue] = ip
            }
        }
        if ip.hasValue, let slice = network(ip, text, arena) {
            slices[base + CanonicalField.network.rawValue] = slice
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
        if plan.format.traits.contains(.atLeastOnce) { event.identity = groupKey(base, .eventID, text, target) }
        if event.kind.isFollowed { addGroupKeys(&event, base, text, target) }
        event.present = row.present
    }

    /// Makes the keys by which lineage compares events.
    private func addGroupKeys(_ event: inout AuthEvent, _ base: Int, _ text: RawSpan, _ target: RowTarget) {
        event.client = groupKey(base, .clientID, text, target)
        event.session = groupKey(base, .sid, text, target)
        event.user = groupKey(base, .sub, text, target)
        if event.user == 0 { event.user = groupKey(base, .username, text, target) }
        guard event.kind.isGrantRequest else { return }
        event.redirectURI = groupKey(base, .redirectURI, text, target)
        event.confirmation = groupKey(base, .cnf, text, target)
        event.userAgent = groupKey(base, .userAgent, text, target)
        event.network = groupKey(base, .network, text, target)
        let isScopeSaid = target.slices[base + CanonicalField.scope.rawValue].count > 0
        event.scope = groupKey(base, isScopeSaid ? .scope : .scopeRequested, text, target)
    }

    /// For formats that write canonical names: takes kind, outcome and verdict from their columns.
    private func declare(_ event: inout AuthEvent, _ base: Int, _ text: RawSpan, _ target: RowTarget) {
        let kind = target.slices[base + CanonicalField.kind.rawValue]
        if kind.hasValue, let index = plan.index(of: reader.bytes(kind, text, target.arena), in: plan.kindSlices) {
            event.kind = EventKind(rawValue: UInt8(index)) ?? .other
        }
        let outcome = target.slices[base + CanonicalField.outcome.rawValue]
        if outcome.hasValue,
            let index = plan.index(of: reader.bytes(outcome, text, target.arena), in: plan.outcomeSlices)
        {
            event.outcome = EventOutcome(rawValue: UInt8(index)) ?? .unknown
        }
        let verdict = target.slices[base + CanonicalField.verdict.rawValue]
        if verdict.hasValue,
            let index = plan.index(of: reader.bytes(verdict, text, target.arena), in: plan.verdictSlices)
        {
            event.verdict = ServerVerdict(rawValue: UInt8(index)) ?? .none
        }
    }

    /// The address's network; an address in the arena is copied first, since the arena is written to.
    private func network(_ ip: FieldSlice, _ text: RawSpan, _ arena: ByteBlock) -> FieldSlice? {
        if ip.region == .line { return NetworkAddress.write(reader.bytes(ip, text, arena), to: arena) }
        let copy = reader.bytes(ip, text, arena).array
        return NetworkAddress.write(copy.span.bytes, to: arena)
    }

    private func groupKey(_ base: Int, _ field: CanonicalField, _ text: RawSpan, _ target: RowTarget) -> UInt64 {
        let slice = target.slices[base + field.rawValue]
        return slice.hasValue ? key.groupKey(reader.bytes(slice, text, target.arena)) : 0
    }

    private func credentialWords(_ bits: UInt64, _ arena: ByteBlock) -> FieldSlice {
        // A log has the same ones in nearly all of its lines.
        if bits != credentialsBefore.bits {
            let names = plan.compiled.credentialNames.enumerated().filter { bits & 1 << UInt64($0.offset) != 0 }
                .map(\.element).sorted()
            credentialsBefore = (bits, Array(names.joined(separator: " ").utf8))
        }
        let words = credentialsBefore.words
        let begin = arena.append(withoutPadding: words.span.bytes)
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
}
