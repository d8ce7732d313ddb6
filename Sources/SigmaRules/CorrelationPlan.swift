// Where a correlation finds the values it needs, in rows and in other correlations.

import FieldRows

/// One correlation with its place among the others.
final class CorrelationPlan {
    /// What the correlation looks at.
    enum Source {
        /// Rows that a detection matches: where each value is.
        case detection([FieldColumns])
        /// Another correlation: for each value, its place among that one's group and carried values, or negative.
        case correlation(places: [Int])
    }

    /// Index of the rule.
    let rule: Int
    let correlation: Correlation
    /// For each rule of the correlation, where the values are: group, measured, carried, in this order.
    let sources: [Source]
    /// Fields that correlations on this one ask for and that it does not group by.
    let carried: [String]
    /// The ways in which an expression can hold; for anything else a single one without an expression's rules.
    let terms: [OccurrenceTerm]
    /// The rules whose matches open a window that is decided when it ends, because something must not occur in it.
    let openers: Set<Int>
    /// Whether another correlation looks at this one.
    let isLookedAt: Bool
    /// Whether several matches may rest on one event: it matches several rules, or comes by way of other correlations.
    let mayRepeat: Bool
    /// The chains to follow, one per term, if order matters.
    let orders: [OrderedSteps]

    /// Plans for all correlations of `rules`, those that others look at first.
    static func plans(_ rules: [SigmaRule], _ layout: FieldLayout) -> [CorrelationPlan] {
        let order = ordered(rules)
        // By the correlation looked at, even where nothing is asked of it.
        var wanted: [Int: [String]] = [:]
        for index in order.reversed() {
            guard let correlation = rules[index].correlation else { continue }
            let names = correlation.groupBy + correlation.valueFields + carried(correlation, wanted[index] ?? [])
            for (written, child) in zip(correlation.rules, correlation.ruleIndices)
            where rules[child].correlation != nil {
                var known = wanted[child] ?? []
                for name in names.compactMap({ correlation.field($0, in: written) }) where !known.contains(name) {
                    known.append(name)
                }
                wanted[child] = known
            }
        }
        return order.compactMap { index in
            rules[index].correlation.map { CorrelationPlan(index, $0, wanted, rules, layout) }
        }
    }

    private init(
        _ rule: Int,
        _ correlation: Correlation,
        _ wanted: [Int: [String]],
        _ rules: [SigmaRule],
        _ layout: FieldLayout
    ) {
        self.rule = rule
        self.correlation = correlation
        carried = Self.carried(correlation, wanted[rule] ?? [])
        let names = correlation.groupBy + correlation.valueFields + carried
        sources = zip(correlation.rules, correlation.ruleIndices).map { written, child in
            let fields = names.map { correlation.field($0, in: written) }
            guard let inner = rules[child].correlation else {
                return .detection(fields.map { FieldColumns($0, of: rules[child], in: layout) })
            }
            let offered = inner.groupBy + Self.carried(inner, wanted[child] ?? [])
            return .correlation(places: fields.map { $0.flatMap(offered.firstIndex(of:)) ?? -1 })
        }
        if case .expression(let expression) = correlation.condition {
            terms = expression.terms ?? []
        } else {
            terms = [OccurrenceTerm()]
        }
        openers = terms.filter { !$0.absent.isEmpty }.reduce(into: []) { $0.formUnion($1.present) }
        isLookedAt = wanted[rule] != nil
        mayRepeat = sources.count > 1 || correlation.ruleIndices.contains { rules[$0].correlation != nil }
        orders = Self.orders(correlation, terms)
    }

    private static func carried(_ correlation: Correlation, _ wanted: [String]) -> [String] {
        wanted.filter { !correlation.groupBy.contains($0) }
    }

    /// Correlations in an order in which each one stands behind those it looks at; the loader has refused circles.
    private static func ordered(_ rules: [SigmaRule]) -> [Int] {
        var order: [Int] = []
        var seen: Set<Int> = []
        func visit(_ index: Int) {
            guard let correlation = rules[index].correlation, seen.insert(index).inserted else { return }
            for child in correlation.ruleIndices { visit(child) }
            order.append(index)
        }
        for index in rules.indices { visit(index) }
        return order
    }

    private static func orders(_ correlation: Correlation, _ terms: [OccurrenceTerm]) -> [OrderedSteps] {
        guard correlation.type == .temporalOrdered else { return [] }
        guard case .measure(let condition) = correlation.condition else {
            return terms.map { OrderedSteps($0.present.sorted(), least: $0.present.count) }
        }
        let least = condition.terms.map { $0.op == .gt ? $0.value + 1 : $0.value }.max() ?? 1
        return [OrderedSteps(Array(correlation.rules.indices), least: Int(least))]
    }
}
