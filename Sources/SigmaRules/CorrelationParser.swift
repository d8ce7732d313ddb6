// Turns the `correlation` of a document into its description.

/// Reads one `correlation` map.
struct CorrelationParser {
    private static let known = [
        "type", "rules", "group-by", "timespan", "condition", "aliases", "generate", "field",
    ]
    /// Types that the specification defines and this room does not know.
    private static let unsupported = [
        "temporal", "temporal_ordered", "value_sum", "value_avg", "value_min", "value_max", "value_percentile",
        "value_median",
    ]

    let keys: RuleKeys
    /// A `generate` beside the `correlation` instead of in it.
    let generate: Bool?
    var problems: DiagnosticList

    /// Reads the map; `nil` after a problem has been reported.
    mutating func parse() -> Correlation? {
        keys.warnOfMisspellings(Self.known, &problems)
        let type = type()
        let rules = rules()
        let timespan = timespan()
        let aliases = aliases(of: rules)
        let condition = type == nil && keys["condition"] == nil ? nil : condition()
        let generate = keys.boolean("generate", &problems) ?? generate ?? false
        let groupBy = keys.strings("group-by", &problems)
        guard let type, let timespan, let condition, !problems.hasErrors else { return nil }
        guard let valueField = valueField(type, condition.place) else { return nil }
        return Correlation(
            type: type,
            rules: rules,
            groupBy: groupBy,
            timespanMicroseconds: timespan,
            condition: CorrelationCondition(condition.terms),
            valueField: valueField.isEmpty ? nil : valueField,
            aliases: aliases,
            generate: generate
        )
    }

    private mutating func type() -> Correlation.Kind? {
        guard let node = keys.required("type", &problems, hint: "event_count or value_count") else { return nil }
        guard let text = node.text, Self.unsupported.contains(text) else {
            return keys.choice("type", Correlation.Kind.self, &problems)
        }
        problems.error(
            node.place,
            "correlation type '\(text)' is not supported yet",
            hint: "known types: \(Correlation.Kind.allCases.map(\.rawValue).joined(separator: ", "))"
        )
        return nil
    }

    private mutating func rules() -> [String] {
        guard let node = keys.required("rules", &problems, hint: "a list of rule names or ids") else { return [] }
        let rules = keys.strings("rules", &problems)
        if rules.isEmpty, !problems.hasErrors { problems.error(node.place, "'rules' is empty") }
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
            case "M": 30 * 86_400
            case "y": 365 * 86_400
            default: nil
            }
        let digits = text.dropLast()
        let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { $0 &- 0x30 < 10 }
        guard let seconds, isNumber, let number = Int64(digits), number > 0 else {
            problems.error(
                node.place,
                "'\(text)' is not a timespan",
                hint: "a number and one of s, m, h, d, w, M (30 days), y (365 days), for example 15m"
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

    private mutating func condition() -> (terms: [CorrelationCondition.Term], place: Place)? {
        guard let node = keys.required("condition", &problems, hint: "for example 'gte: 10'") else { return nil }
        guard let map = RuleKeys(node) else {
            let message = "'condition' has to be a map, not \(node.kindName)"
            problems.error(node.place, message, hint: "for example 'gte: 10'")
            return nil
        }
        var terms: [CorrelationCondition.Term] = []
        var sound = true
        let operators = CorrelationCondition.Operator.allCases.map(\.rawValue)
        for entry in map.entries where entry.key != "field" {
            if let op = CorrelationCondition.Operator(rawValue: entry.key) {
                if let value = entry.value.text.flatMap({ Int($0) }), (0...1_000_000_000).contains(value) {
                    terms.append(.init(op, value))
                    continue
                }
                problems.error(entry.value.place, "'\(entry.key)' needs a whole number from 0 to 1000000000")
            } else {
                let known = "one of \(operators.joined(separator: ", "))"
                problems.error(
                    entry.keyPlace,
                    "unknown key '\(entry.key)' in the condition",
                    hint: didYouMean(entry.key, among: operators + ["field"], otherwise: known)
                )
            }
            sound = false
        }
        guard sound else { return nil }
        if terms.isEmpty {
            problems.error(node.place, "the condition compares the count with nothing", hint: "for example 'gte: 10'")
        } else if !CorrelationCondition(terms).canHold {
            problems.error(node.place, "no count can fulfil the condition")
        }
        return (terms, node.place)
    }

    /// The field to count, empty where none is needed; `nil` after a problem has been reported.
    private mutating func valueField(_ type: Correlation.Kind, _ place: Place) -> String? {
        let map = keys["condition"].flatMap(RuleKeys.init)
        let node = map?["field"] ?? keys["field"]
        switch (type, node) {
        case (.eventCount, nil): return ""
        case (.eventCount, let node?):
            problems.error(node.place, "event_count counts events, not a field", hint: "type: value_count")
        case (.valueCount, let node?):
            if let text = node.text, !text.isEmpty { return text }
            problems.error(node.place, "'field' has to be the name of one field")
        case (.valueCount, nil):
            problems.error(place, "value_count needs the field to count", hint: "add 'field: …' to the condition")
        }
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
