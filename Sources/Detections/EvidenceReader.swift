// Copies out of an event what a finding keeps of it.

import AuthEvents
import FieldRows

/// Turns rows into named values, in two steps: most matches of correlations are never told of.
struct EvidenceReader {
    /// Characters of a value that evidence keeps.
    static let valueCharactersMax = 500
    /// Bytes of a value that are kept until somebody asks: enough for those characters.
    private static let valueBytesMax = 4 * valueCharactersMax

    private let layout: FieldLayout

    init(_ layout: FieldLayout) { self.layout = layout }

    /// All fields of an event but the time, which evidence has anyway, as bytes.
    func pack(_ row: borrowing FieldRow) -> [UInt8] {
        var packed: [UInt8] = []
        packed.reserveCapacity(512)
        for column in 0..<layout.count where column != CanonicalField.time.rawValue {
            let slice = row[column]
            guard slice.hasValue else { continue }
            let bytes = row.bytes(slice)
            let count = min(bytes.byteCount, Self.valueBytesMax)
            withUnsafeBytes(of: UInt16(truncatingIfNeeded: column)) { packed.append(contentsOf: $0) }
            withUnsafeBytes(of: UInt16(truncatingIfNeeded: count)) { packed.append(contentsOf: $0) }
            packed.append(slice.kind == .fingerprint ? 1 : 0)
            bytes.extracting(first: count).withUnsafeBytes { packed.append(contentsOf: $0) }
        }
        return packed
    }

    /// The fields that ``pack(_:)`` has kept, fit to be stored.
    func fields(_ packed: [UInt8]) -> [NamedValue] {
        var fields: [NamedValue] = []
        var position = 0
        while position + 5 <= packed.count {
            let column = Int(packed[position]) | Int(packed[position + 1]) << 8
            let count = Int(packed[position + 2]) | Int(packed[position + 3]) << 8
            let isFingerprint = packed[position + 4] == 1
            let bytes = packed[(position + 5)..<min(position + 5 + count, packed.count)]
            position += 5 + count
            let text = isFingerprint ? String(hexadecimal: bytes) : String(decoding: bytes, as: UTF8.self)
            let value = Self.storable(text, isFreeText: Self.isFreeText(column))
            fields.append(NamedValue(name: layout.names[column], value: value))
        }
        return fields
    }

    /// Whether it is not known what the column holds: messages, and the fields of vendors.
    static func isFreeText(_ column: Int) -> Bool {
        column >= CanonicalField.allCases.count || column == CanonicalField.errorDescription.rawValue
    }

    /// Text that is fit to be stored: without tokens, and not longer than anyone would read.
    ///
    /// In free text all is masked that could be a secret.
    static func storable(_ text: String, isFreeText: Bool = false) -> String {
        let masked = isFreeText ? SecretMask.maskLine(text) : SecretMask.maskValue(text)
        guard masked.utf8.count > valueCharactersMax, masked.count > valueCharactersMax else { return masked }
        return String(masked.prefix(valueCharactersMax)) + "…"
    }
}

/// An event as it is kept while nobody knows whether it will be told of.
struct PackedEvidence {
    let input: Int
    let lineNumber: Int64
    let byteOffset: Int64
    let time: Int64
    /// Index of the rule that matched the event.
    let rule: Int
    let fields: [UInt8]

    /// Bytes that it takes in memory, roughly.
    var memoryBytes: Int { 96 + fields.count }
}
