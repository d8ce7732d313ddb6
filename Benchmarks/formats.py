#!/usr/bin/env python3
"""Measures what reading each format costs, compared with `zstd -dc | wc -l` on the same file in the same session.

usage: Benchmarks/formats.py [FORMAT...]          all formats by default, about half an hour

A log of SIZE bytes is made of a format's own sample lines: those that make events, again and again at random, with times
that go on and with other addresses, identifiers and tokens of the same length. `read` is `grantaudit audit` with one rule that nothing matches, which
is what the bars are about; `audit` is the same with all rules, on samples of which half are attacks and errors, so that
it finds more than any real log would give. Medians of REPEATS rounds, in turn.

Environment: SIZE (200000000), REPEATS (3), HOST (uname -n), GRANTAUDIT (../.build/release/grantaudit), RULES (../Rules).
Needs PyYAML and zstd. Writes results/DATE-HOST-formats.md.
"""

import datetime
import os
import pathlib
import random
import re
import resource
import statistics
import subprocess
import sys
import time

import yaml

HERE = pathlib.Path(__file__).resolve().parent
SIZE = int(os.environ.get("SIZE", "200000000"))
REPEATS = int(os.environ.get("REPEATS", "3"))
HOST = os.environ.get("HOST", os.uname().nodename)
GRANTAUDIT = os.environ.get("GRANTAUDIT", str(HERE / "../.build/release/grantaudit"))
RULES = pathlib.Path(os.environ.get("RULES", str(HERE / "../Rules")))
DATA = HERE / "data"
# What is text with keys or columns; everything else is JSON.
BARS = {"json": 3.0, "text": 4.0}

START = datetime.datetime(2026, 1, 5, 10, 0, 0)
# Seconds between two samples.
STEP = 0.01
# What differs from line to line in a real log. Without that, zstd writes a whole line as a reference to an earlier one.
PARTS = re.compile(
    r"(?P<iso>\d{4}-\d\d-\d\d(?P<gap>[T ])\d\d:\d\d:\d\d)(?P<isofraction>[.,]\d+)?(?P<isozone> ?[+-]\d\d:?\d\d\b)?"
    r"|(?P<clf>\d\d/[A-Z][a-z]{2}/\d{4}(?P<colon>[: ])\d\d:\d\d:\d\d)(?P<clfzone> [+-]\d{4}\b)?"
    r"|(?P<cef>[A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d)"
    r"|(?P<rfc>(?:Jan|Feb) [ \d]\d \d\d:\d\d:\d\d)"
    r"|(?P<epoch>\b17\d{8}(?:\d{3}|\d{6}|\d{9})?\b)"
    r"|(?P<address>(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]))"
    r"|(?<=2001:db8:)(?P<groups>[0-9a-f]{0,4}::?[0-9a-f]{1,4}(?![0-9a-f]))"
    # UUIDs and other long hexadecimal numbers, then identifiers and tokens of letters with some digits; what is
    # all in capitals is a name, such as that of a cipher.
    r"|(?<![\w-])(?P<hex>(?=[a-f-]*\d)(?=[\d-]*[a-f])[0-9a-f]{8,}(?:-[0-9a-f]{4,})*)(?![\w-])"
    r"|(?<![\w/-])(?P<token>(?=(?:[A-Za-z_-]*\d){3})(?=[\w-]*[a-z])[A-Za-z0-9_-]{12,})(?![\w-])"
    r"|(?<=[A-Za-z][-_])(?P<short>\d{1,3})(?![\d.])|(?<=[\"' =][a-z])(?P<letter>\d{1,3})(?=[\"' ,])"
    r"|(?<![\d.:])(?P<duration>0\.\d{2,})(?![\d.])"
    r"|(?<![\d.:])(?P<long>\d{5,})(?![.:]\d)"
)
LOWER, UPPER, DIGITS, HEX = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "0123456789abcdef"


def offset(zone):
    """Seconds east of UTC of ` +0100` or `-05:30`."""
    if not zone:
        return 0
    digits = re.sub(r"\D", "", zone)
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if "-" in zone else seconds


def like(text, alphabet=None):
    """Makes texts of the length of `text`, each character of the same kind: of `alphabet`, or of its case and digits."""
    kinds = []
    for byte in text:
        kinds.append(next((kind for kind in ([alphabet] if alphabet else [LOWER, UPPER, DIGITS]) if byte in kind), byte))

    def make(_, numbers):
        number, result = numbers(text, 1 << 256), []
        for kind in kinds:
            number, place = divmod(number, len(kind))
            result.append(kind[place])
        return "".join(result)

    return make


def address(text):
    """Makes addresses whose numbers have as many digits as those of `text`; servers are few and in one network."""
    ranges = [{1: (1, 9), 2: (10, 90), 3: (100, 155)}[len(part)] for part in text.split(".")]
    if text.startswith(("10.", "127.", "192.168.")):
        ranges[:3] = [(int(part), 1) for part in text.split(".")[:3]]

    def make(_, numbers):
        number, result = numbers(text, 1 << 64), []
        for low, size in ranges:
            number, place = divmod(number, size)
            result.append(str(low + place))
        return ".".join(result)

    return make


def template(text):
    """The text as a list of fixed parts and of functions of (time, numbers)."""
    result, end = [], 0
    for match in PARTS.finditer(text):
        result.append(text[end:match.start()])
        end = match.end()
        groups = match.groupdict()
        if groups["iso"] or groups["clf"]:
            day = "%Y-%m-%d" + groups["gap"] if groups["iso"] else "%d/%b/%Y" + groups["colon"]
            zone = groups["isozone"] or groups["clfzone"] or ""
            # Servers far from each other write different clocks, but do it at the same time.
            shift = datetime.timedelta(seconds=offset(zone))
            result.append(lambda now, _, pattern=day + "%H:%M:%S", shift=shift: (now + shift).strftime(pattern))
            if fraction := groups["isofraction"]:
                count = len(fraction) - 1
                result.append(fraction[0])
                result.append(lambda now, _, count=count: f"{now.microsecond:06d}000"[:count].ljust(count, "0"))
            result.append(zone)
        elif groups["cef"]:
            result.append(lambda now, _: now.strftime("%b %d %Y %H:%M:%S"))
        elif groups["rfc"]:
            result.append(lambda now, _: now.strftime("%b %e %H:%M:%S"))
        elif groups["epoch"]:
            count = len(groups["epoch"])
            result.append(lambda now, _, count=count: f"{int(now.timestamp())}{now.microsecond:06d}000"[:count])
        elif groups["address"]:
            result.append(address(match.group()))
        elif groups["groups"] or groups["hex"]:
            # Groups of an IPv6 address have no leading zero.
            result.append(like(match.group(), HEX[1:] if groups["groups"] else HEX))
        elif groups["token"]:
            result.append(like(match.group()))
        elif groups["duration"]:
            result.append("0.")
            result.append(like(match.group()[2:]))
        else:
            digits = groups["short"] or groups["letter"] or groups["long"]
            # The number keeps its length where that may mean something.
            length = len(digits) if groups["long"] else 12
            low = 10 ** (length - 1)
            result.append(lambda _, numbers, key=digits, low=low: str(low + numbers(key, 9 * low)))
    result.append(text[end:])
    return result


def make(samples, output):
    """Writes SIZE bytes of copies of `samples` and returns the numbers of bytes and lines."""
    templates = [template(sample) for sample in samples]
    numbers = random.Random(1)
    written, lines, copy, pieces = 0, 0, 0, []
    while written < SIZE:
        # Not quite evenly, as nobody's requests come.
        now = START + datetime.timedelta(seconds=(copy + numbers.random()) * STEP)
        known = {}

        def number(key, bound):
            # The same number stays the same within a copy: lines of one record belong together.
            if key not in known:
                known[key] = numbers.getrandbits(256)
            return known[key] % bound

        parts = numbers.choice(templates)
        line = "".join(part if isinstance(part, str) else part(now, number) for part in parts) + "\n"
        pieces.append(line)
        written += len(line)
        lines += line.count("\n")
        copy += 1
        if len(pieces) > 10000:
            output.write("".join(pieces).encode())
            pieces = []
    output.write("".join(pieces).encode())
    return written, lines


def cpu(command, **options):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return code, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def audit(path, name, rules, extra):
    database = DATA / "formats.db"
    for suffix in ("", "-wal", "-shm"):
        pathlib.Path(f"{database}{suffix}").unlink(missing_ok=True)
    command = [GRANTAUDIT, "audit", str(path), "--database", str(database), "--rules", str(rules), "--quiet", *extra]
    code, seconds = cpu(command)
    if code not in (0, 2):
        sys.exit(f"formats: grantaudit on {name}: exit code {code}")
    return seconds


def measure(name, text):
    samples = []
    for sample in yaml.load(text, yaml.BaseLoader)["samples"]:
        if "event" in sample or "events" in sample:
            samples.append(sample["line"].rstrip("\n"))
    if not samples:
        return None
    path = DATA / f"format-{name}.log.zst"
    with open(path, "wb") as file:
        with subprocess.Popen(["zstd", "-3", "-q", "-c"], stdin=subprocess.PIPE, stdout=file) as process:
            size, lines = make(samples, process.stdin)
            process.stdin.close()
    quiet = DATA / "rules-formats"
    quiet.mkdir(exist_ok=True)
    (quiet / "never.yml").write_text(NEVER)
    size = (size, lines, size / path.stat().st_size)
    best = {"zstd": [], "audit": [], "read": []}
    for _ in range(REPEATS):
        best["zstd"].append(cpu(["sh", "-c", f"zstd -dc '{path}' | wc -l"])[1])
        best["audit"].append(audit(path, name, RULES, []))
        best["read"].append(audit(path, name, quiet, ["--formats", str(RULES / "formats")]))
    path.unlink()
    shape = "json" if sum(sample.startswith("{") for sample in samples) * 2 > len(samples) else "text"
    return shape, size, {key: statistics.median(values) for key, values in best.items()}


NEVER = """title: Nothing
id: 7b0ac8c4-36a5-4b6f-9d7f-5d3e1b9a0002
name: nothing
status: test
description: Matches nothing.
author: grantaudit
date: 2026-11-25
logsource: { category: oauth }
detection: { nothing: { client_id: "no client has this name" }, condition: nothing }
level: low
"""


def main():
    DATA.mkdir(exist_ok=True)
    wanted = set(sys.argv[1:])
    rows = []
    for file in sorted((RULES / "formats").glob("*.yml")):
        text = file.read_text()
        name = re.search(r"^format: (\S+)", text, re.M).group(1)
        if wanted and name not in wanted:
            continue
        began = time.monotonic()
        result = measure(name, text)
        if result is None:
            continue
        shape, size, seconds = result
        rows.append((name, shape, size, seconds))
        ratio = seconds["read"] / seconds["zstd"]
        print(f"{name}: {ratio:.2f} ({time.monotonic() - began:.0f} s)", file=sys.stderr, flush=True)
    report(rows)


def report(rows):
    date = datetime.date.today().isoformat()
    version = subprocess.run([GRANTAUDIT, "--version"], capture_output=True, text=True).stdout.strip()
    lines = [
        f"# formats, {date}, {HOST}",
        "",
        f"Medians of {REPEATS} interleaved rounds; {SIZE:,} bytes a log before zstd -3, made of the samples in each format file.",
        "",
        f"- grantaudit: {version}; {os.cpu_count()} logical cores, load {os.getloadavg()[0]:.1f} at the end",
        f"- bars: JSON at most {BARS['json']:g} times the CPU of `zstd -dc | wc -l`, text at most {BARS['text']:g} times",
        "",
        "| format | shape | raw ÷ zstd | zstd\\|wc CPU s | read CPU s | read ÷ zstd\\|wc | MB per CPU s | µs per line | audit ÷ zstd\\|wc | bar |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    met = 0
    for name, shape, (size, count, packed), seconds in rows:
        read = seconds["read"] / seconds["zstd"]
        met += read <= BARS[shape]
        lines.append(
            f"| {name} | {shape} | {packed:.0f} | {seconds['zstd']:.2f} | {seconds['read']:.2f} | {read:.2f}"
            f" | {size / 1e6 / seconds['read']:.0f} | {seconds['read'] / count * 1e6:.2f} | {seconds['audit'] / seconds['zstd']:.2f}"
            f" | {'met' if read <= BARS[shape] else 'missed'} |"
        )
    lines += ["", f"{met} of {len(rows)} formats meet their bar."]
    path = HERE / "results" / f"{date}-{HOST}-formats.md"
    path.write_text("\n".join(lines) + "\n")
    print(path)


if __name__ == "__main__":
    main()
