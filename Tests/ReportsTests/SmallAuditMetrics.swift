// The metrics of the small audit, as a collector reads them.

extension SmallAudit {
    static let metrics = #"""
        # HELP grantaudit_build_info The version of grantaudit that ran; always 1.
        # TYPE grantaudit_build_info gauge
        grantaudit_build_info{database="/lib/grantaudit/audit.db",version="1.0.0"} 1
        # HELP grantaudit_run_start_timestamp_seconds When the latest run began.
        # TYPE grantaudit_run_start_timestamp_seconds gauge
        grantaudit_run_start_timestamp_seconds{database="/lib/grantaudit/audit.db"} 1714521600
        # HELP grantaudit_run_end_timestamp_seconds When the latest run ended.
        # TYPE grantaudit_run_end_timestamp_seconds gauge
        grantaudit_run_end_timestamp_seconds{database="/lib/grantaudit/audit.db"} 1714521604.5
        # HELP grantaudit_run_duration_seconds How long the latest run took.
        # TYPE grantaudit_run_duration_seconds gauge
        grantaudit_run_duration_seconds{database="/lib/grantaudit/audit.db"} 4.5
        # HELP grantaudit_run_exit_status The exit status of the latest run: 0 complete, 1 findings, 2 incomplete, 130 interrupted.
        # TYPE grantaudit_run_exit_status gauge
        grantaudit_run_exit_status{database="/lib/grantaudit/audit.db"} 2
        # HELP grantaudit_run_status 1 for the status of the latest run, 0 for all others.
        # TYPE grantaudit_run_status gauge
        grantaudit_run_status{database="/lib/grantaudit/audit.db",status="running"} 0
        grantaudit_run_status{database="/lib/grantaudit/audit.db",status="complete"} 0
        grantaudit_run_status{database="/lib/grantaudit/audit.db",status="incomplete"} 1
        grantaudit_run_status{database="/lib/grantaudit/audit.db",status="interrupted"} 0
        grantaudit_run_status{database="/lib/grantaudit/audit.db",status="failed"} 0
        # HELP grantaudit_run_inputs Files given to the latest run, by what became of them.
        # TYPE grantaudit_run_inputs gauge
        grantaudit_run_inputs{database="/lib/grantaudit/audit.db",status="read"} 1
        grantaudit_run_inputs{database="/lib/grantaudit/audit.db",status="skipped"} 0
        grantaudit_run_inputs{database="/lib/grantaudit/audit.db",status="damaged"} 1
        grantaudit_run_inputs{database="/lib/grantaudit/audit.db",status="unreadable"} 1
        grantaudit_run_inputs{database="/lib/grantaudit/audit.db",status="unrecognized"} 0
        grantaudit_run_inputs{database="/lib/grantaudit/audit.db",status="already_audited"} 1
        # HELP grantaudit_run_lines_read Lines that the latest run read.
        # TYPE grantaudit_run_lines_read gauge
        grantaudit_run_lines_read{database="/lib/grantaudit/audit.db"} 101
        # HELP grantaudit_run_lines Lines of the latest run, by what became of them.
        # TYPE grantaudit_run_lines gauge
        grantaudit_run_lines{database="/lib/grantaudit/audit.db",fate="event"} 98
        grantaudit_run_lines{database="/lib/grantaudit/audit.db",fate="ignored"} 2
        grantaudit_run_lines{database="/lib/grantaudit/audit.db",fate="rejected"} 1
        # HELP grantaudit_run_repeated_events Events that had been delivered before; they are among the ignored lines.
        # TYPE grantaudit_run_repeated_events gauge
        grantaudit_run_repeated_events{database="/lib/grantaudit/audit.db"} 3
        # HELP grantaudit_run_late_events Events that came after later ones had been judged.
        # TYPE grantaudit_run_late_events gauge
        grantaudit_run_late_events{database="/lib/grantaudit/audit.db"} 1
        # HELP grantaudit_run_last_event_timestamp_seconds The time of the latest event that the latest run read.
        # TYPE grantaudit_run_last_event_timestamp_seconds gauge
        grantaudit_run_last_event_timestamp_seconds{database="/lib/grantaudit/audit.db"} 1714528799
        # HELP grantaudit_run_rules Rules given to the latest run, by what became of them.
        # TYPE grantaudit_run_rules gauge
        grantaudit_run_rules{database="/lib/grantaudit/audit.db",fate="evaluated"} 2
        grantaudit_run_rules{database="/lib/grantaudit/audit.db",fate="not_evaluable"} 1
        grantaudit_run_rules{database="/lib/grantaudit/audit.db",fate="rejected"} 1
        # HELP grantaudit_run_rules_evaluated_in_part Rules among the evaluated ones that could not be evaluated on every source.
        # TYPE grantaudit_run_rules_evaluated_in_part gauge
        grantaudit_run_rules_evaluated_in_part{database="/lib/grantaudit/audit.db"} 0
        # HELP grantaudit_run_accounts_hold 1 if the files, lines and rules of the latest run add up.
        # TYPE grantaudit_run_accounts_hold gauge
        grantaudit_run_accounts_hold{database="/lib/grantaudit/audit.db"} 1
        # HELP grantaudit_run_findings Findings that the latest run was the first to see or added to.
        # TYPE grantaudit_run_findings gauge
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="informational",change="new"} 0
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="informational",change="extended"} 0
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="low",change="new"} 1
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="low",change="extended"} 0
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="medium",change="new"} 0
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="medium",change="extended"} 0
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="high",change="new"} 0
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="high",change="extended"} 0
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="critical",change="new"} 2
        grantaudit_run_findings{database="/lib/grantaudit/audit.db",level="critical",change="extended"} 0
        # HELP grantaudit_findings Findings in the database.
        # TYPE grantaudit_findings gauge
        grantaudit_findings{database="/lib/grantaudit/audit.db",level="informational"} 0
        grantaudit_findings{database="/lib/grantaudit/audit.db",level="low"} 1
        grantaudit_findings{database="/lib/grantaudit/audit.db",level="medium"} 0
        grantaudit_findings{database="/lib/grantaudit/audit.db",level="high"} 0
        grantaudit_findings{database="/lib/grantaudit/audit.db",level="critical"} 2
        # HELP grantaudit_database_size_bytes Bytes of the database.
        # TYPE grantaudit_database_size_bytes gauge
        grantaudit_database_size_bytes{database="/lib/grantaudit/audit.db"} 311296

        """#
}
