// Pages under Documentation say what the program and the code do.
//
// RECORD_GOLDEN=1 swift test --filter DocumentationTests   writes generated pages anew, as the command in them does.

import Foundation
import Testing

@Suite struct DocumentationTests {
    @Test(
        arguments: [
            ("formats.md", ["formats", "reference"]), ("configuration.md", ["config", "reference"]),
            ("clients.md", ["clients", "reference"]), ("controls.md", ["rules", "controls"]),
        ]
    )
    func generatedPageIsCurrent(_ name: String, _ command: [String]) throws {
        let page = Program.root.appending(path: "Documentation/\(name)")
        let result = try Program.run(command)
        #expect(result.status == 0, "\(result.error)")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try Data(result.output.utf8).write(to: page)
            return
        }
        let written = try String(contentsOf: page, encoding: .utf8)
        #expect(
            written == result.output,
            "stale: grantaudit \(command.joined(separator: " ")) > Documentation/\(name)"
        )
    }

    @Test func referenceIsThereForPrograms() throws {
        let result = try Program.run(["formats", "reference", "keycloak", "combined", "--json"])
        #expect(result.status == 0, "\(result.error)")
        let answer = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
        #expect(answer.compactMap { $0["name"] as? String } == ["combined", "keycloak"])
        #expect(answer.compactMap { $0["linkage"] as? String } == ["L0", "L3"])
        #expect((answer.last?["success"] as? String)?.contains("success-level=info") == true)
        #expect(answer.allSatisfy { ($0["families"] as? [[String: Any]])?.count ?? 0 >= 9 })
        let unknown = try Program.run(["formats", "reference", "nothing"])
        #expect(unknown.status == 64)
        #expect(unknown.error.contains("there is no format 'nothing'"))
    }

    @Test func rulesAndFilesOfControlsAreChecked() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            title: Any token request
            name: any
            logsource: { category: oauth }
            detection: { selection: { kind: token.request }, condition: selection }
            tags: [attack.impact, attack.t1528, grantaudit.cod-99, own.3, asvs5.10.4.55, rfc6749.2]
            level: low

            """,
            to: "rules/any.yml"
        )
        let own = """
            framework: own
            title: Our own rules
            version: '1'
            source: https://example.com/rules
            checked: By ourselves.
            controls: [{ id: '1', title: Somebody looks, verified: true, detections: [COD-1] }]

            """
        try folder.write(own, to: "rules/controls/own.yml")
        let wrong = try Program.run(["rules", "controls", "--rules", "rules"], in: folder.url)
        #expect(wrong.status == 2)
        #expect(wrong.output.contains("\n| 1 | Somebody looks | none |\n"))
        for problem in [
            "rules/controls/own.yml:6:75: error: there is no detection 'COD-1'",
            "rules/any.yml: error: there is no detection 'grantaudit.cod-99'",
            "rules/any.yml: error: there is no control 'own.3'\n  hint: did you mean 'own.1'?",
            "rules/any.yml: error: 'any' gives evidence for no control",
        ] {
            #expect(wrong.error.contains(problem), "\(problem) in\n\(wrong.error)")
        }
        #expect(!wrong.error.contains("rfc6749") && !wrong.error.contains("t1528"))
        try folder.write("framework: own\ntitel: Our own rules\n", to: "rules/controls/own.yml")
        let broken = try Program.run(["rules", "controls", "--rules", "rules", "--json"], in: folder.url)
        #expect(broken.status == 2)
        let answer = try #require(JSONSerialization.jsonObject(with: Data(broken.output.utf8)) as? [String: Any])
        let problems = try #require(answer["problems"] as? [String])
        #expect(problems.first?.hasPrefix("rules/controls/own.yml:2:1: error: unknown key 'titel'") == true)
    }

    /// The page on nightly audits names every exit status and every metric, and none that does not exist.
    @Test func pageOfNightsIsCurrent() throws {
        let page = try String(
            contentsOf: Program.root.appending(path: "Documentation/night-after-night.md"),
            encoding: .utf8
        )
        let help = try Program.run(["--help"]).output
        let statuses = help.matches(of: /(?m)^ {2}(\d+)\ /).map { String($0.1) }
        #expect(page.matches(of: /(?m)^\| (\d+) \|/).map { String($0.1) } == statuses)
        let folder = try TemporaryFolder()
        let database = folder.path("audit.db")
        _ = try Program.run(["audit", "--database", database, "Samples/keycloak_refresh_token_theft/logs"])
        let metrics = try Program.run(["report", "--database", database, "--format", "metrics"]).output
        let written = Set(metrics.matches(of: /(?m)^# TYPE (\w+)/).map { String($0.1) })
        let table = page.split(separator: "| metric |").last ?? ""
        #expect(Set(table.matches(of: /`(grantaudit_\w+)`/).map { String($0.1) }) == written)
        for match in page.matches(of: /grantaudit_\w+/) { #expect(written.contains(String(match.0)), "\(match.0)") }
    }

    /// The ten lines of the guide to formats read a log of the shape that they are about.
    @Test func tenLinesMakeAFormat() throws {
        let readme = try String(contentsOf: Program.root.appending(path: "Rules/formats/README.md"), encoding: .utf8)
        let section = try #require(readme.split(separator: "## Ten lines to your own\n").last)
        let lines = try #require(section.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        #expect(lines.split(separator: "\n").count <= 10)
        let folder = try TemporaryFolder()
        try folder.write(String(lines), to: "own/my-server.yml")
        let time = "2026-01-05T10:00:0"
        let refresh = #""action":"refresh","client":"shop","address":"203.0.113.5","presented":"r1""#
        try folder.write(
            """
            {"when":"\(time)0Z",\(refresh),"status":"ok"}
            {"when":"\(time)1Z",\(refresh),"status":"expired"}
            {"when":"\(time)2Z","action":"rename","client":"shop"}

            """,
            to: "server.log"
        )
        let own = ["--rules", Program.root.appending(path: "Rules").path, "--formats", "own"]
        for (line, outcome) in [(1, "success"), (2, "failure")] {
            let explained = try Program.run(["formats", "explain", "server.log:\(line)"] + own, in: folder.url)
            for expected in [
                "source = my-server", "kind = token.request", "outcome = \(outcome)", "client_id = shop",
                "ip = 203.0.113.5", "grant_type = refresh_token", "refresh_token = (fingerprint)",
            ] {
                let found = explained.output.contains("\n  \(expected)\n")
                #expect(found, "\(expected) in\n\(explained.output)\(explained.error)")
            }
        }
        let audit = ["audit", "--database", "audit.db", "server.log", "--json"] + own
        let result = try Program.run(audit, in: folder.url)
        #expect(result.status == 0, "\(result.error)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect("\(report)".contains("my-server"))
    }
}
