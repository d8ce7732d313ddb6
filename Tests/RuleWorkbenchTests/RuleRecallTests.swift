// What was done to a server is compared with what rules have found, event by event.

import Detections
import Foundation
import Testing

@testable import RuleWorkbench

@Suite struct RuleRecallTests {
    private static let truth = [
        #"{"id":"N1","class":"normal","kind":"flow","client_id":"shop","requests":[{"t":"2026-01-05T10:00:00.000Z","path":"/token","src":"203.0.113.5","xff":null}]}"#,
        #"{"id":"A1","class":"attack","kind":"code_replay","variant":"race","client_id":"shop","requests":[{"t":"2026-01-05T10:01:00Z","path":"/authorize","src":"203.0.113.6"},{"t":"2026-01-05T10:01:05.500Z","path":"/token","src":"198.51.100.9","attack":true},{"t":"2026-01-05T10:01:09Z","path":"/token","src":"203.0.113.6"}]}"#,
        #"{"id":"A2","class":"attack","kind":"code_replay","variant":"race","client_id":"crm","requests":[{"t":"2026-01-05T10:02:00Z","path":"/token","src":"198.51.100.8","attack":true}]}"#,
        #"{"id":"A3","class":"attack","kind":"log_injection","requests":[{"t":"2026-01-05T10:03:00Z","path":"/token","src":"198.51.100.7"}]}"#,
    ]

    private func read(_ lines: [String]) throws -> AttackTruth {
        let file = FileManager.default.temporaryDirectory.appending(path: "truth-\(UUID().uuidString).jsonl")
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try AttackTruth(path: file.path)
    }

    /// An event so many seconds after ten o'clock.
    private func evidence(_ seconds: Double, _ fields: [String: String]) -> Evidence {
        Evidence(
            input: 1,
            lineNumber: 1,
            byteOffset: 0,
            time: 1_767_607_200_000_000 + Int64(seconds * 1_000_000),
            ruleName: "rule",
            fields: fields.sorted { $0.key < $1.key }.map { NamedValue(name: $0.key, value: $0.value) }
        )
    }

    private func events(_ evidence: [Evidence]) -> [RuleRecall.Event] {
        evidence.map { RuleRecall.Event(time: $0.time, source: "server", fields: $0.fields) }
    }

    @Test func eventsBelongToFlowsByTimeAddressAndPath() throws {
        let truth = try read(Self.truth)
        func ids(_ seconds: Double, _ fields: [String: String]) -> [String] {
            truth.flows(of: evidence(seconds, fields)).map { truth.flows[$0.flow].id + ($0.isAttackItself ? "!" : "") }
        }
        #expect(ids(0.1, ["ip": "203.0.113.5", "http_path": "/token"]) == ["N1"])
        #expect(ids(0.1, ["ip": "203.0.113.6", "http_path": "/token"]) == [])
        #expect(ids(0.1, ["ip": "203.0.113.5", "http_path": "/other"]) == [])
        #expect(ids(5, ["ip": "203.0.113.5"]) == [])
        #expect(ids(60, ["ip": "203.0.113.6"]) == ["A1"])
        #expect(ids(65.6, ["ip": "198.51.100.9"]) == ["A1!"])
        #expect(ids(69, ["ip": "203.0.113.6"]) == ["A1!"])
        #expect(ids(120, ["client_id": "crm"]) == ["A2!"])
        #expect(ids(120, ["client_id": "shop"]) == [])
    }

    @Test func attacksAreFoundMissedOrNotVisible() throws {
        let truth = try read(Self.truth)
        let replay = evidence(65.6, ["ip": "198.51.100.9", "http_path": "/token"])
        let other = evidence(120, ["ip": "198.51.100.8"])
        let rules = [RuleRecall.Rule(name: "replay", tags: ["grantaudit.cod-01"], obstacles: [:])]
        let recall = RuleRecall(
            truth,
            matches: [
                ("replay", ["grantaudit.cod-01"], .critical, [replay]), ("rate", ["grantaudit.rat-03"], .low, [other]),
            ],
            events: events([replay, other]),
            rules: rules
        )
        #expect(recall.rows.map(\.attack) == ["code_replay/race", "log_injection"])
        let row = recall.rows[0]
        #expect((row.count, row.found) == (2, 1))
        #expect(row.finders.map(\.rule) == ["replay"])
        #expect(row.others.map(\.rule) == ["rate"])
        #expect(row.missed == ["A2"])
        #expect(recall.rows[1].obstacle == "no rule is about it (HYG-03)")
        #expect(recall.rows[1].missed == [])
    }

    @Test func reasonsAreThoseOfTheLogsThatHaveTheAttack() throws {
        let truth = try read(Self.truth)
        let seen = events([evidence(65.6, ["ip": "198.51.100.9"])])
        func row(_ obstacles: [String: String], _ events: [RuleRecall.Event]) -> RuleRecall.Row {
            let rules = [RuleRecall.Rule(name: "replay", tags: ["grantaudit.cod-01"], obstacles: obstacles)]
            return RuleRecall(truth, matches: [], events: events, rules: rules).rows[0]
        }
        #expect(row(["server": "server does not log code"], seen).obstacle == "server does not log code")
        #expect(row(["other": "other does not log code"], seen).missed == ["A1", "A2"])
        #expect(row([:], []).obstacle == "no log has an event of its requests")
    }

    @Test func findingsOfOrdinaryTrafficAreTold() throws {
        let truth = try read(Self.truth)
        #expect(truth.category(of: [evidence(0, ["ip": "203.0.113.5"])]) == "normal")
        #expect(truth.category(of: [evidence(60, ["ip": "203.0.113.6"])]) == "way to an attack")
        #expect(
            truth.category(of: [evidence(0, ["ip": "203.0.113.5"]), evidence(120, ["ip": "198.51.100.8"])]) == "attack"
        )
        #expect(truth.category(of: [evidence(400, ["ip": "203.0.113.5"])]) == "nobody")
    }

    @Test(arguments: [
        #"{"id":"A1","class":"attack"}"#, "[", #"{"id":"A","class":"normal","kind":"k","requests":[{"t":"today"}]}"#,
    ])
    func whatIsNoTruthIsRefusedWithItsPlace(_ line: String) throws {
        let error = #expect(throws: AttackTruth.Problem.self) { _ = try read([line]) }
        #expect(error?.description.contains(".jsonl:1: ") == true)
    }
}
