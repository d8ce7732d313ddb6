// The report for monitoring: the numbers of the latest run as metrics.

import AuditStore
import Detections

/// Writes an ``AuditReport`` on one run as metrics of Prometheus, for the textfile collector of its node exporter.
///
/// The labels of every sample are words of this program, except `database`, the path given by whoever runs it, which
/// keeps the files of two databases apart. Nothing that stands in a log becomes a label.
///
/// All metrics are gauges: each run replaces the numbers of the one before it. What is not known is left out.
public struct MetricsReport: Sendable {
    private let report: AuditReport

    /// The metrics of `report`.
    public init(_ report: AuditReport) { self.report = report }

    /// The metrics, each line ended.
    public func text() -> String {
        var lines = MetricLines(common: [("database", report.databasePath)])
        if let run = report.run {
            writeRun(run, &lines)
            writeAccounting(run, &lines)
            writeFindings(&lines)
        }
        writeDatabase(&lines)
        return lines.text
    }

    private func writeRun(_ run: StoredRun, _ lines: inout MetricLines) {
        lines.gauge(
            "grantaudit_build_info",
            "The version of grantaudit that ran; always 1.",
            samples: [([("version", run.toolVersion)], .count(1))]
        )
        lines.gauge("grantaudit_run_start_timestamp_seconds", "When the latest run began.", .seconds(run.startedAt))
        lines.gauge(
            "grantaudit_run_end_timestamp_seconds",
            "When the latest run ended.",
            run.finishedAt.map(MetricValue.seconds)
        )
        lines.gauge(
            "grantaudit_run_duration_seconds",
            "How long the latest run took.",
            run.finishedAt.map { .seconds($0 - run.startedAt) }
        )
        lines.gauge(
            "grantaudit_run_exit_status",
            "The exit status of the latest run: 0 complete, 1 findings, 2 incomplete, 130 interrupted.",
            run.exitStatus.map { .count(Int64($0)) }
        )
        lines.gauge(
            "grantaudit_run_status",
            "1 for the status of the latest run, 0 for all others.",
            samples: RunStatus.allCases.map { ([("status", $0.rawValue)], .flag($0 == run.status)) }
        )
        lines.gauge(
            "grantaudit_run_peak_memory_bytes",
            "The most memory that the latest run had.",
            run.peakMemoryBytes.map(MetricValue.count)
        )
        lines.gauge(
            "grantaudit_last_complete_run_end_timestamp_seconds",
            "When the last run ended that accounted for every file, line and rule.",
            report.lastCompleteAt.map(MetricValue.seconds)
        )
    }

    private func writeAccounting(_ run: StoredRun, _ lines: inout MetricLines) {
        let (read, rules) = (report.lines, report.rules)
        lines.gauge(
            "grantaudit_run_inputs",
            "Files given to the latest run, by what became of them.",
            samples: InputStatus.allCases.map { status in
                ([("status", status.rawValue)], .count(Int64(report.inputs.count { $0.status == status })))
            }
        )
        lines.gauge("grantaudit_run_lines_read", "Lines that the latest run read.", .count(read.lines))
        lines.gauge(
            "grantaudit_run_lines",
            "Lines of the latest run, by what became of them.",
            samples: [("event", read.events), ("ignored", read.ignored), ("rejected", read.rejected)].map {
                ([("fate", $0.0)], .count($0.1))
            }
        )
        lines.gauge(
            "grantaudit_run_repeated_events",
            "Events that had been delivered before; they are among the ignored lines.",
            .count(read.duplicates)
        )
        lines.gauge(
            "grantaudit_run_late_events",
            "Events that came after later ones had been judged.",
            .count(run.lateEvents)
        )
        lines.gauge(
            "grantaudit_run_last_event_timestamp_seconds",
            "The time of the latest event that the latest run read.",
            report.inputs.compactMap(\.lastEventAt).max().map(MetricValue.seconds)
        )
        lines.gauge(
            "grantaudit_run_rules",
            "Rules given to the latest run, by what became of them.",
            samples: [
                ("evaluated", rules.evaluated), ("not_evaluable", rules.notEvaluable), ("rejected", rules.rejected),
            ].map { ([("fate", $0.0)], .count($0.1)) }
        )
        lines.gauge(
            "grantaudit_run_rules_evaluated_in_part",
            "Rules among the evaluated ones that could not be evaluated on every source.",
            .count(rules.evaluatedInPart)
        )
        lines.gauge(
            "grantaudit_run_accounts_hold",
            "1 if the files, lines and rules of the latest run add up.",
            .flag(report.files.holds && read.holds && rules.holds)
        )
    }

    private func writeFindings(_ lines: inout MetricLines) {
        lines.gauge(
            "grantaudit_run_findings",
            "Findings that the latest run was the first to see or added to.",
            samples: report.findingLevels.flatMap { count in
                [("new", count.new), ("extended", count.extended)].map {
                    ([("level", count.level.name), ("change", $0.0)], .count($0.1))
                }
            }
        )
    }

    private func writeDatabase(_ lines: inout MetricLines) {
        lines.gauge(
            "grantaudit_findings",
            "Findings in the database.",
            samples: report.findingLevels.map { ([("level", $0.level.name)], .count($0.total)) }
        )
        lines.gauge("grantaudit_database_size_bytes", "Bytes of the database.", .count(report.databaseBytes))
    }
}
