// Whether a correlation can say anything when some of its rules cannot.

extension Correlation {
    /// Whether the condition can hold when only the rules at the positions `possible` can match, and be believed when
    /// only of those at `known` it can be said that they have not matched.
    public func canHold(matching possible: Set<Int>, absent known: Set<Int>) -> Bool {
        guard !possible.isEmpty else { return false }
        switch condition {
        case .measure(let condition):
            return !type.isTemporal || condition.canHold(in: 1...Double(possible.count))
        case .expression(let expression):
            guard let terms = expression.terms else { return true }
            return terms.contains { $0.present.isSubset(of: possible) && $0.absent.isSubset(of: known) }
        }
    }
}
