#!/usr/bin/env python3
"""Measures what reading each format costs, compared with `zstd -dc | wc -l` on the same file in the same session.

usage: Benchmarks/formats.py [FORMAT...]          all formats by default, about half an hour

A log of SIZE bytes is made of a format's own sample lines: those that make events, again and again at random, with times
that go on and with other numbers in identifiers. `read` is `grantaudit audit` with one rule that nothing matches, which
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
PARTS = re.compile(
    r"(?P<iso>\d{4}-\d\d-\d\d(?P<gap>[T ])\d\d:\d\d:\d\d)"
    r"|(?P<clf>\d\d/[A-Z][a-z]{2}/\d{4}(?P<colon>[: ])\d\d:\d\d:\d\d)"
    r"|(?P<cef>[A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d)"
    r"|(?P<rfc>(?:Jan|Feb) [ \d]\d \d\d:\d\d:\d\d)"
    r"|(?P<epoch>\b17\d{8}(?:\d{3}|\d{6}|\d{9})?\b)"
    r"|(?P<address>\d{1,3}\.\d{1,3}\.\d{1,3}\.)(?P<last>\d{1,3})"
    r"|(?<=[A-Za-z][-_])(?P<short>\d{1,3})(?![\d.])|(?<=[\"' =][a-z])(?P<letter>\d{1,3})(?=[\"' ,])"
    r"|(?<![\d.:])(?P<long>\d{5,})(?![.:]\d)"
)


def template(text):
    """The text as a list of fixed parts and of functions of (time, numbers)."""
    result, end = [], 0
    for match in PARTS.finditer(text):
        result.append(text[end:match.start()])
        end = match.end()
        groups = match.groupdict()
        if groups["iso"]:
            pattern = "%Y-%m-%d" + groups["gap"] + "%H:%M:%S"
            result.append(lambda now, _, pattern=pattern: now.strftime(pattern))
        elif groups["clf"]:
            pattern = "%d/%b/%Y" + groups["colon"] + "%H:%M:%S"
            result.append(lambda now, _, pattern=pattern: now.strftime(pattern))
        elif groups["cef"]:
            result.append(lambda now, _: now.strftime("%b %d %Y %H:%M:%S"))
        elif groups["rfc"]:
            result.append(lambda now, _: now.strftime("%b %e %H:%M:%S"))
        elif groups["epoch"]:
            zeros = "0" * (len(groups["epoch"]) - 10)
            result.append(lambda now, _, zeros=zeros: str(int(now.timestamp())) + zeros)
        elif groups["last"]:
            result.append(groups["address"])
            result.append(lambda _, numbers, key=match.group(): str(numbers(key, 254) + 1))
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
        now = START + datetime.timedelta(seconds=copy * STEP)
        known = {}

        def number(key, bound):
            # The same number stays the same within a copy: lines of one record belong together.
            if key not in known:
                known[key] = numbers.randrange(1 << 62)
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
