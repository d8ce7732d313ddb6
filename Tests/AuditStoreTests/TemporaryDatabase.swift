// A directory of a test's own, a database in it, and ways to look at the file from outside.

import AuditStore
import Detections
import Foundation
import GRDB

/// A directory that is removed when the test ends.
final class TemporaryDatabase {
    let directory: URL
    var path: String { directory.appending(path: "audit.db").path }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "audit-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func open() throws -> AuditDatabase { try AuditDatabase.open(path: path) }

    /// Runs SQL on a connection of its own, as `sqlite3` would.
    func rows(_ sql: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                row.databaseValues.map { value in value.isNull ? "NULL" : "\(value.storage.value ?? "NULL")" }
                    .joined(separator: "|")
            }
        }
    }

    func execute(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in try database.execute(sql: sql) }
        try queue.close()
    }

    /// All rows of every table, by table.
    func dump() throws -> [String: [String]] {
        let tables = try rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        var result: [String: [String]] = [:]
        for table in tables { result[table] = try rows("SELECT * FROM \(table) ORDER BY 1, 2") }
        return result
    }

    func mode(_ suffix: String = "") throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }
}

/// 2024-05-01T00:00:00Z in microseconds.
let may1: Int64 = 1_714_521_600_000_000
let ruleID = "5d3f3a4e-7a52-4f0e-9e0b-0f6a6a0d3c11"

func sampleRule(title: String = "Refresh token replayed") -> RuleRecord {
    var rule = RuleRecord(
        id: ruleID,
        name: "refresh_token_replayed",
        title: title,
        level: .critical,
        file: "Rules/replay.yml",
        sha256: "ab",
        text: "title: \(title)\n"
    )
    rule.tags = ["attack.t1528", "attack.credential-access"]
    return rule
}

func sampleEvidence(input: Int = 0, line: Int64, time: Int64, rule: String = "replay") -> Evidence {
    Evidence(
        input: input,
        lineNumber: line,
        byteOffset: line * 100,
        time: time,
        ruleName: rule,
        fields: [NamedValue(name: "client_id", value: "web"), NamedValue(name: "ip", value: "203.0.113.7")]
    )
}

/// A finding whose events happened at `seconds` after `may1`, on lines of the same numbers.
func sampleFinding(id: String = "f1", input: Int = 0, seconds: [Int64], count: Int64? = nil) -> Finding {
    let times = seconds.map { may1 + $0 * 1_000_000 }
    return Finding(
        id: id,
        ruleID: ruleID,
        title: "Refresh token replayed",
        level: .critical,
        groupKey: [NamedValue(name: "username", value: "alice"), NamedValue(name: "client_id", value: "web")],
        bucket: may1,
        firstSeen: times.min() ?? may1,
        lastSeen: times.max() ?? may1,
        count: count ?? Int64(seconds.count),
        evidence: zip(seconds, times).map { sampleEvidence(input: input, line: $0, time: $1) }
    )
}

func readInput(number: Int = 0, path: String = "/var/log/a.log") -> InputRecord {
    var input = InputRecord(number: number, path: path, status: .read)
    input.format = "keycloak-text"
    input.byteCount = 1000
    input.crc64 = 0x00AB_CDEF_0123_4567
    input.headSHA256 = "feed"
    (input.lines, input.events, input.rejected, input.ignored) = (10, 7, 1, 2)
    (input.firstEventAt, input.lastEventAt) = (may1, may1 + 1)
    input.counts = [
        LineCountRecord(what: .rejected, reason: "not_json", count: 1),
        LineCountRecord(what: .ignored, reason: "blank", count: 2),
    ]
    return input
}

extension AuditDatabase {
    /// Begins a run, lets `fill` complete its outcome, and commits it.
    @discardableResult
    func audit(startedAt: Int64 = may1, _ fill: (inout RunOutcome) -> Void) throws -> CommitSummary {
        let run = try begin(run: NewRun(startedAt: startedAt, toolVersion: "1.0.0", arguments: ["audit", "a.log"]))
        try record(rules: [sampleRule()])
        var outcome = RunOutcome(run: run, status: .complete, exitStatus: 0, finishedAt: may1 + 4_000_000)
        fill(&outcome)
        return try commit(outcome)
    }
}
