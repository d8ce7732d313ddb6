"""Events as values by field, as lines of a log, and as rows of a table."""

import ipaddress
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?")


class Spelled(float):
    """A number with the spelling it has in the log."""

    spelling: str

    def __new__(cls, spelling: str) -> "Spelled":
        made = super().__new__(cls, spelling)
        made.spelling = spelling
        return made


Value = str | bool | Spelled | None


@dataclass(frozen=True)
class Event:
    """An event at `offset` seconds; a field that is not among `values` is missing, one that is None is null."""

    offset: float
    values: dict[str, Value]
    line: str

    @classmethod
    def of(cls, offset: float, values: dict[str, Value], *, escapes: bool = False) -> "Event":
        """An event with its line; `a.b` is the member `b` of the object `a`."""
        return cls(offset, values, _object(_nested(values), escapes))


def _nested(values: dict[str, Value]) -> dict:
    tree: dict = {}
    for name, value in values.items():
        *outer, last = name.split(".")
        place = tree
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return tree


def _object(tree: dict, escapes: bool) -> str:
    members = []
    for name, value in tree.items():
        if isinstance(value, dict):
            shown = _object(value, escapes)
        elif isinstance(value, Spelled):
            shown = value.spelling
        else:
            # A byte order mark inside a YAML file would be no text.
            shown = json.dumps(value, ensure_ascii=escapes).replace("\ufeff", "\\ufeff")
        members.append(f"{json.dumps(name)}:{shown}")
    return "{" + ",".join(members) + "}"


def as_text(value: Value) -> str | None:
    """The value as the characters that stand in the log."""
    if isinstance(value, Spelled):
        return value.spelling
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def as_number(value: Value) -> int | float | None:
    """The value as a number, if its characters are one."""
    shown = as_text(value)
    if shown is None or not NUMBER.fullmatch(shown):
        return None
    number = float(shown)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def looks_like_number(value: Value) -> bool:
    """Whether a numeric column of SQLite keeps the value as a number, perhaps with another spelling."""
    return re.fullmatch(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*", as_text(value) or "") is not None


def as_address(value: Value) -> str | None:
    """The value in the one spelling of its address, without its zone, if it is one."""
    shown = value if isinstance(value, str) else ""
    try:
        address = ipaddress.ip_address(shown.split("%")[0] if re.fullmatch(r"[^%]*:[^%]*%.+", shown) else shown)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def as_local_time(value: Value) -> str | None:
    """The digits of the time without its zone; a number counts from 1970 on."""
    shown = as_text(value)
    if shown is None:
        return None
    if re.fullmatch(r"[0-9]{9,19}", shown):
        digits = next(scale for limit, scale in ((11, 1), (14, 10**3), (17, 10**6), (20, 10**9)) if len(shown) < limit)
        return (datetime(1970, 1, 1) + timedelta(seconds=int(shown) // digits)).isoformat(" ")
    found = TIME.match(shown)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[0]).isoformat(" ")
    except ValueError:
        return None


def as_week(value: Value) -> int | None:
    """The week of the time by ISO 8601."""
    local = as_local_time(value)
    return None if local is None else datetime.fromisoformat(local).isocalendar().week


def folded(text: str | None) -> str | None:
    """Lower case letter by letter."""
    return None if text is None else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
SHORT_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def unescaped(line: str) -> str:
    """The line with what its escapes mean in their place."""

    def meaning(found: re.Match) -> str:
        word = found[1]
        return chr(int(word[1:], 16)) if len(word) == 5 else SHORT_ESCAPES.get(word, word)

    return ESCAPE.sub(meaning, line)


def stored(value: Value) -> str | int | float | None:
    """The value as a loader puts it into a table: booleans as words, numbers as numbers."""
    if isinstance(value, Spelled):
        return int(value) if re.fullmatch(r"-?[0-9]+", value.spelling) else float(value)
    return as_text(value)
