// Copies out of an event what a finding keeps of it.

import AuthEvents
import FieldRows

/// Turns rows into named values.
struct EvidenceReader {
    /// Characters of a value that evidence keeps.
    static let valueCharactersMax = 500

    private let layout: FieldLayout

    init(_ layout: FieldLayout) { self.layout = layout }

    /// All fields of an event but the time, which evidence has anyway.
    func fields(_ row: borrowing FieldRow) -> [NamedValue] {
        var fields: [NamedValue] = []
        for (column, name) in layout.names.enumerated() where column != CanonicalField.time.rawValue {
            guard let text = row.text(row[column]) else { continue }
            fields.append(NamedValue(name: name, value: Self.storable(text, isFreeText: Self.isFreeText(column))))
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
