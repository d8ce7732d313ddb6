// Turns the `correlation` of a document into its description.

/// Reads one `correlation` map.
struct CorrelationParser {
    private static let known = [
        "type", "rules", "group-by", "timespan", "condition", "aliases", "generate", "field", "percentile",
    ]
    /// Names of the draft of Sigma 2.2 for temporal types whose condition is an expression.
    private static let extendedNames: [String: Correlation.Kind] = [
        "temporal_extended": .temporal, "temporal_ordered_extended": .temporalOrdered,
    ]

    let keys: RuleKeys
    /// A `generate` beside the `correlation` instead of in it.
    let generate: Bool?
    var problems: DiagnosticList

    /// Reads the map; `nil` after a problem has been reported.
    mutating func parse() -> Correlation? {
        keys.warnOfMisspellings(Self.known, &problems)
        let type = type()
        var rules = rules(mayBeMissing: isExpression && type?.isTemporal ?? false)
        let timespan = timespan()
        let generate = keys.boolean("generate", &problems) ?? generate ?? false
        let groupBy = keys.strings("group-by", &problems)
        var measured: (condition: Correlation.Condition?, fields: [String]?, percentile: Double?)
        if let type { measured = (condition(type, &rules), valueFields(type), percentile(type)) }
        let aliases = aliases(of: rules)
        guard let type, let timespan, let condition = measured.condition, let fields = measured.fields,
            let percentile = measured.percentile, !problems.hasErrors
        else { return nil }
        return Correlation(
            type: type,
            rules: rules,
            groupBy: groupBy,
            timespanMicroseconds: timespan,
            condition: condition,
            valueFields: fields,
            percentile: percentile,
            aliases: aliases,
            generate: generate
        )
    }

    /// Whether the condition is an expression over rules instead of a map.
    private var isExpression: Bool {
        guard let node = keys["condition"], !node.isNull else { return false }
        return node.text != nil
    }

    private mutating func type() -> Correlation.Kind? {
        guard let node = keys.required("type", &problems, hint: "for example event_count") else { return nil }
        if let extended = node.text.flatMap({ Self.extendedNames[$0] }) { return extended }
        return keys.choice("type", Correlation.Kind.self, &problems)
    }

    private mutating func rules(mayBeMissing: Bool) -> [String] {
        if mayBeMissing, keys["rules"] == nil { return [] }
        guard let node = keys.required("rules", &problems, hint: "a list of rule names or ids") else { return [] }
        let rules = keys.strings("rules", &problems)
        if rules.isEmpty, !problems.hasErrors { problems.error(node.place, "'rules' is empty") }
        var known: Set<String> = []
        if let twice = rules.firstIndex(where: { !known.insert($0).inserted }) {
            var place = node.place
            if case .list(let members) = node.content, members.count == rules.count { place = members[twice].place }
            problems.error(place, "'rules' names '\(rules[twice])' twice", hint: "name each rule once")
        }
        return rules
    }

    private mutating func timespan() -> Int64? {
        guard let node = keys.required("timespan", &problems, hint: "for example 15m or 24h") else { return nil }
        guard let text = keys.string("timespan", &problems) else { return nil }
        let seconds: Int64? =
            switch text.last {
            case "s": 1
            case "m": 60
            case "h": 3_600
            case "d": 86_400
            case "w": 7 * 86_400
            // The mean month and year of the Gregorian calendar.
            case "M": 2_629_746
            case "y": 31_556_952
            default: nil
            }
        let digits = text.dropLast()
        let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { $0 &- 0x30 < 10 }
        guard let seconds, isNumber, let number = Int64(digits), number > 0 else {
            problems.error(
                node.place,
                "'\(text)' is not a timespan",
                hint: "a number and one of s, m, h, d, w, M (month), y (year), for example 15m"
            )
            return nil
        }
        let (span, overflow) = number.multipliedReportingOverflow(by: seconds * 1_000_000)
        if overflow || span > 100 * 365 * 86_400 * 1_000_000 {
            problems.error(node.place, "timespan '\(text)' is longer than a hundred years")
            return nil
        }
        return span
    }

    private mutating func condition(_ type: Correlation.Kind, _ rules: inout [String]) -> Correlation.Condition? {
        guard let node = keys["condition"], !node.isNull else {
            if type.isTemporal { return .measure(CorrelationCondition([.init(.gte, Double(rules.count))])) }
            _ = keys.required("condition", &problems, hint: "for example 'gte: 10'")
            return nil
        }
        if let text = node.text { return expression(text, node, type, &rules).map(Correlation.Condition.expression) }
        guard let map = RuleKeys(node) else {
            problems.error(
                node.place,
                "'condition' has to be a map, not \(node.kindName)",
                hint: "for example 'gte: 10'"
            )
            return nil
        }
        return measure(map, type, ruleCount: rules.count).map(Correlation.Condition.measure)
    }

    /// An expression such as `a and not b`.
    private mutating func expression(
        _ text: String,
        _ node: RuleNode,
        _ type: Correlation.Kind,
        _ rules: inout [String]
    ) -> RuleExpression? {
        guard type.isTemporal else {
            let hint = "for example 'gte: 10'; expressions belong to temporal and temporal_ordered"
            problems.error(node.place, "'condition' has to be a map for \(type.rawValue)", hint: hint)
            return nil
        }
        var parser = RuleExpressionParser(text, rules: rules)
        do {
            let expression = try parser.parse()
            rules = parser.rules
            guard let terms = expression.terms else {
                problems.error(node.place, "the condition has more than \(OccurrenceTerm.termsMax) alternatives")
                return nil
            }
            if terms.isEmpty { problems.error(node.place, "the condition contradicts itself") }
            if terms.contains(where: \.present.isEmpty) {
                problems.error(
                    node.place,
                    "the condition can hold without any match, so there is no time at which to ask it",
                    hint: "name a rule that has to match: 'a and not b'"
                )
            }
            return expression
        } catch {
            problems.error(node.place(at: error.offset), error.message, hint: error.hint)
            return nil
        }
    }

    /// Comparisons of the measured number.
    private mutating func measure(
        _ map: RuleKeys,
        _ type: Correlation.Kind,
        ruleCount: Int
    ) -> CorrelationCondition? {
        var terms: [CorrelationCondition.Term] = []
        var sound = true
        for entry in map.entries where entry.key != "field" && entry.key != "percentile" {
            if let term = term(entry.key, entry.keyPlace, entry.value, type) {
                terms.append(term)
            } else {
                sound = false
            }
        }
        guard sound else { return nil }
        let condition = CorrelationCondition(terms)
        if terms.isEmpty {
            problems.error(map.place, "the condition compares with nothing", hint: "for example 'gte: 10'")
        } else if type == .temporalOrdered, !terms.allSatisfy({ $0.op == .gt || $0.op == .gte }) {
            problems.error(map.place, "temporal_ordered can only ask for a least number of rules: gt or gte")
        } else if !type.isNumeric {
            let most = type.isTemporal ? Double(ruleCount) : .greatestFiniteMagnitude
            if most >= 1, !condition.canHold(in: 1...most) {
                problems.error(
                    map.place,
                    "no number of \(type.isTemporal ? "rules" : "events") can fulfil the condition"
                )
            } else if condition.canHold(in: 1...1), condition.terms.allSatisfy({ $0.op == .gt || $0.op == .gte }) {
                problems.warning(map.place, "every single match fulfils the condition")
            }
        }
        return condition
    }

    private mutating func term(
        _ key: String,
        _ keyPlace: Place,
        _ value: RuleNode,
        _ type: Correlation.Kind
    ) -> CorrelationCondition.Term? {
        let operators = CorrelationCondition.Operator.allCases.map(\.rawValue)
        guard let op = CorrelationCondition.Operator(rawValue: key) else {
            let known = "one of \(operators.joined(separator: ", "))"
            let hint = didYouMean(key, among: operators + ["field", "percentile"], otherwise: known)
            problems.error(keyPlace, "unknown key '\(key)' in the condition", hint: hint)
            return nil
        }
        if type.isNumeric {
            if value.number != nil, let number = value.text.flatMap(Double.init), number.isFinite {
                return .init(op, number)
            }
            problems.error(value.place, "'\(key)' needs a number")
        } else {
            if let number = value.text.flatMap({ Int($0) }), (0...1_000_000_000).contains(number) {
                return .init(op, Double(number))
            }
            problems.error(value.place, "'\(key)' needs a whole number from 0 to 1000000000")
        }
        return nil
    }

    /// The fields to count or calculate with, empty where none is needed; `nil` after a problem has been reported.
    private mutating func valueFields(_ type: Correlation.Kind) -> [String]? {
        let map = keys["condition"].flatMap(RuleKeys.init)
        let node = map?["field"] ?? keys["field"]
        guard type == .valueCount || type.isNumeric else {
            guard let node else { return [] }
            let what = type.isTemporal ? "rules that match" : "events"
            problems.error(node.place, "\(type.rawValue) counts \(what), not a field", hint: "type: value_count")
            return nil
        }
        guard let node else {
            let place = map?.place ?? keys.place
            problems.error(place, "\(type.rawValue) needs a field", hint: "add 'field: …' to the condition")
            return nil
        }
        let source = map?["field"] != nil ? map : keys
        let fields = source?.strings("field", &problems) ?? []
        if fields.isEmpty || fields.contains("") || fields.count > 1 && type != .valueCount {
            let number = type == .valueCount ? "one field or several" : "one field"
            problems.error(node.place, "'field' has to be the name of \(number)")
            return nil
        }
        return fields
    }

    private mutating func percentile(_ type: Correlation.Kind) -> Double? {
        let map = keys["condition"].flatMap(RuleKeys.init)
        let node = map?["percentile"] ?? keys["percentile"]
        guard type == .valuePercentile else {
            guard let node else { return 50 }
            problems.error(node.place, "'percentile' belongs to value_percentile")
            return nil
        }
        if let text = node?.text, let number = Double(text), (0...100).contains(number) { return number }
        problems.error(
            node?.place ?? map?.place ?? keys.place,
            "value_percentile needs a percentile from 0 to 100",
            hint: "add 'percentile: 95' to the condition"
        )
        return nil
    }

    private mutating func aliases(of rules: [String]) -> [String: [String: String]] {
        guard let node = keys["aliases"], !node.isNull else { return [:] }
        guard let map = RuleKeys(node) else {
            problems.error(node.place, "'aliases' has to be a map, not \(node.kindName)")
            return [:]
        }
        var aliases: [String: [String: String]] = [:]
        for entry in map.entries {
            guard let fields = RuleKeys(entry.value) else {
                problems.error(entry.value.place, "alias '\(entry.key)' has to map rules to fields")
                continue
            }
            var names: [String: String] = [:]
            for field in fields.entries {
                if !rules.contains(field.key) {
                    problems.error(
                        field.keyPlace,
                        "alias '\(entry.key)' names the rule '\(field.key)', which is not in 'rules'",
                        hint: didYouMean(field.key, among: rules)
                    )
                }
                if let text = field.value.text { names[field.key] = text }
            }
            for rule in rules where names[rule] == nil {
                problems.error(entry.keyPlace, "alias '\(entry.key)' has no field for the rule '\(rule)'")
            }
            aliases[entry.key] = names
        }
        return aliases
    }
}
