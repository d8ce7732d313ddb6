// Runs test files and says which cases hold.

import Detections
public import LogFormats
public import SigmaRules

/// The outcome of one case.
public struct CaseOutcome: Sendable {
    /// The case.
    public let test: RuleTestFile.Case
    /// Why it does not hold; `nil` if it does.
    public let failure: String?
    /// What matched, rules as positions in ``FileOutcome/rules``.
    public let matches: [BenchMatch]
}

/// The outcome of one test file.
public struct FileOutcome: Sendable {
    /// The file.
    public let test: RuleTestFile
    /// The rules that took part: the tested one and those it looks at.
    public let rules: [SigmaRule]
    /// The cases in the order written.
    public let cases: [CaseOutcome]
}

/// Runs test files with a set of rules and formats.
public struct RuleTestRun {
    private let loaded: LoadedRules
    private let catalog: FormatCatalog

    /// A run with these rules and formats; filters are not applied.
    public init(_ loaded: LoadedRules, formats catalog: FormatCatalog) {
        self.loaded = loaded
        self.catalog = catalog
    }

    /// Runs all cases of `file`.
    public func run(_ file: RuleTestFile) throws(RuleTestFile.Problem) -> FileOutcome {
        func problem(_ message: String) -> RuleTestFile.Problem { .init(file: file.file, message: message) }
        guard let index = position(of: file.rule, near: file.file) else {
            throw problem("there is no rule '\(file.rule)' that can be loaded")
        }
        let (subset, subject) = loaded.subset(for: index)
        guard let format = format(file.format) else { throw problem("there is no format '\(file.format)'") }
        let bench: RuleBench
        do {
            bench = try RuleBench(subset, format: format, clientRegistry: file.clientRegistry, places: file.places)
        } catch {
            throw problem(error.message)
        }
        let cases = file.cases.map { outcome($0, file, bench, subject) }
        return FileOutcome(test: file, rules: subset.rules, cases: cases)
    }

    private func outcome(
        _ test: RuleTestFile.Case,
        _ file: RuleTestFile,
        _ bench: RuleBench,
        _ subject: Int
    ) -> CaseOutcome {
        let isPlain = file.format == PlainJSON.name
        let lines: [String]
        do {
            lines = try EventTimeline.lines(
                test.events,
                key: isPlain ? PlainJSON.timeKey : "time",
                alwaysTimed: isPlain
            )
        } catch {
            return CaseOutcome(test: test, failure: "event \(error.event): \(error.message)", matches: [])
        }
        let (result, engine) = bench.judge(lines)
        var failure: String?
        let found = result.found.contains(engine.rules[subject].id)
        if let (event, fate) = result.fates.min(by: { $0.key < $1.key }) {
            failure = "event \(event) is no event: \(fate)"
        } else if lines.isEmpty {
            failure = "there are no events"
        } else if found != test.expectsFinding {
            failure = found ? "expected nothing, but there is a finding" : "expected a finding, but there is none"
        }
        return CaseOutcome(test: test, failure: failure, matches: result.matches)
    }

    /// The rule called `name`, in the folder of the test file first.
    private func position(of name: String, near file: String) -> Int? {
        let named = loaded.rules.indices.filter { index in
            let rule = loaded.rules[index]
            return rule.name == name || rule.id == name || rule.title == name
        }
        let folder = file.split(separator: "/").dropLast()
        return named.first { loaded.rules[$0].file.split(separator: "/").dropLast() == folder } ?? named.first
    }

    private func format(_ name: String) -> FormatFile? {
        name == PlainJSON.name ? try? PlainJSON.format() : catalog[name]
    }
}
