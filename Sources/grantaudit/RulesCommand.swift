// `grantaudit rules`: which rules there are, whether they compile, and what they say of events.

import ArgumentParser
import SigmaRules

struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List, check, test, explain and measure rules, and show the controls that they give evidence for.",
        subcommands: [List.self, Check.self, Test.self, Explain.self, Fields.self, Controls.self, Recall.self]
    )
}

extension RulesCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the rules that would be applied.")
        @OptionGroup var options: RuleOptions
        @Flag(help: "Print JSON.") var json = false

        /// A rule or filter of the list.
        private struct Item: Encodable {
            var id: String?
            var name: String?
            let title: String
            let kind: String
            var level: String?
            var status: String?
            let file: String
            let line: Int
            var tags: [String] = []
            let logsource: [String: String]
        }

        func run() throws {
            let locations = try options.locations()
            let loaded = RuleFolder.load(paths: locations.rulePaths, placeholders: locations.placeholders)
            if json {
                try Console.answer(json: loaded.rules.map(Self.item) + loaded.filters.map(Self.item))
            } else {
                for rule in loaded.rules.sorted(by: { ($1.level, $0.title) < ($0.level, $1.title) }) {
                    try Self.show(rule.level.rawValue, rule.title)
                }
                for filter in loaded.filters { try Self.show("filter", filter.title) }
            }
            if !loaded.rejected.isEmpty { throw ExitStatus.incomplete }
        }

        private static func show(_ level: String, _ title: String) throws {
            try Console.answer(level + String(repeating: " ", count: max(15 - level.count, 1)) + title)
        }

        private static func item(_ rule: SigmaRule) -> Item {
            Item(
                id: rule.id,
                name: rule.name,
                title: rule.title,
                kind: rule.correlation == nil ? "detection" : "correlation",
                level: rule.level.rawValue,
                status: rule.status?.rawValue,
                file: rule.file,
                line: rule.line,
                tags: rule.tags,
                logsource: rule.logsource.attributes
            )
        }

        private static func item(_ filter: SigmaFilter) -> Item {
            Item(
                id: filter.id,
                name: filter.name,
                title: filter.title,
                kind: "filter",
                file: filter.file,
                line: filter.line,
                logsource: filter.logsource.attributes
            )
        }
    }

    struct Fields: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the reference of all fields that rules may name."
        )
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            if json { try Console.answer(json: FieldAnswer.all) } else { try Console.answer(FieldAnswer.markdown) }
        }
    }
}
