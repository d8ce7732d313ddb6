#!/usr/bin/env python3
# Turns the measurements of bench.sh into a table of medians, on standard output and in results/.
"""usage: summarize.py MEASUREMENTS     (run by bench.sh, which sets the environment)"""
import collections
import datetime
import os
import platform
import re
import statistics
import subprocess
import sys

PROGRAMS = ["zstd-wc", "grantaudit", "duckdb"]


def read(path):
    """(format, program) -> list of (CPU s, wall s, MiB), and -> exit codes other than 0"""
    runs = collections.defaultdict(list)
    failed = collections.defaultdict(set)
    with open(path, encoding="ascii") as file:
        for line in file:
            form, program, code, user, system, wall, kib = line.rstrip("\n").split("\t")
            runs[form, program].append((float(user) + float(system), float(wall), float(kib) / 1024))
            if code != "0":
                failed[form, program].add(code)
    return runs, failed


def table(runs, failed):
    # A run that failed did less than the job, so its figures mean nothing.
    medians = {
        key: [statistics.median(column) for column in zip(*values)] for key, values in runs.items() if not failed.get(key)
    }
    yield "| format | program | CPU s | wall s | peak MiB | CPU ÷ zstd\\|wc | wall ÷ zstd\\|wc | DuckDB CPU ÷ this |"
    yield "|---|---|---|---|---|---|---|---|"
    for form in dict.fromkeys(form for form, _ in runs):
        for program in PROGRAMS:
            if failed.get((form, program)):
                codes = ", ".join(sorted(failed[form, program]))
                yield f"| {form} | {program} | failed with exit code {codes} | – | – | – | – | – |"
            if (form, program) not in medians:
                continue
            cpu, wall, mib = medians[form, program]
            limit, duckdb = medians.get((form, "zstd-wc")), medians.get((form, "duckdb"))
            ratios = [f"{cpu / limit[0]:.2f}", f"{wall / limit[1]:.2f}"] if limit else ["–", "–"]
            ratios.append(f"{duckdb[0] / cpu:.2f}" if duckdb else "–")
            yield f"| {form} | {program} | {cpu:.2f} | {wall:.2f} | {mib:.0f} | {' | '.join(ratios)} |"


def first_line(*command):
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return "–"
    return output.strip().splitlines()[0] if output.strip() else "–"


def from_file(path, pattern):
    try:
        with open(path, encoding="utf-8") as file:
            match = re.search(pattern, file.read(), re.MULTILINE)
    except OSError:
        return "–"
    return match.group(1) if match else "–"


def machine(env):
    kib = from_file("/proc/meminfo", r"^MemTotal: +(\d+)")
    memory = f"{int(kib) / 1048576:.0f} GiB" if kib.isdigit() else "–"
    cpu = from_file("/proc/cpuinfo", r"^model name\s*: (.*)")
    system = from_file("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)')
    yield f"- CPU: {cpu}, {os.cpu_count()} logical cores, {memory}; load {os.getloadavg()[0]:.1f} at the end"
    yield f"- System: {system}, Linux {platform.release()}"
    yield f"- grantaudit: {first_line(env['GRANTAUDIT'], '--version')}"
    yield f"- zstd: {version_in(first_line('zstd', '--version'))}"
    yield f"- DuckDB: {first_line('.venv/bin/python', '-c', 'import duckdb; print(duckdb.__version__)')}"


def version_in(text):
    match = re.search(r"v\d[\d.]*", text)
    return match.group(0) if match else text


def commands(env, forms):
    options = " ".join(filter(None, ["--quiet", env["GRANTAUDIT_OPTIONS"]]))
    for form in forms:
        name = f"data/{form}-{env['SIZE']}-{env['SEED']}"
        yield f"generate-log --format {form} --bytes {env['SIZE']} --seed {env['SEED']} --truth {name}.truth | zstd -3"
        yield f"zstd -dc {name}.log.zst | wc -l"
        yield f"grantaudit audit {name}.log.zst --database data/{form}.db --rules {env['RULES']} {options}"
        if form in ("flat", "keycloak-json"):
            yield f"python duckdb_job.py {form} {name}.log.zst data/{form}.duckdb.db"


def checks(forms):
    for form in forms:
        with open(f"data/{form}.check", encoding="utf-8") as file:
            text = file.read().strip()
        yield f"- {text.splitlines()[0]}" if text else f"- {form}: not audited"


def main(path):
    env = os.environ
    runs, failed = read(path)
    forms = list(dict.fromkeys(form for form, _ in runs))
    rows = list(table(runs, failed))
    checked = list(checks(forms))
    today = datetime.date.today().isoformat()
    lines = [
        f"# {env['KIND']}, {today}, {env['HOST']}",
        "",
        f"Medians of {env['REPEATS']} interleaved rounds; {int(env['SIZE']):,} bytes a log before zstd -3, seed {env['SEED']}.",
        "",
        *machine(env),
        "",
        *rows,
        "",
        "Findings compared with the truth:",
        "",
        *checked,
        "",
        "```",
        *commands(env, forms),
        "```",
        "",
    ]
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{today}-{env['HOST']}-{env['KIND']}")
    os.makedirs("results", exist_ok=True)
    with open(f"results/{name}.md", "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    print("\n".join(rows + ["", *checked, "", f"written to Benchmarks/results/{name}.md"]))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    sys.exit(main(sys.argv[1]))
