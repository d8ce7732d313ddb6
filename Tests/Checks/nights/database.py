"""What an audit has stored, without the numbers that rows have by chance."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

# Tables whose rows are not part of any one run.
LASTING = {"metadata": "key, hex(value)", "prunings": "*", "rules": "*"}
# Tables whose rows belong to a run as a whole.
OF_RUNS = {
    "rule_status": "rule_id, source, evaluated, reason",
    "rejected_rules": 'file, line, "column", message, hint',
    "suppressions": "filter_id, title, file, owner, approved_by, expires, rules, suppressed, expired",
    "correlation_gaps": "rule_id, cause, count",
    "source_coverage": "source, kind, outcome, count",
}
INPUT = """number, path, compression, format, format_score, encoding, time_zone, zone_source, status, reason,
    damage_compressed_offset, damage_offset, byte_count, crc64, head_sha256, lines, events, rejected, ignored,
    duplicates, first_event_at, last_event_at"""
RUN = """status, exit_status, since, until, client_registry_sha256, inputs_given, rules_given, lines, events, rejected,
    ignored, duplicates, late_events, findings_new, findings_extended"""


class Copy:
    """A copy of a database as it lies there, the write-ahead log included; the original is not touched."""

    def __init__(self, path: Path):
        self.folder = tempfile.TemporaryDirectory()
        target = Path(self.folder.name) / "copy.db"
        for suffix in ("", "-wal", "-journal"):
            if Path(f"{path}{suffix}").exists():
                shutil.copyfile(f"{path}{suffix}", f"{target}{suffix}")
        self.rows = sqlite3.connect(target)

    def __enter__(self) -> "Copy":
        return self

    def __exit__(self, *_: object) -> None:
        self.rows.close()
        self.folder.cleanup()

    def all(self, sql: str, *values: object) -> list[tuple]:
        return self.rows.execute(sql, values).fetchall()

    @property
    def tables(self) -> list[str]:
        return [name for (name,) in self.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]

    def damage(self) -> list[str]:
        """What SQLite finds wrong with it."""
        found = [text for (text,) in self.all("PRAGMA integrity_check") if text != "ok"]
        return found + [f"foreign key: {row}" for row in self.all("PRAGMA foreign_key_check")]

    def last_run(self) -> int:
        return self.all("SELECT ifnull(max(id), 0) FROM runs")[0][0] if "runs" in self.tables else 0

    def finished(self, first: int, last: int | None = None) -> list[int]:
        """The runs that were stored as a whole, from `first` on."""
        if "runs" not in self.tables:
            return []
        sql = "SELECT id FROM runs WHERE status IN ('complete', 'incomplete') AND id BETWEEN ? AND ? ORDER BY id"
        return [run for (run,) in self.all(sql, first, last or 1 << 62)]

    def run(self, run: int) -> dict[str, list]:
        """All that was stored of one run, besides times and sizes."""
        kept: dict[str, list] = {"runs": self.all(f"SELECT {RUN} FROM runs WHERE id = ?", run)}
        for table, columns in OF_RUNS.items():
            kept[table] = sorted(self.all(f"SELECT {columns} FROM {table} WHERE run_id = ?", run), key=repr)
        kept["inputs"] = self.all(f"SELECT {INPUT} FROM inputs WHERE run_id = ? ORDER BY number", run)
        for table, columns in (("input_counts", "what, r.reason, count"), ("rejected_lines", "line, r.reason, sample")):
            kept[table] = sorted(
                self.all(
                    f"SELECT number, {columns} FROM {table} r JOIN inputs i ON i.id = input_id WHERE run_id = ?", run
                ),
                key=repr,
            )
        return kept

    def lasting(self) -> dict[str, list]:
        """What belongs to no run."""
        return {
            table: sorted(self.all(f"SELECT {columns} FROM {table}"), key=repr) for table, columns in LASTING.items()
        }

    def content(self, name: Callable[[int], object]) -> dict[str, list]:
        """Findings, evidence, what of which input was read, and state; runs are called what `name` calls them."""
        if "state_segments" not in self.tables:
            tables = ("findings", "finding_history", "evidence", "read", "state_headers", "state_segments")
            return {table: [] for table in tables}
        self.rows.create_function("named", 1, lambda run: str(name(run)))
        return {
            "findings": self.all(
                """SELECT id, rule_id, title, level, group_key, bucket, first_seen, last_seen, count, state,
                    named(run_id), named(last_run_id) FROM findings ORDER BY id"""
            ),
            "finding_history": self.all(
                """SELECT finding_id, seq, change, events, reason, named(run_id) FROM finding_history
                    ORDER BY finding_id, seq"""
            ),
            "evidence": self.all(
                """SELECT finding_id, seq, named(run_id), path, line, byte_offset, time, rule_name, fields,
                    explained FROM evidence JOIN inputs ON id = input_id ORDER BY finding_id, seq"""
            ),
            "read": sorted(
                self.all(f"SELECT named(run_id), {INPUT} FROM inputs WHERE lines > 0"), key=repr
            ),
            # What is known of the logs names the input that each source was last seen in by its number, and more audits give
            # more numbers.
            "state_headers": self.all(
                """SELECT name, named(run_id), CASE name WHEN 'log_facts' THEN length(data) ELSE hex(data) END
                    FROM state_headers ORDER BY name"""
            ),
            # Windows name inputs by their keys, and each attempt gives keys of its own; that they are the same windows is
            # seen from what the next nights find.
            "state_segments": self.all(
                """SELECT part, generation, named(run_id), records,
                    CASE part WHEN 'correlations' THEN length(data) ELSE hex(data) END
                    FROM state_segments ORDER BY id"""
            ),
        }


def differences(left: dict[str, list], right: dict[str, list], shown: int = 3) -> list[str]:
    """How two contents differ, row by row."""
    found = []
    for table in sorted(set(left) | set(right)):
        ours, theirs = left.get(table, []), right.get(table, [])
        if ours == theirs:
            continue
        lost = [row for row in theirs if row not in ours]
        added = [row for row in ours if row not in theirs]
        found.append(f"{table}: {len(lost)} rows are missing, {len(added)} are too many")
        found += [f"  missing: {row}"[:600] for row in lost[:shown]]
        found += [f"  too many: {row}"[:600] for row in added[:shown]]
    return found
