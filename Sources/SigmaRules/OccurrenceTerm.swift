// A boolean condition over rules as alternatives that can be decided one by one.

/// One way in which a condition can hold: these rules occur, those do not.
struct OccurrenceTerm: Sendable, Hashable {
    /// Positions of rules that have to occur.
    var present: Set<Int> = []
    /// Positions of rules that must not occur.
    var absent: Set<Int> = []

    /// Most alternatives a condition may come to.
    static let termsMax = 256
}

extension RuleExpression {
    /// The alternatives that together mean the same (disjunctive normal form); `nil` when there are too many.
    ///
    /// What contradicts itself is left out.
    var terms: [OccurrenceTerm]? { terms(negated: false) }

    private func terms(negated: Bool) -> [OccurrenceTerm]? {
        switch self {
        case .occurs(let rule):
            return [negated ? OccurrenceTerm(absent: [rule]) : OccurrenceTerm(present: [rule])]
        case .not(let part): return part.terms(negated: !negated)
        case .and(let parts): return negated ? Self.any(parts, negated) : Self.all(parts, negated)
        case .or(let parts): return negated ? Self.all(parts, negated) : Self.any(parts, negated)
        }
    }

    private static func any(_ parts: [RuleExpression], _ negated: Bool) -> [OccurrenceTerm]? {
        var terms: [OccurrenceTerm] = []
        for part in parts {
            guard let more = part.terms(negated: negated) else { return nil }
            terms += more.filter { !terms.contains($0) }
            if terms.count > OccurrenceTerm.termsMax { return nil }
        }
        return terms
    }

    private static func all(_ parts: [RuleExpression], _ negated: Bool) -> [OccurrenceTerm]? {
        var terms = [OccurrenceTerm()]
        for part in parts {
            guard let more = part.terms(negated: negated) else { return nil }
            guard terms.count * more.count <= OccurrenceTerm.termsMax else { return nil }
            var next: [OccurrenceTerm] = []
            for left in terms {
                for right in more {
                    let both = OccurrenceTerm(
                        present: left.present.union(right.present),
                        absent: left.absent.union(right.absent)
                    )
                    if both.present.isDisjoint(with: both.absent), !next.contains(both) { next.append(both) }
                }
            }
            terms = next
        }
        return terms
    }
}
