// A format ready to decode: flat tables in which names are slots and columns, and texts are bytes.

public import AuthEvents
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
        let start: Int32
        let count: Int32
        /// Its last byte, which tells most apart; zero if it is empty.
        let last: UInt8
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
            case words
            /// The entries, and the constant for values that are not among them: none when -1, their own when -2.
            case map(Part, Int16)
            case exists
            case artefact(Artefact, ReferenceKind)

            @inline(__always)
            var isExistence: Bool { if case .exists = self { true } else { false } }
        }
        var column: Int16
        /// The source fields, best first, in ``sources``.
        var slots: Part
        var action: Action
        /// Keep only what follows the last such byte; zero for everything.
        var after: UInt8
        /// Bit in ``credentialNames`` raised when a value is found; negative for none.
        var credential: Int8
        /// The pattern in ``matches`` that cuts the value out; negative for none.
        var match: Int16 = -1
        /// Characters between words besides the space, in ``literals``; negative for none.
        var separators: Int16 = -1
        /// Whether all ``slots`` together are the reference.
        var isComposite = false
        /// Whether the value is percent-encoded.
        var isPercentEncoded = false
    }

    /// A slot that is found inside the JSON value of another.
    struct Selector: BitwiseCopyable {
        var slot: Int
        var source: Int
        /// A slot that makes this one needless when it is there; negative for none.
        var unless: Int
        /// In ``steps``.
        var steps: Part
    }

    /// One step of a selector, see ``SourceSelector/Step``.
    enum Step: BitwiseCopyable {
        case key(MemberPath)
        case index(Int)
        case element(MemberPath, Literal)
        case every
        /// The keys, in ``literals``.
        case through(Part)
    }

    /// Where a member of an object is, see ``SourceSelector/MemberPath``.
    struct MemberPath: BitwiseCopyable {
        /// In ``literals``.
        var keys: Part
        var whole: Literal?
    }

    /// A source field whose elements or text are read like objects of their own.
    struct Inner: BitwiseCopyable {
        var slot: Int16
        /// The node of its keys in ``jsonKeys``; negative when none is wanted.
        var node: Int16
    }

    /// A column filled from one slot, with nothing else to do: most of them.
    struct Copy: BitwiseCopyable {
        var slot: Int32
        var column: Int32
        /// The column's bit among the canonical fields present; zero for a vendor column.
        var bit: UInt64
    }

    /// All columns that something fills.
    struct Filling: BitwiseCopyable {
        /// In ``copies``.
        var copies: Part
        /// In ``assignments``.
        var others: Part

        static let none = Filling(copies: .none, others: .none)
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
        /// Fields that are JSON texts, in ``inners``.
        var nested: Part
        /// The field whose elements are the events, in ``inners``, or -1.
        var each: Int16
        /// Which part of a record its lines are.
        var part: RecordPart?
        var isIgnored: Bool
        var filling: Filling
    }

    /// One event case of the format.
    struct Case: BitwiseCopyable {
        var conditions: Part
        var kind: EventKind
        var outcome: EventCase.Outcome
        /// What happened besides; `nil` for nothing.
        var alsoKind: EventKind?
        var alsoOutcome: EventCase.Outcome
        var verdict: ServerVerdict
        var grantType: GrantType?
        /// Columns with constant values, in ``constantColumns``.
        var constants: Part
        var filling: Filling
        var isIgnored: Bool
    }

    /// The source fields by slot.
    var slotNames: [String] = []
    var shapes: [Shape] = []
    var cases: [Case] = []
    var conditions: [Condition] = []
    var copies: [Copy] = []
    var assignments: [Assignment] = []
    /// The columns of every line, whatever its shape and case.
    var shared = Filling.none
    /// Whether kind, outcome or verdict can come from a column.
    var declares = false
    var sources: [Int16] = []
    var selectors: [Selector] = []
    var steps: [Step] = []
    /// Slots that stand for the first of others with a value, in ``sources``.
    var aliases: [(slot: Int, sources: Part)] = []
    var inners: [Inner] = []
    /// Patterns that cut values out.
    var matches: [String] = []
    /// What values become that a map does not name.
    var replacements: [FieldSlice] = []
    var literals: [Literal] = []
    var mapEntries: [(key: Literal, value: FieldSlice)] = []
    var constantColumns: [(column: Int, slice: FieldSlice)] = []
    var times: [(slot: Int, unit: EpochUnit)] = []
    var credentialNames: [String] = []
    /// Slots whose values are secrets and are neither copied nor shown.
    var secretSlots: Set<Int> = []
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
    /// Slot with the key that parts of a record share, or -1.
    var recordSlot = -1
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
}
