"""Texts, numbers, addresses and times that rules and events draw from, so that they meet."""

import ipaddress
from datetime import datetime, timedelta
from random import Random

PIECES = [
    "cmd", "CMD", "PowerShell", "rundll32", "svc", "a", "b", "Ab", "x1", "0", "7", "42", "007",
    "-enc", "/c", "-a", "/b", "--long-name", "-x", "C:\\Temp", "\\", "\\\\srv", "50%", "%", "a_b", "_",
    "[x]", "[", "]", "{y}", "it's", '"q"', "^", "$", ".", "(z)", "|", "+", "*", "?", "a*b", "what?",
    "é", "É", "naïve", "straße", "ΩΩ", "ωω", "日本", "–x", "true", "null", "yes", "NO",
]  # fmt: skip
GLUE = ["", "", "", " ", " ", "-", "/", "\\", ".", ":", "\n", "_"]


def text(random: Random) -> str:
    """Some text as a log may have it."""
    parts = [random.choice(PIECES)]
    for _ in range(random.choice([0, 0, 1, 1, 2, 3])):
        parts += [random.choice(GLUE), random.choice(PIECES)]
    return "".join(parts)


def ascii_text(random: Random) -> str:
    """Text without letters beyond ASCII."""
    while True:
        found = text(random)
        if found.isascii():
            return found


def other_case(random: Random, value: str) -> str:
    """The text with some letters in the other case."""
    return "".join(c.swapcase() if len(c.swapcase()) == 1 and random.random() < 0.4 else c for c in value)


def spoiled(random: Random, value: str) -> str:
    """The text with a small difference, which may be one of case only."""
    place = random.randrange(len(value) + 1)
    return random.choice(
        [
            value[:place] + value[place + 1 :],
            value[:place] + random.choice("aZ0 -/\\%_*?é") + value[place:],
            value[:place] + random.choice("aZ0 -/\\%_*?é") + value[place + 1 :],
            value + random.choice(PIECES),
            random.choice(PIECES) + value,
            other_case(random, value),
        ]
    )


def escaped(random: Random, value: str) -> str:
    """Plain text as a Sigma string that means it: escapes where they are needed, and some where they are not."""
    out = ""
    for index, character in enumerate(value):
        if character in "*?":
            out += "\\" + character
        elif character == "\\":
            following = value[index + 1 : index + 2]
            is_safe = following != "" and following not in "\\*?" and random.random() < 0.7
            out += "\\" if is_safe else "\\\\"
        else:
            out += character
    return out


def pattern(random: Random, value: str) -> str:
    """A Sigma string that the text fits, perhaps with wildcards."""
    if random.random() < 0.12:
        # Any row of backslashes and wildcards has a meaning.
        return "".join(random.choice(["\\", "\\", "*", "?", "a", "B"]) for _ in range(random.randint(1, 6)))
    if random.random() < 0.5 or not value:
        return escaped(random, value)
    start = random.randrange(len(value))
    end = random.randint(start, len(value))
    middle = "*" if random.random() < 0.5 else "?" * (end - start)
    return escaped(random, value[:start]) + middle + escaped(random, value[end:])


def fitting(random: Random, sigma: str) -> str:
    """A text that fits the Sigma string, or nearly does."""
    out, index = "", 0
    while index < len(sigma):
        character = sigma[index]
        index += 1
        if character == "\\" and sigma[index : index + 1] in ("\\", "*", "?"):
            out += sigma[index]
            index += 1
        elif character == "*":
            out += random.choice(["", "x", text(random)])
        elif character == "?":
            out += random.choice("aé%_*?-\n")
        else:
            out += character
    if random.random() < 0.3:
        out = other_case(random, out)
    return spoiled(random, out) if random.random() < 0.2 else out


REGEXES = [
    "^cmd", "cmd$", "^a.c$", "^.$", "^..$", "^.{3}$", "a|b", "^(a|b)+$", "[a-c]x?1", "[^a-z]+", "^[^a]$", "x{1,2}1",
    "(-|/)enc", "C:.Temp", "ab*", "^$", ".", "a.b", "^x", "42$", "^[0-9]+$", "po(wer|ny)", "svc.*a", "b.+a", "c(md)?$",
    "it's", '"q"', "é", "^é", "^[é-ü]$", "日", "n.ïve", "Temp$", "^b",
]  # fmt: skip


def number(random: Random) -> int | float:
    """A number that binary and decimal arithmetic agree about."""
    return random.choice([random.randint(-3, 12), random.randint(0, 70000), random.randint(-40, 40) / 4, 0, 1, 5, 42])


def spelled(random: Random, value: int | float | str) -> str:
    """The number, or the text of one, as JSON may write it."""
    plain = str(value)
    if random.random() < 0.85:
        return plain
    zeros = random.choice(["0", "00"])
    return random.choice([plain + (zeros if "." in plain else "." + zeros), plain + "e0"])


NETWORKS = [
    "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.0/25", "10.1.2.64/27", "192.0.2.0/29", "192.0.2.7/32",
    "0.0.0.0/0", "172.16.0.0/12", "198.51.100.128/26", "2001:db8::/32", "2001:db8::/33", "2001:db8:1::/48",
    "2001:db8:1:2::/64", "2001:db8::1/128", "2001:db8:8000::/34", "fe80::/10", "2001:db8:0:f00::/56",
]  # fmt: skip


def address(random: Random, network: str | None = None) -> str:
    """An address, mostly in or near the network."""
    near = ipaddress.ip_network(network or random.choice(NETWORKS))
    count = near.num_addresses
    offset = random.choice([0, 1, count - 1, count, -1, random.randrange(count)])
    highest = 2**near.max_prefixlen - 1
    found = type(near.network_address)(min(max(int(near.network_address) + offset, 0), highest))
    roll = random.random()
    if roll < 0.8:
        return str(found)
    if found.version == 6:
        return random.choice([found.exploded, str(found).upper(), f"{found}%eth0", f"[{found}]"])
    return random.choice([f"{found}.5", f"::ffff:{found}", f"0{found}", f"{found} ", f"{found}:80"])


def moment(random: Random) -> datetime:
    """A time, often near the turn of a year, a month or an hour."""
    edges = [datetime(year, 1, 1) for year in range(2018, 2030)] + [datetime(2024, 2, 29), datetime(2026, 3, 1)]
    return random.choice(edges) + timedelta(minutes=random.choice([-1, 0, 1, 59, random.randint(-9000, 9000)]))


def written(random: Random, time: datetime) -> str:
    """The time as logs write it."""
    if random.random() < 0.08:
        return random.choice(["", "soon", "2026-13-01T00:00:00Z", str(int(time.timestamp()))])
    shape = random.choice(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.250", "%Y-%m-%dT%H:%M"])
    zone = random.choice(["+02:00", "-05:00"]) if random.random() < 0.15 and not shape.endswith("Z") else ""
    return time.strftime(shape) + zone
