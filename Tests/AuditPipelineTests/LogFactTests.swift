// What an audit knows of the logs themselves becomes findings: once, at the right place, and not of ordinary rotation.

import AuditStore
import Detections
import Foundation
import TestMaterial
import Testing

@testable import AuditPipeline

/// Audits logs of numbered events with the rules about logs.
private struct LogBench {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Events `numbers`, one a minute from 2026-01-05 on, or `spacing` seconds apart.
    static func lines(_ numbers: Range<Int>, named: String = "a", spacing: Int = 60, isNumbered: Bool = false)
        -> [String]
    {
        numbers.map { number in
            line(number, at: Double(number * spacing), named: named, isNumbered ? number + 1 : nil)
        }
    }

    static func line(_ id: Int, at seconds: Double, named: String = "a", _ sequence: Int? = nil) -> String {
        let time = Date(timeIntervalSince1970: 1_767_571_200 + seconds).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true)
        )
        let number = sequence.map { ",\"sequence\":\($0)" } ?? ""
        return
            #"{"time":"\#(time)Z","kind":"session.login","outcome":"success","username":"\#(named)\#(id)"\#(number)}"#
    }

    /// Audits what is in the folder `logs` and returns what this run has found new.
    @discardableResult
    func audit() async throws -> [StoredFinding] {
        let outcome = try await AuditBench.audit([folder.path + "/logs"], folder.database) { options in
            options.rulePaths = [Repository.logRules]
        }
        return outcome.findings.filter { $0.lastRun == outcome.run.id }
    }

    func write(_ name: String, _ lines: [String]) throws { try folder.write("logs/" + name, lines) }

    func move(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: folder.path + "/logs/" + name, toPath: folder.path + "/logs/" + other)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: folder.path + "/logs/" + name) }

    /// Why rules could not be evaluated in the latest run, by name.
    func reasons() throws -> [String: String] {
        try AuditBench.read(folder.database) { reader in
            let run = try #require(try reader.runs(.all).last)
            return try reader.notEvaluable(run.id).reduce(into: [:]) { reasons, rules in
                for name in rules.ruleNames { reasons[name] = rules.reason }
            }
        }
    }
}

@Suite struct LogFactTests {
    @Test func rotationIsNoNews() async throws {
        let bench = try LogBench()
        try bench.write("a.log", LogBench.lines(0..<50))
        #expect(try await bench.audit().isEmpty)
        try bench.write("a.log", LogBench.lines(0..<80))
        #expect(try await bench.audit().isEmpty)
        try bench.write("a.log", LogBench.lines(0..<90))
        try bench.move("a.log", to: "a.log.1")
        try bench.write("a.log", LogBench.lines(90..<120))
        #expect(try await bench.audit().isEmpty)
        try bench.move("a.log.1", to: "a.log.2")
        try bench.move("a.log", to: "a.log.1")
        try bench.write("a.log", LogBench.lines(120..<130))
        #expect(try await bench.audit().isEmpty)
        try bench.remove("a.log.2")
        #expect(try await bench.audit().isEmpty)
        #expect(try await bench.audit().isEmpty)
    }

    @Test func copiesAreToldOnce() async throws {
        let bench = try LogBench()
        try bench.write("a.log", LogBench.lines(0..<50))
        try bench.write("b.log", LogBench.lines(0..<50))
        let findings = try await bench.audit()
        #expect(findings.map(\.ruleName) == ["log_given_twice"])
        #expect(findings[0].evidence[0].path.hasSuffix("/logs/b.log"))
        #expect(findings[0].groupKey.map(\.name) == ["log.input"])
        #expect(try await bench.audit().isEmpty)
    }

    @Test func whatIsCutOffIsToldOnce() async throws {
        let bench = try LogBench()
        try bench.write("a.log", LogBench.lines(0..<50))
        try await bench.audit()
        try bench.write("a.log", LogBench.lines(0..<30))
        let findings = try await bench.audit()
        #expect(findings.map(\.ruleName) == ["log_lost_what_was_read"])
        let fields = findings[0].evidence[0].fields.reduce(into: [:]) { $0[$1.name] = $1.value }
        #expect(fields["log.change"] == "truncated")
        #expect(fields["source"] == "grantaudit-json")
        #expect(try await bench.audit().isEmpty)
    }

    @Test func whatIsChangedBehindAnAuditIsToldOnce() async throws {
        let bench = try LogBench()
        try bench.write("a.log", LogBench.lines(0..<50))
        try await bench.audit()
        var lines = LogBench.lines(0..<60)
        lines.remove(at: 20)
        try bench.write("a.log", lines)
        #expect(try await bench.audit().map(\.ruleName) == ["log_changed_after_it_was_read"])
        #expect(try await bench.audit().isEmpty)
        try bench.write("a.log", lines + LogBench.lines(60..<70))
        #expect(try await bench.audit().isEmpty)
    }

    @Test func anotherLogAboutTheSameTimeIsTold() async throws {
        let bench = try LogBench()
        try bench.write("a.log", LogBench.lines(0..<50))
        try await bench.audit()
        try bench.write("a.log", LogBench.lines(1..<50, named: "other"))
        #expect(try await bench.audit().map(\.ruleName) == ["log_lost_what_was_read"])
        #expect(try await bench.audit().isEmpty)
    }

    @Test func whatIsGoneOutOfTurnIsToldOnce() async throws {
        let bench = try LogBench()
        try bench.write("a.log.2", LogBench.lines(0..<50))
        try bench.write("a.log.1", LogBench.lines(50..<90))
        try bench.write("a.log", LogBench.lines(90..<99))
        try bench.write("b.log", LogBench.lines(0..<20, named: "b"))
        try await bench.audit()
        // Another log that has its own rotation.
        try bench.remove("b.log")
        #expect(try await bench.audit().isEmpty)
        try bench.remove("a.log.1")
        let findings = try await bench.audit()
        #expect(findings.map(\.ruleName) == ["log_lost_what_was_read"])
        #expect(findings[0].evidence[0].path.hasSuffix("a.log.1"))
        #expect(try await bench.audit().isEmpty)
    }

    @Test func aDamagedArchiveIsToldOnce() async throws {
        let bench = try LogBench()
        let bytes = CompressedFile.gzip([TemporaryFolder.bytes(LogBench.lines(0..<500))])
        try bench.folder.write("logs/a.gz", Array(bytes.dropLast(50)))
        #expect(try await bench.audit().map(\.ruleName) == ["log_damaged"])
        #expect(try await bench.audit().isEmpty)
    }

    @Test func linesThatNobodyUnderstandsAreToldIfThereWereFewerBefore() async throws {
        let bench = try LogBench()
        try bench.write("a.log", LogBench.lines(0..<300))
        try await bench.audit()
        try bench.write("a.log", LogBench.lines(0..<500) + Array(repeating: "{\"time\":1", count: 20))
        #expect(try await bench.audit().map(\.ruleName) == ["log_lines_unreadable_as_never_before"])
    }

    @Test func timesThatGoBackAreToldAtTheirLine() async throws {
        let bench = try LogBench()
        let lines = LogBench.lines(0..<50) + LogBench.lines(20..<22, named: "late") + LogBench.lines(50..<60)
        try bench.write("a.log", lines)
        let findings = try await bench.audit()
        #expect(findings.map(\.ruleName) == ["log_time_goes_back"])
        #expect(findings[0].evidence[0].line == 51)
        #expect(findings[0].evidence[0].fields.contains { $0.name == "log.backward_seconds" && $0.value == "1740" })
    }

    @Test func timesBehindTheFileAreTold() async throws {
        let bench = try LogBench()
        try bench.write("a.log", LogBench.lines(0..<50))
        // The file was last written to when the 30th event happened.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_767_571_200 + 29 * 60)],
            ofItemAtPath: bench.folder.path + "/logs/a.log"
        )
        let findings = try await bench.audit()
        #expect(findings.map(\.ruleName) == ["log_time_in_the_future"])
        #expect(findings[0].evidence[0].line == 36)
    }

    @Test func reasonsSayWhatIsMissing() async throws {
        let bench = try LogBench()
        try bench.write("a.log", LogBench.lines(0..<50))
        try await bench.audit()
        let reasons = try bench.reasons()
        #expect(reasons["log_lost_what_was_read"]?.contains("no earlier audit") == true)
        #expect(reasons["log_changed_after_it_was_read"]?.contains("no earlier audit") == true)
        #expect(reasons["log_lines_unreadable_as_never_before"]?.contains("no earlier audit") == true)
        #expect(reasons["log_has_fewer_events_than_before"]?.contains("no earlier audit") == true)
        #expect(reasons["log_silent_unusually_long"]?.contains("14 days") == true)
        #expect(reasons["log_numbers_missing"]?.contains("had a number") == true)
        for name in ["log_given_twice", "log_damaged", "log_time_goes_back", "log_time_in_the_future"] {
            #expect(reasons[name] == nil, "\(name)")
        }
        try bench.write("a.log", LogBench.lines(0..<60))
        try await bench.audit()
        let later = try bench.reasons()
        #expect(Set(later.keys).isDisjoint(with: ["log_lost_what_was_read", "log_changed_after_it_was_read"]))
        #expect(later["log_lines_unreadable_as_never_before"] == nil)
    }
}

@Suite struct MissingNumberTests {
    private func missing(_ lines: [String]) async throws -> [String] {
        let bench = try LogBench()
        try bench.write("a.log", lines)
        return Self.places(try await bench.audit())
    }

    private static func places(_ findings: [StoredFinding]) -> [String] {
        findings.filter { $0.ruleName == "log_numbers_missing" }.flatMap(\.evidence).map { evidence in
            let fields = evidence.fields.reduce(into: [:]) { $0[$1.name] = $1.value }
            return "\(evidence.line): \(fields["log.first_missing"] ?? "")-\(fields["log.last_missing"] ?? "")"
        }
    }

    @Test func missingLinesAreToldAtTheNextOne() async throws {
        var lines = LogBench.lines(0..<100, isNumbered: true)
        #expect(try await missing(lines) == [])
        lines.removeSubrange(40..<43)
        #expect(try await missing(lines) == ["41: 41-43"])
        lines.remove(at: 10)
        #expect(try await missing(lines) == ["11: 11-11", "40: 41-43"])
    }

    @Test func threadsMayOvertakeEachOther() async throws {
        var lines = LogBench.lines(0..<300, spacing: 1, isNumbered: true)
        for place in stride(from: 3, to: 290, by: 7) { lines.swapAt(place, place + 3) }
        #expect(try await missing(lines) == [])
    }

    @Test func linesWithoutANumberMayHaveHadOne() async throws {
        var lines = LogBench.lines(0..<100, isNumbered: true)
        lines[50] = "{\"broken\":"
        lines[51] = "{\"broken\":"
        #expect(try await missing(lines) == [])
        lines.removeSubrange(52..<55)
        #expect(try await missing(lines) == ["53: 51-55"])
    }

    @Test func aWriterMayBeginAnew() async throws {
        let lines = LogBench.lines(0..<200, isNumbered: true)
        let second = (0..<100).map { LogBench.line(200 + $0, at: Double((200 + $0) * 60), $0 + 1) }
        #expect(try await missing(lines + second) == [])
        #expect(try await missing(lines + second.dropFirst(2)) == ["201: 1-2"])
    }

    @Test func numbersGoOnFromNightToNight() async throws {
        let lines = LogBench.lines(0..<300, isNumbered: true)
        let bench = try LogBench()
        try bench.write("a.log", Array(lines[0..<100]))
        #expect(Self.places(try await bench.audit()) == [])
        try bench.write("a.log", Array(lines[0..<100] + lines[105..<150]))
        #expect(Self.places(try await bench.audit()) == ["101: 101-105"])
        // What was added between the last audit and the rotation is lost with the rest of that file.
        try bench.write("a.log", Array(lines[180..<300]))
        #expect(Self.places(try await bench.audit()) == ["101: 101-105", "1: 151-180"])
    }
}
