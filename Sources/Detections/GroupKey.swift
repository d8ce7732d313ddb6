// What the matches of one incident have in common.

import AuthEvents
import FieldRows
import SigmaRules

/// Reads the values of a rule's group-by fields from rows.
struct GroupKeyReader {
    private let columns: [FieldColumns]
    private let names: [String]
    /// Whether the fields may hold whatever somebody has written into a log.
    private let areFreeText: [Bool]

    /// Reads the fields by which `rule` groups.
    init(_ rule: DetectionRule, layout: FieldLayout) {
        names = rule.groupBy
        columns = names.map { FieldColumns($0, of: rule.sigma, in: layout) }
        areFreeText = names.map { name in
            (rule.sigma.aliasedFields[name] ?? [name]).contains { field in
                rule.sigma.ownFields[field] != nil || layout.column(of: field).map(EvidenceReader.isFreeText) ?? true
            }
        }
    }

    /// The values as bytes that differ when the values do.
    ///
    /// Group keys compare as Sigma strings do: letters of either case are the same.
    func bytes(_ row: borrowing FieldRow) -> [UInt8] {
        var key: [UInt8] = []
        for field in columns {
            let slice = field.column(row).map { row[$0] } ?? .missing
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
        for (place, field) in columns.enumerated() {
            var text: String?
            if let column = field.column(row) { text = row.text(row[column]) }
            result.append(named(place, text))
        }
        return result
    }

    /// The same of values that were copied out of rows.
    func values(_ group: [EventValue]) -> [NamedValue] {
        group.enumerated().map { named($0, $1.text) }
    }

    private func named(_ place: Int, _ text: String?) -> NamedValue {
        NamedValue(name: names[place], value: EvidenceReader.storable(text ?? "", isFreeText: areFreeText[place]))
    }
}
