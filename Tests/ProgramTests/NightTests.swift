// Audits that nobody watches: what they print, and the metrics they leave behind.

import Foundation
import Glibc
import Testing

@Suite struct NightTests {
    private static let event =
        #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","outcome":"success","client_id":"shop"}"#
    private static let rule = """
        title: Any token request
        id: 9c4b2a51-7a3e-4a61-8a7b-6b0d5e0a7c22
        logsource: { category: oauth }
        detection: { selection: { kind: token.request }, condition: selection }
        level: medium

        """

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.event + "\n", to: "events.jsonl")
        try folder.write(Self.rule, to: "rules/any.yml")
        try FileManager.default.createSymbolicLink(
            at: folder.url.appending(path: "Rules"),
            withDestinationURL: Program.root.appending(path: "Rules")
        )
    }

    private func audit(_ arguments: String...) throws -> Program.Result {
        let options = ["--rules", "rules", "--formats", "Rules/formats", "--quiet", "--metrics-file", "audit.prom"]
        return try Program.run(["audit", "--database", "audit.db"] + options + arguments, in: folder.url)
    }

    /// The values of a metric by its labels, that of the database left out.
    private func metric(_ name: String) throws -> [String: String] {
        let text = try String(contentsOfFile: folder.path("audit.prom"), encoding: .utf8)
        let prefix = name + #"{database="audit.db""#
        let samples = text.split(separator: "\n").filter { $0.hasPrefix(prefix) }.map { line in
            line.dropFirst(prefix.count).split(separator: "} ", omittingEmptySubsequences: false).map(String.init)
        }
        return Dictionary(samples.map { ($0[0], $0[1]) }) { first, _ in first }
    }

    @Test func nightWithoutNewsIsSilent() throws {
        // A warning is for whoever writes rules, not for whoever is woken up.
        try folder.write(
            Self.rule.replacing("level: medium", with: "level: medium\ndate: 2026/01/05"),
            to: "rules/any.yml"
        )
        let check = try Program.run(["rules", "check", "rules"], in: folder.url)
        #expect(check.error.contains(": warning: "), "\(check)")
        for _ in 1...2 {
            let night = try audit("events.jsonl")
            #expect((night.status, night.output, night.error) == (0, "", ""))
        }
        #expect(try metric("grantaudit_run_inputs")[#",status="already_audited""#] == "1")
        #expect(try metric("grantaudit_findings")[#",level="medium""#] == "1")
    }

    @Test func newFindingsAreNamedOnce() throws {
        let first = try audit("events.jsonl", "--fail-on", "medium")
        let line = try #require(
            first.error.wholeMatch(
                of:
                    /grantaudit: new medium finding: Any token request: grantaudit (explain \w+ --database audit\.db)\n/
            )
        )
        #expect((first.status, first.output) == (1, ""))
        let shown = try Program.run(line.1.split(separator: " ").map(String.init), in: folder.url)
        #expect(shown.status == 0)
        #expect(shown.output.contains("Any token request"))
        #expect(try metric("grantaudit_run_exit_status") == ["": "1"])
        #expect(try metric("grantaudit_run_findings")[#",level="medium",change="new""#] == "1")
        // The same finding goes on.
        try folder.write(Self.event + "\n" + Self.event + "\n", to: "events.jsonl")
        let second = try audit("events.jsonl", "--fail-on", "medium")
        #expect((second.status, second.output, second.error) == (1, "", ""))
        #expect(try metric("grantaudit_run_findings")[#",level="medium",change="extended""#] == "1")
    }

    @Test func whatIsIncompleteIsSaid() throws {
        try folder.write("title: [unclosed\n", to: "rules/broken.yml")
        let night = try audit("events.jsonl", "missing.log")
        #expect((night.status, night.output) == (2, ""))
        #expect(night.error.hasPrefix("rules/broken.yml:"))
        #expect(night.error.contains("\ngrantaudit: incomplete: 1 rule does not compile\n"))
        #expect(night.error.contains("\ngrantaudit: incomplete: missing.log: "))
        #expect(try metric("grantaudit_run_exit_status") == ["": "2"])
        #expect(try metric("grantaudit_run_status")[#",status="incomplete""#] == "1")
        #expect(try metric("grantaudit_last_complete_run_end_timestamp_seconds") == [:])
    }

    @Test func interruptedAuditLeavesMetrics() throws {
        let process = Process()
        process.executableURL = Program.executable
        process.currentDirectoryURL = folder.url
        process.arguments = [
            "audit", "-", "--database", "audit.db", "--rules", "rules", "--formats", "Rules/formats", "--quiet",
            "--metrics-file", "audit.prom",
        ]
        // An input that does not end until the signal was seen.
        let (input, error) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = error
        try process.run()
        let lock = folder.path("audit.db-lock")
        for _ in 1...200 where !FileManager.default.fileExists(atPath: lock) { usleep(50_000) }
        kill(process.processIdentifier, SIGTERM)
        usleep(1_000_000)
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        let said = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(process.terminationStatus == 130)
        #expect(said == "grantaudit: error: interrupted; the next run goes on from what was stored\n")
        #expect(try metric("grantaudit_run_exit_status") == ["": "130"])
        #expect(try metric("grantaudit_run_status")[#",status="interrupted""#] == "1")
    }

    @Test func metricsThatCannotBeWrittenAreAnErrorAfterTheAuditIsStored() throws {
        try FileManager.default.createDirectory(atPath: folder.path("audit.prom"), withIntermediateDirectories: false)
        let night = try audit("events.jsonl")
        #expect((night.status, night.output) == (74, ""))
        #expect(
            night.error.hasPrefix("grantaudit: error: metrics file audit.prom: cannot be written: not a regular file")
        )
        let report = try Program.run(["report", "--database", "audit.db"], in: folder.url)
        #expect(report.output.contains("complete (exit status 0)"))
        #expect(report.output.contains("1 finding;"))
    }
}
