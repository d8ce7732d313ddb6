"""A slow reading of the correlation rules specification that looks at every window anew.

Where the specification leaves room, a switch decides. Without switches the verdicts have to be those of the backend,
with all of them those of the program, so each difference has a name: that of the switch that makes it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from .correlations import alternatives, fields
from .events import Event, Spelled, Value, as_number, as_text, folded

NUMBERS_ARE_TEXT = "a number in a group or among counted values equals the same text"
LETTERS_HAVE_CASES = "letters beyond ASCII have two cases in groups and among counted values, too"
VALUES_ARE_NEEDED = "a match without the measured value is left out of the correlation"
LOG_ORDER_COUNTS = "steps at the same time are in order if the log has them in order"
ALL_MATCHES_ARE_TOLD = "all matches in the window of an ordered correlation belong to it"
EVENTS_ARE_PASSED_ON_ONCE = "a correlation on a correlation gets each event once"
WINDOWS_END_BEHIND_THEM = "that something is absent is known when an event behind the window has been seen"
PERCENTILES_ARE_BETWEEN = "an interpolated percentile is never beside both of its neighbours"

SWITCHES = (
    NUMBERS_ARE_TEXT,
    LETTERS_HAVE_CASES,
    VALUES_ARE_NEEDED,
    LOG_ORDER_COUNTS,
    ALL_MATCHES_ARE_TOLD,
    EVENTS_ARE_PASSED_ON_ONCE,
    WINDOWS_END_BEHIND_THEM,
    PERCENTILES_ARE_BETWEEN,
)
NUMERIC = {"value_sum", "value_avg", "value_percentile", "value_median"}


def combinations_of_switches() -> list[tuple[str, ...]]:
    """All of them, those of few switches first."""
    return [names for count in range(len(SWITCHES) + 1) for names in combinations(SWITCHES, count)]


@dataclass(frozen=True)
class Match:
    """A match of a rule: of a detection, or an alert of a correlation with the events that are its evidence."""

    identity: tuple
    time: float
    position: float
    evidence: tuple[int, ...]
    group: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class Row:
    """A match with the values that a correlation asks it for."""

    identity: tuple
    time: float
    position: float
    slot: int
    group: tuple
    value: object
    evidence: tuple[int, ...] = field(hash=False)


def _ascii_lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


class Model:
    """The correlations of one world over one stream of events."""

    def __init__(self, events: list[Event], detections: dict[str, set[int]], documents: dict[str, dict], trees: dict):
        self.events = events
        self.detections = detections
        self.documents = documents
        self.trees = trees
        self._known: dict[tuple[str, frozenset], list[Match]] = {}

    def alerts(self, name: str, switches: Iterable[str] = ()) -> list[Match]:
        """The alerts of the correlation called `name`."""
        chosen = frozenset(switches)
        if (name, chosen) not in self._known:
            self._known[name, chosen] = self._alerts(name, chosen)
        return self._known[name, chosen]

    def _matches(self, name: str, switches: frozenset) -> list[Match]:
        if name not in self.detections:
            return self.alerts(name, switches)
        times = [(number, self.events[number - 1].offset) for number in sorted(self.detections[name])]
        return [Match(("event", number), time, number, (number,)) for number, time in times]

    def _key(self, value: Value, switches: frozenset) -> object:
        """What is equal to other values where groups are told apart or values counted."""
        if value is None:
            return None
        if isinstance(value, Spelled) and NUMBERS_ARE_TEXT not in switches:
            return as_number(value)
        text = as_text(value) or ""
        return folded(text) if LETTERS_HAVE_CASES in switches else _ascii_lower(text)

    def _rows(self, body: dict, switches: frozenset) -> Iterator[Row]:
        measured = body.get("condition", {}).get("field") if isinstance(body.get("condition"), dict) else None
        for slot, rule in enumerate(body["rules"]):
            names = fields(body, body.get("group-by", []), rule)
            for match in self._matches(rule, switches):
                for number in match.evidence:
                    values = self.events[number - 1].values | dict(match.group)
                    group = tuple(self._key(values.get(name), switches) for name in names)
                    value = None
                    if measured is not None:
                        found = values.get(fields(body, [measured], rule)[0])
                        value = as_number(found) if body["type"] in NUMERIC else self._key(found, switches)
                        if value is None and VALUES_ARE_NEEDED in switches:
                            continue
                    if None not in group:
                        yield Row(match.identity, match.time, match.position, slot, group, value, (number,))

    def _alerts(self, name: str, switches: frozenset) -> list[Match]:
        body = self.documents[name]["correlation"]
        span = float(body["timespan"][:-1]) * {"s": 1, "m": 60}[body["timespan"][-1]]
        by_group: dict[tuple, list[Row]] = {}
        for row in self._rows(body, switches):
            by_group.setdefault(row.group, []).append(row)
        found: dict[tuple, dict[tuple, Row]] = {}
        for group, rows in by_group.items():
            for start, end, inside in self._windows(name, body, span, rows, switches):
                told = found.setdefault((group, start, end), {})
                told.update(((row.slot, row.identity, row.evidence), row) for row in inside)
        if EVENTS_ARE_PASSED_ON_ONCE in switches:
            found = self._once(found)
        names = body.get("group-by", [])
        alerts = []
        for place, told in found.items():
            numbers = {number for row in told.values() for number in row.evidence}
            identity = (name, *place)
            alerts.append(Match(identity, place[2], float("inf"), tuple(sorted(numbers)), self._named(names, place[0])))
        return alerts

    @staticmethod
    def _once(found: dict[tuple, dict[tuple, Row]]) -> dict[tuple, dict[tuple, Row]]:
        """The rows of each window that no earlier one had; where there are none, the last of its rows."""
        known: set[tuple] = set()
        once = {}
        for place, told in sorted(found.items(), key=lambda item: (item[0][2], item[0][1])):
            news = {key: row for key, row in told.items() if (place[0], key) not in known}
            known.update((place[0], key) for key in news)
            last = max(told, key=lambda key: (told[key].time, told[key].position, told[key].slot))
            once[place] = news or {last: told[last]}
        return once

    @staticmethod
    def _named(names: list[str], group: tuple) -> tuple[tuple[str, Value], ...]:
        values = [value if isinstance(value, str) else Spelled(str(value)) for value in group]
        return tuple(zip(names, values))

    def _windows(
        self, name: str, body: dict, span: float, rows: list[Row], switches: frozenset
    ) -> Iterator[tuple[float, float, list[Row]]]:
        """Windows in which the condition holds, with the rows that belong to it."""
        if name in self.trees:
            horizon = max(event.offset for event in self.events)
            slots = {rule: slot for slot, rule in enumerate(body["rules"])}
            for present, absent in set(alternatives(self.trees[name])):
                wanted, unwanted = sorted(slots[rule] for rule in present), {slots[rule] for rule in absent}
                anchors = {row.time for row in rows if not unwanted or row.slot in wanted}
                for time in anchors:
                    start, end = (time, time + span) if unwanted else (time - span, time)
                    inside = [row for row in rows if start <= row.time <= end]
                    seen = {row.slot for row in inside}
                    chain = None
                    if body["type"] == "temporal_ordered":
                        chain = self._chain(inside, wanted, switches)
                    ends_behind = unwanted and WINDOWS_END_BEHIND_THEM in switches
                    is_over = end < horizon if ends_behind else end <= horizon
                    holds = seen.issuperset(wanted) and not seen & unwanted and is_over
                    if holds and (chain is not None or body["type"] == "temporal"):
                        told = inside if chain is None or ALL_MATCHES_ARE_TOLD in switches else chain
                        yield start, end, [row for row in told if row.slot in wanted]
            return
        for end in {row.time for row in rows}:
            inside = [row for row in rows if end - span <= row.time <= end]
            if not self._measure_holds(body, inside, switches):
                continue
            told = inside
            if body["type"] == "temporal_ordered":
                chain = self._ordered(body, inside, switches)
                if chain is None:
                    continue
                told = inside if ALL_MATCHES_ARE_TOLD in switches else chain
            yield end - span, end, [row for row in told if body["type"] not in NUMERIC or row.value is not None]

    def _ordered(self, body: dict, inside: list[Row], switches: frozenset) -> list[Row] | None:
        """The rows of chains of as many steps as the condition asks for; None if there is none."""
        condition = body.get("condition") or {"gte": len(body["rules"])}
        least = condition["gt"] + 1 if "gt" in condition else condition["gte"]
        found: list[Row] | None = None
        for slots in combinations(range(len(body["rules"])), max(least, 0)):
            chain = self._chain(inside, list(slots), switches)
            if chain is not None:
                found = (found or []) + chain
        return found

    @staticmethod
    def _chain(inside: list[Row], slots: list[int], switches: frozenset) -> list[Row] | None:
        """The rows of the chain of these slots, each taken as early as can be; None if there is none."""
        key = (lambda row: (row.time, row.position)) if LOG_ORDER_COUNTS in switches else (lambda row: (row.time,))
        chain: list[Row] = []
        for slot in slots:
            later = [row for row in inside if row.slot == slot and (not chain or key(row) > key(chain[-1]))]
            if not later:
                return None
            chain.append(min(later, key=key))
        times = {(row.slot, row.time) for row in chain}
        return [row for row in inside if (row.slot, row.time) in times]

    def _measure_holds(self, body: dict, inside: list[Row], switches: frozenset) -> bool:
        condition = body.get("condition") or {"gte": len(body["rules"])}
        number = self._measure(body["type"], condition, inside, switches)
        if number is None:
            return False
        op = next(op for op in condition if op not in ("field", "percentile"))
        other = condition[op]
        return {
            "gt": number > other, "gte": number >= other, "lt": number < other,
            "lte": number <= other, "eq": number == other, "neq": number != other,
        }[op]  # fmt: skip

    @staticmethod
    def _measure(kind: str, condition: dict, inside: list[Row], switches: frozenset) -> float | None:
        if kind == "event_count":
            return len({row.identity for row in inside})
        if kind == "value_count":
            return len({row.value for row in inside if row.value is not None})
        if kind.startswith("temporal"):
            return len({row.slot for row in inside})
        # An event that matches two rules is measured once, but twice if an alias gives it two values.
        numbers = sorted(value for _, value in {(row.identity, row.value) for row in inside} if value is not None)
        if not numbers:
            return None
        if kind == "value_sum":
            return sum(numbers)
        if kind == "value_avg":
            return sum(numbers) / len(numbers)
        percentile = 50 if kind == "value_median" else condition["percentile"]
        if PERCENTILES_ARE_BETWEEN in switches:
            place = (len(numbers) - 1) * percentile / 100
            low, high = numbers[int(place)], numbers[min(int(place) + 1, len(numbers) - 1)]
            return low + (high - low) * (place - int(place))
        # As the query has it, with its rounding.
        place = (len(numbers) - 1) * (percentile / 100)
        share = place - int(place)
        return sum(number * weight for number, weight in zip(numbers[int(place) :], (1 - share, share)))
