// `grantaudit rules explain`: why a rule matches an event, or why not.

import ArgumentParser
import AuthEvents
import ByteStreams
import ClientRegistry
import Detections
import LogFormats
import Reports
import RuleWorkbench
import SigmaRules
import YAMLFiles

extension RulesCommand {
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show which selections of a rule an event fulfils, and with which values.",
            discussion: """
                Events before the one in question count, too: they make codes known and tokens rotated.

                EXAMPLE:
                  grantaudit rules explain client_secret_guessing server.log.zst:17
                """
        )
        @OptionGroup var options: RuleOptions
        @OptionGroup var registryOptions: RegistryOptions
        @Option(help: "The format of the file, or 'json' for any JSON objects; told from the content by default.")
        var format: String?
        @Argument(help: "A rule file, or the name, id or title of a rule.", completion: .file()) var rule: String
        @Argument(help: "FILE or FILE:LINE; the first line by default.", completion: .file()) var event: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let isFile = rule.hasSuffix(".yml") || rule.hasSuffix(".yaml")
            let site = try options.site.configuration()
            let locations = try options.locations(site)
            let registry = try registryOptions.registry(site)
            let loaded = RuleFolder.load(
                paths: isFile ? [rule] : locations.rulePaths,
                placeholders: locations.placeholders
            )
            for remark in loaded.diagnostics where isFile { Console.note(remark.description) }
            let index = isFile ? loaded.uncounted.first : position(in: loaded)
            guard let index else {
                let names = loaded.rules.compactMap(\.name)
                let hint = nearMiss(rule, among: names).map { "did you mean '\($0)'?" }
                throw Failure(.usage, "there is no rule '\(rule)'", hint: hint ?? "'grantaudit rules list'")
            }
            let place = try LinePlace(event)
            let answer = ExplanationAnswer(loaded.rules[index], try explain(loaded, index, place, locations, registry))
            if json { return try Console.answer(json: answer) }
            for line in answer.lines { try Console.answer(TerminalText.escaped(line, limit: 2_000)) }
        }

        private func position(in loaded: LoadedRules) -> Int? {
            loaded.rules.indices.first { index in
                let known = loaded.rules[index]
                return known.name == rule || known.id == rule || known.title == rule
            }
        }

        private func explain(
            _ loaded: LoadedRules,
            _ index: Int,
            _ place: LinePlace,
            _ locations: RuleLocations,
            _ registry: ClientRegistry?
        ) throws -> EventExplanation {
            do {
                let file = place.path == "-" ? InputFile.standardInput : InputFile(path: place.path)
                let (format, chain, members) = try reading(file, locations)
                let explainer = try EventExplainer(loaded, rule: index, format: format, clientRegistry: registry)
                var reader = RecordReader(try LineReader(file), chain: chain, members: members)
                if let continues = format.continues { reader.join(continues) }
                guard let explanation = try explainer.explain(&reader, line: place.line) else {
                    throw Failure(.usage, "\(place.path): there is no line \(place.line)")
                }
                return explanation
            } catch let error as InputError {
                throw Failure(.usage, error.description, hint: error.hint)
            } catch let error as FormatError {
                throw Failure(error)
            }
        }

        /// The format of the file, and what stands around its records.
        private func reading(
            _ file: InputFile,
            _ locations: RuleLocations
        ) throws -> (FormatFile, EnvelopeChain, members: [String]) {
            let envelopes = EnvelopeCatalog(folders: locations.formatFolders)
            if format == PlainJSON.name { return (try PlainJSON.format(), EnvelopeChain(), envelopes.members) }
            let catalog = try FormatsCommand.catalog(locations)
            var formats = catalog.formats
            if let format {
                guard let known = catalog[format] else {
                    let hint = "list them with 'grantaudit formats list'"
                    throw Failure(.usage, "there is no format '\(format)'", hint: hint)
                }
                formats = [known]
            }
            guard file.path != "-" else {
                throw Failure(.usage, "standard input cannot be read twice", hint: "put the events into a file")
            }
            let plans = try formats.map { try FormatsCommand.plan($0) }
            var lines = try LineReader(file)
            let chain = try EnvelopeGuess(plans: plans, envelopes: envelopes, key: .random()).chain(&lines)
            let guess = FormatGuess(plans: plans, key: .random())
            var records = RecordReader(lines, chain: chain, members: envelopes.members)
            _ = try guess.read(&records)
            guard let name = format ?? guess.best, let known = catalog[name] else {
                throw Failure(.usage, "\(file.path): no format reads this input", hint: "--format json for any JSON")
            }
            return (known, chain, envelopes.members)
        }
    }
}
