// `grantaudit config`: looks at configuration files.

import ArgumentParser
import ByteStreams
import ClientRegistry
import LogFormats
import Reports
import SigmaRules
import SiteConfiguration

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check a configuration file, and describe all keys.",
        subcommands: [Check.self, Reference.self]
    )

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report everything that is wrong with a configuration file, and what an audit would read.",
            discussion: """
                EXAMPLE:
                  grantaudit config check /etc/grantaudit/grantaudit.yml
                """
        )
        @Argument(help: "The configuration file.") var file: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let check = try ConfigurationCheck(file)
            if json {
                try Console.answer(json: ConfigurationAnswer(check))
            } else {
                for remark in check.remarks { Console.note(remark.description) }
                try Console.answer(check.text)
            }
            if check.remarks.contains(where: { $0.severity == .error }) { throw ExitStatus.usage }
        }
    }

    struct Reference: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what every key means.",
            discussion: """
                EXAMPLE:
                  grantaudit config reference > Documentation/configuration.md
                """
        )

        func run() throws { try Console.answer(ConfigurationPage.markdown()) }
    }
}

/// A configuration file and what an audit would make of it.
struct ConfigurationCheck {
    /// What one group of inputs stands for.
    struct Group {
        let paths: [String]
        let format: String?
        let timeZone: String?
        let files: Int
        let missing: [String]
    }

    let database: String?
    let groups: [Group]
    let rules: Int
    let filters: Int
    let rejected: Int
    let clients: RegistryFile?
    private(set) var remarks: [RuleDiagnostic]

    init(_ path: String) throws {
        var file = ConfigurationFile(path: path)
        let site = file.configuration
        let locations = RuleLocations(site)
        let catalog = try FormatsCommand.catalog(locations)
        file.check(formats: catalog.formats.map(\.name))
        let loaded = RuleFolder.load(paths: locations.rulePaths, placeholders: site.placeholders)
        let inputs = site.inputs.map { PathExpansion($0.paths) }
        let discovery = InputDiscovery(groups: inputs.map(\.paths), unreadable: inputs.flatMap(\.unreadable))
        groups = site.inputs.enumerated().map { number, input in
            let paths = input.paths.map(\.text)
            let known = Set(paths)
            return Group(
                paths: paths,
                format: input.format,
                timeZone: (input.timeZone ?? site.timeZone)?.name,
                files: discovery.files.count { $0.group == number },
                missing: discovery.skipped.filter { $0.cause == .missing && known.contains($0.path) }.map(\.path)
            )
        }
        database = site.database
        (rules, filters, rejected) = (loaded.rules.count, loaded.filters.count, loaded.rejected.count)
        clients = site.clientRegistry.map { RegistryFile(path: $0) }
        remarks = file.remarks + loaded.diagnostics + (clients?.remarks ?? []).map { RuleDiagnostic($0) }
        defer { remarks = remarks.inOrder }
        guard file.isUsable else { return }
        for unread in discovery.skipped where unread.cause == .unreadable {
            warn(path, "\(unread.path) cannot be read: \(unread.reason)", "an audit will be incomplete")
        }
        for missing in groups.flatMap(\.missing) {
            warn(path, "nothing is at \(missing)", "an audit will be incomplete")
        }
        if site.database == nil { warn(path, "no database is named", "'database', or --database with each command") }
        if site.inputs.isEmpty { warn(path, "no logs are named", "'inputs', or paths with each audit") }
    }

    private mutating func warn(_ file: String, _ message: String, _ hint: String) {
        remarks.append(RuleDiagnostic(.warning, file: file, line: 1, column: 1, message: message, hint: hint))
    }

    var text: String {
        var lines = ["database  \(database ?? "none")"]
        for group in groups {
            let kind = [group.format, group.timeZone].compactMap { $0 }
            let named = kind.isEmpty ? "" : " (\(kind.joined(separator: ", ")))"
            lines.append("inputs    \(group.paths.joined(separator: ", "))\(named): \(counted(group.files, "file"))")
        }
        lines.append("rules     \(rules) loaded, \(counted(filters, "filter")), \(rejected) rejected")
        if let clients { lines.append("clients   \(clients.summary)") }
        return lines.joined(separator: "\n")
    }
}

/// The same for programs.
private struct ConfigurationAnswer: Encodable {
    struct Input: Encodable {
        let paths: [String]
        let format: String?
        let timeZone: String?
        let files: Int
    }

    let database: String?
    let inputs: [Input]
    let rules: Int
    let filters: Int
    let rejected: Int
    let clients: Int?
    let remarks: [RemarkAnswer]

    init(_ check: ConfigurationCheck) {
        database = check.database
        inputs = check.groups.map { Input(paths: $0.paths, format: $0.format, timeZone: $0.timeZone, files: $0.files) }
        (rules, filters, rejected) = (check.rules, check.filters, check.rejected)
        clients = check.clients?.clientCount
        remarks = check.remarks.map(RemarkAnswer.init)
    }
}
