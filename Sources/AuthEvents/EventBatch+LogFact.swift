// Puts a fact about a log into a row, as a decoder puts a line.

public import FieldRows

extension EventBatch {
    /// A batch of one event that says `fact`, in the columns of `layout`.
    public convenience init(_ fact: LogFact, layout: FieldLayout) {
        self.init(columns: layout.count, block: ByteBlock(capacity: 0))
        var event = AuthEvent()
        event.time = fact.time
        event.lineNumber = fact.lineNumber
        event.byteOffset = fact.byteOffset
        event.kind = fact.kind
        var row = [FieldSlice](repeating: .missing, count: layout.count)
        func put(_ text: String, _ kind: FieldSlice.Kind, in column: Int) {
            let bytes = Array(text.utf8.prefix(FieldSlice.countMax))
            row[column] = FieldSlice(kind, .arena, offset: arena.append(bytes.span.bytes), count: bytes.count)
            if column < CanonicalField.allCases.count { event.present |= 1 << UInt64(column) }
        }
        put(fact.kind.name, .string, in: CanonicalField.kind.rawValue)
        put(event.outcome.name, .string, in: CanonicalField.outcome.rawValue)
        if let source = fact.source { put(source, .string, in: CanonicalField.source.rawValue) }
        for (field, value) in fact.values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let column = layout.column(of: field.rawValue) else { continue }
            put(value.text, value.kind, in: column)
        }
        events = [event]
        _ = slices.append(row)
        let none = [TokenFingerprint](repeating: .none, count: Artefact.allCases.count)
        _ = fingerprints.append(none)
    }
}

extension LogFact.Value {
    fileprivate var kind: FieldSlice.Kind {
        switch self {
        case .text: .string
        case .number, .decimal: .number
        case .boolean: .boolean
        }
    }
}
