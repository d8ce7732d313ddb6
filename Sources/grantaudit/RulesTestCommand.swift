// `grantaudit rules test`: runs the tests beside the rules.

import ArgumentParser
import Detections
import Reports
import RuleWorkbench
import SigmaRules

extension RulesCommand {
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the test files beside the rules.",
            discussion: """
                EXAMPLE:
                  grantaudit rules test --rules my-rules
                """
        )
        @OptionGroup var options: RuleOptions
        @Argument(help: "Test files and folders; those of --rules by default.", completion: .file())
        var paths: [String] = []
        @Flag(help: "Print JSON, with every match of every rule.") var json = false

        func run() throws {
            let locations = try options.locations()
            let rulePaths = options.rules.isEmpty && !paths.isEmpty ? paths.map(Self.folder) : locations.rulePaths
            let loaded = RuleFolder.load(paths: rulePaths, placeholders: locations.placeholders)
            for remark in loaded.diagnostics where remark.severity == .error { Console.note(remark.description) }
            let run = RuleTestRun(loaded, formats: try FormatsCommand.catalog(locations))
            let files = RuleTestFile.paths(in: paths.isEmpty ? rulePaths : paths)
            guard !files.isEmpty else {
                throw Failure(.usage, "there are no tests", hint: "tests end in .test.yml")
            }
            var answers: [TestAnswer] = []
            var failed = 0
            for file in files {
                do throws(RuleTestFile.Problem) {
                    let outcome = try run.run(try RuleTestFile(path: file))
                    answers.append(TestAnswer(outcome))
                    for test in outcome.cases where test.failure != nil { report(outcome, test) }
                    failed += outcome.cases.count { $0.failure != nil }
                } catch {
                    Console.note(error.description)
                    failed += 1
                }
            }
            if json { try Console.answer(json: answers) } else { try summarize(answers, failed) }
            if failed > 0 || !loaded.rejected.isEmpty { throw ExitStatus.incomplete }
        }

        private func report(_ file: FileOutcome, _ test: CaseOutcome) {
            let place = "\(file.test.file):\(test.test.line)"
            Console.note("\(place): error: case '\(test.test.name)' failed: \(test.failure ?? "")")
        }

        private func summarize(_ answers: [TestAnswer], _ failed: Int) throws {
            let cases = answers.reduce(0) { $0 + $1.cases.count }
            let files = answers.count == 1 ? "1 test file" : "\(answers.count) test files"
            try Console.answer("\(files), \(cases) cases, \(failed) failed")
        }

        /// The folder of a test file, where its rule is; a folder itself.
        private static func folder(_ path: String) -> String {
            guard path.hasSuffix(".yml") else { return path }
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
        }
    }
}

/// The outcome of a test file for programs.
private struct TestAnswer: Encodable {
    struct Match: Encodable {
        let rule: String
        let event: Int?
        let time: String
        let group: [String: String]?
    }

    struct Case: Encodable {
        let name: String
        let line: Int
        let expect: String
        let passed: Bool
        let failure: String?
        let matches: [Match]
    }

    let file: String
    let rule: String
    let cases: [Case]

    init(_ outcome: FileOutcome) {
        file = outcome.test.file
        rule = outcome.test.rule
        cases = outcome.cases.map { test in
            Case(
                name: test.test.name,
                line: test.test.line,
                expect: test.test.expectsFinding ? "finding" : "nothing",
                passed: test.failure == nil,
                failure: test.failure,
                matches: test.matches.map { match in
                    let rule = outcome.rules[match.rule]
                    let group = Dictionary(match.group.map { ($0.name, $0.value) }) { first, _ in first }
                    return Match(
                        rule: rule.name ?? rule.id ?? rule.title,
                        event: match.event,
                        time: TimeText.microseconds(match.time),
                        group: match.event == nil ? group : nil
                    )
                }
            )
        }
    }
}
