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
        case text, json
    }

    @Option(help: "The database that an audit made.")
    var database: String

    @Option(help: "text or json.")
    var format = Format.text

    @Option(help: "Show one finding in full, by its id.")
    var finding: String?

    @Flag(help: "All runs instead of the latest one.")
    var all = false

    func run() throws {
        if let finding { return try Self.show(finding: finding, of: database) }
        try Self.show(database, scope: all ? .all : .latestRun, asJSON: format == .json)
    }

    /// Writes one finding to standard output.
    private static func show(finding id: String, of path: String) throws {
        do throws(StoreError) {
            let database = try AuditDatabase.open(path: path, access: .read)
            let text = try database.read { reader -> String? in
                guard let finding = try reader.finding(id: id) else { return nil }
                let words = try reader.words(ofRule: finding.ruleID)
                return FindingText(finding, words, colour: Console.mayColour).text()
            }
            try database.close()
            if let text { return Console.answer(text) }
        } catch {
            throw Failure(error)
        }
        throw Failure(
            .usage,
            "there is no finding \(id) in \(path)",
            hint: "see the ids with 'grantaudit report --database \(path)'"
        )
    }

    /// Writes the report on `scope` to standard output.
    static func show(_ path: String, scope: AuditReport.Scope, asJSON: Bool) throws {
        do throws(StoreError) {
            let database = try AuditDatabase.open(path: path, access: .read)
            if asJSON {
                Console.answer(try JSONReport(try AuditReport(database: database, scope: scope)).text())
            } else {
                let report = try AuditReport(database: database, scope: scope, findingsMax: 10)
                Console.answer(TextReport(report, colour: Console.mayColour).text())
            }
            try database.close()
        } catch {
            throw Failure(error)
        }
    }
}
