// What the matches of one incident have in common.

import AuthEvents
import FieldRows
import SigmaRules

/// Reads the values of a rule's group-by fields from rows.
struct GroupKeyReader {
    /// Columns of the fields; negative for a field no row has.
    private let columns: [Int]
    private let names: [String]

    /// Reads `fields`.
    init(_ fields: [String], layout: FieldLayout) {
        names = fields
        columns = fields.map { layout.column(of: $0) ?? -1 }
    }

    /// The values as bytes that differ when the values do.
    ///
    /// Group keys compare as Sigma strings do: letters of either case are the same.
    func bytes(_ row: borrowing FieldRow) -> [UInt8] {
        var key: [UInt8] = []
        for column in columns {
            let slice = column < 0 ? .missing : row[column]
            // A missing value counts as an empty one.
            guard slice.count > 0, let value = EventValue(row, slice) else {
                key.append(0)
                continue
            }
            key.append(1)
            value.appendKey(to: &key)
        }
        return key
    }

    /// The values as text for people; a missing one is empty.
    func values(_ row: borrowing FieldRow) -> [NamedValue] {
        var result: [NamedValue] = []
        for (name, column) in zip(names, columns) {
            result.append(named(name, column, column < 0 ? nil : row.text(row[column])))
        }
        return result
    }

    /// The same of values that were copied out of rows.
    func values(_ group: [EventValue]) -> [NamedValue] {
        zip(zip(names, columns), group).map { field, value in named(field.0, field.1, value.text) }
    }

    private func named(_ name: String, _ column: Int, _ text: String?) -> NamedValue {
        let isFreeText = column < 0 || EvidenceReader.isFreeText(column)
        return NamedValue(name: name, value: EvidenceReader.storable(text ?? "", isFreeText: isFreeText))
    }
}
