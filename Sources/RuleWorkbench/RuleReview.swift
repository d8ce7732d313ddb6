// What `rules check` says of rules beyond whether they compile.

import AuthEvents
import Detections
import FoundationEssentials
public import LogFormats
public import SigmaRules
import YAMLFiles

/// Looks at rules with an eye on the logs they are for and on their tests.
public struct RuleReview {
    /// Most fields of a rule for which a similar name is looked for.
    private static let guessesMax = 100

    private let loaded: LoadedRules
    private let catalog: FormatCatalog
    /// Rules that speak for themselves and not only for correlations.
    private let uncounted: Set<Int>

    /// A review of these rules against these formats.
    public init(_ loaded: LoadedRules, formats catalog: FormatCatalog) {
        self.loaded = loaded
        self.catalog = catalog
        uncounted = Set(loaded.uncounted)
    }

    /// The remarks, all of them warnings, in the order of the rules.
    public func remarks() -> [RuleDiagnostic] {
        loaded.rules.indices.flatMap { index -> [RuleDiagnostic] in
            let rule = loaded.rules[index]
            let sources = catalog.formats.filter { rule.logsource.isForLog($0.logsource) }
            return RuleLint.remarks(on: rule) + fieldRemarks(rule, sources) + testRemarks(index)
        }
    }

    private func warn(_ rule: SigmaRule, _ message: String, hint: String? = nil) -> RuleDiagnostic {
        RuleDiagnostic(.warning, file: rule.file, line: rule.line, column: 1, message: message, hint: hint)
    }

    /// Fields that no event of the rule's log source has.
    private func fieldRemarks(_ rule: SigmaRule, _ sources: [FormatFile]) -> [RuleDiagnostic] {
        guard let detection = rule.detection else { return [] }
        if rule.logsource.isAboutLogs { return factRemarks(rule, detection.fields) }
        guard !sources.isEmpty else {
            return [
                warn(rule, "no format answers to the log source of the rule", hint: "'grantaudit formats list'")
            ]
        }
        let known = Set(sources.flatMap(\.sourceFieldNames))
        let all = CanonicalField.names + DetectionEngine.derivedFieldNames + known
        let twins = Dictionary(all.map { ($0.lowercased(), $0) }) { first, _ in first }
        var guesses = 0
        return detection.fields.compactMap { field in
            if CanonicalField(name: field) != nil || DetectionEngine.isDerived(field) || known.contains(field) {
                return nil
            }
            let twin = twins[field.lowercased()]
            // An open log may have the field; one that differs from a known one by case alone is a mistake.
            if twin == nil, rule.logsource.category != "oauth", sources.contains(where: \.isOpen) { return nil }
            let message = "no log that the rule is for is known to have the field '\(field)'"
            guesses += 1
            let close = twin ?? (guesses > Self.guessesMax ? nil : nearMiss(field, among: all))
            return warn(rule, message, hint: close.map { "did you mean '\($0)'?" })
        }
    }

    /// Fields that no fact about a log has.
    private func factRemarks(_ rule: SigmaRule, _ fields: [String]) -> [RuleDiagnostic] {
        let own = [CanonicalField.kind, .source].map(\.name) + LogField.allCases.map(\.rawValue)
        return fields.filter { !own.contains($0) }.map { field in
            let message = "what an audit says of logs does not have the field '\(field)'"
            return warn(rule, message, hint: nearMiss(field, among: own).map { "did you mean '\($0)'?" })
        }
    }

    /// Rules whose tests are missing or one-sided.
    private func testRemarks(_ index: Int) -> [RuleDiagnostic] {
        let rule = loaded.rules[index]
        guard uncounted.contains(index) else { return [] }
        let stem = rule.file.hasSuffix(".yaml") ? rule.file.dropLast(5) : rule.file.dropLast(4)
        let path = String(stem) + ".test.yml"
        guard FileManager.default.fileExists(atPath: path) else {
            return [warn(rule, "the rule has no tests", hint: "write \(path)")]
        }
        // What is wrong with the file itself, 'rules test' says.
        guard let file = try? RuleTestFile(path: path) else { return [] }
        if !file.cases.contains(where: \.expectsFinding) { return [warn(rule, "no test expects a finding")] }
        if file.cases.allSatisfy(\.expectsFinding) { return [warn(rule, "no test expects nothing")] }
        return []
    }
}
