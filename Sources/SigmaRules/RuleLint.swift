// Remarks about rules that load but are probably not what their authors want.

/// Looks for violations of the specification and for conditions that say nothing.
public struct RuleLint {
    private let rule: SigmaRule
    /// Most remarks about one key; further ones are counted.
    static let remarksMax = 100
    private let places: [String: Place]
    private var remarks: [RuleDiagnostic] = []
    private var counts: [String: Int] = [:]

    private init(_ rule: SigmaRule) {
        self.rule = rule
        places = Self.places(rule)
    }

    /// The remarks about `rule`, all of them warnings, in the order of the document.
    public static func remarks(on rule: SigmaRule) -> [RuleDiagnostic] {
        var lint = RuleLint(rule)
        lint.checkMetadata()
        lint.checkCondition()
        for (key, count) in lint.counts where count > remarksMax {
            lint.remarks.append(lint.remark(key, "there are \(count - remarksMax) further remarks about '\(key)'"))
        }
        return lint.remarks.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    private mutating func warn(_ key: String, _ message: String, hint: String? = nil) {
        counts[key, default: 0] += 1
        if counts[key] ?? 0 <= Self.remarksMax { remarks.append(remark(key, message, hint: hint)) }
    }

    private func remark(_ key: String, _ message: String, hint: String? = nil) -> RuleDiagnostic {
        let place = places[key] ?? Place(line: rule.line, column: 1)
        return RuleDiagnostic(
            .warning,
            file: rule.file,
            line: place.line,
            column: place.column,
            message: message,
            hint: hint
        )
    }

    /// Where the keys stand that remarks are about.
    private static func places(_ rule: SigmaRule) -> [String: Place] {
        let document = RuleDocument(file: rule.file, firstLine: rule.line, text: rule.text)
        guard let keys = (try? document.root()).flatMap(RuleKeys.init) else { return [:] }
        let inner = (keys["detection"] ?? keys["correlation"]).flatMap(RuleKeys.init)
        let condition = inner?.entries.filter { $0.key == "condition" } ?? []
        return Dictionary((keys.entries + condition).map { ($0.key, $0.keyPlace) }) { $1 }
    }

    // MARK: - Metadata (Sigma rules specification 2.1 and its JSON schema)

    private mutating func checkMetadata() {
        if let id = rule.id {
            if !Self.isUUID(id) { warn("id", "the id '\(id)' is not a UUID") }
        } else {
            warn("title", "the rule has no id, so its findings are known by its name", hint: "add a random UUID")
        }
        if rule.name?.count ?? 0 > 256 { warn("name", "the name is longer than 256 characters") }
        if rule.description?.count ?? 0 > 65_535 { warn("description", "the description is too long") }
        for tag in rule.tags where !Self.isTag(tag) {
            warn("tags", "the tag '\(tag)' is not of the form namespace.value, in lower case")
        }
        for (key, values) in [
            ("tags", rule.tags), ("references", rule.references), ("fields", rule.fields),
            ("falsepositives", rule.falsePositives),
        ] {
            var seen: Set<String> = []
            for value in values where !seen.insert(value).inserted { warn(key, "'\(key)' has '\(value)' twice") }
        }
        for text in rule.falsePositives where text.count < 2 { warn("falsepositives", "'\(text)' says nothing") }
        for related in rule.related where !Self.isUUID(related.id) {
            warn("related", "the related id '\(related.id)' is not a UUID")
        }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }

    private static func isTag(_ text: String) -> Bool {
        func fits(_ part: Substring, _ more: String) -> Bool {
            !part.isEmpty && part.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || more.utf8.contains($0) }
        }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && fits(parts[0], "_-") && fits(parts[1], "_-.")
    }

    // MARK: - Conditions

    private mutating func checkCondition() {
        guard let detection = rule.detection else { return }
        switch Self.truth(detection.expression) {
        case .always: return warn("condition", "the condition always holds")
        case .never: return warn("condition", "the condition can never hold")
        case .open: break
        }
        var absent: [String: FieldAssumption] = [:]
        for field in detection.fields { absent[field] = .absent }
        if case .constant(true) = detection.expression.simplified(assuming: absent) {
            warn(
                "condition",
                "the condition holds for every event that has none of the fields",
                hint: "say what has to be there, not only what must not"
            )
        }
    }

    private enum Truth { case always, never, open }

    /// What tells tests apart: a keyword may look like the test of a field.
    private struct TestName: Hashable {
        let field: String?
        let written: String

        init(_ test: FieldTest) { (field, written) = (test.field, test.written) }
    }

    /// Most different tests for which all combinations of answers are tried.
    private static let testsMax = 14

    /// Tries all answers to the tests, equal tests with equal answers.
    private static func truth(_ expression: MatchExpression) -> Truth {
        var numbers: [TestName: Int] = [:]
        for test in expression.tests where numbers[TestName(test)] == nil { numbers[TestName(test)] = numbers.count }
        guard numbers.count <= testsMax else { return .open }
        var (holds, fails) = (false, false)
        for answers in 0..<(1 << numbers.count) {
            let answer = { (test: FieldTest) in answers >> (numbers[TestName(test)] ?? 0) & 1 == 1 }
            if expression.holds(answer) { holds = true } else { fails = true }
            if holds, fails { return .open }
        }
        return holds ? .always : .never
    }
}

extension MatchExpression {
    /// Whether the expression holds when its tests have these answers.
    fileprivate func holds(_ answer: (FieldTest) -> Bool) -> Bool {
        switch self {
        case .constant(let holds): holds
        case .test(let test): answer(test)
        case .and(let parts): parts.allSatisfy { $0.holds(answer) }
        case .or(let parts): parts.contains { $0.holds(answer) }
        case .atLeast(let least, let parts): parts.count { $0.holds(answer) } >= least
        case .not(let part): !part.holds(answer)
        }
    }
}
