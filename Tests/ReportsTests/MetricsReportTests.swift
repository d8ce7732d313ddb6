// The report for monitoring.

import AuditStore
import Detections
import Foundation
import Testing

@testable import Reports

@Suite struct MetricsReportTests {
    @Test func aRunWithABitOfEverything() throws {
        let directory = try TemporaryDirectory()
        var report = try AuditReport(database: directory.database(rules: SmallAudit.rules, SmallAudit.fill))
        #expect(report.databaseBytes > 0)
        #expect(report.databaseBytes % 4096 == 0)
        (report.databasePath, report.databaseBytes) = ("/lib/grantaudit/audit.db", 311_296)
        #expect(MetricsReport(report).text() == SmallAudit.metrics)
    }

    @Test func everyLineIsAsTheFormatDemands() throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database(rules: SmallAudit.rules) { outcome in
            SmallAudit.fill(&outcome)
            outcome.peakMemoryBytes = 1 << 28
        }
        let samples = try Exposition(MetricsReport(try AuditReport(database: database)).text()).samples
        #expect(samples.count > 40)
        #expect(Set(samples.map(\.series)).count == samples.count, "a series comes twice")
        for sample in samples {
            let name = try #require(sample.series.prefixMatch(of: /grantaudit_[a-z]+(?:_[a-z]+)*/)?.0)
            #expect(!name.hasSuffix("_total") && !name.hasSuffix("_count"), "\(name) is no counter")
        }
    }

    @Test(arguments: [
        "/x/\"} 1\nforged_metric 1\n#", "/x/\\", "/x/\\\"\r\n# TYPE forged counter", "/x/\u{2028}\u{1B}[31m", "",
    ])
    func noTextForgesAMetric(_ path: String) throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database(rules: SmallAudit.rules) { outcome in
            SmallAudit.fill(&outcome)
            for index in outcome.inputs.indices { outcome.inputs[index].path = "\(index)" + path }
        }
        var report = try AuditReport(database: database)
        let harmless = try Exposition(MetricsReport(report).text()).samples
        report.databasePath = path
        let samples = try Exposition(MetricsReport(report).text()).samples
        #expect(samples.count == harmless.count)
        #expect(samples.allSatisfy { $0.labels["database"] == path })
        #expect(samples.map(\.value) == harmless.map(\.value))
    }

    @Test func nothingFromTheLogIsALabel() throws {
        let directory = try TemporaryDirectory()
        let report = try AuditReport(database: directory.database(rules: SmallAudit.rules, SmallAudit.fill))
        let text = MetricsReport(report).text()
        for word in ["keycloak", "evil", "web", "alice", "Refresh token", "not_key_value", "203.0.113"] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    @Test func whatTheLatestRunDidIsToldApartFromWhatIsThere() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.database(rules: SmallAudit.rules) { outcome in
            SmallAudit.fill(&outcome)
            (outcome.status, outcome.exitStatus) = (.complete, 0)
        }
        let database = try directory.database { outcome in
            // One of the known findings goes on, and there is a new one.
            SmallAudit.fill(&outcome)
            outcome.findings = [SmallAudit.findings[1], SmallAudit.finding(7, SmallAudit.family, count: 1, line: 5)]
            (outcome.status, outcome.exitStatus) = (.interrupted, 130)
            outcome.finishedAt = may1 + 9_000_000
        }
        let text = MetricsReport(try AuditReport(database: database)).text()
        let samples = try Exposition(text).samples
        func value(_ name: String, _ labels: [String: String] = [:]) -> String? {
            samples.first { sample in
                sample.series.hasPrefix(name + "{") && labels.allSatisfy { sample.labels[$0.key] == $0.value }
            }?.value
        }
        for (level, new, extended, all) in [
            ("critical", "0", "1", "2"), ("high", "1", "0", "1"), ("low", "0", "0", "1"),
        ] {
            #expect(value("grantaudit_run_findings", ["level": level, "change": "new"]) == new)
            #expect(value("grantaudit_run_findings", ["level": level, "change": "extended"]) == extended)
            #expect(value("grantaudit_findings", ["level": level]) == all)
        }
        #expect(value("grantaudit_run_exit_status") == "130")
        #expect(value("grantaudit_run_status", ["status": "interrupted"]) == "1")
        #expect(value("grantaudit_run_status", ["status": "complete"]) == "0")
        #expect(value("grantaudit_run_end_timestamp_seconds") == "1714521609")
        #expect(value("grantaudit_last_complete_run_end_timestamp_seconds") == "1714521604.5")
    }

    @Test func aDatabaseWithoutARunHasNoRunToTellOf() throws {
        let directory = try TemporaryDirectory()
        let database = try AuditDatabase.open(path: directory.databasePath)
        let text = MetricsReport(try AuditReport(database: database)).text()
        #expect(try Exposition(text).samples.count == FindingLevel.allCases.count + 1)
        #expect(!text.contains("grantaudit_run_"))
    }

    @Test(
        arguments: [
            (0, "0"), (1, "0.000001"), (1_500_000, "1.5"), (-1, "-0.000001"), (-2_000_000, "-2"), (10_000_000, "10"),
            (1_714_521_604_500_010, "1714521604.50001"), (.max, "9223372036854.775807"),
            (.min, "-9223372036854.775808"),
        ] as [(Int64, String)]
    )
    func secondsAreExact(_ microseconds: Int64, _ text: String) {
        #expect(MetricValue.seconds(microseconds).text == text)
    }
}

/// A strict reader of the text format, written after its description and not after the writer.
private struct Exposition {
    struct Problem: Error { let line: String }

    struct Sample {
        /// Name and labels as written.
        let series: String
        let labels: [String: String]
        let value: String
    }

    private(set) var samples: [Sample] = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Problem(line: "the last line is not ended") }
        var helped: Set<Substring> = []
        var typed: Set<Substring> = []
        var current: Substring = ""
        // By bytes: a line of the format ends with a line feed, whatever stands before it.
        for bytes in text.utf8.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = String(decoding: bytes, as: UTF8.self)
            if let help = line.wholeMatch(of: /# HELP ([a-z_]+) [^\\\n]+/) {
                guard helped.insert(help.1).inserted else { throw Problem(line: line) }
            } else if let type = line.wholeMatch(of: /# TYPE ([a-z_]+) gauge/) {
                guard typed.insert(type.1).inserted, helped.contains(type.1) else { throw Problem(line: line) }
                current = type.1
            } else {
                let sample = try Self.sample(line)
                guard sample.series.hasPrefix(current + "{") else { throw Problem(line: line) }
                samples.append(sample)
            }
        }
    }

    private static func sample(_ line: String) throws -> Sample {
        let scalars = Array(line.unicodeScalars)
        guard let open = scalars.firstIndex(of: "{") else { throw Problem(line: line) }
        var labels: [String: String] = [:]
        var place = open + 1
        while scalars[place] != "}" {
            guard let equals = scalars[place...].firstIndex(of: "="), scalars[equals + 1] == "\"" else {
                throw Problem(line: line)
            }
            let name = String(String.UnicodeScalarView(scalars[place..<equals]))
            guard name.wholeMatch(of: /[a-z]+/) != nil else { throw Problem(line: line) }
            var value = String.UnicodeScalarView()
            place = equals + 2
            while scalars[place] != "\"" {
                if scalars[place] == "\\" {
                    place += 1
                    guard let meant = ["\\": "\\", "n": "\n", "\"": "\""][scalars[place]] as Unicode.Scalar? else {
                        throw Problem(line: line)
                    }
                    value.append(meant)
                } else {
                    value.append(scalars[place])
                }
                place += 1
            }
            guard labels.updateValue(String(value), forKey: name) == nil else { throw Problem(line: line) }
            place += scalars[place + 1] == "," ? 2 : 1
        }
        let rest = String(String.UnicodeScalarView(scalars[(place + 1)...]))
        guard let number = rest.wholeMatch(of: /\ (-?\d+(?:\.\d+)?)/)?.1 else { throw Problem(line: line) }
        let series = String(String.UnicodeScalarView(scalars[...place]))
        return Sample(series: series, labels: labels, value: String(number))
    }
}
