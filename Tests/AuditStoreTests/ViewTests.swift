// Views: times as ISO 8601 text, places, and whether lines are accounted for.

import AuditStore
import Testing

@Suite struct ViewTests {
    private func filled() throws -> TemporaryDatabase {
        let temporary = try TemporaryDatabase()
        try temporary.open()
            .audit { outcome in
                var lost = readInput(number: 1, path: "/var/log/b.log")
                lost.lines = 11
                var unexplained = readInput(number: 2, path: "/var/log/c.log")
                unexplained.counts = []
                outcome.inputs = [readInput(), lost, unexplained]
                outcome.findings = [sampleFinding(seconds: [3, 5])]
                outcome.ruleStatuses = [
                    RuleStatusRecord(ruleID: ruleID, source: "keycloak-text", notEvaluableReason: "no jti")
                ]
            }
        return temporary
    }

    @Test(arguments: [
        (
            "SELECT started_at, finished_at, since, status FROM runs_view",
            ["2024-05-01T00:00:00.000000Z|2024-05-01T00:00:04.000000Z|NULL|complete"]
        ),
        (
            "SELECT level, first_seen, last_seen, count, place, rule_name, bucket FROM findings_view",
            [
                "critical|2024-05-01T00:00:03.000000Z|2024-05-01T00:00:05.000000Z|2|/var/log/a.log:3"
                    + "|refresh_token_replayed|2024-05-01T00:00:00.000000Z"
            ]
        ),
        (
            "SELECT seq, time, place, level FROM evidence_view ORDER BY seq",
            [
                "0|2024-05-01T00:00:03.000000Z|/var/log/a.log:3|critical",
                "1|2024-05-01T00:00:05.000000Z|/var/log/a.log:5|critical",
            ]
        ),
        (
            "SELECT path, first_event, last_event, holds, reasons_hold FROM accounting_view ORDER BY input_id",
            [
                "/var/log/a.log|2024-05-01T00:00:00.000000Z|2024-05-01T00:00:00.000001Z|1|1",
                "/var/log/b.log|2024-05-01T00:00:00.000000Z|2024-05-01T00:00:00.000001Z|0|1",
                "/var/log/c.log|2024-05-01T00:00:00.000000Z|2024-05-01T00:00:00.000001Z|1|0",
            ]
        ),
        (
            "SELECT rule_name, level, source, evaluated, reason FROM rule_status_view",
            ["refresh_token_replayed|critical|keycloak-text|0|no jti"]
        ),
        (
            "SELECT json_extract(group_key, '$.username'), json_extract(fields, '$.ip') "
                + "FROM findings_view JOIN evidence_view ON finding_id = id WHERE seq = 0",
            ["alice|203.0.113.7"]
        ),
    ])
    func values(sql: String, expected: [String]) throws {
        #expect(try filled().rows(sql) == expected)
    }

    @Test func timesBefore1970RoundDown() throws {
        let temporary = try TemporaryDatabase()
        let database = try temporary.open()
        _ = try database.begin(run: NewRun(startedAt: -1, toolVersion: "1", arguments: [], since: -1_000_000))
        #expect(
            try temporary.rows("SELECT started_at, since FROM runs_view")
                == ["1969-12-31T23:59:59.999999Z|1969-12-31T23:59:59.000000Z"]
        )
    }
}
