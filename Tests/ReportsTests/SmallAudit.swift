// A small database with a bit of everything, hostile text included, for the golden reports.

import AuditStore
import Detections
import Foundation

/// 2024-05-01T00:00:00Z in microseconds.
let may1: Int64 = 1_714_521_600_000_000

/// Text that would take over a terminal: colour, title, reversed direction, an invisible space, a line end.
let hostile = "\u{1B}[31mevil\u{7}\u{202E}txt.exe\u{200B}\u{9B}2J\nnext"

/// A directory of a test's own, removed when the test ends.
final class TemporaryDirectory {
    let url: URL
    var databasePath: String { url.appending(path: "audit.db").path }

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "reports-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// A database in which one run was recorded, with what `fill` makes of its outcome.
    func database(rules: [RuleRecord] = [], _ fill: (inout RunOutcome) -> Void) throws -> AuditDatabase {
        let database = try AuditDatabase.open(path: databasePath)
        try database.record(rules: rules)
        let run = try database.begin(
            run: NewRun(startedAt: may1, toolVersion: "1.0.0", arguments: ["audit", "/var/log"])
        )
        var outcome = RunOutcome(run: run, status: .complete, exitStatus: 0, finishedAt: may1 + 4_500_000)
        fill(&outcome)
        try database.commit(outcome)
        return database
    }
}

enum SmallAudit {
    static let replay = rule(1, "Refresh token replayed", .critical)
    static let scope = rule(2, "Scope \(hostile)", .low)
    static let family = rule(3, "Token family crosses clients", .high)
    static let rules = [replay, scope, family]

    static func fill(_ outcome: inout RunOutcome) {
        outcome.status = .incomplete
        outcome.exitStatus = 2
        outcome.inputsGiven = 4
        outcome.rulesGiven = 4
        outcome.lateEvents = 1
        outcome.inputs = inputs
        outcome.findings = findings
        outcome.ruleStatuses = [
            RuleStatusRecord(ruleID: replay.id, source: "keycloak-text"),
            RuleStatusRecord(ruleID: scope.id, source: "keycloak-text"),
            RuleStatusRecord(
                ruleID: family.id,
                source: "keycloak-text",
                notEvaluableReason: "the source has no refresh token identifiers"
            ),
        ]
        outcome.rejectedRules = [
            RejectedRuleRecord(
                file: "site/bad.yml",
                line: 7,
                column: 3,
                message: "condition names 'selectoin', which is no detection",
                hint: "did you mean 'selection'?"
            )
        ]
        outcome.suppressions = [suppression]
        outcome.correlationGaps = [
            CorrelationGapRecord(ruleID: replay.id, ruleName: replay.name, cause: .missingField, count: 1),
            CorrelationGapRecord(ruleID: replay.id, ruleName: replay.name, cause: .windowOpen, count: 2),
        ]
        outcome.coverage = [
            SourceCoverageRecord(source: "keycloak-text", kind: "token.request", outcome: "success", count: 97)
        ]
    }

    private static var suppression: SuppressionRecord {
        var filter = SuppressionRecord(
            filterID: "00000000-0000-4000-8000-000000000009",
            title: "Load test \(hostile)",
            file: "site/load_test.yml"
        )
        (filter.owner, filter.expires) = ("platform team", "2024-06-01")
        (filter.rules, filter.suppressed, filter.expired) = (2, 1, 3)
        return filter
    }

    private static func rule(_ number: Int, _ title: String, _ level: FindingLevel) -> RuleRecord {
        var rule = RuleRecord(
            id: "00000000-0000-4000-8000-00000000000\(number)",
            name: "rule_\(number)",
            title: title,
            level: level,
            file: "rule_\(number).yml",
            sha256: "00",
            text: "title: \(title)"
        )
        rule.tags = ["attack.t1528"]
        return rule
    }

    private static var inputs: [InputRecord] {
        var first = InputRecord(number: 0, path: "/var/log/keycloak/a.log.gz", status: .read)
        (first.format, first.compression, first.byteCount) = ("keycloak-text", "gzip", 20_000)
        (first.formatScore, first.timeZone, first.zoneSource) = (0.975, "Europe/Berlin", "option")
        (first.crc64, first.headSHA256) = (255, "feed")
        (first.lines, first.events, first.rejected, first.ignored, first.duplicates) = (100, 97, 1, 2, 3)
        (first.firstEventAt, first.lastEventAt) = (may1, may1 + 7_199_000_000)
        first.counts = [
            LineCountRecord(what: .rejected, reason: "not_key_value", count: 1),
            LineCountRecord(what: .ignored, reason: "blank", count: 2),
        ]
        first.rejectedLines = [
            RejectedLineRecord(line: 17, byteOffset: 900, reason: "not_key_value", sample: hostile)
        ]
        var second = InputRecord(number: 1, path: "/var/log/\(hostile).log", status: .damaged)
        (second.reason, second.damageOffset, second.damageCompressedOffset) = ("truncated frame", 512, 100)
        (second.format, second.compression) = ("keycloak-text", "zstd")
        (second.lines, second.events) = (1, 1)
        let third = InputRecord(number: 2, path: "/var/log/x.log", status: .unreadable, reason: "Permission denied")
        let fourth = InputRecord(number: 3, path: "/var/log/a.log.1", status: .alreadyAudited)
        return [first, second, third, fourth]
    }

    static var findings: [Finding] {
        [
            finding(1, replay, count: 14, key: [("client_id", "web"), ("username", "alice")], line: 12),
            finding(2, replay, count: 2, key: [("client_id", hostile), ("username", "bob")], line: 40),
            finding(3, scope, count: 1, key: [], line: 3, input: 1),
        ]
    }

    static func finding(
        _ number: Int,
        _ rule: RuleRecord,
        count: Int64,
        key: [(String, String)] = [],
        line: Int64,
        input: Int = 0
    ) -> Finding {
        let time = may1 + line * 1_000_000
        let values = key.map { NamedValue(name: $0.0, value: $0.1) }
        let evidence = Evidence(
            input: input,
            lineNumber: line,
            byteOffset: line * 200,
            time: time,
            ruleName: rule.name,
            fields: values + [NamedValue(name: "ip", value: "203.0.113.7")]
        )
        return Finding(
            id: "0123456789abcdef0123456789abcde\(number)",
            ruleID: rule.id,
            title: rule.title,
            level: rule.level,
            groupKey: values,
            bucket: may1,
            firstSeen: time,
            lastSeen: count == 1 ? time : time + 60_000_000,
            count: count,
            evidence: [evidence]
        )
    }
}
