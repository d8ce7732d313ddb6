// Fields of a log whose names already mean something else.

public import FieldRows

extension LoadedRules {
    /// The same rules; those for whose log source `isOfOthers` ask for the log's own fields first.
    ///
    /// `ownFields` has, for a name that also means something else, the field that is the log's own: an event that has
    /// it is asked about it, any other about the field with the name itself. Correlations take the values of fields from
    /// the matches of such rules in the same way.
    public func preferring(_ ownFields: [String: String], where isOfOthers: (Logsource) -> Bool) -> LoadedRules {
        var copy = self
        copy.rules = rules.map { isOfOthers($0.logsource) ? $0.preferring(ownFields) : $0 }
        copy.filters = filters.map { isOfOthers($0.logsource) ? $0.preferring(ownFields) : $0 }
        var isOpen = true
        while isOpen {
            isOpen = false
            for (index, rule) in copy.rules.enumerated() where rule.ownFields.isEmpty {
                guard let bases = rule.correlation?.ruleIndices,
                    bases.contains(where: { !copy.rules[$0].ownFields.isEmpty })
                else { continue }
                copy.rules[index].ownFields = ownFields
                isOpen = true
            }
        }
        return copy
    }
}

extension SigmaRule {
    fileprivate func preferring(_ ownFields: [String: String]) -> SigmaRule {
        guard case .detection(let detection) = body else { return self }
        var copy = self
        copy.body = .detection(detection.preferring(ownFields))
        copy.ownFields = ownFields
        return copy
    }
}

/// Where rows have the value of a field: in the log's own field of that name, or else in the field with the name itself.
public struct FieldColumns: Sendable {
    /// The columns; negative for a field that no row has.
    private let own: Int
    private let plain: Int

    /// The columns of field `name` in matches of `rule`; without a name, none.
    public init(_ name: String?, of rule: SigmaRule, in layout: FieldLayout) {
        own = name.flatMap { rule.ownFields[$0] }.flatMap(layout.column) ?? -1
        plain = name.flatMap(layout.column) ?? -1
    }

    /// The column that has the value in `row`; `nil` if none may have it.
    public func column(_ row: borrowing FieldRow) -> Int? {
        if own >= 0, row[own].isPresent { return own }
        return plain < 0 ? nil : plain
    }

    /// Appends bytes that are equal for equal values, as ``EventValue/appendKey(to:)`` does; false if there is none.
    func appendKey(of row: borrowing FieldRow, to key: inout [UInt8]) -> Bool {
        guard let column = column(row), row[column].hasValue else { return false }
        let slice = row[column]
        if slice.kind == .fingerprint || row.bytes(slice).isASCII {
            row.bytes(slice).appendKey(isText: slice.kind != .fingerprint, to: &key)
        } else {
            EventValue(row, slice)?.appendKey(to: &key)
        }
        return true
    }

    /// The value in `row`; `nil` when it is missing or null.
    func value(_ row: borrowing FieldRow) -> EventValue? {
        guard let column = column(row) else { return nil }
        return EventValue(row, row[column])
    }
}

extension SigmaFilter {
    fileprivate func preferring(_ ownFields: [String: String]) -> SigmaFilter {
        var copy = self
        copy.detection = detection.preferring(ownFields)
        return copy
    }
}

extension Detection {
    fileprivate func preferring(_ ownFields: [String: String]) -> Detection {
        guard fields.contains(where: { ownFields[$0] != nil }) else { return self }
        return Detection(
            conditions: conditions,
            selections: selections.map {
                Selection(name: $0.name, place: $0.place, expression: $0.expression.preferring(ownFields))
            },
            expression: expression.preferring(ownFields)
        )
    }
}

extension MatchExpression {
    fileprivate func preferring(_ ownFields: [String: String]) -> MatchExpression {
        switch self {
        case .constant: self
        case .test(let test): .test(test.preferring(ownFields))
        case .and(let parts): .and(parts.map { $0.preferring(ownFields) })
        case .or(let parts): .or(parts.map { $0.preferring(ownFields) })
        case .atLeast(let least, let parts): .atLeast(least, parts.map { $0.preferring(ownFields) })
        case .not(let part): .not(part.preferring(ownFields))
        }
    }
}

extension FieldTest {
    fileprivate func preferring(_ ownFields: [String: String]) -> FieldTest {
        var copy = self
        copy.ownField = field.flatMap { ownFields[$0] }
        if case .field(let other, _, _) = question { copy.ownReference = ownFields[other] }
        return copy
    }

    /// The test for events that have the log's own field `field`, and the one for all others.
    var alternatives: (field: String, own: FieldTest, other: FieldTest)? {
        var (own, other) = (self, self)
        if let ownField {
            (own.field, own.ownField, other.ownField) = (ownField, nil, nil)
            return (ownField, own, other)
        }
        guard let ownReference, case .field(_, let placement, let cased) = question else { return nil }
        own.question = .field(ownReference, placement, cased: cased)
        (own.ownReference, other.ownReference) = (nil, nil)
        return (ownReference, own, other)
    }
}
