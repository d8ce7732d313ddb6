// Fields of a log whose names already mean something else.

extension SigmaRule {
    /// The rule with its tests asked of the log's own fields first.
    ///
    /// `ownField` has, for a name that also means something else, the field that is the log's own: an event that has
    /// it is asked about it, any other about the field with the name itself.
    public func preferring(_ ownField: (String) -> String?) -> SigmaRule {
        guard case .detection(let detection) = body else { return self }
        var copy = self
        copy.body = .detection(detection.preferring(ownField))
        return copy
    }
}

extension SigmaFilter {
    /// The filter with its tests asked of the log's own fields first, see ``SigmaRule/preferring(_:)``.
    public func preferring(_ ownField: (String) -> String?) -> SigmaFilter {
        var copy = self
        copy.detection = detection.preferring(ownField)
        return copy
    }
}

extension Detection {
    fileprivate func preferring(_ ownField: (String) -> String?) -> Detection {
        guard fields.contains(where: { ownField($0) != nil }) else { return self }
        return Detection(
            conditions: conditions,
            selections: selections.map {
                Selection(name: $0.name, place: $0.place, expression: $0.expression.preferring(ownField))
            },
            expression: expression.preferring(ownField)
        )
    }
}

extension MatchExpression {
    fileprivate func preferring(_ ownField: (String) -> String?) -> MatchExpression {
        switch self {
        case .constant: self
        case .test(let test): .test(test.preferring(ownField))
        case .and(let parts): .and(parts.map { $0.preferring(ownField) })
        case .or(let parts): .or(parts.map { $0.preferring(ownField) })
        case .atLeast(let least, let parts): .atLeast(least, parts.map { $0.preferring(ownField) })
        case .not(let part): .not(part.preferring(ownField))
        }
    }
}

extension FieldTest {
    fileprivate func preferring(_ ownField: (String) -> String?) -> FieldTest {
        var copy = self
        copy.ownField = field.flatMap(ownField)
        if case .field(let other, let placement, let cased) = question, let own = ownField(other) {
            copy.question = .field(own, placement, cased: cased)
        }
        return copy
    }

    /// The test for events that have the log's own field, and the one for all others.
    var alternatives: (own: FieldTest, other: FieldTest)? {
        guard let ownField else { return nil }
        var (own, other) = (self, self)
        (own.field, own.ownField, other.ownField) = (ownField, nil, nil)
        return (own, other)
    }
}
