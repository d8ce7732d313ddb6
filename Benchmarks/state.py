#!/usr/bin/env python3
"""What a database that remembers many grants costs a night, against the same night on an empty database.

usage: Benchmarks/state.py [FAMILIES]      (10000000)

Environment: GRANTAUDIT (../.build/release/grantaudit), RULES (../Rules), NIGHT (100Mi), MEMORY (4096: --lineage-memory in
MiB), REPEATS (3). Everything is made and measured in one session; the log of the families stays in data/.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
GRANTAUDIT = os.environ.get("GRANTAUDIT", str(HERE.parent / ".build/release/grantaudit"))
RULES = os.environ.get("RULES", str(HERE.parent / "Rules"))
MEMORY = os.environ.get("MEMORY", "4096")
REPEATS = int(os.environ.get("REPEATS", "3"))
UNITS = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}
START = 1_767_571_200


def size(text: str) -> int:
    return int(text[:-2]) * UNITS[text[-2:]] if text[-2:] in UNITS else int(text)


def line(second: float, number: int, members: str) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)) + f".{int(second % 1 * 1000):03d}Z"
    return (
        f'{{"time":"{stamp}","kind":"token.request","outcome":"success","client_id":"app{number % 97}",'
        f'"ip":"203.0.113.{number % 250}","user_agent":"App/{number % 7}",{members}}}\n'
    )


def write_families(path: Path, count: int) -> None:
    """A refresh token for each of `count` grants, in ten days."""
    packer = subprocess.Popen(["zstd", "-1", "-q", "-f", "-o", str(path)], stdin=subprocess.PIPE, text=True)
    assert packer.stdin
    for number in range(count):
        members = f'"grant_type":"authorization_code","refresh_token_issued_id":"t{number:x}-0","scope":"openid"'
        packer.stdin.write(line(START + number * 864_000 / count, number, members))
    packer.stdin.close()
    if packer.wait():
        sys.exit("zstd failed")


def write_night(path: Path, families: int, byte_count: int) -> int:
    """Refreshes of grants chosen at random, each at most once; returns how many."""
    chosen = random.Random(1)
    seen: set[int] = set()
    written, count = 0, 0
    with path.open("w") as file:
        while written < byte_count:
            number = chosen.randrange(families)
            if number in seen:
                continue
            seen.add(number)
            members = (
                f'"grant_type":"refresh_token","refresh_token_id":"t{number:x}-0",'
                f'"refresh_token_issued_id":"t{number:x}-1","scope":"openid"'
            )
            text = line(START + 900_000 + count / 20, number, members)
            file.write(text)
            written += len(text)
            count += 1
    return count


def audit(log: Path, database: Path) -> tuple[float, float, int]:
    """Wall time and CPU time in seconds, and peak memory in MiB, of an audit of `log`."""
    command = [GRANTAUDIT, "audit", str(log), "--database", str(database), "--rules", RULES]
    begun = time.monotonic()
    child = subprocess.Popen(command + ["--lineage-memory", MEMORY], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr
    said = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    if child.returncode not in (0, 1, 2):
        sys.exit(f"{' '.join(command)}: {said}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10


def main() -> None:
    families = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    data = HERE / "data"
    data.mkdir(exist_ok=True)
    log = data / f"families-{families}.log.zst"
    if not log.exists():
        write_families(log.with_suffix(".part"), families)
        log.with_suffix(".part").rename(log)
    with tempfile.TemporaryDirectory(dir=data) as name:
        folder = Path(name)
        kept = folder / "kept.sqlite"
        wall, cpu, memory = audit(log, kept)
        print(f"{families} families learnt: {wall:.1f} s, {cpu:.1f} s CPU, {memory} MiB peak")
        print(f"database: {kept.stat().st_size >> 20} MiB")
        night = folder / "night.log"
        count = write_night(night, families, size(os.environ.get("NIGHT", "100Mi")))
        quiet = folder / "quiet.log"
        quiet.write_text(line(START + 950_000, 1, '"grant_type":"client_credentials"'))
        results: dict[str, list[tuple[float, float, int]]] = {"quiet": [], "empty": [], "kept": []}
        grown = 0
        for _ in range(REPEATS):
            for case in results:
                database = folder / f"{case}.copy.sqlite"
                for old in folder.glob(f"{case}.copy.sqlite*"):
                    old.unlink()
                if case != "empty":
                    shutil.copy(kept, database)
                results[case].append(audit(quiet if case == "quiet" else night, database))
                if case == "kept":
                    grown = (database.stat().st_size - kept.stat().st_size) >> 20
        best = {case: min(runs) for case, runs in results.items()}
        print(f"a night of one event (start-up): {best['quiet'][0]:.2f} s, {best['quiet'][2]} MiB peak")
        print(f"a night of {count} refreshes, {night.stat().st_size >> 20} MiB, on an empty database: {best['empty'][0]:.2f} s")
        print(f"the same with {families} families: {best['kept'][0]:.2f} s, {best['kept'][2]} MiB peak, grown by {grown} MiB")
        print(f"ratio: {best['kept'][0] / best['empty'][0]:.2f}")


if __name__ == "__main__":
    main()
