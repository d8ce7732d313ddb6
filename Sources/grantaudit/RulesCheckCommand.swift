// `grantaudit rules check`: every problem of every rule at once.

import ArgumentParser
import RuleWorkbench
import SigmaRules

extension RulesCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report every problem of every rule file at once.",
            discussion: """
                Errors keep a rule from being loaded; warnings are about rules that say something else than meant.

                EXAMPLE:
                  grantaudit rules check my-rules
                """
        )
        @OptionGroup var options: RuleOptions
        @Argument(help: "Rule files and folders; those of --rules by default.", completion: .file())
        var paths: [String] = []
        @Flag(help: "Print JSON.") var json = false

        /// All there is to say.
        private struct Answer: Encodable {
            let loaded: Int
            let filters: Int
            let rejected: Int
            let remarks: [RemarkAnswer]
        }

        func run() throws {
            let locations = try options.locations()
            let loaded = RuleFolder.load(
                paths: paths.isEmpty ? locations.rulePaths : paths,
                placeholders: locations.placeholders
            )
            let catalog = try FormatsCommand.catalog(locations)
            let remarks = loaded.diagnostics + RuleReview(loaded, formats: catalog).remarks()
            if json {
                try Console.answer(json: answer(loaded, remarks))
            } else {
                for remark in remarks { Console.note(remark.description) }
                let filters = loaded.filters.isEmpty ? "" : ", \(loaded.filters.count) filters"
                try Console.answer("\(loaded.rules.count) rules loaded\(filters), \(loaded.rejected.count) rejected")
            }
            if remarks.contains(where: { $0.severity == .error }) { throw ExitStatus.incomplete }
        }

        private func answer(_ loaded: LoadedRules, _ remarks: [RuleDiagnostic]) -> Answer {
            Answer(
                loaded: loaded.rules.count,
                filters: loaded.filters.count,
                rejected: loaded.rejected.count,
                remarks: remarks.map(RemarkAnswer.init)
            )
        }
    }
}
