// `grantaudit report`: shows what is stored.

import ArgumentParser
import AuditStore
import ControlCatalog
import Reports

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show findings, and what was and was not checked.",
        discussion: """
            EXAMPLE:
              grantaudit report --database audit.db --format json
              grantaudit report --database audit.db --control asvs5.10.4.2
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, metrics
    }

    @OptionGroup var databaseOptions: DatabaseOptions

    @OptionGroup var site: SiteOptions

    @Option(help: "text, json or metrics, which are the latest run's numbers in the text format of Prometheus.")
    var format = Format.text

    @Option(help: "Show one finding with all fields of its events, by its id or a beginning of it.")
    var finding: String?

    @Option(help: "Show what rules found for a control or a framework; 'grantaudit rules controls' lists them.")
    var control: String?

    @Option(
        name: .customLong("rules"),
        help: "Folder with Sigma rules, whose folder 'controls' lists controls; may be repeated.",
        completion: .directory
    )
    var rules: [String] = []

    @Flag(help: "All runs instead of the latest one.")
    var all = false

    func validate() throws {
        if all, format == .metrics {
            throw ValidationError("--format metrics is about the latest run; leave out --all")
        }
        if control != nil, format == .metrics {
            throw ValidationError("--control has no metrics; --format has to be text or json")
        }
        if control != nil, finding != nil {
            throw ValidationError("--control and --finding are about different things; leave out one")
        }
    }

    func run() throws {
        let site = try site.configuration()
        let database = try databaseOptions.path(site)
        if let control {
            let catalog = ControlCatalog(folders: RuleLocations(site, rules: rules).controlFolders)
            return try Self.show(try Self.controls(control, catalog), of: catalog, database, all: all, format: format)
        }
        if let finding { return try Self.show(finding: finding, of: database) }
        try Self.show(database, scope: all ? .all : .latestRun, format: format)
    }

    /// Writes one finding to standard output.
    private static func show(finding word: String, of path: String) throws {
        let database = try stored { () throws(StoreError) in try AuditDatabase.open(path: path, access: .read) }
        let id = try FindingChoice.id(word, in: database)
        let text = try stored { () throws(StoreError) in
            try database.read { reader in
                try reader.finding(id: id).map { finding in
                    let words = try reader.words(ofRule: finding.ruleID)
                    return FindingText(finding, words, colour: Console.mayColour).text()
                }
            }
        }
        guard let text else { throw FindingChoice.failure(word, .none(near: []), path) }
        try Console.answer(text)
    }

    /// The controls that `word` means.
    private static func controls(_ word: String, _ catalog: ControlCatalog) throws(Failure) -> [Control] {
        for problem in catalog.problems { Console.note(problem) }
        switch catalog.choose(word) {
        case .controls(let controls): return controls
        case .ambiguous(let names):
            throw Failure(.usage, "\(word) is a control of several frameworks", hint: names.joined(separator: " or "))
        case .unknown(let near):
            let hint = near.map { "did you mean '\($0)'?" } ?? "'grantaudit rules controls' lists them"
            throw Failure(.usage, "there is no control '\(word)'", hint: hint)
        }
    }

    /// Writes the report on `controls` to standard output.
    private static func show(
        _ controls: [Control],
        of catalog: ControlCatalog,
        _ path: String,
        all: Bool,
        format: Format
    ) throws {
        let report = try stored { () throws(StoreError) in
            let database = try AuditDatabase.open(path: path, access: .read)
            return try ControlReport(
                database: database,
                catalog: catalog,
                controls: controls,
                isAll: all,
                findingsMax: format == .json ? nil : 10
            )
        }
        let isJSON = format == .json
        try Console.answer(isJSON ? ControlJSON(report).text() : ControlText(report, colour: Console.mayColour).text())
    }

    /// Writes the report on `scope` to standard output.
    static func show(_ path: String, scope: AuditReport.Scope, format: Format) throws {
        let text = try stored { () throws(StoreError) -> String in
            let database = try AuditDatabase.open(path: path, access: .read)
            let report = try AuditReport(database: database, scope: scope, findingsMax: format == .json ? nil : 10)
            let text =
                switch format {
                case .text: TextReport(report, colour: Console.mayColour).text()
                case .json: try JSONReport(report).text()
                case .metrics: MetricsReport(report).text()
                }
            try database.close()
            return text
        }
        try Console.answer(text)
    }

    /// What `body` reads from a database; its errors as failures of the program.
    static func stored<Value>(_ body: () throws(StoreError) -> Value) throws(Failure) -> Value {
        do {
            return try body()
        } catch {
            throw Failure(error)
        }
    }
}
