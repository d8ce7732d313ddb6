// Turns maps and lists of a detection into tests.

import FieldRows

/// Reads the selections of one document.
struct SelectionParser {
    let placeholders: Placeholders
    var problems: DiagnosticList

    /// Reads one search identifier; after a problem the selection is there but never matches.
    mutating func selection(_ name: String, _ place: Place, _ node: RuleNode) -> Selection {
        let expression = group(name, node) ?? .constant(false)
        return Selection(name: name, place: place, expression: expression)
    }

    private mutating func group(_ name: String, _ node: RuleNode) -> MatchExpression? {
        switch node.content {
        case .map(let entries):
            guard !entries.isEmpty else { break }
            return .and(entries.compactMap { item($0.key, $0.keyPlace, $0.value) })
        case .list(let members):
            guard !members.isEmpty else { break }
            return .or(members.compactMap { member(name, $0) })
        case .plain, .quoted:
            guard !node.isNull else { break }
            return keyword(node)
        }
        problems.error(
            node.place,
            "selection '\(name)' is empty",
            hint: "write a map of fields, a list of maps, or a list of keywords"
        )
        return nil
    }

    private mutating func member(_ name: String, _ node: RuleNode) -> MatchExpression? {
        switch node.content {
        case .map(let entries) where !entries.isEmpty:
            return .and(entries.compactMap { item($0.key, $0.keyPlace, $0.value) })
        case .plain, .quoted:
            if !node.isNull { return keyword(node) }
        default: break
        }
        problems.error(node.place, "selection '\(name)' has \(node.kindName) where a map or a keyword is expected")
        return nil
    }

    private mutating func keyword(_ node: RuleNode) -> MatchExpression? {
        node.text.map { text in
            let question = FieldTest.Question.text(TextPattern(sigma: text, .contains, cased: false))
            return .test(FieldTest(field: nil, question: question, written: text))
        }
    }

    /// One line of a map: `field|modifier: value`.
    private mutating func item(_ key: String, _ place: Place, _ node: RuleNode) -> MatchExpression? {
        var words: [(name: String, place: Place)] = []
        var column = place.column
        for part in key.split(separator: "|", omittingEmptySubsequences: false) {
            words.append((String(part), Place(line: place.line, column: column)))
            column += part.unicodeScalars.count + 1
        }
        let field = words.removeFirst().name
        if field.isEmpty, words.isEmpty {
            problems.error(place, "a field name is empty")
            return nil
        }
        guard let modifiers = FieldModifiers(words, forKeywords: field.isEmpty, &problems) else { return nil }
        var values: [RuleNode] = [node]
        if case .list(let members) = node.content { values = members }
        guard check(values, of: field, node, modifiers, isList: values.count != 1, place) else { return nil }
        var tests: [MatchExpression] = []
        var sound = true
        for value in values {
            guard let questions = questions(value, field, modifiers) else {
                sound = false
                continue
            }
            // Forms of one text are alternatives, even where all texts have to be there.
            tests += questions.map { forms in
                let written = "\(key): \(value.text ?? "")"
                let tests = forms.map {
                    MatchExpression.test(FieldTest(field: field.isEmpty ? nil : field, question: $0, written: written))
                }
                return tests.count == 1 ? tests[0] : .or(tests)
            }
        }
        return sound ? join(tests, field, modifiers) : nil
    }

    private func join(_ tests: [MatchExpression], _ field: String, _ modifiers: FieldModifiers) -> MatchExpression {
        let joined: MatchExpression = modifiers.matchesAll && !tests.isEmpty ? .and(tests) : .or(tests)
        guard modifiers.isNegated else { return joined }
        let presence = FieldTest(field: field, question: .isPresent, written: "\(field)|exists: true")
        return .and([.test(presence), .not(joined.denied)])
    }

    private mutating func check(
        _ values: [RuleNode],
        of field: String,
        _ node: RuleNode,
        _ modifiers: FieldModifiers,
        isList: Bool,
        _ place: Place
    ) -> Bool {
        if values.isEmpty {
            problems.error(node.place, "field '\(field)' has an empty list")
            return false
        }
        if modifiers.matchesAll, !isList, !modifiers.isExpanded {
            problems.error(place, "modifier 'all' needs a list of at least two values", hint: "leave |all out")
            return false
        }
        return true
    }

    /// What `node` asks: for each value that a placeholder stands for, the forms it can take.
    private mutating func questions(
        _ node: RuleNode,
        _ field: String,
        _ modifiers: FieldModifiers
    ) -> [[FieldTest.Question]]? {
        guard let text = node.text else {
            var hint: String?
            if case .map = node.content { hint = "write nested fields with dots: \(field).name" }
            problems.error(node.place, "field '\(field)' has \(node.kindName) as a value", hint: hint)
            return nil
        }
        if modifiers.isExists { return presence(node).map { [[$0]] } }
        if let part = modifiers.timePart { return timePart(part, node, text, modifiers)?.map { [$0] } }
        if let comparison = modifiers.comparison {
            return numbers(node, text, comparison, modifiers)?.map { [$0] }
        }
        let isPlainTest =
            modifiers.placement == nil && !modifiers.isRegex && !modifiers.isNetwork
            && !modifiers.isFieldReference && modifiers.encodings.isEmpty
        if isPlainTest, let typed = typed(node, text, field) { return [[typed]] }
        if node.isNull {
            let hint = "write 'null' in quotes if text is meant"
            problems.error(node.place, "null cannot be compared with this modifier", hint: hint)
            return nil
        }
        guard let texts = expand(node, text, modifiers) else { return nil }
        if modifiers.isExpanded, modifiers.placement != nil, texts.contains("") {
            problems.error(
                node.place,
                "'\(text)' comes to the empty text, which is a part of every value",
                hint: "give the placeholder values that say something"
            )
            return nil
        }
        var questions: [[FieldTest.Question]] = []
        for text in texts {
            guard let forms = self.forms(of: text, node, field, modifiers) else { return nil }
            questions.append(forms)
        }
        return questions
    }

    private mutating func presence(_ node: RuleNode) -> FieldTest.Question? {
        guard let expected = node.boolean else {
            problems.error(node.place, "modifier 'exists' needs true or false")
            return nil
        }
        return expected ? .isPresent : .isAbsent
    }

    private mutating func timePart(
        _ part: TimePart,
        _ node: RuleNode,
        _ text: String,
        _ modifiers: FieldModifiers
    ) -> [FieldTest.Question]? {
        guard let texts = expand(node, text, modifiers) else { return nil }
        var questions: [FieldTest.Question] = []
        for text in texts {
            guard let value = Int64(text), value >= 0 else {
                problems.error(node.place, "modifier '\(part.rawValue)' needs a whole number, not '\(text)'")
                return nil
            }
            questions.append(.timePart(part, modifiers.comparison, DecimalNumber(value)))
        }
        return questions
    }

    private mutating func numbers(
        _ node: RuleNode,
        _ text: String,
        _ comparison: NumberComparison,
        _ modifiers: FieldModifiers
    ) -> [FieldTest.Question]? {
        guard let texts = expand(node, text, modifiers) else { return nil }
        var questions: [FieldTest.Question] = []
        for text in texts {
            guard let number = DecimalNumber(text) else {
                problems.error(node.place, "modifier '\(comparison.rawValue)' needs a number, not '\(text)'")
                return nil
            }
            questions.append(.compare(comparison, number))
        }
        return questions
    }

    /// Null, booleans and numbers, which YAML tells from text by their look.
    private mutating func typed(_ node: RuleNode, _ text: String, _ field: String) -> FieldTest.Question? {
        if node.isNull { return field.isEmpty ? nil : .isNull }
        if let boolean = node.boolean { return .text(TextPattern(plain: boolean ? "true" : "false")) }
        if let number = node.number { return field.isEmpty ? nil : .number(number) }
        if case .plain = node.content, ["yes", "no", "on", "off"].contains(text.lowercased()) {
            problems.warning(
                node.place,
                "'\(text)' is compared as text here, while YAML 1.1 tools read a boolean",
                hint: "write '\(text)' in quotes, or true or false"
            )
        }
        return nil
    }

    private mutating func expand(_ node: RuleNode, _ text: String, _ modifiers: FieldModifiers) -> [String]? {
        guard modifiers.isExpanded else { return [text] }
        do {
            return try placeholders.expand(text)
        } catch {
            report(error, node.place)
            return nil
        }
    }

    private mutating func report(_ problem: Placeholders.Problem, _ place: Place) {
        switch problem {
        case .unknown(let name):
            let hint = problems.didYouMean(
                name,
                among: placeholders.values.filter { !$0.value.isEmpty }.keys.sorted(),
                otherwise: "give values for '\(name)' in the configuration"
            )
            problems.error(place, "placeholder '%\(name)%' has no values", hint: hint)
        case .tooMany:
            problems.error(place, "placeholders come to more than \(Placeholders.expansionsMax) values")
        }
    }

    /// What is asked about one text: several questions, one of which has to hold, when a modifier varies it.
    private mutating func forms(
        of text: String,
        _ node: RuleNode,
        _ field: String,
        _ modifiers: FieldModifiers
    ) -> [FieldTest.Question]? {
        if modifiers.isRegex { return regex(text, node, modifiers).map { [$0] } }
        if modifiers.isNetwork { return network(text, node).map { [$0] } }
        if modifiers.isFieldReference {
            guard !text.isEmpty else {
                problems.error(node.place, "modifier 'fieldref' needs the name of a field")
                return nil
            }
            return [.field(text, modifiers.placement ?? .whole, cased: modifiers.isCased)]
        }
        let placement = field.isEmpty ? .contains : modifiers.placement ?? .whole
        return encoded(text, node, modifiers)?.map { .text(TextPattern($0, placement, cased: modifiers.isCased)) }
    }

    /// The texts that the encoding modifiers make of `text`, in the order written.
    private mutating func encoded(_ text: String, _ node: RuleNode, _ modifiers: FieldModifiers) -> [SigmaText]? {
        do {
            var texts = [SigmaText(text)]
            for encoding in modifiers.encodings {
                var next: [SigmaText] = []
                for text in texts { next += try text.encoded(encoding) }
                texts = next
            }
            return try texts.map { text throws(SigmaText.Problem) in try text.checkedForLog() }
        } catch {
            switch error {
            case .wildcardsInEncodedText:
                problems.error(
                    node.place,
                    "a text with wildcards cannot be encoded as Base64",
                    hint: "put a backslash before * and ? to mean the characters"
                )
            case .tooManyDashes:
                problems.error(
                    node.place,
                    "'windash' varies at most \(SigmaText.encodedDashesMax) dashes in a text that is encoded",
                    hint: "write the parameters as several texts, with |all"
                )
            case .notASCII:
                problems.error(
                    node.place,
                    "UTF-16 of characters beyond ASCII cannot stand in a log of UTF-8",
                    hint: "encode it further: |utf16le|base64offset|contains"
                )
            }
            return nil
        }
    }

    private mutating func regex(_ text: String, _ node: RuleNode, _ modifiers: FieldModifiers) -> FieldTest.Question? {
        let pattern = RegexPattern(
            source: text,
            ignoresCase: modifiers.regexIgnoresCase,
            multiline: modifiers.regexMultiline,
            dotMatchesNewline: modifiers.regexDotAll,
            placement: modifiers.placement ?? .contains
        )
        // By itself first: what is wrong with it must not be mended by what is put around it to place it.
        var alone = pattern
        alone.placement = .contains
        do {
            try RegexSet.check(alone)
        } catch {
            // Expanded text has other offsets than the text in the file.
            let place = modifiers.isExpanded ? node.place : node.place(at: error.offset)
            problems.error(
                place,
                "the regular expression is not valid: \(error.message)",
                hint: "put a backslash before ( ) [ ] { } . * + ? ^ $ | to mean the character itself"
            )
            return nil
        }
        do {
            try RegexSet.check(pattern)
            return .regex(pattern)
        } catch {
            problems.error(
                node.place,
                "the regular expression cannot be placed: \(error.message)",
                hint: "leave startswith or endswith out, and write \\A or \\z"
            )
            return nil
        }
    }

    private mutating func network(_ text: String, _ node: RuleNode) -> FieldTest.Question? {
        do {
            return .network(try AddressRange(text))
        } catch {
            switch error {
            case .notAnAddress:
                let example = "for example 10.0.0.0/8 or 2001:db8::/32"
                problems.error(node.place, "'\(text)' is not an IP range", hint: example)
            case .prefixLength(let longest):
                problems.error(node.place, "'\(text)' has no prefix length between 0 and \(longest)")
            case .hostBits:
                problems.error(
                    node.place,
                    "'\(text)' has bits set behind the prefix",
                    hint: "write the first address of the range, or a longer prefix"
                )
            }
            return nil
        }
    }
}
