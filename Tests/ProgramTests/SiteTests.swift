// What a configuration file, the command line and the environment say together.

import Foundation
import Testing

@Suite struct SiteTests {
    private static let format = """
        format: zonal
        title: Times without a zone
        time: { from: time }
        shapes: [{ name: event, json: true, where: { EventID|exists: "true" } }]
        fields: { username: User }

        """
    private static let rule = """
        title: Any event
        logsource: { category: oauth }
        detection: { selection: { username: ann }, condition: selection }

        """
    private static let event = #"{"time":"2026-01-05T12:00:00","EventID":1,"User":"ann"}"# + "\n"

    private let folder: TemporaryFolder

    /// A site whose folder is called like a pattern.
    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.format, to: "[site]/formats/zonal.yml")
        try folder.write(Self.rule, to: "[site]/rules/any.yml")
        try folder.write(Self.event, to: "[site]/logs/a.ndjson")
        try folder.write("{}\n", to: "s/logs/b.ndjson")
        try configure("- { paths: logs/*.ndjson, time-zone: America/New_York }")
    }

    private func configure(_ inputs: String) throws {
        let text = """
            database: audit.db
            time-zone: Europe/Berlin
            rules: rules
            formats: formats
            inputs:
              \(inputs)

            """
        try folder.write(text, to: "[site]/grantaudit.yml")
    }

    private func audit(_ arguments: String...) throws -> Program.Result {
        try Program.run(["audit", "--config", "[site]/grantaudit.yml"] + arguments, in: folder.url)
    }

    @Test func whatAPatternCouldNotLookIntoIsIncomplete() throws {
        let long = String(repeating: "n", count: 300)
        try configure("- { paths: [logs/*.ndjson, '*/\(long)/*.ndjson'] }")
        let result = try audit("--quiet")
        #expect(result.status == 2)
        let folders = ["formats", "logs", "rules"]
        let said = folders.map { "grantaudit: incomplete: [site]/\($0)/\(long): File name too long\n" }.joined()
        #expect(result.error == said)
        let report = try Program.run(["report", "--database", "[site]/audit.db"], in: folder.url).output
        #expect(report.contains("files  4 given = 1 read + 3 skipped (3 unreadable)"), "\(report)")
        let check = try Program.run(["config", "check", "[site]/grantaudit.yml"], in: folder.url)
        #expect(check.error.contains("/logs/\(long) cannot be read: File name too long\n"), "\(check.error)")
    }
}
