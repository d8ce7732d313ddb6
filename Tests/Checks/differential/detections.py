"""Makes detection rules, and events that fit them or nearly do."""

import base64
from dataclasses import dataclass, field
from random import Random

from . import words
from .events import Event, Spelled, Value, as_text

TEXTS = ["CommandLine", "Image", "Host.Name", "Note"]
NUMBERS = ["Size", "Port", "Disk.Free"]
FLAGS = ["Elevated"]
ADDRESSES = ["SourceAddress", "Peer.Address"]
TIMES = ["Stamp"]
MIXED = ["Mixed"]

# Column types as flatteners of events declare them: text compares without case, numbers as numbers.
COLUMNS = (
    {name: "TEXT COLLATE NOCASE" for name in TEXTS + FLAGS + ADDRESSES + TIMES}
    | {name: "NUMERIC COLLATE NOCASE" for name in NUMBERS}
    | {name: "COLLATE NOCASE" for name in MIXED}
)

PLACEHOLDERS = {"Admins": ["root", "Ab", "svc"], "Tools": ["cmd", "PowerShell"], "Odd": ["a*b", "50%", "x?1"]}


@dataclass
class Draft:
    """A detection on its way, with values that its events may have."""

    random: Random
    examples: dict[str, list[Value]] = field(default_factory=dict)

    def offer(self, name: str, *values: Value) -> None:
        """Notes values that the rule may match."""
        self.examples.setdefault(name, []).extend(values)


def _listed(random: Random, make, least: int = 1):
    """One value, or a list of some."""
    count = random.choice([1, 1, 1, 2, 3, 5])
    if count < least:
        count = least
    values = [make() for _ in range(count)]
    return values[0] if count == 1 and random.random() < 0.8 else values


def _finish(random: Random, modifiers: list[str], make, *, negatable: bool = True):
    """Modifiers with `all` and `neq` where they are allowed, and the value."""
    least = 1
    if random.random() < 0.15:
        modifiers.append("all")
        least = 2
    if negatable and random.random() < 0.12:
        modifiers.append("neq")
    return modifiers, _listed(random, make, least)


def _encoded(random: Random, chain: list[str], plain: str) -> str:
    """A text that holds `plain` the way a log would after the encodings of `chain`."""
    data: str | bytes = plain
    for name in chain:
        match name:
            case "windash":
                data = "".join(random.choice("-/–—―") if c in "-/–—―" else c for c in str(data))
            case "wide":
                data = str(data).encode("utf-16le")
            case "utf16be":
                data = str(data).encode("utf-16be")
            case "utf16":
                data = b"\xff\xfe" + str(data).encode("utf-16le")
            case _:
                raw = data if isinstance(data, bytes) else data.encode()
                before = b"" if name == "base64" else bytes(random.choices(b"xyz \0", k=random.randint(0, 4)))
                after = b"" if name == "base64" else bytes(random.choices(b"xyz \0", k=random.randint(0, 4)))
                data = base64.b64encode(before + raw + after).decode()
    if isinstance(data, bytes):
        return ("\ufeff" + data[2:].decode()) if data.startswith(b"\xff\xfe") else data.decode()
    return data


def _text(draft: Draft, name: str):
    random = draft.random
    placement = random.choice(["", "", "contains", "contains", "startswith", "endswith"])
    modifiers = [placement] if placement else []
    if random.random() < 0.2:
        modifiers.insert(random.randrange(len(modifiers) + 1), "cased")
    if random.random() < 0.12:
        modifiers.insert(random.randrange(len(modifiers) + 1), "windash")

    def make():
        whole = words.text(random)
        start = random.randrange(len(whole))
        part = whole[start : random.randint(start, len(whole))] if placement and random.random() < 0.6 else whole
        sigma = words.pattern(random, part) if random.random() < 0.95 else random.choice(["", "*", "?", "\\", "**"])
        fit = _encoded(random, [m for m in modifiers if m == "windash"], words.fitting(random, sigma))
        draft.offer(name, fit, whole)
        if placement:
            draft.offer(name, words.text(random) + fit + words.text(random), fit + "x", "x" + fit)
        return sigma

    while True:
        chosen, value = _finish(random, list(modifiers), make)
        sigmas = value if isinstance(value, list) else [value]
        # pySigma writes all combinations out, and SQLite has to read them.
        if "windash" not in modifiers or all(sum(map(s.count, "-/–—―")) <= 4 for s in sigmas):
            return chosen, value


def _encoding(draft: Draft, name: str):
    random = draft.random
    chain = random.choice(
        [["base64"], ["base64offset"], ["base64offset"], ["wide", "base64"], ["wide", "base64offset"]]
        + [["utf16", "base64"], ["utf16be", "base64offset"], ["wide"], ["utf16be"], ["utf16"]]
        + [["windash", "base64"]]
    )
    placement = random.choice(["contains", "contains", "startswith", "endswith", ""])
    modifiers = chain + ([placement] if placement else [])
    # The backend's GLOB patterns cannot hold the NULs of bare UTF-16.
    if random.random() < 0.25 and chain[-1].startswith("base64"):
        modifiers.append("cased")
    is_wide = chain[0] in ("wide", "utf16be", "utf16")

    def make():
        plain = words.ascii_text(random) if is_wide else words.text(random)
        while "windash" in chain and sum(map(plain.count, "-/–—―")) > 3:
            plain = words.text(random)
        fit = _encoded(random, chain, plain)
        draft.offer(name, fit, words.text(random) + fit + "x", words.other_case(random, fit))
        return words.escaped(random, plain)

    return _finish(random, modifiers, make)


def _regex(draft: Draft, name: str):
    random = draft.random
    flags = random.choice([["i", "m", "s"], ["ignorecase", "multiline", "dotall"]])
    modifiers = ["re", *random.sample(flags, random.choice([0, 0, 1, 1, 2, 3]))]
    if random.random() < 0.2:
        modifiers.append(random.choice(["contains", "startswith", "endswith"]))

    def make():
        draft.offer(name, words.text(random), random.choice("aéb日"), "a\nb", "x\ncmd", "cmd\nx", "aéc", "a\nc", "CMD")
        return random.choice(words.REGEXES)

    return _finish(random, modifiers, make)


def _plain_number(draft: Draft, name: str):
    random = draft.random

    def make():
        number = words.number(random)
        draft.offer(name, *_spellings(random, number))
        return number

    return (["neq"] if random.random() < 0.15 else []), _listed(random, make)


def _spellings(random: Random, number: int | float) -> list[Value]:
    plain = as_text(number) if isinstance(number, Spelled) else str(number)
    return [Spelled(plain), Spelled(words.spelled(random, plain)), plain]


def _comparison(draft: Draft, name: str):
    random = draft.random

    def make():
        number = words.number(random)
        for value in (number, number + 1, number - 0.25):
            draft.offer(name, *_spellings(random, value))
        return number

    return [random.choice(["lt", "lte", "gt", "gte"])], _listed(random, make)


def _boolean(draft: Draft, name: str):
    draft.offer(name, True, False, "true", "FALSE", Spelled("1"), Spelled("0"))
    return (["neq"] if draft.random.random() < 0.2 else []), draft.random.choice([True, False])


def _null(draft: Draft, name: str):
    draft.offer(name, None, "", "null")
    return (["neq"] if draft.random.random() < 0.3 else []), None


def _exists(draft: Draft, name: str):
    draft.offer(name, None, "", Spelled("0"))
    return ["exists"], draft.random.choice([True, False])


def _network(draft: Draft, name: str):
    random = draft.random

    def make():
        network = random.choice(words.NETWORKS)
        draft.offer(name, *[words.address(random, network) for _ in range(3)])
        return network

    return ["cidr"] + (["neq"] if random.random() < 0.15 else []), _listed(random, make)


def _time(draft: Draft, name: str):
    random = draft.random
    part = random.choice(["minute", "hour", "day", "week", "month", "year"])

    def make():
        time = words.moment(random)
        draft.offer(name, *[words.written(random, time) for _ in range(3)])
        return time.isocalendar().week if part == "week" else getattr(time, part)

    modifiers = [part]
    roll = random.random()
    if roll < 0.25:
        modifiers.append(random.choice(["lt", "lte", "gt", "gte"]))
    elif roll < 0.4:
        modifiers.append("neq")
    return modifiers, _listed(random, make)


def _reference(draft: Draft, name: str):
    random = draft.random
    modifiers = ["fieldref"] + random.choice([[], [], ["contains"], ["startswith"], ["endswith"]])
    if random.random() < 0.2:
        modifiers.append("neq")
    kin = next(group for group in (TEXTS, NUMBERS, ADDRESSES, MIXED + TEXTS + NUMBERS) if name in group)
    other = random.choice([other for other in kin if other != name])
    for _ in range(3):
        value = words.text(random) if name not in NUMBERS else Spelled(str(words.number(random)))
        draft.offer(name, value)
        draft.offer(other, value)
        if isinstance(value, Spelled):
            draft.offer(other, *_spellings(random, value))
    if random.random() < 0.15:
        return modifiers, [other, name]
    return modifiers, other


def _expansion(draft: Draft, name: str):
    random = draft.random
    placeholder = random.choice(list(PLACEHOLDERS))
    placement = random.choice(["", "contains", "startswith", "endswith"])
    before, after = random.choice(["", "", "x", "-"]), random.choice(["", "", "y", "*"])
    for value in PLACEHOLDERS[placeholder]:
        draft.offer(name, before + value + after, value, words.fitting(random, before + value + after))
    return ["expand"] + ([placement] if placement else []), f"{before}%{placeholder}%{after}"


def _mixed(draft: Draft, name: str):
    """A list of values of several types; only for text, where a table keeps every value apart."""
    random = draft.random
    texts = [words.text(random) for _ in range(2)]
    draft.offer(name, "5", "true", None, *texts)
    typed = [5, None, random.choice([True, False])][: random.randint(1, 3)]
    return (["neq"] if random.random() < 0.1 else []), typed + [words.escaped(random, value) for value in texts]


KINDS = {
    "text": (_text, TEXTS + TEXTS + NUMBERS + MIXED, 12),
    "encoding": (_encoding, TEXTS, 5),
    "regular expression": (_regex, TEXTS + NUMBERS + MIXED, 5),
    "number": (_plain_number, NUMBERS + NUMBERS + MIXED + TEXTS, 4),
    "comparison": (_comparison, NUMBERS + NUMBERS + MIXED, 4),
    "boolean": (_boolean, FLAGS + FLAGS + MIXED, 2),
    "null": (_null, TEXTS + NUMBERS + FLAGS + MIXED, 2),
    "existence": (_exists, TEXTS + NUMBERS + MIXED, 2),
    "network": (_network, ADDRESSES, 4),
    "time": (_time, TIMES, 4),
    "field reference": (_reference, TEXTS + NUMBERS + ADDRESSES + MIXED, 4),
    "placeholder": (_expansion, TEXTS, 2),
    "list of several types": (_mixed, TEXTS, 2),
}


def _keywords(draft: Draft):
    """Words that may stand anywhere in the line."""
    random = draft.random
    modifiers = random.choice(
        [[], [], [], ["all"], ["contains"], ["startswith"], ["contains", "all"], ["cased"], ["windash"], ["base64"]]
        + [["re"], ["re", "i"], ["base64offset", "contains"], ["wide", "base64offset", "contains"]]
    )

    def make():
        if "re" in modifiers:
            return random.choice(words.REGEXES)
        value = words.text(random) if not {"wide", "windash"} & set(modifiers) else words.ascii_text(random)
        while "windash" in modifiers and sum(map(value.count, "-/")) > 3:
            value = words.ascii_text(random)
        chain = [m for m in modifiers if m in ("windash", "wide", "base64", "base64offset")]
        draft.offer(random.choice(TEXTS), _encoded(random, chain, value))
        is_encoded = bool(set(chain) - {"windash"})
        return words.escaped(random, value) if is_encoded else words.pattern(random, value)

    if not modifiers:
        return [random.randint(0, 9) if random.random() < 0.1 else make() for _ in range(random.randint(1, 3))]
    values = [make() for _ in range(2 if "all" in modifiers else random.randint(1, 2))]
    return {"|" + "|".join(modifiers): values}


def _map(draft: Draft, kinds: set[str]) -> dict:
    """Tests of fields, all of which have to hold."""
    random = draft.random
    found: dict = {}
    for _ in range(random.choice([1, 1, 1, 2, 2, 3])):
        names = list(KINDS)
        kind = random.choices(names, [KINDS[name][2] for name in names])[0]
        make, fields, _ = KINDS[kind]
        name = random.choice(fields)
        modifiers, value = make(draft, name)
        found["|".join([name, *modifiers])] = value
        kinds.add(kind)
    return found


def _selection(draft: Draft, kinds: set[str]):
    random = draft.random
    roll = random.random()
    if roll < 0.08:
        kinds.add("keywords")
        return _keywords(draft)
    if roll < 0.22:
        return [_map(draft, kinds) for _ in range(random.randint(1, 3))]
    return _map(draft, kinds)


NAMES = ["selection", "selection_a", "selection_b", "filter", "filter_main", "sel-x", "notes", "android", "_hidden"]


def _expression(random: Random, names: list[str], depth: int = 0) -> str:
    """A condition in which precedence matters."""
    roll = random.random()
    if depth > 2 or roll < 0.35:
        return random.choice(names)
    if roll < 0.5:
        inner = random.choice(names)
        star = inner[: random.randint(1, len(inner))] + "*"
        pattern = "them" if random.random() < 0.3 or not star.replace("*", "").replace("_", "a").isalnum() else star
        if pattern == "them" and all(name.startswith("_") for name in names):
            return inner
        return f"{random.choice(['1', 'any', 'all'])} of {pattern}"
    if roll < 0.65:
        return f"not {_expression(random, names, depth + 1)}"
    if roll < 0.75:
        return f"({_expression(random, names, depth + 1)})"
    parts = [_expression(random, names, depth + 1) for _ in range(random.choice([2, 2, 3]))]
    return " ".join(part if not i else f"{random.choice(['and', 'or'])} {part}" for i, part in enumerate(parts))


def _mentions(condition: str, names: list[str]) -> bool:
    """Whether every selection is used, as both readers ask for."""
    tokens = condition.replace("(", " ").replace(")", " ").split()
    used = set(tokens)
    for token in tokens:
        if token.endswith("*"):
            used |= {n for n in names if n.startswith(token[:-1]) and (token.startswith("_") or not n.startswith("_"))}
    if "them" in tokens:
        used |= {name for name in names if not name.startswith("_")}
    return used >= set(names)


def rule(random: Random, name: str) -> tuple[dict, dict[str, list[Value]], set[str]]:
    """A rule, values that it may match, by field, and what it tests."""
    draft, kinds = Draft(random), set()
    names = random.sample(NAMES, random.choice([1, 1, 1, 2, 2, 3]))
    detection: dict = {selection: _selection(draft, kinds) for selection in names}
    condition = names[0]
    for _ in range(30):
        condition = _expression(random, names)
        if _mentions(condition, names):
            break
    else:
        condition = f" {random.choice(['and', 'or'])} ".join(names)
    if random.random() < 0.05:
        detection["condition"] = [condition, names[0]]
    else:
        detection["condition"] = condition
    document = {
        "title": name,
        "name": name,
        "id": "%08x-0000-4000-8000-%012x" % (random.getrandbits(32), random.getrandbits(48)),
        "logsource": {"category": "differential"},
        "detection": detection,
    }
    return document, draft.examples, kinds


def _any_value(random: Random, name: str) -> Value:
    if name in NUMBERS:
        return Spelled(words.spelled(random, words.number(random))) if random.random() < 0.9 else words.text(random)
    if name in FLAGS:
        return random.choice([True, False, True, False, "true", "False", "maybe"])
    if name in ADDRESSES:
        return words.address(random)
    if name in TIMES:
        return words.written(random, words.moment(random))
    if name in MIXED:
        return random.choice([words.text(random), Spelled(str(words.number(random))), random.random() < 0.5])
    return words.text(random)


def stream(random: Random, count: int, examples: list[dict[str, list[Value]]]) -> list[Event]:
    """Events, each of them near one rule."""
    events = []
    for number in range(count):
        near = random.choice(examples)
        values: dict[str, Value] = {}
        for name in COLUMNS:
            roll = random.random()
            if name in near and roll < 0.75:
                values[name] = random.choice(near[name])
            elif roll < 0.88:
                values[name] = _any_value(random, name)
            elif roll < 0.92:
                values[name] = None
        events.append(Event.of(number, values, escapes=random.random() < 0.3))
    return events
