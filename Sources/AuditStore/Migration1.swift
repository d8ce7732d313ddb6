// Schema version 1: tables, indices and views.

extension Migration {
    /// The first schema.
    ///
    /// Never edited once released; what changes later is a migration of its own.
    static let version1 = Migration(version: 1, sql: tables + indices + views)

    private static let tables = """
        CREATE TABLE metadata (
            key TEXT NOT NULL PRIMARY KEY,
            value ANY NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            started_at INTEGER NOT NULL,
            finished_at INTEGER,
            status TEXT NOT NULL
                CHECK (status IN ('running', 'complete', 'incomplete', 'interrupted', 'failed')),
            exit_status INTEGER,
            tool_version TEXT NOT NULL,
            arguments TEXT NOT NULL,
            since INTEGER,
            until INTEGER,
            client_registry_sha256 TEXT,
            inputs_given INTEGER NOT NULL DEFAULT 0,
            rules_given INTEGER NOT NULL DEFAULT 0,
            lines INTEGER NOT NULL DEFAULT 0,
            events INTEGER NOT NULL DEFAULT 0,
            rejected INTEGER NOT NULL DEFAULT 0,
            ignored INTEGER NOT NULL DEFAULT 0,
            duplicates INTEGER NOT NULL DEFAULT 0,
            late_events INTEGER NOT NULL DEFAULT 0,
            findings_new INTEGER NOT NULL DEFAULT 0,
            findings_extended INTEGER NOT NULL DEFAULT 0,
            peak_memory_bytes INTEGER,
            database_bytes INTEGER
        ) STRICT;

        CREATE TABLE prunings (
            id INTEGER PRIMARY KEY,
            pruned_at INTEGER NOT NULL,
            part TEXT NOT NULL CHECK (part IN ('findings', 'evidence', 'rejected_lines', 'run_details', 'state')),
            before INTEGER NOT NULL,
            rows INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE inputs (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs(id),
            number INTEGER NOT NULL,
            path TEXT NOT NULL,
            compression TEXT NOT NULL,
            format TEXT,
            format_score REAL,
            encoding TEXT,
            time_zone TEXT,
            zone_source TEXT,
            status TEXT NOT NULL CHECK (
                status IN ('read', 'skipped', 'damaged', 'unreadable', 'unrecognized', 'already_audited')
            ),
            reason TEXT,
            damage_compressed_offset INTEGER,
            damage_offset INTEGER,
            byte_count INTEGER NOT NULL,
            crc64 TEXT,
            head_sha256 TEXT,
            lines INTEGER NOT NULL,
            events INTEGER NOT NULL,
            rejected INTEGER NOT NULL,
            ignored INTEGER NOT NULL,
            duplicates INTEGER NOT NULL,
            first_event_at INTEGER,
            last_event_at INTEGER,
            judged_until INTEGER,
            UNIQUE (run_id, number)
        ) STRICT;

        CREATE TABLE input_counts (
            input_id INTEGER NOT NULL REFERENCES inputs(id),
            what TEXT NOT NULL CHECK (what IN ('rejected', 'ignored')),
            reason TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (input_id, what, reason)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE rejected_lines (
            input_id INTEGER NOT NULL REFERENCES inputs(id),
            line INTEGER NOT NULL,
            byte_offset INTEGER NOT NULL,
            reason TEXT NOT NULL,
            sample TEXT NOT NULL
        ) STRICT;

        CREATE TABLE rules (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            title TEXT NOT NULL,
            level TEXT NOT NULL CHECK (level IN ('informational', 'low', 'medium', 'high', 'critical')),
            status TEXT,
            tags TEXT NOT NULL,
            file TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            text TEXT NOT NULL,
            description TEXT,
            next_step TEXT,
            "references" TEXT NOT NULL
        ) STRICT;

        CREATE TABLE rejected_rules (
            run_id INTEGER NOT NULL REFERENCES runs(id),
            file TEXT NOT NULL,
            line INTEGER,
            "column" INTEGER,
            message TEXT NOT NULL,
            hint TEXT
        ) STRICT;

        CREATE TABLE rule_status (
            run_id INTEGER NOT NULL REFERENCES runs(id),
            rule_id TEXT NOT NULL REFERENCES rules(id),
            source TEXT NOT NULL,
            evaluated INTEGER NOT NULL CHECK (evaluated IN (0, 1)),
            reason TEXT,
            PRIMARY KEY (run_id, rule_id, source)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE suppressions (
            run_id INTEGER NOT NULL REFERENCES runs(id),
            filter_id TEXT NOT NULL,
            title TEXT NOT NULL,
            file TEXT NOT NULL,
            owner TEXT,
            approved_by TEXT,
            expires TEXT,
            rules INTEGER NOT NULL,
            suppressed INTEGER NOT NULL,
            expired INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE correlation_gaps (
            run_id INTEGER NOT NULL REFERENCES runs(id),
            rule_id TEXT NOT NULL REFERENCES rules(id),
            cause TEXT NOT NULL CHECK (cause IN ('missing_field', 'window_open', 'late_match')),
            count INTEGER NOT NULL,
            PRIMARY KEY (run_id, rule_id, cause)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE source_coverage (
            run_id INTEGER NOT NULL REFERENCES runs(id),
            source TEXT NOT NULL,
            kind TEXT NOT NULL,
            outcome TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (run_id, source, kind, outcome)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE findings (
            id TEXT NOT NULL PRIMARY KEY,
            rule_id TEXT NOT NULL REFERENCES rules(id),
            title TEXT NOT NULL,
            level TEXT NOT NULL CHECK (level IN ('informational', 'low', 'medium', 'high', 'critical')),
            level_rank INTEGER NOT NULL,
            group_key TEXT NOT NULL,
            bucket INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            count INTEGER NOT NULL,
            run_id INTEGER NOT NULL REFERENCES runs(id),
            last_run_id INTEGER NOT NULL REFERENCES runs(id),
            state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'withdrawn'))
        ) STRICT;

        CREATE TABLE finding_history (
            finding_id TEXT NOT NULL REFERENCES findings(id),
            seq INTEGER NOT NULL,
            run_id INTEGER NOT NULL REFERENCES runs(id),
            at INTEGER NOT NULL,
            change TEXT NOT NULL CHECK (change IN ('found', 'extended', 'withdrawn', 'confirmed')),
            events INTEGER NOT NULL,
            reason TEXT,
            PRIMARY KEY (finding_id, seq)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE evidence (
            finding_id TEXT NOT NULL REFERENCES findings(id),
            seq INTEGER NOT NULL,
            input_id INTEGER NOT NULL REFERENCES inputs(id),
            line INTEGER NOT NULL,
            byte_offset INTEGER NOT NULL,
            time INTEGER NOT NULL,
            rule_name TEXT NOT NULL,
            fields TEXT NOT NULL,
            explained TEXT,
            PRIMARY KEY (finding_id, seq)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE state_headers (
            name TEXT NOT NULL PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs(id),
            data BLOB NOT NULL
        ) STRICT;

        CREATE TABLE state_segments (
            id INTEGER PRIMARY KEY,
            part TEXT NOT NULL,
            generation INTEGER NOT NULL,
            run_id INTEGER NOT NULL REFERENCES runs(id),
            records INTEGER NOT NULL,
            data BLOB NOT NULL
        ) STRICT;

        """

    private static let indices = """
        CREATE INDEX inputs_by_head ON inputs (head_sha256) WHERE head_sha256 IS NOT NULL;
        CREATE INDEX rejected_lines_by_input ON rejected_lines (input_id, reason, line);
        CREATE INDEX rejected_rules_by_run ON rejected_rules (run_id);
        CREATE INDEX rule_status_by_rule ON rule_status (rule_id);
        CREATE INDEX findings_by_level ON findings (level_rank DESC, first_seen);
        CREATE INDEX findings_by_rule ON findings (rule_id, first_seen);
        CREATE INDEX findings_by_time ON findings (first_seen, last_seen);
        CREATE INDEX findings_by_run ON findings (run_id);
        CREATE INDEX findings_by_last_run ON findings (last_run_id);
        CREATE INDEX evidence_by_input ON evidence (input_id, line);
        CREATE INDEX evidence_by_time ON evidence (time);
        CREATE INDEX state_segments_by_part ON state_segments (part, generation);

        """

    private static let views = """
        CREATE VIEW runs_view AS
        SELECT id, \(iso8601("started_at")) AS started_at, \(iso8601("finished_at")) AS finished_at,
            status, exit_status, tool_version, arguments,
            \(iso8601("since")) AS since, \(iso8601("until")) AS until, client_registry_sha256,
            inputs_given, rules_given, lines, events, rejected, ignored, duplicates, late_events,
            findings_new, findings_extended, peak_memory_bytes, database_bytes
        FROM runs;

        CREATE VIEW findings_view AS
        SELECT f.id, f.level, f.title, f.group_key,
            \(iso8601("f.first_seen")) AS first_seen, \(iso8601("f.last_seen")) AS last_seen, f.count,
            i.path || ':' || e.line AS place, f.rule_id, r.name AS rule_name, r.tags,
            \(iso8601("f.bucket")) AS bucket, f.run_id, f.last_run_id, f.level_rank, f.state
        FROM findings f
        JOIN rules r ON r.id = f.rule_id
        LEFT JOIN evidence e ON e.finding_id = f.id AND e.seq = 0
        LEFT JOIN inputs i ON i.id = e.input_id;

        CREATE VIEW evidence_view AS
        SELECT e.finding_id, e.seq, \(iso8601("e.time")) AS time, i.path || ':' || e.line AS place,
            i.path, e.line, e.byte_offset, e.rule_name, e.fields, f.level, f.title, e.input_id, e.explained
        FROM evidence e
        JOIN findings f ON f.id = e.finding_id
        JOIN inputs i ON i.id = e.input_id;

        CREATE VIEW finding_history_view AS
        SELECT h.finding_id, h.seq, \(iso8601("h.at")) AS at, h.change, h.events, h.reason, f.level, f.title, h.run_id
        FROM finding_history h
        JOIN findings f ON f.id = h.finding_id;

        CREATE VIEW accounting_view AS
        SELECT i.run_id, i.id AS input_id, i.path, i.status, i.reason,
            \(iso8601("i.first_event_at")) AS first_event, \(iso8601("i.last_event_at")) AS last_event,
            i.lines, i.events, i.rejected, i.ignored, i.duplicates,
            i.lines = i.events + i.rejected + i.ignored AS holds,
            i.rejected = (SELECT ifnull(sum(c.count), 0) FROM input_counts c
                WHERE c.input_id = i.id AND c.what = 'rejected')
            AND i.ignored = (SELECT ifnull(sum(c.count), 0) FROM input_counts c
                WHERE c.input_id = i.id AND c.what = 'ignored') AS reasons_hold
        FROM inputs i;

        CREATE VIEW rule_status_view AS
        SELECT s.run_id, s.rule_id, r.name AS rule_name, r.title, r.level, s.source, s.evaluated, s.reason
        FROM rule_status s
        JOIN rules r ON r.id = s.rule_id;

        """

    /// Microseconds as ISO 8601 text; rounds down, also before 1970.
    private static func iso8601(_ column: String) -> String {
        let fraction = "((\(column) % 1000000 + 1000000) % 1000000)"
        return "strftime('%Y-%m-%dT%H:%M:%S', (\(column) - \(fraction)) / 1000000, 'unixepoch')"
            + " || printf('.%06dZ', \(fraction))"
    }
}
