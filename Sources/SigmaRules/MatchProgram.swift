// Conditions as flat tests with jumps, asked about one row at a time.

import FieldRows

/// One test and where to go on; eight of these decide a typical rule.
struct MatchNode: BitwiseCopyable {
    enum Test: UInt8 {
        case isNull, isPresent, isAbsent, hasValue, whole, prefix, suffix, contains, oneOf, glob, number, lt, lte, gt
        case gte, network, field, regex, timePart
    }

    /// Jump target: the condition holds.
    static let holds: Int32 = -1
    /// Jump target: the condition does not hold.
    static let fails: Int32 = -2
    /// Column that stands for the whole line.
    static let wholeLine: Int32 = -1

    var test: Test
    /// How far case is ignored, where the literals do not say it themselves.
    var fold = CaseFold.ascii
    /// Where a referenced field has to stand.
    var placement = TextPlacement.whole
    /// Position of the literal's rarest byte.
    var anchor: UInt8 = 0
    var column: Int32
    /// First word, token or slot, or the number of the thing compared with.
    var operand: Int32 = 0
    /// How many bytes, tokens or slots.
    var extent: Int32 = 0
    var onTrue: Int32
    var onFalse: Int32

    @inline(__always)
    var literal: Literal { Literal(start: operand, count: extent) }
}

/// What a part of a time has to be.
struct TimeTest: BitwiseCopyable, Sendable {
    let part: TimePart
    let comparison: NumberComparison?
    let number: DecimalNumber

    func holds(_ text: RawSpan) -> Bool {
        guard let value = part.value(of: text) else { return false }
        let known = DecimalNumber(value)
        return comparison?.holds(known, number) ?? (known == number)
    }
}

/// The tests of all rules with everything they refer to; belongs to one thread.
final class MatchProgram {
    let nodes: ContiguousArray<MatchNode>
    let words: ContiguousArray<UInt64>
    let tokens: ContiguousArray<UInt32>
    let numbers: ContiguousArray<DecimalNumber>
    let networks: ContiguousArray<AddressRange>
    let timeTests: ContiguousArray<TimeTest>
    /// Hash tables of literals, one after the other; an unused slot has a negative start.
    let slots: ContiguousArray<Literal>
    let regexes: RegexSet
    private var verdicts = VerdictMemo()
    /// Text of JSON strings without their escapes.
    private var unescaped: [UInt8] = []
    /// Texts of the value at hand that have been asked about.
    private var textCount = 0
    /// The line of the current row without its escapes, once somebody has asked; `nil` inside if it has none.
    private var plainLine: [UInt8]??
    /// Searches given up since somebody last asked.
    var limitHits = 0

    init(_ builder: MatchProgramBuilder) {
        nodes = builder.nodes
        words = builder.literals.words
        tokens = builder.tokens
        numbers = builder.numbers
        networks = builder.networks
        timeTests = builder.timeTests
        slots = builder.slots
        regexes = builder.regexes
    }

    /// Has to be called before the first question about a row.
    @inline(__always)
    func beginRow() { if _slowPath(plainLine != nil) { plainLine = nil } }

    /// Follows the tests from node `start` to the end.
    @inline(__always)
    func run(from start: Int32, _ row: borrowing FieldRow) -> Bool {
        var next = start
        while next >= 0 {
            let node = nodes[Int(next)]
            next = holds(node, row) ? node.onTrue : node.onFalse
        }
        return next == MatchNode.holds
    }

    /// The first node behind `start` for which `answer` has none, or where the answers lead: to ``MatchNode/fails``, too,
    /// if no answers to the open questions lead anywhere else.
    func firstOpen(from start: Int32, _ answer: (MatchNode) -> Bool?) -> Int32 {
        var first = start
        while first >= 0, let known = answer(nodes[Int(first)]) {
            first = known ? nodes[Int(first)].onTrue : nodes[Int(first)].onFalse
        }
        var (waiting, seen) = ([first], Set([first]))
        while let next = waiting.popLast() {
            if next == MatchNode.holds { return first }
            guard next >= 0 else { continue }
            let node = nodes[Int(next)]
            let known = answer(node)
            if known != false, seen.insert(node.onTrue).inserted { waiting.append(node.onTrue) }
            if known != true, seen.insert(node.onFalse).inserted { waiting.append(node.onFalse) }
        }
        return MatchNode.fails
    }

    @inline(__always)
    private func holds(_ node: MatchNode, _ row: borrowing FieldRow) -> Bool {
        let slice = node.column < 0 ? row.wholeLine : row[Int(node.column)]
        switch node.test {
        case .isNull: return !slice.hasValue
        case .isPresent: return slice.isPresent
        case .isAbsent: return !slice.isPresent
        case .hasValue: return slice.hasValue
        case .field: return refers(node, slice, row)
        case .regex where node.column >= 0: return isRemembered(node, slice, row)
        default: return holds(node, slice, row)
        }
    }

    /// Searches a value for a regular expression unless that has been done before.
    private func isRemembered(_ node: MatchNode, _ slice: FieldSlice, _ row: borrowing FieldRow) -> Bool {
        guard slice.hasValue, slice.kind != .fingerprint else { return false }
        let key = verdicts.key(UInt64(node.operand) << 8 | UInt64(slice.kind.rawValue), row.bytes(slice))
        if let verdict = verdicts.verdict(key) { return verdict }
        let limitHits = limitHits
        let holds = holds(node, slice, row)
        // A search that was given up is counted each time.
        if limitHits == self.limitHits { verdicts.remember(holds, key) }
        return holds
    }

    @inline(__always)
    private func holds(_ node: MatchNode, _ slice: FieldSlice, _ row: borrowing FieldRow) -> Bool {
        switch slice.kind {
        case .missing, .null, .fingerprint: return false
        case .string where node.column < 0: return lineHolds(node, row.bytes(slice))
        case .string, .number, .boolean: return holds(node, row.bytes(slice))
        case .words: return anyWord(node, row.bytes(slice))
        case .json: return anyMember(node, row.bytes(slice))
        }
    }

    @inline(__always)
    private func holds(_ node: MatchNode, _ text: RawSpan) -> Bool {
        switch node.test {
        case .whole: return text.byteCount == Int(node.extent) && text.holds(node.literal, at: 0, words)
        case .prefix: return text.byteCount >= Int(node.extent) && text.holds(node.literal, at: 0, words)
        case .suffix:
            let start = text.byteCount - Int(node.extent)
            return start >= 0 && text.holds(node.literal, at: start, words)
        case .contains: return text.contains(node.literal, anchor: Int(node.anchor), words)
        default: return holdsRarely(node, text)
        }
    }

    /// Searches a whole line; in one of JSON also for what its escapes mean.
    private func lineHolds(_ node: MatchNode, _ text: RawSpan) -> Bool {
        if holds(node, text) { return true }
        guard let plain = plain(text) else { return false }
        return holds(node, plain.span.bytes)
    }

    /// The line `text` of the current row without the escapes of JSON; `nil` if it has none.
    func plain(_ text: RawSpan) -> [UInt8]? {
        if let known = plainLine { return known }
        let isJSON = text.byteCount > 0 && (text.byte(at: 0) == 0x7B || text.byte(at: 0) == 0x5B)
        guard isJSON, text.hasBackslash else {
            plainLine = .some(nil)
            return nil
        }
        var plain: [UInt8] = []
        plain.reserveCapacity(text.byteCount)
        JSONMembers.unescape(text, into: &plain)
        plainLine = plain
        return plain
    }

    private func holds(_ node: MatchNode, unescaping text: RawSpan) -> Bool {
        unescaped.removeAll(keepingCapacity: true)
        JSONMembers.unescape(text, into: &unescaped)
        let copy = unescaped
        return holds(node, copy.span.bytes)
    }

    private func holdsRarely(_ node: MatchNode, _ text: RawSpan) -> Bool {
        switch node.test {
        case .oneOf: return isOneOf(node, text)
        case .glob: return text.fits(tokens, Int(node.operand)..<Int(node.operand + node.extent), node.fold)
        case .network: return IPAddress(text).map { networks[Int(node.operand)].contains($0) } ?? false
        case .timePart: return timeTests[Int(node.operand)].holds(text)
        case .regex:
            switch regexes.search(Int(node.operand), text, behind: textCount) {
            case .match: return true
            case .noMatch: return false
            case .limit:
                limitHits += 1
                return false
            }
        default: return compares(node, text)
        }
    }

    private func compares(_ node: MatchNode, _ text: RawSpan) -> Bool {
        guard let value = DecimalNumber(text) else { return false }
        let other = numbers[Int(node.operand)]
        switch node.test {
        case .lt: return value < other
        case .lte: return !(other < value)
        case .gt: return other < value
        case .gte: return !(value < other)
        default: return value == other
        }
    }

    private func isOneOf(_ node: MatchNode, _ text: RawSpan) -> Bool {
        let mask = Int(node.extent) - 1
        var slot = Int(truncatingIfNeeded: text.caselessHash) & mask
        while true {
            let literal = slots[Int(node.operand) + slot]
            if literal.start < 0 { return false }
            if Int(literal.count) == text.byteCount, text.holds(literal, at: 0, words) { return true }
            slot = (slot + 1) & mask
        }
    }

    private func anyWord(_ node: MatchNode, _ text: RawSpan) -> Bool {
        if holds(node, text) { return true }
        // What no part of the text contains, no word contains.
        if node.test == .contains { return false }
        defer { textCount = 0 }
        var start = 0
        for index in 0...text.byteCount where index == text.byteCount || text.byte(at: index) == 0x20 {
            let isPart = index > start && index - start < text.byteCount
            textCount += 1
            if isPart, holds(node, text.extracting(start..<index)) { return true }
            start = index + 1
        }
        return false
    }

    private func anyMember(_ node: MatchNode, _ text: RawSpan) -> Bool {
        defer { textCount = 0 }
        var members = JSONMembers()
        while let member = members.next(in: text) {
            defer { textCount += 1 }
            let span = text.extracting(member.range)
            if !member.hasEscapes {
                if holds(node, span) { return true }
                continue
            }
            if holds(node, unescaping: span) { return true }
        }
        return false
    }
}
