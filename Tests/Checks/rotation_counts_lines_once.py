"""Checks that each line is judged exactly once, whatever a rotation does to the files between two audits.

logrotate itself renames, copies, truncates, dates and compresses logs that are being written; an audit follows each
step. In the end findings and counts have to be those of one audit over everything, and a further audit must change
nothing but add the record of its run. More than that: lines and compressed files that are half written, copies, hard
links, files that vanish or appear while they are read, servers that write meanwhile.

`--thorough` does more of everything, `--seed S` makes other logs, `--only NAME` runs one part. Without logrotate the
parts that need it are left out.
"""

import argparse
import grp
import gzip
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

# No files beside the sources.
sys.dont_write_bytecode = True
from nights.database import Copy, differences
from nights.folder import ROOT, Ending, Night
from nights.story import Story

LOGROTATE = shutil.which("logrotate", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
ZSTD = shutil.which("zstd")
NIGHTS = 3
UNFINISHED = "unfinished last line"


class Logs(Night):
    """A folder with the log of one server."""

    def __init__(self, folder: Path, program: str, seed: int, rounds: int, lines: list[str] | None = None):
        super().__init__(folder, program)
        self.rounds = rounds
        self.random = Random(seed)
        self.lines = lines or [line.text for line in Story(seed, NIGHTS, ("a",), 25, guessing=False).lines]
        self.logs.mkdir()
        self.log = self.logs / "grants.jsonl"
        self.log.touch()
        self.written = 0
        self.problems: list[str] = []

    @property
    def text(self) -> str:
        return "".join(line + "\n" for line in self.lines)

    def grow(self, share: float, to: Path | None = None) -> None:
        """The server writes up to this share of all its lines."""
        end = round(share * len(self.lines))
        with (to or self.log).open("a", encoding="ascii") as file:
            file.write("".join(line + "\n" for line in self.lines[self.written:end]))
        self.written = end

    def step(self, *allowed: int) -> Ending:
        """An audit between two things that happen."""
        ending = self.audit("--quiet")
        if ending.status not in (allowed or (0,)):
            self.problems.append(f"an audit ended with {ending}")
        return ending

    def finish(self) -> list[str]:
        """The last audit, and what is wrong with what all of them have stored."""
        self.step()
        self.problems += self.differences_from_one_audit()
        self.problems += self.changes_by_another_audit()
        return self.problems

    def differences_from_one_audit(self) -> list[str]:
        whole = Night(self.folder / "whole", self.program)
        whole.logs.mkdir()
        (whole.logs / "all.jsonl").write_text(self.text, encoding="ascii")
        ending = whole.audit("--quiet")
        found = [] if ending.status == 0 else [f"one audit over everything ended with {ending}"]
        with Copy(self.database) as ours, Copy(whole.database) as theirs:
            found += ours.damage() + differences(judged(ours), judged(theirs))
        return found

    def changes_by_another_audit(self) -> list[str]:
        with Copy(self.database) as copy:
            before, last = copy.content(lambda run: run) | copy.lasting(), copy.last_run()
            runs = {run: copy.run(run) for run in range(1, last + 1)}
        self.step()
        with Copy(self.database) as copy:
            found = differences(copy.content(lambda run: run) | copy.lasting(), before)
            for run, rows in runs.items():
                found += differences(copy.run(run), rows)
            record = copy.all(
                "SELECT lines, findings_new, findings_extended, status, exit_status FROM runs WHERE id > ?", last
            )
        if record != [(0, 0, 0, "complete", 0)]:
            found.append(f"another audit was recorded as {record}")
        return [f"after another audit: {text}" for text in found]


def judged(copy: Copy) -> dict[str, list]:
    """What was found, wherever it stood, and how many lines were read for that."""
    lines = copy.all(
        """SELECT sum(lines) - (SELECT ifnull(sum(count), 0) FROM input_counts WHERE reason = ?), sum(events),
            sum(rejected) FROM inputs""",
        UNFINISHED,
    )
    return {
        "findings": copy.all("SELECT id, level, group_key, first_seen, last_seen, count FROM findings ORDER BY id"),
        "evidence": copy.all("SELECT finding_id, seq, time, rule_name, fields FROM evidence ORDER BY finding_id, seq"),
        "lines": lines,
    }


# Rotation by logrotate.

CONFIGURATIONS = {
    "renamed, compressed a night later": "nocreate delaycompress compress {zstd}",
    "renamed, compressed at once, created anew": "create 0640 compress",
    "copied and truncated": "copytruncate",
    "copied and truncated, compressed at once": "copytruncate compress {zstd}",
    "dated": "nocreate dateext dateformat -%Y%m%d-%s delaycompress compress {zstd}",
    "moved to another folder": "create 0640 olddir {logs}/old createolddir 0750 {owner}",
}


def rotate(logs: Logs, words: str) -> None:
    """Runs logrotate with a configuration of these words."""
    owner = f"{pwd.getpwuid(os.getuid()).pw_name} {grp.getgrgid(os.getgid()).gr_name}"
    zstd = f"compresscmd {ZSTD}\ncompressoptions -q\ncompressext .zst" if ZSTD else ""
    words = words.replace("compress {zstd}", "compress\n{zstd}").format(zstd=zstd, logs=logs.logs, owner=owner)
    settings = []
    takes = {"create": 1, "createolddir": 3, "olddir": 1, "dateformat": 1}
    for line in words.split("\n"):
        rest = line.split()
        if rest and rest[0] in ("compresscmd", "compressoptions", "compressext"):
            settings.append(line)
            continue
        while rest:
            count = takes.get(rest[0], 0) + 1
            settings.append(" ".join(rest[:count]))
            rest = rest[count:]
    file = logs.folder / "logrotate.conf"
    body = "\n".join("    " + setting for setting in ["rotate 20", "missingok", "ifempty", *settings])
    file.write_text(f"{logs.log} {{\n{body}\n}}\n")
    file.chmod(0o644)
    command = [LOGROTATE, "--force", "--state", logs.folder / "logrotate.state", file]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        logs.problems.append(f"logrotate ended with {done.returncode}: {done.stderr}")
    logs.log.touch()


def rotated(words: str) -> Callable[[Logs], None]:
    """Audits before and after rotations, with and without lines in between."""

    def run(logs: Logs) -> None:
        rotations = 2 * logs.rounds
        for number in range(rotations):
            logs.grow((number + 0.4) / rotations)
            logs.step()
            logs.grow((number + 0.7) / rotations)
            if logs.random.random() < 0.5:
                logs.step()
            rotate(logs, words)
            if number % 4 != 2:
                logs.step()
            logs.grow((number + 1) / rotations)
            if "%s" in words:
                # Names are made of seconds.
                time.sleep(1.05)

    return run


def rotated_while_written(logs: Logs) -> None:
    """A server that writes to the file it has open until it is told to open another one, as with `postrotate`."""
    halt, file = threading.Event(), [logs.log.open("ab", buffering=0)]
    data, lock, done = logs.text.encode(), threading.Lock(), [0]
    dice = Random(1)

    def write() -> None:
        while done[0] < len(data) and not halt.is_set():
            with lock:
                done[0] += file[0].write(data[done[0]:done[0] + dice.randint(1, 900)])
            time.sleep(0.004)

    writer = threading.Thread(target=write)
    writer.start()
    words = "nocreate delaycompress compress {zstd}"
    for number in range(4 * logs.rounds):
        logs.step(0, 2)
        if number % 2 == 1:
            rotate(logs, words)
            with lock:
                # What is cut in the middle is written on in the new file otherwise.
                end = data.find(b"\n", done[0]) + 1
                done[0] += file[0].write(data[done[0]:end])
                file[0].close()
                file[0] = logs.log.open("ab", buffering=0)
    halt.set()
    writer.join()
    file[0].write(data[done[0]:])
    file[0].close()


# What else happens to files.


def half_lines(logs: Logs) -> None:
    """A server that writes in blocks, so that the last line is rarely whole."""
    data, done = logs.text.encode(), 0
    count = 4 * logs.rounds
    for number in range(count):
        end = len(data) * (number + 1) // count - 7 * number if number + 1 < count else len(data)
        with logs.log.open("ab") as file:
            file.write(data[done:end])
        done = end
        logs.step()


def access_log(number: int) -> str:
    """A line of an access log, of which also a part makes sense."""
    minute, second = divmod(number, 60)
    stamp = f"05/Jan/2026:{10 + minute // 60:02}:{minute % 60:02}:{second:02} +0000"
    request = f"GET /api/me?access_token={number:032x}" if number % 17 == 0 else "POST /oauth/token"
    return (
        f'203.0.113.{number % 20 + 1} - shop [{stamp}] "{request} HTTP/1.1" 200 8{number:03} "-" '
        f'"App/{number % 5}.0 (example)"'
    )


def half_archives(logs: Logs) -> None:
    """Archives are looked at while they are written."""
    parts = 2 * logs.rounds
    for number in range(parts):
        logs.grow((number + 1) / parts)
        logs.step()
        plain = logs.log.rename(logs.logs / f"grants.jsonl.{number}")
        logs.log.touch()
        name, packed = plain.with_suffix(".zst"), b""
        if ZSTD and number % 2 == 0:
            packed = subprocess.run([ZSTD, "-q", "-c", plain], capture_output=True, check=True).stdout
        else:
            name, packed = plain.with_suffix(".gz"), gzip.compress(plain.read_bytes())
        name = name.with_name(f"grants.jsonl.{number}{name.suffix}")
        for share in sorted((0.0, 0.8, 0.3)[:1 + logs.rounds]):
            name.write_bytes(packed[:int(len(packed) * share)])
            logs.step(0, 2)
        name.write_bytes(packed)
        if number % 2 == 1:
            plain.unlink()
        logs.step()


def archives_only(logs: Logs) -> None:
    """An archive that comes over a slow line is read as far as it is there, and never twice."""
    data = logs.text.encode()
    logs.log.unlink()
    half = data.index(b"\n", len(data) // 2) + 1
    for name, pack in (("a.gz", gzip.compress), ("b.zst", zstd_frames)):
        part = data[:half] if name == "a.gz" else data[half:]
        packed = pack(part)
        for share in sorted((0.5, 0.2, 0.95)[:2 * logs.rounds - 1]):
            (logs.logs / name).write_bytes(packed[:int(len(packed) * share)])
            logs.step(0, 2)
        (logs.logs / name).write_bytes(packed)
        logs.step()


def zstd_frames(data: bytes) -> bytes:
    """Several frames, cut anywhere."""
    if not ZSTD:
        return gzip.compress(data)
    parts = [data[start:start + 20_011] for start in range(0, len(data), 20_011)]
    return b"".join(
        subprocess.run([ZSTD, "-q", "-c"], input=part, capture_output=True, check=True).stdout for part in parts
    )


def copies(logs: Logs) -> None:
    """Backups in another folder, whole and in part, plain and packed, and other names of one file."""
    backup = logs.logs / "backup"
    backup.mkdir()
    logs.grow(0.3)
    shutil.copy(logs.log, backup / "first.log")
    os.link(logs.log, logs.logs / "linked.jsonl")
    logs.step()
    logs.grow(0.6)
    (backup / "second.gz").write_bytes(gzip.compress(logs.log.read_bytes()))
    logs.step()
    logs.grow(1)
    shutil.copy(logs.log, backup / "third.log")
    (logs.logs / "pointer.jsonl").symlink_to(logs.log)
    logs.step()
    (backup / "first.log").unlink()
    (logs.logs / "linked.jsonl").unlink()
    logs.step()


def copies_ahead(logs: Logs) -> None:
    """A copy has more than the log when they are first seen, then the log has more."""
    logs.grow(0.5)
    longer = logs.logs / "a-copy.log"
    longer.write_text("".join(line + "\n" for line in logs.lines[:int(len(logs.lines) * 0.7)]), encoding="ascii")
    logs.step()
    logs.grow(1)
    logs.step()
    longer.unlink()


def replaced_while_read(logs: Logs) -> None:
    """The audit is stopped at some moment, and files are renamed, removed, and begun anew."""
    parts = 4 * logs.rounds
    for number in range(parts):
        logs.grow((number + 1) / parts)
        process = logs.start("--quiet")
        time.sleep(logs.random.uniform(0.05, 0.4))
        process.send_signal(signal.SIGSTOP)
        older = logs.logs / f"grants.jsonl.{parts - number}"
        logs.log.rename(older)
        logs.log.touch()
        if number % 2 == 0 and number + 1 < parts:
            logs.grow((number + 1.5) / parts)
        process.send_signal(signal.SIGCONT)
        _, error = process.communicate(timeout=60)
        if process.returncode not in (0, 2):
            logs.problems.append(f"an audit ended with {process.returncode}: {error}")


def gone_while_read(logs: Logs) -> None:
    """A log is moved away while the audit looks at it, and comes back."""
    parts = 3 * logs.rounds
    (logs.logs / "other.jsonl").touch()
    for number in range(parts):
        logs.grow((number + 1) / parts)
        process = logs.start("--quiet")
        time.sleep(logs.random.uniform(0.05, 0.4))
        process.send_signal(signal.SIGSTOP)
        elsewhere = logs.log.rename(logs.folder / "elsewhere")
        process.send_signal(signal.SIGCONT)
        _, error = process.communicate(timeout=60)
        elsewhere.rename(logs.log)
        if process.returncode not in (0, 2):
            logs.problems.append(f"an audit ended with {process.returncode}: {error}")


def truncated_while_read(logs: Logs) -> None:
    """The same with files that are copied and cut."""
    parts = 4 * logs.rounds
    for number in range(parts):
        logs.grow((number + 1) / parts)
        process = logs.start("--quiet")
        time.sleep(logs.random.uniform(0.05, 0.4))
        process.send_signal(signal.SIGSTOP)
        shutil.copy(logs.log, logs.logs / f"grants.jsonl.{parts - number}")
        os.truncate(logs.log, 0)
        if number % 2 == 0 and number + 1 < parts:
            logs.grow((number + 1.5) / parts)
        process.send_signal(signal.SIGCONT)
        _, error = process.communicate(timeout=60)
        if process.returncode not in (0, 2):
            logs.problems.append(f"an audit ended with {process.returncode}: {error}")


def parts() -> Iterator[tuple[str, Callable[[Logs], None], bool]]:
    """The name of each part, what it does, and whether its log is an access log."""
    if LOGROTATE:
        for name, words in CONFIGURATIONS.items():
            yield name, rotated(words), False
        yield "rotated while written", rotated_while_written, False
    yield "half lines", half_lines, False
    yield "half lines of text", half_lines, True
    yield "half archives", half_archives, False
    yield "archives only", archives_only, False
    yield "copies", copies, False
    yield "copies ahead", copies_ahead, False
    yield "replaced while read", replaced_while_read, False
    yield "gone while read", gone_while_read, False
    yield "truncated while read", truncated_while_read, False


def problems(program: str, seed: int, rounds: int, run: Callable[[Logs], None], is_text: bool) -> list[str]:
    """What is wrong after one part."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [access_log(number) for number in range(600)] if is_text else None
        logs = Logs(Path(folder) / "part", program, seed, rounds, lines)
        run(logs)
        return logs.finish()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thorough", action="store_true", help="do more of everything")
    parser.add_argument("--seed", type=int, default=1, help="which logs (default: 1)")
    parser.add_argument("--only", help="the part to run")
    parser.add_argument("--program", default=os.environ.get("GRANTAUDIT"), help="the program (default: what was built)")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program or ROOT / ".build" / "debug" / "grantaudit")
    if not Path(program).exists():
        print(f"  not checked: there is no {program} (swift build)")
        return 0
    if not LOGROTATE:
        print("  not checked: rotation by logrotate, which is missing (apt install logrotate)")
    rounds = 2 if arguments.thorough else 1
    failed = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        chosen = [part for part in parts() if arguments.only in (None, part[0])]
        running = [
            (name, pool.submit(problems, program, arguments.seed, rounds, run, is_text))
            for name, run, is_text in chosen
        ]
        for name, task in running:
            found = task.result()
            failed += len(found) > 0
            for text in found[:12]:
                print(f"{name}: {text}"[:1500])
    print(f"  {len(running)} parts, {failed} of them with problems")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
