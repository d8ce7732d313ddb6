"""Verdicts of pySigma and its SQLite backend."""

import copy
import json
import re
import sqlite3
from functools import cache

from sigma.backends.sqlite import sqliteBackend
from sigma.backends.sqlite.runtime import execute_plan
from sigma.collection import SigmaCollection
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import ValueListPlaceholderTransformation

from .events import Event, as_address, as_local_time, as_number, as_text, as_week, folded, stored, unescaped

# SQL text ends at a NUL, so another character stands for it on both sides.
NUL = "\ue000"


@cache
def _compiled(pattern: str) -> re.Pattern:
    """The pattern of PCRE, which the specification asks for, as Python writes it."""
    out, in_class = "", False
    for part in re.findall(r"\\.|\[\^?|.", pattern, re.DOTALL):
        if part == "\\z":
            part = "\\Z"
        elif part == "^" and not in_class:
            # For PCRE, no line begins behind a newline that ends the text.
            part = "(?:\\A|^(?!\\Z))"
        elif part[0] == "[":
            in_class = True
        elif part == "]":
            in_class = False
        out += part
    return re.compile(out)


def _regexp(pattern: str, value) -> bool:
    return value is not None and _compiled(pattern).search(str(value).replace(NUL, "\0")) is not None


def _plain(value):
    return value.replace("\0", NUL) if isinstance(value, str) else value


# What explanations may put in the place of a field: the column's name after the field's, its type, its value.
SHADOWS = {
    "text": ("TEXT COLLATE NOCASE", as_text),
    "number": ("COLLATE NOCASE", as_number),
    "address": ("TEXT COLLATE NOCASE", as_address),
    "week": ("INTEGER", as_week),
    "local": ("TEXT", as_local_time),
    "folded": ("TEXT COLLATE NOCASE", lambda value: folded(as_text(value))),
}

# Further columns with the same values, since a selection can name a field with some modifiers only once.
TWIN = "~"
TWINS = ("", TWIN, TWIN * 2)

# The line and what explanations may put in its place where keywords are searched.
LINES = {
    "line": str,
    "line#folded": folded,
    "line#meant": unescaped,
    "line#meant#folded": lambda line: folded(unescaped(line)),
}


class Table:
    """Events in a table, and what rules select of it."""

    def __init__(
        self, events: list[Event], lines: list[str], columns: dict[str, str], placeholders: dict | None = None
    ):
        self.events = events
        self.placeholders = placeholders or {}
        self.connection = sqlite3.connect(":memory:")
        self.connection.create_function("REGEXP", 2, _regexp, deterministic=True)
        types = {"event": "INTEGER PRIMARY KEY", "seconds": "NUMERIC"} | {name: "TEXT" for name in LINES}
        types |= columns
        for name in columns:
            for twin in TWINS:
                types[f"{name}#present{twin}"] = "INTEGER"
                types |= {f"{name}#{shadow}{twin}": kind for shadow, (kind, _) in SHADOWS.items()}
        self.connection.execute("CREATE TABLE logs (" + ", ".join(f"`{n}` {t}" for n, t in types.items()) + ")")
        for number, (event, line) in enumerate(zip(events, lines), 1):
            row = [number, event.offset, *(make(line) for make in LINES.values())]
            row += [stored(event.values.get(name)) for name in columns]
            for name in columns:
                value = event.values.get(name)
                is_present = 1 if name in event.values else None
                row += [is_present, *(make(value) for _, make in SHADOWS.values())] * len(TWINS)
            marks = ", ".join("?" * len(row))
            self.connection.execute(f"INSERT INTO logs VALUES ({marks})", [_plain(value) for value in row])

    def _backend(self, **options: str) -> sqliteBackend:
        pipeline = ProcessingPipeline(
            items=[ProcessingItem(ValueListPlaceholderTransformation())], vars=copy.deepcopy(self.placeholders)
        )
        return sqliteBackend(pipeline, fulltext_field="line", **options)

    def detections(self, rule: dict) -> set[int]:
        """Numbers of the events that the rule matches, from 1."""
        found: set[int] = set()
        for query in self._backend().convert(SigmaCollection.from_dicts([copy.deepcopy(rule)])):
            found |= {row[0] for row in self.connection.execute(query.replace("\0", NUL))}
        return found

    def correlations(self, documents: list[dict]) -> list[dict]:
        """The alerts of the last document, a correlation; the others are what it looks at."""
        backend = self._backend(timestamp_field="seconds", timestamp_format="unix", event_id_field="event")
        rules = json.loads(backend.convert(SigmaCollection.from_dicts(copy.deepcopy(documents)), "zircolite"))
        title = documents[-1]["title"]
        plan = next(rule["correlation_plan"] for rule in rules if rule["title"] == title)
        rows, _ = execute_plan(self.connection, plan, include_events=False)
        return rows
