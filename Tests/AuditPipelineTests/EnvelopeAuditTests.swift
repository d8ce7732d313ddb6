// The same events in envelopes, documents and mixed files give the same findings, each counted once.

import AuditPipeline
import AuditStore
import ByteStreams
import Foundation
import LogFormats
import TestMaterial
import Testing

@Suite struct EnvelopeAuditTests {
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// The story in other clothes: name of the envelope, and the text.
    private static let clothes: [(name: String, text: String)] = {
        let lines = Story.json.texts
        let docker = lines.map { #"{"log":\#(quoted($0 + "%")),"stream":"stdout","time":"2026-01-05T10:00:01Z"}"# }
            .map { $0.replacing("%\"", with: "\\n\"") }
        let long = lines.enumerated().flatMap { number, line in
            let (first, second) = (line.prefix(line.count / 2), line.suffix(line.count - line.count / 2))
            let stamp = "2026-01-05T10:00:01.000000001Z stdout"
            return number % 3 == 0 ? ["\(stamp) P \(first)", "\(stamp) F \(second)"] : ["\(stamp) F \(line)"]
        }
        let pretty = lines.map { $0.replacing(",\"", with: ",\n  \"") }
        return [
            ("an array on one line", "[" + lines.joined(separator: ",") + "]"),
            ("a pretty array", "[\n" + pretty.joined(separator: ",\n") + "\n]\n"),
            ("pretty documents", pretty.joined(separator: "\n") + "\n"),
            ("records", #"{"Records":["# + lines.joined(separator: ",") + "]}"),
            ("many wrappers", lines.map { #"{"records":[\#($0)]}"# }.joined(separator: "\n") + "\n"),
            ("docker", docker.joined(separator: "\n") + "\n"), ("CRI", long.joined(separator: "\n") + "\n"),
            ("syslog", lines.map { "<13>1 2026-01-05T10:00:01Z as kc 1 - - " + $0 }.joined(separator: "\n") + "\n"),
            ("compose", lines.map { "kc-1  | " + $0 }.joined(separator: "\n") + "\n"),
        ]
    }()

    @Test(arguments: clothes.indices) func findingsDoNotDependOnClothes(_ index: Int) async throws {
        let (name, text) = Self.clothes[index]
        let baseline = try await AuditBench.baseline(.json)
        let folder = try TemporaryFolder()
        let bytes = Array(text.utf8)
        let plain = try await AuditBench.audit([try folder.write("a.json", bytes)], folder.database)
        #expect(plain.values == baseline.values, "\(name)")
        #expect(plain.inputs[0].format?.hasSuffix("> grantaudit-json") == true)
        #expect(plain.inputs[0].lines.events == Int64(Story.json.lines.count))
        #expect(plain.inputs[0].lines.rejected == 0)
        // Compressed, and in small blocks.
        for packed in [CompressedFile.gzip([bytes]), CompressedFile.zstd([bytes])] {
            let folder = try TemporaryFolder()
            let outcome = try await AuditBench.audit([try folder.write("a", packed)], folder.database) { options in
                options.limits.blockBytes = 4_000
                options.jobs = 1
            }
            #expect(outcome.placedValues == plain.placedValues, "\(name)")
        }
        // Again: nothing new.
        let again = try await AuditBench.audit([folder.path + "/a.json"], folder.database)
        #expect(again.inputs.map(\.status) == [.alreadyAudited], "\(name)")
        #expect(again.findings == plain.findings)
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5]) func aDocumentThatGrowsIsReadFromWhereItEnded(_ index: Int) async throws {
        let lines = Story.json.texts
        let half = lines.count / 2
        let whole = Self.clothes[index].text
        let folder = try TemporaryFolder()
        // The first half of its records, closed as the whole is.
        let cut: String
        switch index {
        case 0: cut = "[" + lines[..<half].joined(separator: ",") + "]"
        case 1: cut = String(whole.prefix(whole.count / 2))
        case 2: cut = String(whole.prefix(whole.count / 3))
        case 3: cut = #"{"Records":["# + lines[..<half].joined(separator: ",") + "]}"
        case 4: cut = lines[..<half].map { #"{"records":[\#($0)]}"# }.joined(separator: "\n") + "\n"
        default: cut = whole.split(separator: "\n").prefix(half).joined(separator: "\n") + "\n"
        }
        let first = try await AuditBench.audit([try folder.write("a.json", Array(cut.utf8))], folder.database)
        let second = try await AuditBench.audit([try folder.write("a.json", Array(whole.utf8))], folder.database)
        #expect(first.inputs[0].lines.events + second.inputs[0].lines.events == Int64(lines.count))
        #expect(second.inputs[0].lines.rejected == 0)
    }

    @Test func theOrderInADocumentSaysNothing() async throws {
        let baseline = try await AuditBench.baseline(.json)
        let folder = try TemporaryFolder()
        let text = "[" + Story.json.texts.reversed().joined(separator: ",\n") + "]"
        let outcome = try await AuditBench.audit([try folder.write("a.json", Array(text.utf8))], folder.database)
        #expect(outcome.summary.incomplete == [])
        #expect(outcome.ruleNames == baseline.ruleNames)
    }

    @Test func severalServersInOneFileAreToldApart() async throws {
        let folder = try TemporaryFolder()
        let mixed = (Story.json.lines + Story.keycloak.lines).sorted { $0.time < $1.time }.map(\.text)
        let outcome = try await AuditBench.audit([try folder.write("a.log", mixed)], folder.database)
        let apart = try await AuditBench.audit(
            [try folder.write("b.log", Story.json.texts), try folder.write("c.log", Story.keycloak.texts)],
            folder.path + "/apart.db"
        )
        // Of events at one time the order may differ, and with it what is shown first.
        #expect(outcome.findings.map(\.id) == apart.findings.map(\.id))
        #expect(outcome.findings.map(\.count) == apart.findings.map(\.count))
        #expect(outcome.inputs[0].format?.contains(" + ") == true)
        #expect(outcome.inputs[0].lines.rejected == 0)
    }

    @Test func anEventThatIsDeliveredTwiceCountsOnce() async throws {
        let folder = try TemporaryFolder()
        let formats = folder.path + "/formats"
        try folder.write(
            "formats/cloud.yml",
            [
                "format: cloud", "title: Cloud", "time: t", "traits: [at-least-once]",
                "shapes: [{ name: event, json: true, where: { cloud: \"1\" } }]",
                "fields: { event_id: id, client_id: c }", "events: [{ is: token.request failure }]",
            ]
        )
        func line(_ id: String, _ second: Int) -> String {
            #"{"cloud":"1","t":"2026-01-05T10:00:0\#(second)Z","id":"\#(id)","c":"shop"}"#
        }
        let paths = [
            try folder.write("a.log", [line("1", 1), line("2", 2), line("1", 1)]),
            try folder.write("b.log", [line("2", 2), line("1", 3), line("3", 4)]),
        ]
        let outcome = try await AuditBench.audit(paths, folder.database) { $0.formatFolders.append(formats) }
        #expect(outcome.inputs.map(\.lines.events).reduce(0, +) == 4)
        #expect(outcome.inputs.map(\.lines.duplicates).reduce(0, +) == 2)
        #expect(outcome.inputs.map(\.lines.ignored).reduce(0, +) == 2)
    }

    @Test func theZoneAndItsSourceAreRecorded() async throws {
        let folder = try TemporaryFolder()
        let line = #"{"time":"2026-01-05T10:00:00","kind":"token.request","outcome":"success","client_id":"a"}"#
        let path = try folder.write("a.log", [line])
        let assumed = try await AuditBench.audit([path], folder.database)
        #expect(assumed.inputs[0].timeZone == "UTC")
        #expect(assumed.inputs[0].zoneSource == "assumed")
        for (name, hour) in [("", 9), ("grantaudit-json", 9), ("keycloak", 10)] {
            let outcome = try await AuditBench.audit([path], folder.path + "/\(name).db") { options in
                options.zones[name] = LocalZone("Europe/Berlin")
            }
            #expect(outcome.inputs[0].firstEventAt == (1_767_571_200 + Int64(hour) * 3_600) * 1_000_000)
            #expect(outcome.inputs[0].zoneSource == (hour == 9 ? "option" : "assumed"))
        }
    }
}
