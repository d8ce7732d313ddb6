// Silences are unusual by what a log has done before, whatever the nights are in which it is audited.

import AuditStore
import Detections
import FieldRows
import TestMaterial
import Testing

@testable import AuditPipeline

@Suite struct SourceRhythmTests {
    private static let hour: Int64 = 3_600_000_000
    private static let day = 24 * hour

    /// Observes an event every five minutes from eight to eighteen o'clock on `days` days, but none in `hole`.
    private func silences(days: Int64, hole: Range<Int64> = 0..<0) -> [UnusualSilence] {
        var rhythm: SourceRhythm?
        var found: [UnusualSilence] = []
        for day in 0..<days {
            for minute in stride(from: Int64(8 * 60), through: 18 * 60, by: 5) {
                let time = 20_000 * Self.day + day * Self.day + minute * 60_000_000
                guard !hole.contains(day * 1440 + minute) else { continue }
                if rhythm == nil { rhythm = SourceRhythm(first: time) }
                if let silence = rhythm?.observe(time) { found.append(silence) }
            }
        }
        return found
    }

    @Test func nightsAreUsual() { #expect(silences(days: 90) == []) }

    @Test func nothingIsToldWhileItLearns() { #expect(silences(days: 13, hole: 7 * 1440..<9 * 1440) == []) }

    @Test func aHoleInTheDayIsUnusual() throws {
        let found = silences(days: 40, hole: 30 * 1440 + 600..<30 * 1440 + 720)
        #expect(found.map { ($0.end - $0.start) / 1_000_000 } == [125 * 60])
        #expect(found.first?.usualSeconds == 300)
    }

    @Test func aMissingDayIsUnusual() {
        let found = silences(days: 40, hole: 30 * 1440..<31 * 1440)
        #expect(found.map { ($0.end - $0.start) / Self.hour } == [38])
        #expect(found.first?.usualSeconds == 50_400)
    }

    @Test func whatWasToldIsLearntSlowly() {
        // A log that falls silent at noon on every day from the thirtieth on is told of a few times only.
        var rhythm = SourceRhythm(first: 20_000 * Self.day)
        var told = 0
        for step in 0..<Int64(120 * 288) {
            let (day, minute) = (step / 288, step % 288 * 5)
            if day >= 30, (720..<760).contains(minute) { continue }
            if rhythm.observe(20_000 * Self.day + day * Self.day + minute * 60_000_000) != nil { told += 1 }
        }
        #expect((1...30).contains(told))
    }

    @Test func whatNobodyWasToLookAtIsNoSilence() {
        var rhythm = SourceRhythm(first: 20_000 * Self.day)
        for step in 0..<Int64(20 * 288) { _ = rhythm.observe(20_000 * Self.day + step * 300_000_000) }
        rhythm.skip(to: 20_030 * Self.day)
        #expect(rhythm.observe(20_030 * Self.day + 1) == nil)
        rhythm.skip(to: 20_000 * Self.day)
        #expect(rhythm.last == 20_030 * Self.day + 1)
    }

    @Test func stateComesBackAsItWas() {
        var rhythm = SourceRhythm(first: 5)
        for time in stride(from: Int64(0), to: 50 * Self.day, by: 7 * 60_000_000) { _ = rhythm.observe(time) }
        var bytes = ByteWriter()
        rhythm.store(to: &bytes)
        #expect(bytes.bytes.count == SourceRhythm.storedBytes)
        var reader = ByteReader(bytes.bytes)
        #expect(SourceRhythm(from: &reader) == rhythm)
        #expect(reader.isAtEnd)
    }
}

@Suite struct SilenceAuditTests {
    /// Lines of two logs over up to 26 days, an event each ten minutes; the first has a hole of three hours on the 25th day.
    private static func lines(in days: Range<Int64>) -> (json: [String], access: [String]) {
        var (json, access): ([String], [String]) = ([], [])
        for number in days.lowerBound * 144..<days.upperBound * 144 {
            let time = StoryTime.iso(StoryTime.monday + number * 600_000)
            if !(24 * 144 + 60..<24 * 144 + 78).contains(number) {
                json.append(#"{"time":"\#(time)","kind":"session.login","outcome":"success","username":"u\#(number)"}"#)
            }
            access.append(
                #"{"time":"\#(time)","kind":"token.request","outcome":"success","client_id":"c","ip":"203.0.113.7"}"#
            )
        }
        return (json, access)
    }

    private func audit(nights: [Range<Int64>]) async throws -> [FindingValue] {
        let folder = try TemporaryFolder()
        // The same shape under another name is another source.
        let format = """
            format: other-json
            title: Another server
            logsource: { category: oauth }
            time: time
            shapes: [{ name: event, json: true, where: { time|exists: "true" } }]
            fields: { kind: kind, outcome: outcome, client_id: client_id, ip: ip }
            """
        try folder.write("formats/other.yml", [format])
        var findings: [StoredFinding] = []
        for (number, days) in nights.enumerated() {
            let lines = Self.lines(in: days)
            let first = try folder.write("json/\(number).log", lines.json)
            let second = try folder.write("access/\(number).log", lines.access)
            let outcome = try await AuditBench.audit([], folder.database) { options in
                options.inputs = [
                    InputGroup([first], formatName: "grantaudit-json"), InputGroup([second], formatName: "other-json"),
                ]
                options.rulePaths = [Repository.logRules]
                options.formatFolders.append(folder.path + "/formats")
            }
            findings = outcome.findings
        }
        return findings.map { FindingValue($0, places: false) }
    }

    @Test func nightsOneByOneTellWhatAllNightsTell() async throws {
        let whole = try await audit(nights: [0..<26])
        #expect(whole.map { $0.columns[0] } == ["log_silent_while_others_go_on"])
        #expect(
            whole.first?.evidence.first?.fields.contains { $0.name == "log.silence_seconds" && $0.value == "11400" }
                == true
        )
        #expect(try await audit(nights: (0..<26).map { $0..<$0 + 1 }) == whole)
        #expect(try await audit(nights: [0..<11, 11..<24, 24..<25, 25..<26]) == whole)
    }

    @Test func aLogThatStopsIsToldWhenOthersGoOn() async throws {
        let folder = try TemporaryFolder()
        let lines = Self.lines(in: 0..<24)
        let later = Self.lines(in: 24..<26)
        let first = try folder.write("a.log", lines.json)
        let second = try folder.write("b.log", lines.access.map { $0.replacingKind() })
        var names: [[String]] = []
        try folder.write(
            "formats/other.yml",
            [
                "format: other-json", "title: Another server", "time: at", "shapes: [{ name: event, json: true }]",
                "fields: { kind: kind, outcome: outcome }",
            ]
        )
        for _ in 0..<2 {
            let outcome = try await AuditBench.audit([first, second], folder.database) { options in
                options.inputs = [
                    InputGroup([first], formatName: "grantaudit-json"), InputGroup([second], formatName: "other-json"),
                ]
                options.rulePaths = [Repository.logRules]
                options.formatFolders.append(folder.path + "/formats")
            }
            names.append(outcome.findings.map(\.ruleName))
            try folder.write("b.log", (lines.access + later.access).map { $0.replacingKind() })
        }
        #expect(names == [[], ["log_has_fallen_silent"]])
    }
}

extension String {
    /// The same event with its time in another member.
    fileprivate func replacingKind() -> String { "{\"at\"" + dropFirst("{\"time\"".count) }
}
