// A format ready to decode: flat tables in which names are slots and columns, and texts are bytes.

import AuthEvents
public import FieldRows

/// The extraction plan of one format for one layout of columns; shared by all decoders of that format.
///
/// All tables hold trivial values and refer to each other by ranges, so that reading them on the hot path neither
/// copies nor counts references.
public struct CompiledFormat: Sendable {
    /// The format as written.
    public let format: FormatFile
    /// The columns its rows have.
    public let layout: FieldLayout

    /// A literal text among ``constants``.
    struct Literal: BitwiseCopyable {
        var start: Int32
        var count: Int32
    }

    /// A part of one of the tables.
    struct Part: BitwiseCopyable {
        var start: Int32
        var end: Int32

        static let none = Part(start: 0, end: 0)
        var indices: Range<Int> { Int(start)..<Int(end) }
    }

    /// A test on a slot.
    struct Condition: BitwiseCopyable {
        var slot: Int16
        var comparison: SourceCondition.Comparison
        /// The accepted texts, in ``literals``.
        var values: Part
        /// For `exists`: what is expected.
        var expected: Bool
    }

    /// How a canonical or vendor column is filled.
    struct Assignment: BitwiseCopyable {
        enum Action: BitwiseCopyable {
            /// Only looked at, for credentials without a column.
            case none
            case copy
            /// Copied from this slot, with nothing else to do.
            case direct(Int16)
            case words
            case map(Part)
            case exists
            case artefact(Artefact, ReferenceKind)
        }
        var column: Int16
        /// The source fields, best first, in ``sources``.
        var slots: Part
        var action: Action
        /// Keep only what follows the last such byte; zero for everything.
        var after: UInt8
        /// Bit in ``credentialNames`` raised when a value is found; negative for none.
        var credential: Int8
    }

    /// One shape of the format.
    struct Shape: BitwiseCopyable {
        var isJSON: Bool
        /// Whether the shape before it has the same pattern.
        var sharesPattern: Bool
        var conditions: Part
        /// Slot with key=value pairs, or -1.
        var pairs: Int16
        var pairsStyle: PairsStyle
        /// Slot with a request target, or -1.
        var query: Int16
        var isIgnored: Bool
        var assignments: Part
    }

    /// One event case of the format.
    struct Case: BitwiseCopyable {
        var conditions: Part
        var kind: EventKind
        var outcome: EventCase.Outcome
        var verdict: ServerVerdict
        var grantType: GrantType?
        /// Columns with constant values, in ``constantColumns``.
        var constants: Part
        var assignments: Part
        var isIgnored: Bool
    }

    /// The source fields by slot.
    var slotNames: [String] = []
    var shapes: [Shape] = []
    var cases: [Case] = []
    var conditions: [Condition] = []
    var assignments: [Assignment] = []
    /// The assignments of the whole format.
    var shared = Part.none
    var sources: [Int16] = []
    var literals: [Literal] = []
    var mapEntries: [(key: Literal, value: FieldSlice)] = []
    var constantColumns: [(column: Int, slice: FieldSlice)] = []
    var times: [(slot: Int, unit: EpochUnit)] = []
    var credentialNames: [String] = []
    /// Bytes that every batch's arena begins with; constant slices refer to them.
    var constants: [UInt8] = []
    /// Texts that mean "no value", in ``literals``.
    var nulls = Part.none
    /// Length of the longest of them; -1 for none.
    var nullCountMax = -1
    var jsonKeys = KeyTable()
    var pairsKeys = KeyTable()
    var queryKeys = KeyTable()
    var pathSlot = 0
    var urlCredentialsSlot = 0
    var statusSlot = -1
    var kindSlices: [FieldSlice] = []
    var outcomeSlices: [FieldSlice] = []
    var verdictSlices: [FieldSlice] = []
    var trueSlice = FieldSlice.missing
    var falseSlice = FieldSlice.missing
    var sourceSlice = FieldSlice.missing
    /// The cases to try for each value of the slot that tells most of them apart.
    var dispatch = CaseDispatch()

    /// Compiles `format` for rows with the columns of `layout`; `isDerived` tells which columns others fill.
    public init(_ format: FormatFile, layout: FieldLayout, isDerived: (String) -> Bool) throws(FormatError) {
        self.format = format
        self.layout = layout
        try compile(isDerived)
    }

    /// What the format can deliver at all, for the question which rules can run on it.
    public var capabilities: SourceCapabilities { SourceCapabilities(format) }

    /// Whether `value` has the bytes of `literal` at `offset`; there must be room for them.
    @inline(__always)
    func matches(_ literal: Literal, _ value: RawSpan, at offset: Int) -> Bool {
        for index in 0..<Int(literal.count)
        where constants[Int(literal.start) &+ index] != value.byte(at: offset &+ index) {
            return false
        }
        return true
    }

    /// Whether `value` is one of the format's words for "no value".
    @inline(__always)
    func isNull(_ value: RawSpan) -> Bool {
        guard value.byteCount <= nullCountMax else { return false }
        for index in nulls.indices
        where Int(literals[index].count) == value.byteCount && matches(literals[index], value, at: 0) {
            return true
        }
        return false
    }

    /// Which of the constant `slices` holds exactly `value`.
    func index(of value: RawSpan, in slices: [FieldSlice]) -> Int? {
        for index in slices.indices where slices[index].count == value.byteCount {
            let literal = Literal(start: Int32(slices[index].offset), count: Int32(slices[index].count))
            if matches(literal, value, at: 0) { return index }
        }
        return nil
    }
}
