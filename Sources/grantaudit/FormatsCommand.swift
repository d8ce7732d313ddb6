// `grantaudit formats`: which formats there are, whether they work, how they read a line.

import ArgumentParser
import AuthEvents
import ByteStreams
import Detections
import FieldRows
import LogFormats
import Reports

struct FormatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formats",
        abstract: "List, test and explain log formats.",
        subcommands: [List.self, Test.self, Explain.self, Reference.self]
    )

    /// The catalogue, with problems reported.
    static func catalog(_ locations: RuleLocations) throws -> FormatCatalog {
        let catalog = FormatCatalog(folders: locations.formatFolders)
        for error in catalog.errors { Console.note(error.description) }
        guard !catalog.formats.isEmpty else {
            throw Failure(.usage, "there are no format files", hint: "name a folder with --formats")
        }
        return catalog
    }

    /// The plan of a format for canonical fields only.
    static func plan(_ format: FormatFile) throws -> CompiledFormat {
        do throws(FormatError) {
            return try CompiledFormat(
                format,
                layout: FieldLayout(CanonicalField.names),
                isDerived: DetectionEngine.isDerived
            )
        } catch {
            throw Failure(error)
        }
    }
}

extension FormatsCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the formats that can be read.")
        @OptionGroup var options: RuleOptions

        func run() throws {
            let catalog = try FormatsCommand.catalog(options.locations())
            let width = catalog.formats.map(\.name.count).max() ?? 0
            for format in catalog.formats {
                let gap = String(repeating: " ", count: width - format.name.count + 2)
                let mark = format.status == "stable" ? "" : " (\(format.status))"
                try Console.answer(format.name + gap + format.title + mark)
            }
            if !catalog.errors.isEmpty { throw ExitStatus.incomplete }
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run the sample lines inside the format files.")
        @OptionGroup var options: RuleOptions
        @Argument(help: "Formats to test; all by default.") var names: [String] = []

        func run() throws {
            let locations = try options.locations()
            let catalog = try FormatsCommand.catalog(locations)
            var failures = 0
            for format in catalog.formats where names.isEmpty || names.contains(format.name) {
                let problems = FormatCheck(try FormatsCommand.plan(format)).problems
                for problem in problems { try Console.answer(TerminalText.escaped(problem, limit: 2_000)) }
                try Console.answer(
                    "\(format.name): \(format.samples.count - problems.count) passed, \(problems.count) failed"
                )
                failures += problems.count
            }
            let envelopes = EnvelopeCatalog(folders: locations.formatFolders)
            for error in envelopes.errors { Console.note(error.description) }
            for envelope in envelopes.envelopes where names.isEmpty || names.contains(envelope.envelope.name) {
                let problems = EnvelopeCheck(envelope).problems
                for problem in problems { try Console.answer(TerminalText.escaped(problem, limit: 2_000)) }
                try Console.answer(
                    "\(envelope.envelope.name): \(envelope.envelope.samples.count - problems.count) passed, "
                        + "\(problems.count) failed"
                )
                failures += problems.count
            }
            if failures > 0 || !catalog.errors.isEmpty || !envelopes.errors.isEmpty { throw ExitStatus.incomplete }
        }
    }

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how a line is taken apart, named and mapped, or why it is rejected.",
            discussion: """
                EXAMPLE:
                  grantaudit formats explain server.log.zst:17
                """
        )
        @OptionGroup var options: RuleOptions
        @Option(help: "The format to use; told from the content by default.") var format: String?
        @Argument(help: "FILE or FILE:LINE; the first line by default.", completion: .file()) var place: String

        func run() throws {
            let locations = try options.locations()
            let catalog = try FormatsCommand.catalog(locations)
            let plans = try catalog.formats.map { try FormatsCommand.plan($0) }
            let envelopes = EnvelopeCatalog(folders: locations.formatFolders)
            for error in envelopes.errors { Console.note(error.description) }
            var explanation = try FileExplanation(place, plans: plans, envelopes: envelopes, formatName: format)
            for line in try explanation.lines() { try Console.answer(TerminalText.escaped(line, limit: 2_000)) }
        }
    }
}
