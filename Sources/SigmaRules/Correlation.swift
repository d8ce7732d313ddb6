// How events of other rules have to occur together, as written.

/// The `correlation` of a rule (Sigma correlation rules specification 2.1).
public struct Correlation: Sendable {
    /// What is measured.
    public enum Kind: String, CaseIterable, Sendable {
        /// How many events there are.
        case eventCount = "event_count"
        /// How many distinct values a field, or several fields together, have.
        case valueCount = "value_count"
        /// How many of the rules match, in any order.
        case temporal
        /// How many of the rules match, one after the other in the order given.
        case temporalOrdered = "temporal_ordered"
        /// The sum of a field's values.
        case valueSum = "value_sum"
        /// The mean of a field's values.
        case valueAverage = "value_avg"
        /// A percentile of a field's values, interpolated between the two nearest.
        case valuePercentile = "value_percentile"
        /// The median of a field's values.
        case valueMedian = "value_median"

        /// Whether the type is about rules that occur together.
        public var isTemporal: Bool { self == .temporal || self == .temporalOrdered }
        /// Whether the type calculates with the values of a field.
        public var isNumeric: Bool {
            switch self {
            case .valueSum, .valueAverage, .valuePercentile, .valueMedian: true
            case .eventCount, .valueCount, .temporal, .temporalOrdered: false
            }
        }
    }

    /// What is measured.
    public var type: Kind
    /// The rules whose events are looked at, by name or id as written.
    public var rules: [String]
    /// The same rules as positions in the list of loaded rules.
    public var ruleIndices: [Int] = []
    /// Fields or aliases whose values keep groups apart.
    public var groupBy: [String]
    /// Length of the window in microseconds.
    public var timespanMicroseconds: Int64
    /// What has to hold.
    public var condition: Condition
    /// The fields whose values are counted or calculated with; one but for ``Kind/valueCount``.
    public var valueFields: [String]
    /// Which percentile, from 0 to 100.
    public var percentile: Double
    /// Field names by alias, then by rule as written in ``rules``.
    public var aliases: [String: [String: String]]
    /// Whether the rules report their matches themselves as well.
    public var generate: Bool

    /// What has to hold.
    public enum Condition: Sendable {
        /// The measured number stands so to others.
        case measure(CorrelationCondition)
        /// The rules occur, or do not, as an expression says (draft of Sigma 2.2, "extended conditions").
        case expression(RuleExpression)
    }

    /// The field that `name`, a field or an alias, means in events of rule `rule` as written in ``rules``.
    public func field(_ name: String, in rule: String) -> String? {
        guard let alias = aliases[name] else { return name }
        return alias[rule]
    }

    /// The fields needed for grouping and measuring, aliases followed; each once, sorted.
    public var fieldNames: [String] {
        var names: Set<String> = []
        for name in groupBy + valueFields {
            if let alias = aliases[name] { names.formUnion(alias.values) } else { names.insert(name) }
        }
        return names.sorted()
    }
}

/// What has to hold for a number: all of its terms.
public struct CorrelationCondition: Sendable, Equatable {
    /// How the number has to stand to another.
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
        /// How the number has to stand to ``value``.
        public var op: Operator
        /// The number compared with.
        public var value: Double

        /// A comparison with `value`.
        public init(_ op: Operator, _ value: Double) {
            self.op = op
            self.value = value
        }
    }

    /// The comparisons in the order written.
    public var terms: [Term]

    /// A condition that holds when all terms do.
    public init(_ terms: [Term]) { self.terms = terms }

    /// Whether `number` fulfils the condition.
    public func holds(_ number: Double) -> Bool {
        for term in terms {
            let holds =
                switch term.op {
                case .gt: number > term.value
                case .gte: number >= term.value
                case .lt: number < term.value
                case .lte: number <= term.value
                case .eq: number == term.value
                case .neq: number != term.value
                }
            if !holds { return false }
        }
        return true
    }

    /// Whether some whole number in `range` fulfils the condition.
    func canHold(in range: ClosedRange<Double>) -> Bool {
        // Truth changes only next to one of the numbers.
        let edges = terms.flatMap { term in
            [
                term.value.rounded(.down) - 1, term.value.rounded(.down), term.value.rounded(.up),
                term.value.rounded(.up) + 1,
            ]
        }
        return ([range.lowerBound, range.upperBound] + edges).contains { range.contains($0) && holds($0) }
    }
}

/// Which of a correlation's rules have to occur and which must not.
public indirect enum RuleExpression: Sendable, Equatable {
    /// The rule at this position of ``Correlation/rules`` occurs.
    case occurs(Int)
    /// All of these hold.
    case and([RuleExpression])
    /// One of these holds.
    case or([RuleExpression])
    /// This does not hold.
    case not(RuleExpression)
}
