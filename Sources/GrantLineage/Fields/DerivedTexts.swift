// The sets of words that derived fields of one event consist of.

/// One text per ``DerivedField`` that is a set of words, valid for the event asked about last.
final class DerivedTexts {
    private var texts = [[UInt8]](repeating: [], count: DerivedField.allCases.count)

    /// The words of `field` in order, with a space between two.
    subscript(field: DerivedField) -> [UInt8] {
        get { texts[field.rawValue] }
        _modify { yield &texts[field.rawValue] }
    }
}
