// The tables of a compiled format as the decoder uses them: behind one reference.

import FieldRows

/// What decoding looks up for each line.
///
/// A class, because a structure of this size is copied whole, a kilobyte and more, with every call of its methods.
final class DecodingTables: Sendable {
    typealias Part = CompiledFormat.Part

    let compiled: CompiledFormat
    let shapes: [CompiledFormat.Shape]
    let cases: [CompiledFormat.Case]
    let conditions: [CompiledFormat.Condition]
    let copies: [CompiledFormat.Copy]
    let assignments: [CompiledFormat.Assignment]
    /// For each assignment the bits of the slots it looks at, see ``SlotTable/filled``; all for one that is always made.
    let wanted: [UInt64]
    /// For each shape and each case the bits of the slots without which its conditions cannot hold.
    let shapeNeeds: [UInt64]
    let caseNeeds: [UInt64]
    let shared: CompiledFormat.Filling
    let sources: [Int16]
    let selectors: [CompiledFormat.Selector]
    let steps: [CompiledFormat.Step]
    let aliases: [(slot: Int, sources: Part)]
    let inners: [CompiledFormat.Inner]
    let replacements: [FieldSlice]
    let literals: [CompiledFormat.Literal]
    let mapEntries: [(key: CompiledFormat.Literal, value: FieldSlice)]
    let constantColumns: [(column: Int, slice: FieldSlice)]
    let times: [(slot: Int, unit: EpochUnit)]
    let constants: [UInt8]
    let kindSlices: [FieldSlice]
    let outcomeSlices: [FieldSlice]
    let verdictSlices: [FieldSlice]
    let trueSlice: FieldSlice
    let falseSlice: FieldSlice
    let declares: Bool
    let urlCredentialsSlot: Int
    let statusSlot: Int
    let recordSlot: Int
    let nullCountMax: Int
    let dispatch: CaseDispatch
    private let nulls: Part

    init(_ compiled: CompiledFormat) {
        self.compiled = compiled
        shapes = compiled.shapes
        cases = compiled.cases
        conditions = compiled.conditions
        copies = compiled.copies
        assignments = compiled.assignments
        wanted = compiled.assignments.map { assignment in
            if assignment.action.isExistence { return ~0 }
            return assignment.slots.indices.reduce(0) { $0 | SlotTable.bit(compiled.sources[$1]) }
        }
        func needs(_ conditions: Part) -> UInt64 {
            conditions.indices.reduce(0) { bits, index in
                let condition = compiled.conditions[index]
                let mayBeMissing = condition.comparison == .exists && !condition.expected
                return mayBeMissing ? bits : bits | SlotTable.bit(condition.slot)
            }
        }
        shapeNeeds = compiled.shapes.map { needs($0.conditions) }
        caseNeeds = compiled.cases.map { needs($0.conditions) }
        shared = compiled.shared
        sources = compiled.sources
        selectors = compiled.selectors
        steps = compiled.steps
        aliases = compiled.aliases
        inners = compiled.inners
        replacements = compiled.replacements
        literals = compiled.literals
        mapEntries = compiled.mapEntries
        constantColumns = compiled.constantColumns
        times = compiled.times
        constants = compiled.constants
        kindSlices = compiled.kindSlices
        outcomeSlices = compiled.outcomeSlices
        verdictSlices = compiled.verdictSlices
        trueSlice = compiled.trueSlice
        falseSlice = compiled.falseSlice
        declares = compiled.declares
        urlCredentialsSlot = compiled.urlCredentialsSlot
        recordSlot = compiled.recordSlot
        statusSlot = compiled.statusSlot
        nullCountMax = compiled.nullCountMax
        dispatch = compiled.dispatch
        nulls = compiled.nulls
    }

    var format: FormatFile { compiled.format }
    var layout: FieldLayout { compiled.layout }

    /// Whether `value` has the bytes of `literal` at `offset`; there must be room for them.
    @inline(__always)
    func matches(_ literal: CompiledFormat.Literal, _ value: RawSpan, at offset: Int) -> Bool {
        let constants = constants
        let text = constants.span.bytes
        let (start, count) = (Int(literal.start), Int(literal.count))
        var index = 0
        while index &+ 8 < count {
            if text.word(at: start &+ index) != value.word(at: offset &+ index) { return false }
            index &+= 8
        }
        // The last eight bytes overlap those before; only short texts are compared byte by byte.
        if count >= 8 { return text.word(at: start &+ count &- 8) == value.word(at: offset &+ count &- 8) }
        while index < count {
            if text.byte(at: start &+ index) != value.byte(at: offset &+ index) { return false }
            index &+= 1
        }
        return true
    }

    /// Whether `value` is one of the literals `places`.
    @inline(__always)
    func equals(_ places: Part, _ value: RawSpan) -> Bool {
        let last = value.byteCount > 0 ? value.byte(at: value.byteCount &- 1) : 0
        for index in places.indices where literals[index].last == last {
            if Int(literals[index].count) == value.byteCount, matches(literals[index], value, at: 0) { return true }
        }
        return false
    }

    /// Whether `value` ends with one of the literals `places`.
    @inline(__always)
    func endsWith(_ places: Part, _ value: RawSpan) -> Bool {
        let last = value.byteCount > 0 ? value.byte(at: value.byteCount &- 1) : 0
        for index in places.indices where literals[index].last == last || literals[index].count == 0 {
            let surplus = value.byteCount &- Int(literals[index].count)
            if surplus >= 0, matches(literals[index], value, at: surplus) { return true }
        }
        return false
    }

    /// Whether `value` begins with one of the literals `places`.
    @inline(__always)
    func beginsWith(_ places: Part, _ value: RawSpan) -> Bool {
        for index in places.indices
        where Int(literals[index].count) <= value.byteCount && matches(literals[index], value, at: 0) {
            return true
        }
        return false
    }

    /// Whether `value` holds one of the literals `places`.
    func contains(_ places: Part, _ value: RawSpan) -> Bool {
        for index in places.indices where contains(literals[index], value) { return true }
        return false
    }

    private func contains(_ literal: CompiledFormat.Literal, _ value: RawSpan) -> Bool {
        let count = Int(literal.count)
        guard count > 0 else { return true }
        // Where its last byte stands, looked for from the first place where it could.
        var place = count &- 1
        while let found = value.firstIndex(of: literal.last, from: place) {
            if matches(literal, value, at: found &- count &+ 1) { return true }
            place = found &+ 1
        }
        return false
    }

    /// Whether `value` is one of the format's words for "no value".
    @inline(__always)
    func isNull(_ value: RawSpan) -> Bool { equals(nulls, value) }

    /// Which of the constant `slices` holds exactly `value`.
    func index(of value: RawSpan, in slices: [FieldSlice]) -> Int? {
        for index in slices.indices where slices[index].count == value.byteCount {
            let (start, count) = (slices[index].offset, slices[index].count)
            let literal = CompiledFormat.Literal(start: Int32(start), count: Int32(count), last: 0)
            if matches(literal, value, at: 0) { return index }
        }
        return nil
    }
}
