// `grantaudit rules controls`: which rules give evidence for which controls.

import ArgumentParser
import ControlCatalog
import SigmaRules

extension RulesCommand {
    struct Controls: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print which rules give evidence for which controls of standards, and which rules for none.",
            discussion: """
                Exit status 2 says that a rule gives evidence for no control, or names one that is not listed.

                EXAMPLE:
                  grantaudit rules controls > Documentation/controls.md
                """
        )
        @OptionGroup var options: RuleOptions
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let locations = try options.locations()
            let loaded = RuleFolder.load(paths: locations.rulePaths, placeholders: locations.placeholders)
            let rules = loaded.uncounted.map { ControlledRule(loaded.rules[$0]) }
            let page = ControlPage(ControlCatalog(folders: locations.controlFolders), rules: rules)
            if json { try Console.answer(json: ControlsAnswer(page)) } else { try Console.answer(page.markdown()) }
            for problem in page.problems { Console.note(problem) }
            if !page.problems.isEmpty || !loaded.rejected.isEmpty { throw ExitStatus.incomplete }
        }
    }
}

extension ControlledRule {
    init(_ rule: SigmaRule) {
        self.init(
            name: rule.name ?? rule.title,
            title: rule.title,
            level: rule.level.rawValue,
            file: rule.file,
            tags: rule.tags
        )
    }
}

/// All controls and rules as `rules controls --json` prints them.
private struct ControlsAnswer: Encodable {
    struct Framework: Encodable {
        let id: String
        let title: String
        let version: String
        let kind: String
        let source: String
        let checked: String
        let controls: [Listed]
    }

    struct Listed: Encodable {
        let name: String
        let id: String
        let title: String
        let verified: Bool
        let detections: [String]
        let rules: [String]
    }

    struct Rule: Encodable {
        let name: String
        let title: String
        let level: String
        let controls: [String]
    }

    let frameworks: [Framework]
    let rules: [Rule]
    let problems: [String]

    init(_ page: ControlPage) {
        frameworks = page.catalog.frameworks.map { framework in
            Framework(
                id: framework.id,
                title: framework.title,
                version: framework.version,
                kind: framework.kind.rawValue,
                source: framework.source,
                checked: framework.checked,
                controls: framework.controls.map { control in
                    Listed(
                        name: control.name,
                        id: control.id,
                        title: control.title,
                        verified: control.isVerified,
                        detections: control.detections,
                        rules: page.rules(for: control).map(\.name)
                    )
                }
            )
        }
        rules = page.rules.map { rule in
            Rule(
                name: rule.name,
                title: rule.title,
                level: rule.level,
                controls: page.catalog.controls(for: rule.tags).map(\.name)
            )
        }
        problems = page.problems
    }
}
