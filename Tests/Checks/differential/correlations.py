"""Makes correlation rules of every type, and events in groups for them."""

from itertools import product
from random import Random

from .events import Event, Spelled, Value, as_text, folded

COLUMNS = {
    "Action": "TEXT COLLATE NOCASE",
    "User": "COLLATE NOCASE",
    "Host.Id": "COLLATE NOCASE",
    "Source": "COLLATE NOCASE",
    "Target": "COLLATE NOCASE",
    "Bytes": "COLLATE NOCASE",
    "Sent": "COLLATE NOCASE",
    "Path": "COLLATE NOCASE",
}

# What a correlation counts; an event may match two of them.
BASES = {"a": {"Action|startswith": "a"}, "b": {"Action|contains": "b"}, "c": {"Action": ["c", "cb"]}}
ACTIONS = ["a", "A", "ab", "b", "c", "cb", "x"]

POOLS: dict[str, list[Value]] = {
    "User": ["ann", "Ann", "bob", "bob", "eve", "5", Spelled("5"), "é", "É", "", True],
    "Host.Id": ["h1", "h1", "H1", "h2"],
    "Source": ["s1", "s2", "S2", "s3"],
    "Target": ["s1", "s2", "s3", "S3"],
    "Path": ["p", "P", "q", "r", "1", Spelled("1"), "é", "É"],
}


def _identifier(random: Random) -> str:
    return "%08x-0000-4000-8000-%012x" % (random.getrandbits(32), random.getrandbits(48))


def bases(random: Random, world: str) -> dict[str, dict]:
    """The detections of one world, by name."""
    return {
        f"{world}_{letter}": {
            "title": f"{world}_{letter}",
            "name": f"{world}_{letter}",
            "id": _identifier(random),
            "logsource": {"category": "differential"},
            "detection": {"selection": dict(selection), "condition": "selection"},
        }
        for letter, selection in BASES.items()
    }


def _holds(op: str, number: float, other: float) -> bool:
    return {
        "gt": number > other, "gte": number >= other, "lt": number < other,
        "lte": number <= other, "eq": number == other, "neq": number != other,
    }[op]  # fmt: skip


def _count_condition(random: Random, most: int, ops: list[str]) -> dict:
    """A comparison that some number of matches can fulfil, as the program asks for."""
    while True:
        op, threshold = random.choice(ops), random.randint(0, min(most, 4) + 1)
        # "At least none" asks nothing of steps in order.
        if (op, threshold) != ("gte", 0) and any(_holds(op, number, threshold) for number in range(1, most + 1)):
            return {op: threshold}


OPS = ["gte", "gte", "gte", "gt", "eq", "neq", "lt", "lte"]


def alternatives(tree, negated: bool = False) -> list[tuple[frozenset, frozenset]]:
    """The ways in which an expression can hold, as rules that occur and rules that do not."""
    if isinstance(tree, str):
        return [(frozenset(), frozenset([tree])) if negated else (frozenset([tree]), frozenset())]
    operator, *parts = tree
    if operator == "not":
        return alternatives(parts[0], not negated)
    ways = [alternatives(part, negated) for part in parts]
    if (operator == "or") != negated:
        return [way for part in ways for way in part]
    joined = []
    for choice in product(*ways):
        present = frozenset().union(*(way[0] for way in choice))
        absent = frozenset().union(*(way[1] for way in choice))
        if not present & absent:
            joined.append((present, absent))
    return joined


def shown(tree) -> str:
    """The expression as a rule has it."""
    if isinstance(tree, str):
        return tree
    operator, *parts = tree
    if operator == "not":
        return f"not {shown(parts[0])}" if isinstance(parts[0], str) else f"not ({shown(parts[0])})"
    return f" {operator} ".join(f"({shown(p)})" if not isinstance(p, str) and p[0] == "or" else shown(p) for p in parts)


def mentioned(tree) -> set[str]:
    """The rules of the expression."""
    return {tree} if isinstance(tree, str) else set().union(*(mentioned(part) for part in tree[1:]))


def expression(random: Random, rules: list[str]):
    """An expression that mentions all rules and cannot hold without any match."""

    def grow(depth: int):
        roll = random.random()
        if depth > 2 or roll < 0.3:
            return random.choice(rules)
        if roll < 0.5:
            return ("not", grow(depth + 1))
        return (random.choice(["and", "or", "and"]), grow(depth + 1), grow(depth + 1))

    while True:
        tree = grow(0)
        ways = alternatives(tree)
        if mentioned(tree) == set(rules) and ways and all(present for present, _ in ways):
            return tree


def correlation(random: Random, name: str, rules: list[str]) -> tuple[dict, str, object]:
    """A correlation over detections, what it tests, and the tree of its expression if it has one."""
    kind = random.choice(
        ["event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile"]
        + ["value_median", "expression", "ordered expression"]
    )
    body: dict = {"type": kind}
    tree = None
    temporal = kind in ("temporal", "temporal_ordered", "expression", "ordered expression")
    chosen = random.sample(rules, random.choice([2, 2, 3]) if temporal else random.choice([1, 1, 2, 3]))
    body["rules"] = chosen
    body["group-by"] = random.choice([["User"], ["User"], ["Host.Id"], ["User", "Host.Id"], ["Host.Id", "User"], []])
    body["timespan"] = random.choice(["1s", "2s", "3s", "5s", "8s", "13s", "1m"])
    aliases: dict = {}
    if random.random() < 0.3:
        aliases["Party"] = {rule: random.choice(["Source", "Target"]) for rule in chosen}
        body["group-by"] = random.choice([["Party"], ["Party", "Host.Id"]])
    match kind:
        case "event_count":
            body["condition"] = _count_condition(random, 9, OPS)
        case "value_count":
            body["condition"] = {"field": random.choice(["Path", "Source"])} | _count_condition(random, 9, OPS)
        case "temporal":
            if random.random() < 0.6:
                body["condition"] = _count_condition(random, len(chosen), OPS)
        case "temporal_ordered":
            if random.random() < 0.6:
                body["condition"] = _count_condition(random, len(chosen), ["gte", "gt"])
        case "expression" | "ordered expression":
            body["type"] = "temporal" if kind == "expression" else "temporal_ordered"
            tree = expression(random, chosen)
            body["condition"] = shown(tree)
        case _:
            measured = "Bytes"
            if random.random() < 0.2:
                measured = "Amount"
                aliases["Amount"] = {rule: random.choice(["Bytes", "Sent"]) for rule in chosen}
            threshold = random.choice([random.randint(-2, 30), random.randint(0, 80) / 4])
            body["condition"] = {"field": measured, random.choice(OPS + ["gt", "lt"]): threshold}
            if kind == "value_percentile":
                body["condition"]["percentile"] = random.choice([0, 1, 5, 10, 25, 33, 50, 66, 75, 90, 95, 99, 100])
    if not body["group-by"]:
        del body["group-by"]
    if aliases:
        body["aliases"] = aliases
    if random.random() < 0.2:
        body["generate"] = True
    return {"title": name, "name": name, "id": _identifier(random), "correlation": body}, kind, tree


def chain(random: Random, name: str, inner: str, inner_group: list[str], rules: list[str]) -> tuple[dict, str, object]:
    """A correlation over another one, and perhaps detections beside it."""
    kind = random.choice(["event_count", "temporal", "temporal_ordered", "value_count", "expression"])
    is_temporal = kind in ("temporal", "temporal_ordered", "expression")
    others = random.sample(rules, random.choice([1, 2]) if is_temporal else 0)
    chosen = [inner, *others]
    random.shuffle(chosen)
    group = [field for field in inner_group if random.random() < 0.8]
    body: dict = {"type": kind, "rules": chosen, "timespan": random.choice(["2s", "5s", "8s", "13s", "1m"])}
    if group:
        body["group-by"] = group
    tree = None
    if kind == "event_count":
        body["condition"] = _count_condition(random, 9, OPS)
    elif kind == "value_count":
        counted = [field for field in inner_group if field not in group] or ["Path"]
        body["condition"] = {"field": random.choice(counted)} | _count_condition(random, 9, OPS)
    elif kind == "expression":
        body["type"] = "temporal"
        tree = expression(random, chosen)
        body["condition"] = shown(tree)
    return {"title": name, "name": name, "id": _identifier(random), "correlation": body}, "chain: " + kind, tree


def stream(random: Random, count: int) -> list[Event]:
    """Events in the order of time, many at the same time and many just inside or outside a window."""
    events, offset = [], 0.0
    for _ in range(count):
        offset += random.choice([0, 0, 0, 0.25, 0.5, 1, 1, 1, 2, 2, 3, 8])
        values: dict[str, Value] = {"Action": random.choice(ACTIONS)}
        for name, pool in POOLS.items():
            roll = random.random()
            if roll < 0.9:
                # The first ones are frequent.
                values[name] = pool[min(random.randrange(len(pool)), random.randrange(len(pool) + 2))]
            elif roll < 0.94:
                values[name] = None
        for name in ("Bytes", "Sent"):
            roll = random.random()
            if roll < 0.8:
                values[name] = Spelled(str(random.choice([random.randint(-2, 20), random.randint(0, 60) / 4])))
            elif roll < 0.85:
                values[name] = str(random.randint(0, 20))
            elif roll < 0.9:
                values[name] = random.choice(["", "many", "1e", "0x10", True])
        events.append(Event.of(offset, values, escapes=random.random() < 0.3))
    return events


def key(values: list[str | None]) -> tuple[str | None, ...]:
    """The values of a group in a form in which equal ones are equal."""
    return tuple(folded(value) for value in values)


def fields(body: dict, names: list[str], rule: str) -> list[str]:
    """The fields that `names`, some of them aliases, are in events of `rule`."""
    return [body.get("aliases", {}).get(name, {}).get(rule, name) for name in names]


def moments(body: dict, events: list[Event]) -> set[tuple]:
    """Every group and time at which the correlation could report a window that begins or ends there."""
    found = set()
    for rule in body["rules"]:
        for event in events:
            values = [as_text(event.values.get(name)) for name in fields(body, body.get("group-by", []), rule)]
            found.add((key(values), event.offset))
    return found
