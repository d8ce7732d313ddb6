// Reads one document: title, metadata, and what the rule decides.

/// What became of one document.
struct ParsedRule {
    let document: RuleDocument
    let title: String?
    /// Place of the `id` or whatever else the rule is known by, for remarks about duplicates.
    var identityPlace = Place.start
    /// What others may call the rule, even if it is rejected.
    var names: [String] = []
    /// Places of the members of `correlation.rules`, or that of the condition that names them.
    var referencePlaces: [Place] = []
    /// `nil` when the document is rejected or a filter.
    var rule: SigmaRule?
    /// `nil` when the document is rejected or a rule.
    var filter: SigmaFilter?
    var problems: DiagnosticList

    /// Where the correlation names the rule with the given number.
    func referencePlace(_ number: Int) -> Place {
        if number < referencePlaces.count { return referencePlaces[number] }
        return referencePlaces.last ?? Place(line: document.firstLine, column: 1)
    }
}

/// Turns documents into rules; reports everything it finds wrong, not just the first thing.
struct RuleParser {
    /// The top-level keys of the specification.
    private static let known = [
        "title", "id", "name", "related", "taxonomy", "status", "description", "license", "author", "references",
        "date", "modified", "logsource", "detection", "correlation", "fields", "falsepositives", "level", "tags",
        "scope", "generate",
    ]
    /// The further ones of filters: the specification's, and those that make a filter a suppression.
    private static let knownOfFilters = ["filter", "expires", "owner", "approved_by"]

    /// Most conditions of a rule that are reported.
    private static let faultsMax = 20

    let placeholders: Placeholders

    /// Parses and checks one document.
    func parse(_ document: RuleDocument) -> ParsedRule {
        var problems = DiagnosticList(file: document.file)
        let root: RuleNode
        do {
            root = try document.root()
        } catch {
            problems.error(error.place, error.message, hint: error.hint)
            return ParsedRule(document: document, title: nil, problems: problems)
        }
        guard let keys = RuleKeys(root) else {
            problems.error(root.place, "a rule has to be a map, not \(root.kindName)")
            return ParsedRule(document: document, title: nil, problems: problems)
        }
        let isFilter = keys["filter"] != nil && keys["detection"] == nil && keys["correlation"] == nil
        let filter = isFilter ? filter(keys, document, &problems) : nil
        let rule = isFilter ? nil : rule(keys, document, &problems)
        var parsed = ParsedRule(document: document, title: keys["title"]?.text, problems: problems)
        let identity = [keys["id"], keys["name"], keys["title"]].compactMap(\.self).first { !$0.isNull }
        parsed.identityPlace = identity?.place ?? root.place
        parsed.names = [keys["name"]?.text, keys["id"]?.text].compactMap(\.self)
        let referring = keys["correlation"] ?? keys["filter"]
        let named = referring.flatMap(RuleKeys.init)
        if let references = named?["rules"] ?? named?["condition"] {
            parsed.referencePlaces = [references.place]
            if case .list(let members) = references.content { parsed.referencePlaces = members.map(\.place) }
        }
        if !problems.hasErrors { (parsed.rule, parsed.filter) = (rule, filter) }
        return parsed
    }

    private func rule(_ keys: RuleKeys, _ document: RuleDocument, _ problems: inout DiagnosticList) -> SigmaRule? {
        keys.warnOfMisspellings(Self.known, &problems)
        let title = title(keys, &problems)
        var logsource = Logsource()
        if keys["correlation"] == nil { logsource = self.logsource(keys, &problems) }
        let body = body(keys, &problems)
        let level = keys.choice("level", SigmaLevel.self, &problems)
        let status = keys.choice("status", SigmaStatus.self, &problems)
        var rule = body.map {
            SigmaRule(
                title: title,
                logsource: logsource,
                file: document.file,
                line: document.firstLine,
                text: document.text,
                body: $0
            )
        }
        rule?.level = level ?? .medium
        rule?.status = status
        rule?.id = keys.string("id", &problems)
        rule?.name = keys.string("name", &problems)
        rule?.description = keys.string("description", &problems)
        rule?.author = keys.string("author", &problems)
        rule?.license = keys.string("license", &problems)
        rule?.date = keys.day("date", &problems)
        rule?.modified = keys.day("modified", &problems)
        rule?.taxonomy = keys.string("taxonomy", &problems)
        rule?.scope = keys.strings("scope", &problems)
        rule?.related = related(keys, &problems)
        rule?.references = keys.strings("references", &problems)
        rule?.tags = keys.strings("tags", &problems)
        rule?.falsePositives = keys.strings("falsepositives", &problems)
        rule?.fields = keys.strings("fields", &problems)
        for entry in keys.entries where !Self.known.contains(entry.key) {
            rule?.customAttributes[entry.key] = SigmaAttribute(entry.value)
        }
        return rule
    }

    private func title(_ keys: RuleKeys, _ problems: inout DiagnosticList) -> String {
        guard let node = keys.required("title", &problems) else { return "" }
        let title = keys.string("title", &problems) ?? ""
        if title.unicodeScalars.count > 256 { problems.warning(node.place, "the title is longer than 256 characters") }
        return title
    }

    private func logsource(_ keys: RuleKeys, _ problems: inout DiagnosticList) -> Logsource {
        let hint = "for example 'logsource:' with 'category: …' or 'product: …' below it"
        guard let node = keys.required("logsource", &problems, hint: hint) else { return Logsource() }
        guard let map = RuleKeys(node) else {
            problems.error(node.place, "'logsource' has to be a map, not \(node.kindName)", hint: hint)
            return Logsource()
        }
        map.warnOfMisspellings(["category", "product", "service", "definition"], &problems)
        let logsource = Logsource(
            category: map.string("category", &problems),
            product: map.string("product", &problems),
            service: map.string("service", &problems),
            definition: map.string("definition", &problems)
        )
        if logsource.category == nil, logsource.product == nil, logsource.service == nil {
            problems.error(node.place, "'logsource' names no category, product or service", hint: hint)
        }
        return logsource
    }

    private func body(_ keys: RuleKeys, _ problems: inout DiagnosticList) -> SigmaRule.Body? {
        switch (keys["detection"], keys["correlation"]) {
        case (let detection?, nil): return self.detection(detection, &problems).map(SigmaRule.Body.detection)
        case (nil, let correlation?):
            guard let map = RuleKeys(correlation) else {
                problems.error(correlation.place, "'correlation' has to be a map, not \(correlation.kindName)")
                return nil
            }
            var parser = CorrelationParser(
                keys: map,
                generate: keys.boolean("generate", &problems),
                problems: problems
            )
            let parsed = parser.parse()
            problems = parser.problems
            return parsed.map(SigmaRule.Body.correlation)
        case (_?, let correlation?):
            problems.error(
                correlation.place,
                "a document holds either 'detection' or 'correlation'",
                hint: "separate them with a line '---'"
            )
            return nil
        case (nil, nil):
            _ = keys.required("detection", &problems, hint: "a rule needs 'detection' or 'correlation'")
            return nil
        }
    }

    private func related(_ keys: RuleKeys, _ problems: inout DiagnosticList) -> [RelatedRule] {
        guard let node = keys["related"], !node.isNull else { return [] }
        guard case .list(let members) = node.content else {
            problems.warning(node.place, "'related' has to be a list, not \(node.kindName)")
            return []
        }
        return members.compactMap { member in
            guard let map = RuleKeys(member), let id = map["id"]?.text else {
                problems.warning(member.place, "a related rule needs 'id' and 'type'")
                return nil
            }
            guard let type = map["type"]?.text.flatMap(RelatedRule.Relation.init) else {
                let known = RelatedRule.Relation.allCases.map(\.rawValue).joined(separator: ", ")
                problems.warning(member.place, "a related rule needs a 'type'", hint: "one of \(known)")
                return nil
            }
            return RelatedRule(id: id, type: type)
        }
    }

    private func filter(_ keys: RuleKeys, _ document: RuleDocument, _ problems: inout DiagnosticList) -> SigmaFilter? {
        keys.warnOfMisspellings(Self.known + Self.knownOfFilters, &problems)
        let title = title(keys, &problems)
        let logsource = logsource(keys, &problems)
        guard let node = keys["filter"], let map = RuleKeys(node) else {
            problems.error(keys["filter"]?.place ?? keys.place, "'filter' has to be a map")
            return nil
        }
        let target = target(map, &problems)
        guard let detection = detection(node, apartFrom: ["rules"], &problems), let target else { return nil }
        if !detection.denies, let condition = map["condition"] {
            problems.warning(
                condition.place,
                "the filter keeps only matches for which this holds",
                hint: "write 'not …' to take matches away"
            )
        }
        var filter = SigmaFilter(
            title: title,
            target: target,
            logsource: logsource,
            detection: detection,
            file: document.file,
            line: document.firstLine,
            text: document.text
        )
        filter.id = keys.string("id", &problems)
        filter.name = keys.string("name", &problems)
        filter.description = keys.string("description", &problems)
        filter.expires = keys.day("expires", decisive: true, &problems)
        filter.owner = keys.string("owner", &problems)
        filter.approvedBy = keys.string("approved_by", &problems)
        for entry in keys.entries where !(Self.known + Self.knownOfFilters).contains(entry.key) {
            filter.customAttributes[entry.key] = SigmaAttribute(entry.value)
        }
        return filter
    }

    /// What a filter is for; `nil` after a problem has been reported.
    ///
    /// A list that has lost its last member must not mean all rules.
    private func target(_ map: RuleKeys, _ problems: inout DiagnosticList) -> SigmaFilter.Target? {
        let hint = "a list of rule names or ids, or 'any'"
        guard let node = map["rules"] else {
            _ = map.required("rules", &problems, hint: hint)
            return nil
        }
        var members = [node]
        if case .list(let list) = node.content { members = list }
        if members.isEmpty || node.isNull {
            problems.error(node.place, "'rules' names no rule, so the filter is for none", hint: hint)
            return nil
        }
        for member in members where member.text == nil || member.isNull || member.text == "" {
            problems.error(member.place, "'rules' has \(member.kindName) where a rule is expected", hint: hint)
            return nil
        }
        let names = members.compactMap(\.text)
        guard let any = names.firstIndex(where: { $0.lowercased() == "any" }) else { return .rules(names) }
        if names.count == 1 { return .any }
        problems.error(members[any].place, "'any' stands beside names of rules", hint: "write either of them")
        return nil
    }

    private func detection(
        _ node: RuleNode,
        apartFrom others: [String] = [],
        _ problems: inout DiagnosticList
    ) -> Detection? {
        guard let map = RuleKeys(node) else {
            problems.error(node.place, "'detection' has to be a map, not \(node.kindName)")
            return nil
        }
        var parser = SelectionParser(placeholders: placeholders, problems: problems)
        var selections: [Selection] = []
        for entry in map.entries where entry.key != "condition" && !others.contains(entry.key) {
            if entry.key == "timeframe" {
                parser.problems.error(
                    entry.keyPlace,
                    "'timeframe' is not part of Sigma 2",
                    hint: "write a document with 'correlation:' that refers to this rule by name"
                )
            } else {
                selections.append(parser.selection(entry.key, entry.keyPlace, entry.value))
            }
        }
        problems = parser.problems
        let hint = selections.first.map { "for example 'condition: \($0.name)'" }
        guard let condition = map.required("condition", &problems, hint: hint) else { return nil }
        let texts = map.strings("condition", &problems)
        guard !texts.isEmpty else { return nil }
        return join(texts, condition, selections, &problems)
    }

    private func join(
        _ texts: [String],
        _ node: RuleNode,
        _ selections: [Selection],
        _ problems: inout DiagnosticList
    ) -> Detection? {
        var nodes = [node]
        if case .list(let members) = node.content { nodes = members }
        var expressions: [MatchExpression] = []
        var used: Set<String> = []
        var faults = 0
        for (text, node) in zip(texts, nodes) {
            var parser = ConditionParser(text, selections: selections)
            do {
                expressions.append(try parser.parse())
                used.formUnion(parser.used)
            } catch {
                problems.error(node.place(at: error.offset), error.message, hint: error.hint)
                faults += 1
                // The first ones say what there is to say.
                if faults == Self.faultsMax { return nil }
            }
        }
        guard expressions.count == texts.count else { return nil }
        for selection in selections where !used.contains(selection.name) {
            problems.warning(selection.place, "selection '\(selection.name)' is not used in the condition")
        }
        return Detection(
            conditions: texts,
            selections: selections,
            expression: expressions.count == 1 ? expressions[0] : .or(expressions)
        )
    }
}
