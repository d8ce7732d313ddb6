// `grantaudit rules`: which rules there are and whether they compile.

import ArgumentParser
import SigmaRules

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List and check rules.",
        subcommands: [List.self, Check.self]
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the rules that would be applied.")
        @OptionGroup var options: RuleOptions

        func run() throws {
            let loaded = RuleFolder.load(paths: options.rulePaths)
            for rule in loaded.rules.sorted(by: { ($1.level, $0.title) < ($0.level, $1.title) }) {
                let level = rule.level.rawValue
                try Console.answer(level + String(repeating: " ", count: max(15 - level.count, 1)) + rule.title)
            }
            if !loaded.rejected.isEmpty { throw ExitStatus.incomplete }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report every problem of every rule file at once.",
            discussion: """
                EXAMPLE:
                  grantaudit rules check --rules my-rules
                """
        )
        @OptionGroup var options: RuleOptions

        func run() throws {
            let loaded = RuleFolder.load(paths: options.rulePaths)
            for diagnostic in loaded.diagnostics { Console.note(diagnostic.description) }
            try Console.answer("\(loaded.rules.count) rules loaded, \(loaded.rejected.count) rejected")
            if loaded.diagnostics.contains(where: { $0.severity == .error }) { throw ExitStatus.incomplete }
        }
    }
}
