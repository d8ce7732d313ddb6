"""Why the two engines may differ about an event, each reason with a test that it really is the one.

A reason applies only to events and tests of fields that have what it is about. It rewrites the rule so that the point
in question is asked as `explained_differences.md` says it is decided here, of columns that were made for it. Only when
SQLite then gives the verdict of the program is a difference explained.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from .backend import TWIN, Table
from .events import (
    Event,
    Spelled,
    Value,
    as_address,
    as_local_time,
    as_number,
    as_text,
    folded,
    looks_like_number,
    unescaped,
)

COMPARISONS = {"lt", "lte", "gt", "gte"}
# Texts of these must not be folded; those encoded as Base64 are ASCII afterwards.
AS_WRITTEN = {"re", "cased", "base64", "base64offset"}
TIME_PARTS = {"minute", "hour", "day", "week", "month", "year"}
PLAIN_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]{5,15}Z?)?")


@dataclass(frozen=True)
class Item:
    """One line of a selection: a field with a column, modifiers, and a value or several."""

    column: str
    modifiers: tuple[str, ...]
    value: object

    @property
    def field(self) -> str:
        return self.column.split("#")[0]

    @property
    def values(self) -> list:
        return self.value if isinstance(self.value, list) else [self.value]

    @property
    def is_text(self) -> bool:
        """Whether the value is compared with text that the rule has."""
        untold = {"re", "fieldref", "exists", "cidr"} | COMPARISONS | TIME_PARTS
        return not untold & set(self.modifiers) and any(isinstance(value, str) for value in self.values)

    @property
    def is_number(self) -> bool:
        plain = {"neq", "all"} >= set(self.modifiers)
        return plain and any(isinstance(v, int | float) and not isinstance(v, bool) for v in self.values)

    def at(self, shadow: str) -> "Item":
        """The same test of another column."""
        return Item(f"{self.field}#{shadow}", self.modifiers, self.value)

    def asking(self, value: object) -> "Item":
        """The same test with another value."""
        return Item(self.column, self.modifiers, value)


@dataclass(frozen=True)
class Reason:
    """A reason, when it may apply, and the tests that stand for one test."""

    name: str
    applies: Callable[[Item, Event], bool]
    rewritten: Callable[[Item], list[Item]]


def _each(item: Item, change: Callable[[str], str]) -> object:
    changed = [change(value) if isinstance(value, str) else value for value in item.values]
    return changed if isinstance(item.value, list) else changed[0]


def _has_case_beyond_ascii(text: str | None) -> bool:
    return text is not None and any(ord(c) > 0x7F and (c.lower() != c or c.upper() != c) for c in text)


def _folded_but_placeholders(text: str) -> str:
    return "".join(part if part[:1] == "%" else folded(part) or "" for part in re.split(r"(%\w+%)", text))


def _value(item: Item, event: Event) -> Value:
    return event.values.get(item.field)


def _neq(item: Item) -> list[Item]:
    return [item, Item(f"{item.field}#present", ("exists",), True)]


def _placed_regex(item: Item) -> list[Item]:
    place = next(m for m in item.modifiers if m in ("startswith", "endswith"))
    shape = "\\A(?:{})" if place == "startswith" else "(?:{})\\z"
    modifiers = tuple(m for m in item.modifiers if m != place)
    return [Item(f"{item.field}#text", modifiers, _each(item, shape.format))]


def _reference_as_text(item: Item) -> list[Item]:
    return [item.at("text").asking(_each(item, lambda other: other.split("#")[0] + "#text"))]


def _reference_folded(item: Item) -> list[Item]:
    return [item.at("folded").asking(_each(item, lambda other: other.split("#")[0] + "#folded"))]


def _reference_as_number(item: Item) -> list[Item]:
    return [item.at("number").asking(_each(item, lambda other: other.split("#")[0] + "#number"))]


def _references(item: Item, event: Event) -> list[Value]:
    return [event.values.get(str(other).split("#")[0]) for other in item.values]


def _compares_numbers(item: Item, event: Event) -> bool:
    is_whole = not {"contains", "startswith", "endswith"} & set(item.modifiers)
    own, others = _value(item, event), _references(item, event)
    return is_whole and any(
        isinstance(own, Spelled) or isinstance(other, Spelled)
        for other in others
        if as_number(own) is not None and as_number(other) is not None
    )


REASONS = [
    Reason(
        "exists asks for the field, not for its value",
        lambda item, event: "exists" in item.modifiers and event.values.get(item.field, "") is None,
        lambda item: [item.at("present")],
    ),
    Reason(
        "a missing field is not different from a value",
        lambda item, event: "neq" in item.modifiers and item.field not in event.values,
        _neq,
    ),
    Reason(
        "text is neither less nor greater than a number",
        lambda item, event: bool(COMPARISONS & set(item.modifiers))
        and not TIME_PARTS & set(item.modifiers)
        and isinstance(_value(item, event), str | bool),
        lambda item: [item.at("number")],
    ),
    Reason(
        "numbers are equal by value however they are spelled",
        lambda item, event: item.is_number
        and as_number(_value(item, event)) is not None
        and (isinstance(value := _value(item, event), str) or as_text(value) != str(as_number(value))),
        lambda item: [item.at("number")],
    ),
    Reason(
        "a number of the log is text for a text of the rule",
        lambda item, event: (item.is_text or "re" in item.modifiers) and looks_like_number(_value(item, event)),
        lambda item: [item.at("text")],
    ),
    Reason(
        "booleans match as words",
        lambda item, event: not set(item.modifiers) - {"neq"}
        and any(isinstance(value, bool) for value in item.values)
        and as_number(_value(item, event)) in (0, 1),
        lambda item: [
            item.at("text").asking(
                [("true" if v else "false") if isinstance(v, bool) else v for v in item.values]
            )
        ],
    ),
    Reason(
        "letters beyond ASCII have two cases, too",
        lambda item, event: item.is_text
        and not AS_WRITTEN & set(item.modifiers)
        and any(_has_case_beyond_ascii(text) for text in [*map(str, item.values), as_text(_value(item, event))]),
        lambda item: [item.at("folded").asking(_each(item, _folded_but_placeholders))],
    ),
    Reason(
        "a regular expression with a place is anchored there",
        lambda item, event: "re" in item.modifiers and bool({"startswith", "endswith"} & set(item.modifiers)),
        _placed_regex,
    ),
    Reason(
        "addresses are compared as addresses",
        lambda item, event: "cidr" in item.modifiers and as_address(_value(item, event)) != _value(item, event),
        lambda item: [item.at("address")],
    ),
    Reason(
        "a range of IPv4 holds no IPv6 addresses",
        lambda item, event: "cidr" in item.modifiers
        and "0.0.0.0/0" in item.values
        and ":" in (as_address(_value(item, event)) or ""),
        lambda item: [
            item.at("address").asking(
                [part for v in item.values for part in (["0.0.0.0/1", "128.0.0.0/1"] if v == "0.0.0.0/0" else [v])]
            )
        ],
    ),
    Reason(
        "weeks are those of ISO 8601",
        lambda item, event: "week" in item.modifiers and as_local_time(_value(item, event)) is not None,
        lambda item: [Item(f"{item.field}#week", tuple(m for m in item.modifiers if m != "week"), item.value)],
    ),
    Reason(
        "the digits of a time count as written",
        lambda item, event: bool(TIME_PARTS & set(item.modifiers))
        and "week" not in item.modifiers
        and as_local_time(_value(item, event)) is not None
        and PLAIN_TIME.fullmatch(str(as_text(_value(item, event)))) is None,
        lambda item: [item.at("local")],
    ),
    Reason(
        "a dash of any kind in the rule is a dash for windash",
        lambda item, event: "windash" in item.modifiers and any(c in str(v) for v in item.values for c in "–—―"),
        lambda item: [item.asking(_each(item, lambda text: "".join("-" if c in "–—―" else c for c in text)))],
    ),
    Reason(
        "a field reference compares text unless both are numbers",
        lambda item, event: "fieldref" in item.modifiers
        and any(as_number(value) is not None for value in [_value(item, event), *_references(item, event)])
        and not _compares_numbers(item, event),
        _reference_as_text,
    ),
    Reason(
        "a field reference compares numbers by value",
        lambda item, event: "fieldref" in item.modifiers and _compares_numbers(item, event),
        _reference_as_number,
    ),
    Reason(
        "letters beyond ASCII have two cases in a field reference, too",
        lambda item, event: "fieldref" in item.modifiers
        and any(_has_case_beyond_ascii(as_text(v)) for v in [_value(item, event), *_references(item, event)]),
        _reference_folded,
    ),
]

KEYWORD_CASE = "letters beyond ASCII have two cases in keywords, too"
KEYWORD_ESCAPES = "keywords are searched in what the escapes of a JSON line mean, too"


def names() -> set[str]:
    """All reasons for differences about detections."""
    return {reason.name for reason in REASONS} | {KEYWORD_CASE, KEYWORD_ESCAPES}


def maps(rule: dict) -> list[dict]:
    """All maps of fields in the rule."""
    selections = [selection for name, selection in rule["detection"].items() if name != "condition"]
    parts = [part for s in selections for part in (s if isinstance(s, list) else [s])]
    return [part for part in parts if isinstance(part, dict)]


def _items(part: dict) -> list[Item]:
    split = [(key.split("|"), value) for key, value in part.items()]
    return [Item(column, tuple(modifiers), value) for (column, *modifiers), value in split if column]


def _selections(rule: dict) -> Iterator[tuple[str, list]]:
    """The selections by name as lists of their alternatives."""
    for name, selection in rule["detection"].items():
        if name != "condition":
            yield name, selection if isinstance(selection, list) else [selection]


def _has_keywords(rule: dict) -> bool:
    return any(
        not isinstance(part, dict) or any(key.startswith("|") for key in part)
        for _, parts in _selections(rule)
        for part in parts
    )


def _ask_columns(rule: dict, columns: list[str], *, folds: bool) -> None:
    """Makes tests of fields of all keywords: each of them has to be in one of the columns."""
    for name, parts in list(_selections(rule)):
        changed: list = []
        for part in parts:
            if not isinstance(part, dict):
                changed += _keyword_maps([], [part], columns, folds)
            elif any(key.startswith("|") for key in part):
                for key, value in part.items():
                    values = value if isinstance(value, list) else [value]
                    changed += _keyword_maps(key.split("|")[1:], values, columns, folds)
            else:
                changed.append(part)
        rule["detection"][name] = changed


def _keyword_maps(modifiers: list[str], values: list, columns: list[str], folds: bool) -> list[dict]:
    """Maps, one of which has to hold."""
    needs_all = "all" in modifiers
    kept = [word for word in modifiers if word not in ("all", "contains", "startswith", "endswith")]
    if "re" not in kept:
        kept.append("contains")
    if folds and not AS_WRITTEN & set(kept):
        values = [folded(str(value)) for value in values]
        columns = [f"{column}#folded" for column in columns]
    values = [str(value) for value in values]
    if not needs_all:
        return [{"|".join([column, *kept]): values} for column in columns]
    maps = []
    for choice in product(columns, repeat=len(values)):
        chosen = {column: [v for v, c in zip(values, choice) if c == column] for column in choice}
        maps.append({"|".join([c, *kept, *["all"][: len(v) - 1]]): v for c, v in chosen.items()})
    return maps


class Explainer:
    """Looks for the reasons of differences about one rule."""

    def __init__(self, rule: dict, table: Table):
        self.rule = rule
        self.table = table
        self._known: dict[str, set[int]] = {}

    def reasons(self, number: int, verdict: bool) -> tuple[str, ...] | None:
        """The fewest reasons after which SQLite says `verdict` of the event; None if there are none."""
        event = self.table.events[number - 1]
        items = [item for part in maps(self.rule) for item in _items(part)]
        near = [reason.name for reason in REASONS if any(reason.applies(item, event) for item in items)]
        if _has_keywords(self.rule):
            # What stands in an escape has case, too.
            if _has_case_beyond_ascii(event.line) or _has_case_beyond_ascii(unescaped(event.line)):
                near.append(KEYWORD_CASE)
            if "\\" in event.line:
                near.append(KEYWORD_ESCAPES)
        for count in range(1, len(near) + 1):
            for names in combinations(near, count):
                if (number in self._matches(self._rewritten(names, event))) == verdict:
                    return names
        return None

    def _matches(self, rule: dict) -> set[int]:
        known = json.dumps(rule)
        if known not in self._known:
            self._known[known] = self.table.detections(rule)
        return self._known[known]

    def _rewritten(self, names: tuple[str, ...], event: Event) -> dict:
        """The rule, asked of the event as these reasons have it."""
        rule = copy.deepcopy(self.rule)
        for part in maps(rule):
            items = _items(part)
            kept = {key: value for key, value in part.items() if key[:1] in ("|", "")}
            for reason in REASONS:
                if reason.name not in names:
                    continue
                items = [
                    new for item in items for new in (reason.rewritten(item) if reason.applies(item, event) else [item])
                ]
            part.clear()
            for item in items:
                column = item.column
                while (key := "|".join([column, *item.modifiers])) in part:
                    column += TWIN
                part[key] = item.value
            part.update(kept)
        columns = ["line", "line#meant"] if KEYWORD_ESCAPES in names else ["line"]
        if {KEYWORD_CASE, KEYWORD_ESCAPES} & set(names):
            _ask_columns(rule, columns, folds=KEYWORD_CASE in names)
        return rule
