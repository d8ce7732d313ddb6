// How often events of other rules have to occur together, as written.

/// The `correlation` of a rule.
public struct Correlation: Sendable {
    /// What is counted.
    public enum Kind: String, CaseIterable, Sendable {
        /// Events.
        case eventCount = "event_count"
        /// Distinct values of a field.
        case valueCount = "value_count"
    }

    /// What is counted.
    public var type: Kind
    /// The rules whose events are counted, by name or id as written.
    public var rules: [String]
    /// The same rules as positions in the list of loaded rules.
    public var ruleIndices: [Int] = []
    /// Fields or aliases whose values keep groups apart.
    public var groupBy: [String]
    /// Length of the window in microseconds.
    public var timespanMicroseconds: Int64
    /// What has to hold for the count.
    public var condition: CorrelationCondition
    /// The field whose distinct values `value_count` counts.
    public var valueField: String?
    /// Field names by alias, then by rule as written in ``rules``.
    public var aliases: [String: [String: String]]
    /// Whether the counted rules report their matches themselves as well.
    public var generate: Bool

    /// The field that `name`, a field or an alias, means in events of rule `rule` as written in ``rules``.
    public func field(_ name: String, in rule: String) -> String? {
        guard let alias = aliases[name] else { return name }
        return alias[rule]
    }

    /// The fields needed for grouping and counting, aliases followed; each once, sorted.
    public var fieldNames: [String] {
        var names: Set<String> = []
        for name in groupBy + (valueField.map { [$0] } ?? []) {
            if let alias = aliases[name] { names.formUnion(alias.values) } else { names.insert(name) }
        }
        return names.sorted()
    }
}

/// What has to hold for a count: all of its terms.
public struct CorrelationCondition: Sendable, Equatable {
    /// How the count has to stand to a number.
    public enum Operator: String, CaseIterable, Sendable {
        /// Greater than.
        case gt
        /// Greater than or equal.
        case gte
        /// Less than.
        case lt
        /// Less than or equal.
        case lte
        /// Equal.
        case eq
        /// Not equal.
        case neq
    }

    /// One comparison.
    public struct Term: Sendable, Equatable {
        /// How the count has to stand to ``value``.
        public var op: Operator
        /// The number compared with.
        public var value: Int

        /// A comparison with `value`.
        public init(_ op: Operator, _ value: Int) {
            self.op = op
            self.value = value
        }
    }

    /// The comparisons in the order written.
    public var terms: [Term]

    /// A condition that holds when all terms do.
    public init(_ terms: [Term]) { self.terms = terms }

    /// Whether a count fulfils the condition.
    public func holds(count: Int) -> Bool {
        for term in terms {
            let holds =
                switch term.op {
                case .gt: count > term.value
                case .gte: count >= term.value
                case .lt: count < term.value
                case .lte: count <= term.value
                case .eq: count == term.value
                case .neq: count != term.value
                }
            if !holds { return false }
        }
        return true
    }

    /// Whether any count that can occur fulfils the condition.
    var canHold: Bool {
        // Truth changes only next to one of the numbers.
        let edges = [1] + terms.flatMap { [$0.value - 1, $0.value, $0.value + 1] }
        return edges.contains { $0 >= 1 && holds(count: $0) }
    }
}
