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

    @Test(arguments: [
        ([], "17:00:00"), (["zonal=Asia/Tokyo"], "03:00:00"), (["other=UTC"], "17:00:00"), (["UTC"], "12:00:00"),
        (["UTC", "zonal=+01:00"], "11:00:00"), (["other=UTC", "+02:00"], "10:00:00"),
    ])
    func zonesOfTheCommandLineAreMergedByFormat(_ zones: [String], _ time: String) throws {
        let result = try Program.run(
            ["audit", "--config", "[site]/grantaudit.yml"] + zones.flatMap { ["--time-zone", $0] },
            in: folder.url
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("events from 2026-01-05T\(time)Z"), "\(result.output)")
    }

    @Test func zoneOfTheWholeSiteStaysForOtherFormats() throws {
        try configure("- { paths: logs }")
        #expect(try audit("--time-zone", "other=UTC").output.contains("events from 2026-01-05T11:00:00Z"))
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

    /// An empty variable is as one that is not there.
    @Test func emptyVariablesSayNothing() throws {
        let variables = ["GRANTAUDIT_CONFIG": "", "GRANTAUDIT_RULES": ""]
        let none = try Program.run(["report"], in: folder.url, environment: variables)
        #expect(none.error.hasPrefix("grantaudit: error: no database is named\n"), "\(none.error)")
        try FileManager.default.createSymbolicLink(
            at: folder.url.appending(path: "Rules"),
            withDestinationURL: Program.root.appending(path: "Rules")
        )
        let list = try Program.run(["formats", "list"], in: folder.url, environment: variables)
        #expect(list.status == 0 && list.output.contains("keycloak"), "\(list)")
        let named = ["GRANTAUDIT_CONFIG": "[site]/grantaudit.yml"]
        let rules = try Program.run(["rules", "list"], in: folder.url, environment: named)
        #expect(rules.output.contains("Any event"), "\(rules)")
    }
}
