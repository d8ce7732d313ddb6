// Captured logs of many servers, where they are at hand, become the events that Tests/Checks/corpus_samples.txt names.

import Foundation
import Testing

@Suite struct CorpusSampleTests {
    private static let missing: Comment = "GRANTAUDIT_CORPUS names no folder with captured logs"

    @Test(.enabled(if: CorpusTests.corpus != nil, missing), arguments: CorpusSample.all)
    func becomesWhatItShould(_ sample: CorpusSample) throws {
        let path = try #require(CorpusTests.corpus) + "/" + sample.path
        try #require(FileManager.default.fileExists(atPath: path), "\(sample.path) is missing")
        let found = try CorpusReading(path)
        #expect(found.readAs == sample.readAs)
        #expect(found.events == sample.events)
        #expect(found.ignored == sample.ignored)
        #expect(found.rejected == sample.rejected)
        #expect(found.isAccountedFor)
        for line in sample.lines {
            let events = found.evidence[line.number] ?? []
            let isThere = events.contains { event in line.fields.allSatisfy { event[$0.key] == $0.value } }
            #expect(isThere, "line \(line.number): none of \(events) has \(line.fields)")
        }
    }

    @Test func tableIsComplete() {
        #expect(CorpusSample.all.count > 60)
        #expect(Set(CorpusSample.all.map(\.path)).count == CorpusSample.all.count)
        for sample in CorpusSample.all {
            #expect(sample.events.isEmpty || !sample.lines.isEmpty, "\(sample.path): no event is described")
        }
    }
}

/// What must come out of one captured log.
struct CorpusSample: Sendable, CustomTestStringConvertible {
    /// An event of a line, by some of its fields.
    struct Line: Sendable {
        let number: Int
        let fields: [String: String]
    }

    var path = ""
    var readAs = ""
    /// Events by kind and outcome.
    var events: [String: Int] = [:]
    var ignored: [String: Int] = [:]
    var rejected: [String: Int] = [:]
    var lines: [Line] = []

    var testDescription: String { path }

    static let all: [CorpusSample] = {
        let file = Program.root.appending(path: "Tests/Checks/corpus_samples.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        var samples: [CorpusSample] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("file ") { samples.append(CorpusSample(path: String(line.dropFirst(5)))) }
            guard !samples.isEmpty else { continue }
            samples[samples.count - 1].read(line)
        }
        return samples
    }()

    private mutating func read(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3 else { return }
        let (number, rest) = (Int(words[1]) ?? 0, String(words[2]))
        switch words[0] {
        case "read": readAs = rest
        case "events": events[rest] = number
        case "ignored": ignored[rest] = number
        case "rejected": rejected[rest] = number
        case "line":
            let pairs = rest.components(separatedBy: "; ").map { $0.split(separator: "=", maxSplits: 1) }
            let fields = pairs.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }
            lines.append(Line(number: number, fields: Dictionary(fields) { $1 }))
        default: break
        }
    }
}

/// What an audit with a rule that matches every event says of one log.
private struct CorpusReading {
    var readAs = ""
    var events: [String: Int] = [:]
    var ignored: [String: Int] = [:]
    var rejected: [String: Int] = [:]
    var isAccountedFor = false
    /// Fields of the events by their lines.
    var evidence: [Int: [[String: String]]] = [:]

    /// A finding keeps only some of its events, so that those which differ must not share one.
    private static let rule = """
        title: Every event
        id: 7b0ac8c4-36a5-4b6f-9d7f-5d3e1b9a0001
        name: every_event
        status: test
        description: Matches every event.
        author: grantaudit
        date: 2026-11-25
        logsource: { category: oauth }
        detection: { event: { source|exists: true }, condition: event }
        level: low
        grantaudit:
          group-by:
            [source, kind, outcome, client_id, ip, native_type, http_path, http_status, event_id, username, sub, error,
            user_agent, redirect_uri, grant_type]
          next: Nothing.
        """

    init(_ path: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.rule, to: "rules/every_event.yml")
        let formats = Program.root.appending(path: "Rules/formats").path
        let audit = try Program.run(
            ["audit", path, "--database", folder.path("db"), "--rules", folder.path("rules")]
                + ["--formats", formats, "--json"]
        )
        let parsed = try JSONSerialization.jsonObject(with: Data(audit.output.utf8)) as? [String: Any]
        let report = try #require(parsed, "\(audit.error)")
        let input = (report["inputs"] as? [[String: Any]])?.first
        readAs = input?["format"] as? String ?? "nothing"
        isAccountedFor = (input?["lines"] as? [String: Any])?["holds"] as? Bool ?? false
        for row in report["source_coverage"] as? [[String: Any]] ?? [] {
            events["\(row["kind"] ?? "") \(row["outcome"] ?? "")", default: 0] += row["count"] as? Int ?? 0
        }
        let accounting = report["accounting"] as? [String: Any]
        for row in accounting?["reasons"] as? [[String: Any]] ?? [] {
            let (reason, count) = (row["reason"] as? String ?? "", row["count"] as? Int ?? 0)
            if row["what"] as? String == "rejected" { rejected[reason] = count } else { ignored[reason] = count }
        }
        for finding in report["findings"] as? [[String: Any]] ?? [] {
            for event in finding["evidence"] as? [[String: Any]] ?? [] {
                var fields = event["fields"] as? [String: String] ?? [:]
                fields["time"] = event["time"] as? String
                evidence[event["line"] as? Int ?? 0, default: []].append(fields)
            }
        }
    }
}
