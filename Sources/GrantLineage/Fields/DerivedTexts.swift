// The sets of words that derived fields of one event consist of.

/// One text per ``DerivedField`` that is a set of words, valid for the event asked about last.
final class DerivedTexts {
    private var texts = [[UInt8]](repeating: [], count: DerivedField.allCases.count)

    /// Says the words of `field` in `derived`, if there are any.
    func set(_ field: DerivedField, _ words: [UInt8], _ derived: inout DerivedFields) {
        guard !words.isEmpty else { return }
        self[field] = words
        derived[field] = 0
    }

    /// The words of `field` in order, with a space between two.
    subscript(field: DerivedField) -> [UInt8] {
        get { texts[field.rawValue] }
        _modify { yield &texts[field.rawValue] }
    }
}
