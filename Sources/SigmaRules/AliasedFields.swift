// Which fields of events stand behind the names by which correlations group.

extension LoadedRules {
    /// Notes the fields of events behind names that are aliases, be it in a correlation that another one looks at.
    mutating func followAliases() {
        var known: [Name: Set<String>] = [:]
        for index in rules.indices {
            guard let correlation = rules[index].correlation else { continue }
            for name in correlation.groupBy {
                let fields = fields(Name(rule: index, name: name), &known)
                if fields != [name] { rules[index].aliasedFields[name] = fields }
            }
        }
    }

    /// A name as it is meant in the rule at a position.
    private struct Name: Hashable {
        let rule: Int
        let name: String
    }

    /// The loader has refused circles.
    private func fields(_ name: Name, _ known: inout [Name: Set<String>]) -> Set<String> {
        guard let correlation = rules[name.rule].correlation else { return [name.name] }
        if let fields = known[name] { return fields }
        var found: Set<String> = []
        for (written, child) in zip(correlation.rules, correlation.ruleIndices) {
            guard let field = correlation.field(name.name, in: written) else { continue }
            found.formUnion(fields(Name(rule: child, name: field), &known))
        }
        known[name] = found
        return found
    }
}
