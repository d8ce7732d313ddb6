// What every table, view and column means; the tests compare this list with a real database.

extension SchemaReference {
    /// All tables and views, tables first.
    public static let tables: [TableReference] = baseTables + views

    private static let baseTables: [TableReference] = [
        .table(
            "runs",
            "One execution of `grantaudit audit`.",
            [
                .init("id", "Number of the run."), .init("started_at", "When it began."),
                .init(
                    "finished_at",
                    "When its results were ready to be committed; NULL while it goes on and if it died."
                ),
                .init("status", "`running`, `complete`, `incomplete`, `interrupted` or `failed`."),
                .init("exit_status", "Exit status of the process."),
                .init("tool_version", "Version of grantaudit."),
                .init("arguments", "Command line without the program's name, a JSON array."),
                .init("since", "Events before this time were not judged."),
                .init("until", "Events from this time on were not judged."),
                .init("client_registry_sha256", "SHA-256 of the client registry that events were judged by, if any."),
                .init("inputs_given", "Files that were to be read."),
                .init("rules_given", "Rules that were to be evaluated."),
                .init("lines", "Lines read: `events` + `rejected` + `ignored`."),
                .init("events", "Lines that became events."),
                .init("rejected", "Lines that could not be understood."),
                .init("ignored", "Lines that are no authorization events."),
                .init("duplicates", "Events that were delivered before; part of `ignored`."),
                .init("late_events", "Events that came after later ones had been judged."),
                .init("findings_new", "Findings written."),
                .init("findings_extended", "Known findings that got new events."),
                .init("peak_memory_bytes", "Most memory the process used."),
                .init("database_bytes", "Size of the database behind it."),
            ]
        ),
        .table(
            "prunings",
            "What `grantaudit prune` has deleted.",
            [
                .init("id", "Number of the entry."), .init("pruned_at", "When."),
                .init("part", "`findings`, `evidence`, `rejected_lines` or `run_details`."),
                .init("before", "Older rows were deleted: findings last seen, or runs begun, before it."),
                .init("rows", "Number of rows."),
            ]
        ),
        .table("inputs", "One file given to one run.", inputColumns),
        .table(
            "input_counts",
            "How many lines of an input were no events, by reason.",
            [
                .init("input_id", "The input."), .init("what", "`rejected` or `ignored`."),
                .init("reason", "Why."), .init("count", "Number of lines."),
            ]
        ),
        .table(
            "rejected_lines",
            "A line that could not be understood; the first \(RejectedLineRecord.perReasonMax) per input and reason.",
            [
                .init("input_id", "The input."), .init("line", "Line number, from 1."),
                .init("byte_offset", "Offset of the line in the decompressed input."),
                .init("reason", "Why."), .init("sample", "Beginning of the line, with possible secrets masked."),
            ]
        ),
        .table(
            "rules",
            "A rule as it was last loaded.",
            [
                .init("id", "The rule's `id`, a UUID."), .init("name", "The rule's `name`, or its file's."),
                .init("title", "The rule's `title`."),
                .init("level", "`informational`, `low`, `medium`, `high` or `critical`."),
                .init("status", "The rule's `status`."), .init("tags", "The rule's `tags`, a JSON array."),
                .init("file", "The file it comes from."), .init("sha256", "SHA-256 of `text`."),
                .init("text", "The YAML document."), .init("description", "The rule's `description`."),
                .init("next_step", "What to do about its findings, as the rule says."),
                .init("references", "The rule's `references`, a JSON array; a keyword of SQL, so quote the name."),
            ]
        ),
        .table(
            "rejected_rules",
            "A rule that does not compile.",
            [
                .init("run_id", "The run."), .init("file", "The file it stands in."),
                .init("line", "Line of the defect, from 1."), .init("column", "Column of the defect, from 1."),
                .init("message", "What is wrong."), .init("hint", "What to do about it."),
            ]
        ),
        .table(
            "suppressions",
            "A Sigma filter and what it did in a run.",
            [
                .init("run_id", "The run."), .init("filter_id", "The filter's `id`, its name or its title."),
                .init("title", "The filter's `title`."), .init("file", "The file it stands in."),
                .init("owner", "Who answers for it."), .init("approved_by", "Who has approved it."),
                .init("expires", "The first day, `YYYY-MM-DD`, on whose events it has no effect."),
                .init("rules", "Number of rules it is for."), .init("suppressed", "Matches that it took away."),
                .init("expired", "Matches that it would have taken away if it had not expired before them."),
            ]
        ),
        .table(
            "correlation_gaps",
            "Matches that a correlation could not use.",
            [
                .init("run_id", "The run."), .init("rule_id", "The correlation."),
                .init(
                    "cause",
                    "`missing_field`: to group by or to measure; `window_open`: still open when the log ended; "
                        + "`late_match`: out of order by more than the lateness allowed."
                ),
                .init("count", "Number of matches or windows."),
            ]
        ),
        .table(
            "rule_status",
            "Whether a rule was evaluated on the events of a source.",
            [
                .init("run_id", "The run."), .init("rule_id", "The rule."),
                .init("source", "The format the events came from."), .init("evaluated", "1 if it was evaluated."),
                .init("reason", "Why it was not."),
            ]
        ),
        .table(
            "source_coverage",
            "How often a source wrote a kind of event.",
            [
                .init("run_id", "The run."), .init("source", "The format the events came from."),
                .init("kind", "The event's `kind`."), .init("outcome", "`success`, `failure` or `unknown`."),
                .init("count", "Number of events."),
            ]
        ),
        .table(
            "findings",
            "An incident: all matches of one rule for one subject in one bucket of time.",
            [
                .init("id", "Stable identity, made of rule, group key and bucket."), .init("rule_id", "The rule."),
                .init("title", "The rule's title."), .init("level", "The rule's level."),
                .init("level_rank", "The level as a number, from 0 (informational) to 4 (critical)."),
                .init("group_key", "What the matches have in common, a JSON object."),
                .init("bucket", "Start of the bucket."), .init("first_seen", "Time of the earliest match."),
                .init("last_seen", "Time of the latest match."), .init("count", "Number of matching events."),
                .init("run_id", "The run that wrote it."), .init("last_run_id", "The run that changed it last."),
                .init("state", "`open`, or `withdrawn`: later data explained all its events."),
            ]
        ),
        .table(
            "finding_history",
            "What became of a finding; an audit that was interrupted and the one that went on with it count as one.",
            [
                .init("finding_id", "The finding."), .init("seq", "Place in the finding's history, from 0."),
                .init("run_id", "The run."), .init("at", "When that run began."),
                .init(
                    "change",
                    "`found`; `extended`: by events; `withdrawn`: late data explained all its events; "
                        + "`confirmed`: events came after it was withdrawn, and it is open again."
                ),
                .init("events", "`count` of the finding behind it."), .init("reason", "Why, if it was withdrawn."),
            ]
        ),
        .table(
            "evidence",
            "An event that a finding rests on; the first few of each finding in event-time order.",
            [
                .init("finding_id", "The finding."), .init("seq", "Place among the finding's evidence, from 0."),
                .init("input_id", "The input."), .init("line", "Line number, from 1."),
                .init("byte_offset", "Offset of the line in the decompressed input."),
                .init("time", "Time of the event."), .init("rule_name", "Name of the rule that matched the event."),
                .init("fields", "The event's fields, a JSON object; secrets are masked or fingerprints."),
                .init("explained", "By which late event; NULL if nothing has explained it."),
            ]
        ),
        .table(
            "state_headers",
            "What a run knows that the next one needs, in few bytes; written with the findings or not at all.",
            [
                .init("name", "What it is about."), .init("run_id", "The run that wrote it last."),
                .init("data", "Bytes of this program's own; no secret is in them."),
            ]
        ),
        .table(
            "state_segments",
            "The records of that state; a run adds those that it changed, and now and then writes all anew.",
            [
                .init("id", "Segments are read in this order."),
                .init("part", "Table of lineage: `codes`, `tokens`, `families`, `family_ids`, `sessions` and others."),
                .init("generation", "All records of a generation are forgotten together when it has become too old."),
                .init("run_id", "The run that wrote it."), .init("records", "Number of records."),
                .init("data", "The records; artefacts and parties are keyed hashes."),
            ]
        ),
        .table(
            "metadata",
            "What belongs to the database as a whole.",
            [
                .init("key", "`\(Migration.fingerprintKeyName)`."),
                .init("value", "The 32 bytes under which token fingerprints are made; keep them private."),
            ]
        ),
    ]

    private static let inputColumns: [ColumnReference] = [
        .init("id", "Number of the input."), .init("run_id", "The run."),
        .init("number", "Number of the input within the run."), .init("path", "The path as given."),
        .init("compression", "`plain`, `gzip` or `zstd`."), .init("format", "Name of the format that read it."),
        .init("format_score", "How well the format fitted, from 0 to 1."), .init("encoding", "Character encoding."),
        .init("time_zone", "Time zone assumed where the log names none."),
        .init("zone_source", "Where the time zone comes from."),
        .init("status", "`read`, `skipped`, `damaged`, `unreadable`, `unrecognized` or `already_audited`."),
        .init("reason", "Why, if it was not simply read."),
        .init("damage_compressed_offset", "Offset in the file at which it is damaged."),
        .init("damage_offset", "Offset in the decompressed input at which it is damaged."),
        .init("byte_count", "Number of decompressed bytes."),
        .init("crc64", "CRC-64 of the decompressed bytes, 16 hexadecimal digits."),
        .init("head_sha256", "SHA-256 of the first decompressed bytes."),
        .init("lines", "Lines read: `events` + `rejected` + `ignored`."),
        .init("events", "Lines that became events."), .init("rejected", "Lines that could not be understood."),
        .init("ignored", "Lines that are no authorization events."),
        .init("duplicates", "Events that were delivered before; part of `ignored`."),
        .init("first_event_at", "Time of the earliest event."), .init("last_event_at", "Time of the latest event."),
        .init("judged_until", "Events from this time on were not judged before the run died; null if all were."),
    ]

    private static let views: [TableReference] = [
        .view(
            "runs_view",
            "`runs` with times as text.",
            baseTables[0].columns
        ),
        .view(
            "findings_view",
            "`findings` with times as text, the rule's name and the place of the first evidence.",
            [
                .init("id", "The finding."), .init("level", "The rule's level."), .init("title", "The rule's title."),
                .init("group_key", "What the matches have in common, a JSON object."),
                .init("first_seen", "Time of the earliest match."), .init("last_seen", "Time of the latest match."),
                .init("count", "Number of matching events."),
                .init("place", "`path:line` of the first evidence."), .init("rule_id", "The rule."),
                .init("rule_name", "The rule's name."), .init("tags", "The rule's tags, a JSON array."),
                .init("bucket", "Start of the bucket."), .init("run_id", "The run that wrote it."),
                .init("last_run_id", "The run that changed it last."), .init("level_rank", "The level as a number."),
                .init("state", "`open` or `withdrawn`."),
            ]
        ),
        .view(
            "finding_history_view",
            "`finding_history` with times as text and the finding's level and title.",
            [
                .init("finding_id", "The finding."), .init("seq", "Place in the finding's history, from 0."),
                .init("at", "When the run began."),
                .init("change", "`found`, `extended`, `withdrawn` or `confirmed`."),
                .init("events", "Number of matching events behind it."),
                .init("reason", "Why, if it was withdrawn."), .init("level", "The finding's level."),
                .init("title", "The finding's title."), .init("run_id", "The run."),
            ]
        ),
        .view(
            "evidence_view",
            "`evidence` with times as text and the path of the input.",
            [
                .init("finding_id", "The finding."), .init("seq", "Place among the finding's evidence, from 0."),
                .init("time", "Time of the event."), .init("place", "`path:line`."),
                .init("path", "Path of the input."), .init("line", "Line number, from 1."),
                .init("byte_offset", "Offset of the line in the decompressed input."),
                .init("rule_name", "Name of the rule that matched the event."),
                .init("fields", "The event's fields, a JSON object."), .init("level", "The finding's level."),
                .init("title", "The finding's title."), .init("input_id", "The input."),
                .init("explained", "By which late event; NULL if nothing has explained it."),
            ]
        ),
        .view(
            "accounting_view",
            "What became of each input's lines, and whether all are accounted for.",
            [
                .init("run_id", "The run."), .init("input_id", "The input."), .init("path", "Path of the input."),
                .init("status", "What became of the input."), .init("reason", "Why, if it was not simply read."),
                .init("first_event", "Time of the earliest event."), .init("last_event", "Time of the latest event."),
                .init("lines", "Lines read."), .init("events", "Lines that became events."),
                .init("rejected", "Lines that could not be understood."),
                .init("ignored", "Lines that are no authorization events."),
                .init("duplicates", "Events that were delivered before; part of `ignored`."),
                .init("holds", "1 if `lines` = `events` + `rejected` + `ignored`."),
                .init("reasons_hold", "1 if `input_counts` gives a reason for each rejected and ignored line."),
            ]
        ),
        .view(
            "rule_status_view",
            "`rule_status` with the rule's name, title and level.",
            [
                .init("run_id", "The run."), .init("rule_id", "The rule."), .init("rule_name", "The rule's name."),
                .init("title", "The rule's title."), .init("level", "The rule's level."),
                .init("source", "The format the events came from."), .init("evaluated", "1 if it was evaluated."),
                .init("reason", "Why it was not."),
            ]
        ),
    ]
}
