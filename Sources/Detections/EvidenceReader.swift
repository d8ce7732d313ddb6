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
            let isCanonical = column < CanonicalField.allCases.count
            fields.append(NamedValue(name: name, value: Self.storable(text, isVendors: !isCanonical)))
        }
        return fields
    }

    /// Text that is fit to be stored: without tokens, and not longer than anyone would read.
    ///
    /// What a vendor's own field holds is not known, so all is masked there that could be a secret.
    static func storable(_ text: String, isVendors: Bool = false) -> String {
        let masked = isVendors ? SecretMask.maskLine(text) : SecretMask.maskValue(text)
        guard masked.utf8.count > valueCharactersMax, masked.count > valueCharactersMax else { return masked }
        return String(masked.prefix(valueCharactersMax)) + "…"
    }
}
