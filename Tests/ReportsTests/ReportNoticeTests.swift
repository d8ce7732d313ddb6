// Zero is suspicious, and a report says so.

import AuditStore
import Testing

@testable import Reports

@Suite struct ReportNoticeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: [String]
        let fill: @Sendable (inout RunOutcome) -> Void

        init(_ description: String, _ expected: [String], _ fill: @escaping @Sendable (inout RunOutcome) -> Void) {
            testDescription = description
            self.expected = expected
            self.fill = fill
        }
    }

    private static func input(_ status: InputStatus, lines: Int64 = 0, events: Int64 = 0, rejected: Int64 = 0)
        -> InputRecord
    {
        var input = InputRecord(number: 0, path: "a log", status: status)
        (input.lines, input.events, input.rejected) = (lines, events, rejected)
        input.ignored = lines - events - rejected
        return input
    }

    private static let evaluated: @Sendable (inout RunOutcome) -> Void = { outcome in
        outcome.inputsGiven = Int64(outcome.inputs.count)
        outcome.rulesGiven = 1
        outcome.ruleStatuses = [RuleStatusRecord(ruleID: SmallAudit.replay.id, source: "a")]
    }

    @Test(arguments: [
        Case("all is well", []) { outcome in
            outcome.inputs = [input(.read, lines: 1, events: 1)]
            evaluated(&outcome)
        },
        Case("nothing given", ["nothing was read: no input could be opened and recognized"], evaluated),
        Case("nothing readable", ["nothing was read: no input could be opened and recognized"]) { outcome in
            outcome.inputs = [input(.unreadable)]
            evaluated(&outcome)
        },
        Case("nothing new", ["every file had been audited before; nothing new was read"]) { outcome in
            outcome.inputs = [input(.alreadyAudited)]
            outcome.inputsGiven = 1
        },
        Case("empty file", ["nothing was read: the inputs have no lines"]) { outcome in
            outcome.inputs = [input(.read)]
            evaluated(&outcome)
        },
        Case("all rejected", ["all lines were rejected: no format could read them"]) { outcome in
            outcome.inputs = [input(.read, lines: 9, rejected: 9)]
            evaluated(&outcome)
        },
        Case("all ignored", ["no line is an authorization event; is this the right log?"]) { outcome in
            outcome.inputs = [input(.read, lines: 9, rejected: 1)]
            evaluated(&outcome)
        },
        Case("no rule", ["no rule was given, so nothing could be found"]) { outcome in
            outcome.inputs = [input(.read, lines: 1, events: 1)]
            outcome.inputsGiven = 1
        },
        Case("no rule evaluable", ["no rule could be evaluated, so nothing could be found"]) { outcome in
            outcome.inputs = [input(.read, lines: 1, events: 1)]
            evaluated(&outcome)
            outcome.ruleStatuses = [
                RuleStatusRecord(ruleID: SmallAudit.replay.id, source: "a", notEvaluableReason: "no jti")
            ]
        },
        Case("rules cut short", ["no rule could be evaluated to the end, so there may be more findings"]) { outcome in
            outcome.inputs = [input(.read, lines: 1, events: 1)]
            evaluated(&outcome)
            outcome.findings = [SmallAudit.findings[0]]
            outcome.ruleStatuses = [
                RuleStatusRecord(ruleID: SmallAudit.replay.id, source: "a", notEvaluableReason: "too many findings")
            ]
        },
        Case(
            "sums that do not hold",
            [
                "the files given do not add up; please report this defect",
                "the lines read do not add up; please report this defect",
                "the rules given do not add up; please report this defect",
            ]
        ) { outcome in
            outcome.inputs = [input(.read, lines: 2, events: 3, rejected: 1)]
            outcome.inputs[0].ignored = 0
            evaluated(&outcome)
            outcome.inputsGiven = 2
            outcome.rulesGiven = 2
        },
        Case("interrupted", ["run 1 did not get to its end (interrupted); repeat the same audit"]) { outcome in
            outcome.inputs = [input(.read, lines: 1, events: 1)]
            evaluated(&outcome)
            outcome.status = .interrupted
        },
    ])
    func notices(_ item: Case) throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database(rules: SmallAudit.rules, item.fill)
        #expect(try AuditReport(database: database).notices.map(\.sentence) == item.expected)
    }

    /// What the runs before have evaluated is not taken back by a night without news.
    @Test func aRunWithoutNewsSaysNothingOfAllRuns() throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database(rules: SmallAudit.rules) { outcome in
            outcome.inputs = [Self.input(.read, lines: 1, events: 1)]
            Self.evaluated(&outcome)
        }
        let run = try database.begin(run: NewRun(startedAt: may1, toolVersion: "1.0.0", arguments: []))
        var outcome = RunOutcome(run: run, status: .complete, exitStatus: 0, finishedAt: may1)
        outcome.inputs = [Self.input(.alreadyAudited)]
        outcome.inputsGiven = 1
        outcome.rulesGiven = 1
        outcome.ruleStatuses = [
            RuleStatusRecord(ruleID: SmallAudit.replay.id, source: "none", notEvaluableReason: "no event was read")
        ]
        _ = try database.commit(outcome)
        let all = try AuditReport(database: database, scope: .all)
        #expect(all.notices.isEmpty)
        #expect(
            all.verdict
                == "no findings in 1 event; in run 1, the latest that evaluated rules, 1 rule evaluated; "
                + "0 rules could not be evaluated"
        )
        #expect(all.rulesRun == RunID(rawValue: 1))
        #expect(
            try AuditReport(database: database).notices.map(\.sentence)
                == ["every file had been audited before; nothing new was read"]
        )
    }

    /// Nothing is claimed about rules of which no run is recorded any more.
    @Test func forgottenEvaluationsAreNoZeros() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.database { $0.inputs = [Self.input(.read, lines: 1, events: 1)] }
        let database = try directory.database(rules: SmallAudit.rules) { outcome in
            outcome.inputs = [Self.input(.alreadyAudited)]
            outcome.rulesGiven = 1
            outcome.ruleStatuses = [
                RuleStatusRecord(ruleID: SmallAudit.replay.id, source: "none", notEvaluableReason: "no event was read")
            ]
        }
        let report = try AuditReport(database: database, scope: .all)
        #expect(report.verdict == "no findings in 1 event; it is not recorded any more which rules were evaluated")
        #expect(report.rulesRun == nil)
        #expect(!report.notices.contains { $0.sentence.contains("rule could be evaluated") })
        let text = TextReport(report).text()
        #expect(text.contains("= 0 evaluated + 1 not evaluable + 0 rejected, in run 2, which judged no event\n"))
    }

    @Test func aDatabaseWithoutRuns() throws {
        let directory = try TemporaryDirectory()
        let report = try AuditReport(database: AuditDatabase.open(path: directory.databasePath))
        #expect(
            TextReport(report).text()
                == "note: no run is recorded in this database\n  try: grantaudit audit LOG...\n"
        )
    }

    @Test func commandsAreFitForAShell() throws {
        let directory = try TemporaryDirectory()
        let database = try directory.database { $0.inputs = [Self.input(.read, lines: 1, rejected: 1)] }
        let commands = try AuditReport(database: database).notices.compactMap(\.command?.text)
        #expect(commands.first == "grantaudit formats explain 'a log'")
    }
}
