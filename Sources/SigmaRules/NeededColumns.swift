// Which columns a row must have for a condition to hold.

import FieldRows

extension MatchExpression {
    /// Columns without which the condition is certainly false; not all of them need to be found.
    func needs(_ layout: FieldLayout) -> ColumnSet {
        switch self {
        case .constant(let holds): return holds ? .none : .all
        case .test(let test): return test.needs(layout)
        case .and(let parts): return parts.reduce(.none) { $0.union($1.needs(layout)) }
        case .or(let parts): return parts.reduce(.all) { $0.intersection($1.needs(layout)) }
        case .atLeast, .not: return .none
        }
    }
}

extension FieldTest {
    fileprivate func needs(_ layout: FieldLayout) -> ColumnSet {
        if let (_, own, other) = alternatives { return own.needs(layout).intersection(other.needs(layout)) }
        guard let field, !question.holdsWhenAbsent else { return .none }
        var needed = layout.column(of: field).map(ColumnSet.init(column:)) ?? .all
        if case .field(let other, _, _) = question {
            needed = needed.union(layout.column(of: other).map(ColumnSet.init(column:)) ?? .all)
        }
        return needed
    }
}
