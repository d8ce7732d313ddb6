// Copies out of an event what a finding keeps of it, and makes text of that.

import AuthEvents
import FieldRows

/// Turns rows into named values, in two steps: most matches of correlations are never told of.
struct EvidenceReader: Sendable {
    /// Characters of a value that evidence keeps.
    static let valueCharactersMax = 500
    /// Bytes of a value that are kept until somebody asks: enough for those characters.
    private static let valueBytesMax = 4 * valueCharactersMax

    /// Bytes before each value: the column in four, the number of bytes in two, whether it is a fingerprint in one.
    fileprivate static let headerBytes = 7

    private let layout: FieldLayout
    private let ruleNames: [String]

    init(_ layout: FieldLayout, ruleNames: [String] = []) {
        self.layout = layout
        self.ruleNames = ruleNames
    }

    /// The event as evidence for rule `rule`; `fields` are its packed fields, made for the first rule that needs them.
    func pack(
        _ row: borrowing FieldRow,
        _ event: AuthEvent,
        input: Int,
        rule: Int,
        fields: inout [UInt8]?
    ) -> PackedEvidence {
        let packed = fields ?? pack(row)
        fields = packed
        return PackedEvidence(
            input: input,
            lineNumber: event.lineNumber,
            byteOffset: event.byteOffset,
            time: event.time,
            rule: rule,
            fields: packed
        )
    }

    /// All fields of an event but the time, which evidence has anyway, as bytes.
    func pack(_ row: borrowing FieldRow) -> [UInt8] {
        var size = 0
        for column in 0..<layout.count where column != CanonicalField.time.rawValue && row[column].hasValue {
            size += Self.headerBytes + min(row[column].count, Self.valueBytesMax)
        }
        var packed: [UInt8] = []
        // Just as much as is needed: whoever keeps many of these counts their bytes.
        packed.reserveCapacity(size)
        for column in 0..<layout.count where column != CanonicalField.time.rawValue {
            let slice = row[column]
            guard slice.hasValue else { continue }
            let bytes = row.bytes(slice)
            let count = min(bytes.byteCount, Self.valueBytesMax)
            withUnsafeBytes(of: UInt32(column).littleEndian) { packed.append(contentsOf: $0) }
            withUnsafeBytes(of: UInt16(count).littleEndian) { packed.append(contentsOf: $0) }
            packed.append(slice.kind == .fingerprint ? 1 : 0)
            bytes.extracting(first: count).withUnsafeBytes { packed.append(contentsOf: $0) }
        }
        return packed
    }

    /// The fields that ``pack(_:)`` has kept, fit to be stored.
    func fields(_ packed: [UInt8]) -> [NamedValue] {
        PackedField.all(in: packed).map { NamedValue(name: layout.names[$0.column], value: Self.storable($0)) }
    }

    /// The same fields without the secrets in them, for a database.
    func masked(_ packed: [UInt8]) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.reserve(packed.count + 64)
        PackedField.forEach(in: packed) { field in
            var field = field
            if !field.isFingerprint, !Self.isHarmless(field) { field.value = Array(Self.storable(field).utf8)[...] }
            field.store(to: &bytes)
        }
        return bytes.bytes
    }

    /// Whether the value is certainly stored as it is, which most are: nothing in it can be a token or behind a name.
    private static func isHarmless(_ field: PackedField) -> Bool {
        guard !isFreeText(field.column), field.value.count <= valueCharactersMax else { return false }
        return field.value.allSatisfy { byte in
            byte < 0x80 && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ":") && byte != UInt8(ascii: "J")
        }
    }

    private static func storable(_ field: PackedField) -> String {
        let text =
            field.isFingerprint ? String(hexadecimal: field.value) : String(decoding: field.value, as: UTF8.self)
        return storable(text, isFreeText: isFreeText(field.column))
    }

    /// What `packed` says, as text that is fit to be stored.
    func evidence(_ packed: PackedEvidence) -> Evidence {
        Evidence(
            input: packed.input,
            lineNumber: packed.lineNumber,
            byteOffset: packed.byteOffset,
            time: packed.time,
            ruleName: ruleNames[packed.rule],
            fields: fields(packed.fields)
        )
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

/// Where the columns of an earlier run are in this one.
struct EvidenceColumns {
    private let places: [Int?]
    private let areSame: Bool

    /// From columns called `names` to those of `layout`.
    init(_ names: [String], _ layout: FieldLayout) {
        areSame = names == layout.names
        places = names.map { layout.column(of: $0) }
    }

    /// Packed fields in the columns of this run; those that it does not have are left out.
    func translated(_ packed: [UInt8]) -> [UInt8] {
        if areSame { return packed }
        var bytes = ByteWriter()
        for var field in PackedField.all(in: packed) where field.column < places.count {
            guard let place = places[field.column] else { continue }
            field.column = place
            field.store(to: &bytes)
        }
        return bytes.bytes
    }
}

/// A field of an event among packed ones.
private struct PackedField {
    var column: Int
    let isFingerprint: Bool
    var value: ArraySlice<UInt8>

    /// The fields in `packed`, in the order of their columns.
    static func all(in packed: [UInt8]) -> [PackedField] {
        var fields: [PackedField] = []
        forEach(in: packed) { fields.append($0) }
        return fields
    }

    /// Calls `body` with each of the fields in `packed`, in the order of their columns.
    static func forEach(in packed: [UInt8], _ body: (PackedField) -> Void) {
        var bytes = ByteReader(packed)
        while bytes.rest >= EvidenceReader.headerBytes {
            let column = Int(bytes.next(UInt32.self))
            let count = Int(bytes.next(UInt16.self))
            let isFingerprint = bytes.nextFlag()
            body(PackedField(column: column, isFingerprint: isFingerprint, value: bytes.next(count: count)))
        }
    }

    func store(to bytes: inout ByteWriter) {
        bytes.append(UInt32(column))
        bytes.append(UInt16(value.count))
        bytes.append(isFingerprint)
        bytes.append(raw: value)
    }
}
