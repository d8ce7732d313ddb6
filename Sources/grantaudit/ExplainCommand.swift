// `grantaudit explain`: the story of one finding.

import ArgumentParser
import AuditStore
import Reports
import RuleWorkbench

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell the story of one finding: what happened, in which order, who, why it matters, what to do.",
        discussion: """
            EXAMPLE:
              grantaudit explain 42067cf8 --database audit.db
            """
    )

    @OptionGroup var databaseOptions: DatabaseOptions

    @OptionGroup var site: SiteOptions

    @Argument(help: "The id of the finding, as reports show it, or a beginning that no other finding has.")
    var finding: String

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let path = try databaseOptions.path(site.configuration())
        let database = try ReportCommand.stored { () throws(StoreError) in
            try AuditDatabase.open(path: path, access: .read)
        }
        let id = try FindingChoice.id(finding, in: database)
        let story = try ReportCommand.stored { () throws(StoreError) in
            try FindingStory(database: database, finding: id, meanings: Self.meanings)
        }
        // It may have been deleted since it was found.
        guard let story else { throw FindingChoice.failure(finding, .none(near: []), path) }
        try Console.answer(json ? JSONStory(story).text() : StoryText(story, colour: Console.mayColour).text())
    }

    /// What derived fields mean, for those that the story has no sentence for.
    private static var meanings: [String: String] {
        let derived = FieldReference.all.filter { $0.origin == .derived }
        return Dictionary(uniqueKeysWithValues: derived.map { ($0.name, $0.meaning) })
    }
}
