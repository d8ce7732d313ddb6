// Logs whose last line has no end when they are audited: each line is judged once, and as a whole.

import Foundation
import Testing

@Suite struct UnfinishedLineTests {
    private static let request =
        #"203.0.113.7 - shop [05/Jan/2026:10:00:00 +0000] "POST /oauth/token HTTP/1.1" 200 85 "-" "App/1.0 (example)""#
    /// A part of a line that could be a line of its own, and what it lacks.
    private static let later = (
        part: #"203.0.113.8 - shop [05/Jan/2026:10:00:09 +0000] "POST /oauth/token HTTP/1.1" 200 8"#,
        rest: #"7 "-" "App/1.0 (example)""#
    )
    private static let object =
        #"{"time":"2026-01-05T10:00:00Z","kind":"token.request","outcome":"success","client_id":"shop"}"#

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes the log, last written to `age` seconds ago, audits it, and returns what became of its lines.
    private func audit(_ text: String, age: TimeInterval = 0) throws -> [String: String] {
        try audit(Array(text.utf8), age: age, status: 0)
    }

    private func audit(_ bytes: [UInt8], age: TimeInterval = 0, status: Int32 = 0) throws -> [String: String] {
        try folder.write("", to: "logs/a.log")
        try Data(bytes).write(to: URL(filePath: folder.path("logs/a.log")))
        let written = Date(timeIntervalSinceNow: -age)
        try FileManager.default.setAttributes([.modificationDate: written], ofItemAtPath: folder.path("logs/a.log"))
        let rules = Program.root.appending(path: "Rules").path
        let options = ["--rules", rules, "--quiet", "--metrics-file", "audit.prom"]
        let night = try Program.run(["audit", "logs", "--database", "audit.db"] + options, in: folder.url)
        #expect(night.status == status, "\(night)")
        let metrics = try String(contentsOfFile: folder.path("audit.prom"), encoding: .utf8)
        let counts = metrics.matches(of: /grantaudit_run_lines\{database="audit.db",fate="(\w+)"\} (\d+)/)
        return Dictionary(uniqueKeysWithValues: counts.map { (String($0.1), String($0.2)) }.filter { $0.1 != "0" })
    }

    @Test func partOfALineIsLeftToTheNextAudit() throws {
        let first = Self.request + "\n" + Self.later.part
        #expect(try audit(first) == ["event": "1", "ignored": "1"])
        #expect(try audit(first) == ["ignored": "1"])
        #expect(try audit(first + Self.later.rest + "\n") == ["event": "1"])
        #expect(try audit(first + Self.later.rest + "\n") == [:])
    }

    @Test func lineThatNobodyWritesOnIsWhole() throws {
        let text = Self.request + "\n" + Self.later.part + Self.later.rest
        #expect(try audit(text, age: 2 * 3600) == ["event": "2"])
        #expect(try audit(text, age: 26 * 3600) == [:])
    }

    @Test func lineThatWasLeftIsJudgedWhenNobodyWritesOn() throws {
        let text = Self.request + "\n" + Self.later.part + Self.later.rest
        #expect(try audit(text) == ["event": "1", "ignored": "1"])
        #expect(try audit(text, age: 24 * 3600) == ["event": "1"])
    }

    @Test func wholeObjectNeedsNoLineEnd() throws {
        #expect(try audit(Self.object + "\n" + Self.object) == ["event": "2"])
        #expect(try audit(Self.object + "\n" + Self.object + "\n" + Self.object + "\n") == ["event": "1"])
    }

    @Test func partOfARecordThatWaitsForItsNextLineIsLeft() throws {
        // Records of syslog may have more lines, so the last one is held back until the log ends.
        let head = "Jan  5 10:00:00 as web: "
        let first = head + Self.request + "\n" + head + Self.later.part
        #expect(try audit(first) == ["event": "1", "ignored": "1"])
        #expect(try audit(first + Self.later.rest + "\n") == ["event": "1"])
    }

    @Test func lineThatADamagedArchiveCutsOffIsNotJudged() throws {
        let text = Array((Self.request + "\n" + Self.later.part + Self.later.rest + "\n").utf8)
        let part = Self.request.utf8.count + 1 + Self.later.part.utf8.count
        // One stored block (RFC 1951 §3.2.4), which is as long as it says only in the end.
        let length = [UInt8(text.count & 0xFF), UInt8(text.count >> 8)]
        let member = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + length + length.map(~) + text
        let archive = Array(member.prefix(member.count - text.count + part))
        #expect(try audit(archive, age: 24 * 3600, status: 2) == ["event": "1", "ignored": "1"])
        #expect(try audit(text) == ["event": "1"])
    }
}
