// `grantaudit report`: shows what is stored.

import ArgumentParser
import AuditStore
import Reports

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show findings, and what was and was not checked.",
        discussion: """
            EXAMPLE:
              grantaudit report --database audit.db --format json
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

    @Flag(help: "All runs instead of the latest one.")
    var all = false

    func validate() throws {
        if all, format == .metrics {
            throw ValidationError("--format metrics is about the latest run; leave out --all")
        }
    }

    func run() throws {
        let database = try databaseOptions.path(site.configuration())
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
