// Turns derived fields into text in the columns of an event.

public import AuthEvents
public import FieldRows

/// Writes ``DerivedFields`` into the columns that a layout has for them.
///
/// A scratch block begins with constants: the words, `true`, `false` and small numbers. What is longer lives for
/// one event only, behind the constants; so the text of an event is valid until the next event is written.
public struct DerivedFieldWriter: Sendable {
    /// Numbers below this are constants.
    private static let smallNumbers = 1024
    /// Room behind the constants for an event's numbers and words, so that it seldom has to grow.
    private static let roomBytes = 4096

    private enum Form {
        case number
        /// One of the constants from `first` on; booleans are `false` and `true`.
        case constant(first: Int)
        /// The words of a scope set.
        case scopeSet
        /// Words that are there for this event only.
        case text(DerivedField, FieldSlice.Kind)
    }

    private struct Column {
        let field: DerivedField
        let index: Int
        let form: Form
    }

    private let columns: [Column]
    /// The text of ``constants``, which begin with the small numbers.
    private let text: [UInt8]
    private let constants: [FieldSlice]

    /// A writer for rows of `layout`; fields that it lacks are not written.
    public init(layout: FieldLayout) {
        var text = ConstantText()
        for number in 0..<Self.smallNumbers { text.add("\(number)", .number) }
        var columns: [Column] = []
        for field in DerivedField.allCases {
            guard let index = layout.column(of: field.name) else { continue }
            let form: Form
            switch field.type {
            case .number: form = .number
            case .boolean: form = .constant(first: text.add(["false", "true"], .boolean))
            case .word(let words): form = .constant(first: text.add(words, .string))
            case .words: form = field == .grantScopeAdded ? .scopeSet : .text(field, .words)
            case .text: form = .text(field, .string)
            }
            columns.append(Column(field: field, index: index, form: form))
        }
        self.columns = columns
        self.text = text.bytes
        constants = text.slices
    }

    /// Lays the constants at the beginning of `scratch`, which must be empty.
    public func prepare(_ scratch: ByteBlock) {
        precondition(scratch.count == 0, "the constants must stand at the beginning of the block")
        scratch.reserve(text.count + Self.roomBytes)
        scratch.append(text.span.bytes)
    }

    /// Writes `derived`, as `lineage` has just made it, into row `index` of `batch`.
    public func write(
        _ derived: DerivedFields,
        lineage: LineageTracker,
        to batch: EventBatch,
        row index: Int,
        scratch: ByteBlock
    ) {
        if derived.isEmpty { return }
        clear(scratch)
        lineage.withScopes { fill(batch.slices, from: index * batch.columns, derived, $0, $1, scratch) }
    }

    /// Takes away what was written to `scratch`, so that it holds the constants only.
    func clear(_ scratch: ByteBlock) {
        precondition(scratch.count >= text.count, "a scratch block must be prepared before it is written to")
        if scratch.count > text.count { scratch.truncate(to: text.count) }
    }

    /// Fills the row that begins at slice `first`.
    func fill(
        _ slices: RowBlock<FieldSlice>,
        from first: Int,
        _ derived: DerivedFields,
        _ scopes: borrowing ScopeSets,
        _ texts: DerivedTexts,
        _ scratch: ByteBlock
    ) {
        for column in columns {
            guard let value = derived[column.field] else { continue }
            slices[first + column.index] = slice(column.form, value, scopes, texts, scratch)
        }
    }

    private func slice(
        _ form: Form,
        _ value: UInt32,
        _ scopes: borrowing ScopeSets,
        _ texts: DerivedTexts,
        _ scratch: ByteBlock
    ) -> FieldSlice {
        switch form {
        case .number:
            return value < Self.smallNumbers ? constants[Int(value)] : Self.appendNumber(value, to: scratch)
        case .constant(let first): return constants[first + Int(value)]
        case .scopeSet:
            let offset = scratch.count
            scopes.withText(of: ScopeSetID(rawValue: value)) { _ = scratch.append($0) }
            return FieldSlice(.words, .scratch, offset: offset, count: scratch.count - offset)
        case .text(let field, let kind):
            let offset = scratch.append(texts[field].span.bytes)
            return FieldSlice(kind, .scratch, offset: offset, count: scratch.count - offset)
        }
    }

    private static func appendNumber(_ number: UInt32, to scratch: ByteBlock) -> FieldSlice {
        var digits = 1
        var rest = number / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        let offset = scratch.count
        scratch.reserve(offset + digits)
        scratch.append { buffer in
            rest = number
            for place in (0..<digits).reversed() {
                buffer[place] = 0x30 + UInt8(rest % 10)
                rest /= 10
            }
            return digits
        }
        return FieldSlice(.number, .scratch, offset: offset, count: digits)
    }
}

/// Text laid out at the beginning of a block.
private struct ConstantText {
    var bytes: [UInt8] = []
    var slices: [FieldSlice] = []

    mutating func add(_ text: String, _ kind: FieldSlice.Kind) {
        slices.append(FieldSlice(kind, .scratch, offset: bytes.count, count: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Adds `texts` and returns the place of the first among all slices.
    mutating func add(_ texts: [String], _ kind: FieldSlice.Kind) -> Int {
        for text in texts { add(text, kind) }
        return slices.count - texts.count
    }
}
