// `grantaudit formats reference`: what each format can show, for people and for programs.

import ArgumentParser
import AuthEvents
import FormatGuide
import LogFormats
import SigmaRules

extension FormatsCommand {
    struct Reference: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what formats read, how to switch the logging on, and which rules can run on them.",
            discussion: """
                EXAMPLE:
                  grantaudit formats reference > Documentation/formats.md
                """
        )
        @OptionGroup var options: RuleOptions
        @Flag(help: "Print JSON.") var json = false
        @Argument(help: "Formats to describe; all by default.") var names: [String] = []

        func run() throws {
            let locations = try options.locations()
            let catalog = try FormatsCommand.catalog(locations)
            let known = Set(catalog.formats.map(\.name))
            if let unknown = names.first(where: { !known.contains($0) }) {
                throw Failure(.usage, "there is no format '\(unknown)'", hint: "'grantaudit formats list' names them")
            }
            let rules = RuleFolder.load(paths: locations.rulePaths, placeholders: locations.placeholders)
            let guides = try catalog.formats.filter { names.isEmpty || names.contains($0.name) }.map { format in
                do throws(FormatError) { return try FormatGuide(format, rules: rules) } catch { throw Failure(error) }
            }
            if json {
                try Console.answer(json: guides.map(FormatAnswer.init))
            } else {
                try Console.answer(FormatGuide.markdown(guides))
            }
            if !catalog.errors.isEmpty || !rules.rejected.isEmpty { throw ExitStatus.incomplete }
        }
    }
}

/// A format as `formats reference --json` prints it.
private struct FormatAnswer: Encodable {
    /// A shape of its lines.
    struct Shape: Encodable {
        let name: String
        let ignored: String?
    }

    /// Kinds of events with what they can have.
    struct Event: Encodable {
        let kinds: [String]
        let outcomes: [String]
        let fields: [String]
    }

    /// A folder of rules.
    struct Family: Encodable {
        let name: String
        let able: [String]
        let obstacles: [Obstacle]
    }

    /// What some rules lack.
    struct Obstacle: Encodable {
        let reason: String
        let rules: [String]
    }

    let name: String
    let title: String
    let status: String
    let logsource: [String: String]
    let enable: String
    let success: String?
    let traits: [String]
    let linkage: String
    let secrets: [String]
    let shapes: [Shape]
    let events: [Event]
    let families: [Family]

    init(_ guide: FormatGuide) {
        let format = guide.format
        name = format.name
        title = format.title
        status = format.status
        logsource = format.logsource
        enable = format.enable
        success = format.successHint
        traits = guide.traits
        linkage = guide.linkage.name
        secrets = guide.secrets
        shapes = format.shapes.map { Shape(name: $0.name, ignored: $0.ignore) }
        events = guide.events.map { Event(kinds: $0.kinds, outcomes: $0.outcomes, fields: $0.fields) }
        families = guide.families.map { family in
            let obstacles = family.obstacles.map { Obstacle(reason: $0.reason, rules: $0.rules) }
            return Family(name: family.name, able: family.able, obstacles: obstacles)
        }
    }
}
