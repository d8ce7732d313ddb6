"""Checks that audits which are killed, interrupted or cannot write, and are then run again, store what undisturbed
audits store, row by row.

Servers on several hosts write logs over some nights, and the logs are rotated; the incidents in them need what was
known the night before. In one copy of it all nothing happens. In the other each night's audit is disturbed a few times:
killed at a random moment or at a random write, or made to meet a full disk, a read-only one, an I/O error. After each
fault the database has to be whole, and to hold either what it held before or all of the night. An audit that a signal
interrupts stores what it has found until then, so in each third scenario, where there are such, only findings, their
histories and evidence are compared, when the night is over.

`--kills N` asks for that many faults, `--seed S` for others. Without a C compiler writes fail only by a limit on the
size of files.
"""

import argparse
import errno
import fcntl
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

# No files beside the sources.
sys.dont_write_bytecode = True
from nights.database import Copy, differences
from nights.folder import ROOT, Ending, Night
from nights.story import RULES, Story

NIGHTS = 5
FAULTS_PER_NIGHT = 5
SHOWN_MAX = 20
# What an error of the system may be called by the time a person reads it.
WORDS = {
    errno.ENOSPC: "no space is left",
    errno.EIO: "Input/output error",
    errno.EFBIG: "File too large",
    errno.EROFS: "cannot be written",
    errno.ENOMEM: "Cannot allocate memory",
    errno.EDQUOT: "no space is left",
}


class Shim:
    """The library that makes writes fail."""

    def __init__(self, folder: Path):
        self.library: Path | None = folder / "failing_writes.so"
        source = ROOT / "Tests" / "Checks" / "nights" / "failing_writes.c"
        compiler = shutil.which("cc")
        command = [compiler or "cc", "-shared", "-fPIC", "-O1", "-o", self.library, source]
        if not compiler or subprocess.run(command, capture_output=True).returncode != 0:
            self.library = None

    def variables(
        self, night: Night, call: str, number: int = 0, what: str = "", stays: bool = False
    ) -> dict[str, str]:
        found = {
            "LD_PRELOAD": str(self.library), "FAULT_PATH": str(night.database), "FAULT_CALL": call,
            "FAULT_NUMBER": str(number), "FAULT_REPORT": str(night.folder / "report"),
        }
        return found | ({"FAULT_WHAT": what} if what else {}) | ({"FAULT_STAYS": "1"} if stays else {})

    @staticmethod
    def calls(night: Night) -> tuple[Counter, bool]:
        """How many calls of each kind the last process made, and whether one of them was made to fail."""
        report = night.folder / "report"
        if not report.exists():
            return Counter(), False
        rows = [line.split() for line in report.read_text().splitlines()]
        report.unlink()
        return Counter(row[0] for row in rows), any(row[2] != "passed" for row in rows)


def found_only(content: dict[str, list]) -> dict[str, list]:
    """Findings, what became of them, and evidence, whichever runs they are from."""
    return {
        "findings": [row[:-2] for row in content["findings"]],
        "finding_history": [row[:-1] for row in content["finding_history"]],
        "evidence": [row[:2] + row[3:] for row in content["evidence"]],
    }


class Check:
    """Two copies of some nights, one of them disturbed."""

    def __init__(self, program: str, folder: Path, shim: Shim, seed: int, faults: int):
        self.random = Random(seed)
        self.shim, self.faults, self.seed = shim, faults, seed
        # A night that is interrupted is stored in parts.
        self.has_interrupts = seed % 3 == 0
        self.story = Story(seed, NIGHTS)
        self.calm = Night(folder / "calm", program)
        self.disturbed = Night(folder / "disturbed", program)
        self.found: list[str] = []
        self.tally: Counter = Counter()
        self.done = 0
        self.rules: set[str] = set()

    def run(self) -> None:
        plan = Random(self.seed)
        bounds: list[int] = []
        for night in range(NIGHTS):
            cut = plan.uniform(0.2, 0.9)
            for host in self.story.hosts:
                before = plan.random() < 0.5
                for copy in (self.calm, self.disturbed):
                    copy.write(self.story, night, host, 0, cut)
                    if before and night > 0:
                        copy.rotate(host)
                    copy.write(self.story, night, host, cut, 1)
            self.night(night, bounds)
            for host in self.story.hosts:
                if plan.random() < 0.3:
                    for copy in (self.calm, self.disturbed):
                        copy.rotate(host)
        with Copy(self.calm.database) as calm:
            self.rules = {name for (name,) in calm.all("SELECT DISTINCT rule_name FROM findings_view")}
        self.found += [f"the rule {name} found nothing" for name in sorted(RULES - self.rules)]

    def night(self, night: int, bounds: list[int]) -> None:
        begun = time.monotonic()
        variables = self.shim.variables(self.calm, "any") if self.shim.library else None
        ending = self.calm.audit("--quiet", variables=variables)
        seconds = time.monotonic() - begun
        calls, _ = self.shim.calls(self.calm)
        if ending.status != 0:
            self.found.append(f"night {night}: the undisturbed audit ended with {ending}")
        with Copy(self.disturbed.database) as copy:
            bounds.append(copy.last_run())
            before = copy.content(lambda run: self.name(run, bounds))
        with Copy(self.calm.database) as copy:
            after = copy.content(lambda run: run - 1)
        count = min(FAULTS_PER_NIGHT, self.faults - self.done)
        saved = self.files()
        for number in range(count):
            where = f"seed {self.seed}, night {night}, fault {number}"
            is_stored = self.fault(where, seconds, calls, bounds, before, after)
            # A night that is stored needs few writes; faults that hit it are rarer than those before.
            if is_stored and self.random.random() < 0.8:
                self.restore(saved)
        last = self.disturbed.audit("--quiet")
        if last.status != 0:
            self.found.append(f"night {night}: the audit after the faults ended with {last}")
        self.compare(night, bounds)

    def files(self) -> dict[str, bytes]:
        """The files of the disturbed database, as they lie there."""
        paths = [Path(f"{self.disturbed.database}{suffix}") for suffix in ("", "-wal", "-shm")]
        return {str(path): path.read_bytes() for path in paths if path.exists()}

    def restore(self, saved: dict[str, bytes]) -> None:
        for path in self.files():
            Path(path).unlink()
        for path, data in saved.items():
            Path(path).write_bytes(data)

    @staticmethod
    def name(run: int, bounds: list[int]) -> int:
        """The night that a run of the disturbed copy belongs to."""
        return sum(run > bound for bound in bounds) - 1

    def compare(self, night: int, bounds: list[int]) -> None:
        """Everything that is stored, of both copies."""
        with Copy(self.calm.database) as calm, Copy(self.disturbed.database) as disturbed:
            content = disturbed.content(lambda run: self.name(run, bounds))
            expected = calm.content(lambda run: run - 1)
            found = differences(disturbed.lasting(), calm.lasting())
            if self.has_interrupts:
                found += differences(found_only(content), found_only(expected))
                self.found += [f"seed {self.seed}, night {night}: {text}" for text in found]
                return
            found += differences(content, expected)
            runs = disturbed.finished(bounds[-1] + 1)
            if not runs:
                found.append("no run of the night was stored")
            else:
                found += differences(disturbed.run(runs[0]), calm.run(night + 1))
            for run in runs[1:]:
                kept = disturbed.run(run)
                lines = disturbed.all(
                    "SELECT lines, findings_new, findings_extended, status, exit_status FROM runs WHERE id = ?", run
                )
                if lines != [(0, 0, 0, "complete", 0)] or kept["source_coverage"]:
                    found.append(f"run {run} came after the night was stored and found {lines}")
            begun = disturbed.all("SELECT id, status, exit_status, finished_at FROM runs WHERE id > ?", bounds[-1])
            found += [f"run {run}" for run in begun if run[1] not in ("complete", "interrupted")]
        self.found += [f"seed {self.seed}, night {night}: {text}" for text in found]

    def fault(self, where: str, seconds: float, calls: Counter, bounds: list[int], before: dict, after: dict) -> bool:
        """Disturbs one audit, and looks at what is left: whether that is the whole night."""
        kinds = [self.kill_some_time, self.kill_early, self.limit, self.rival, self.locked]
        if self.has_interrupts:
            kinds += [self.interrupt] * 8
        if self.shim.library:
            kinds += [self.kill_at_call] * 5 + [self.fail_at_call] * 7 + [self.read_only]
        kind = self.random.choice(kinds)
        with Copy(self.disturbed.database) as copy:
            last = copy.last_run()
        what, ending, problem = kind(seconds, calls)
        self.done += 1
        self.tally[kind.__name__] += 1
        problems = [problem] if problem else []
        with Copy(self.disturbed.database) as copy:
            problems += copy.damage()
            content = copy.content(lambda run: self.name(run, bounds))
            runs = copy.all("SELECT id, status, exit_status FROM runs WHERE id > ?", last) if copy.tables else []
        stored = any(run[1] in ("complete", "incomplete") for run in runs)
        if self.has_interrupts:
            before, after, content = found_only(before), found_only(after), found_only(content)
        elif content != before and content != after:
            problems += ["what is left is neither the night before nor this one:", *differences(content, after)]
        if content == before and stored and before != after and not self.has_interrupts:
            problems.append(f"nothing of the night is left, but its run: {runs}")
        if ending.status == 0 and content != after:
            problems.append("the audit ended with 0 and did not store the night")
        if ending.status == 130 and [run[1:] for run in runs] != [("interrupted", 130)]:
            problems.append(f"an interrupted audit left the runs {runs}")
        if os.environ.get("GRANTAUDIT_CHECK_VERBOSE"):
            print(f"{where}: {what}: {ending.status} {ending.error.strip()!r} {runs}")
        self.found += [f"{where}: {what}: {text}" for text in problems]
        return content == after

    # The faults. Each says what it did, how the audit ended, and what was wrong with that.

    def kill_some_time(self, seconds: float, _: Counter) -> tuple[str, Ending, str | None]:
        return self.kill(self.random.uniform(0, seconds * 1.1), signal.SIGKILL)

    def kill_early(self, seconds: float, _: Counter) -> tuple[str, Ending, str | None]:
        return self.kill(self.random.uniform(0, seconds * 0.1), signal.SIGKILL)

    def interrupt(self, seconds: float, _: Counter) -> tuple[str, Ending, str | None]:
        return self.kill(self.random.uniform(0, seconds), self.random.choice((signal.SIGINT, signal.SIGTERM)))

    def kill(self, delay: float, number: signal.Signals) -> tuple[str, Ending, str | None]:
        what = f"{number.name} after {delay:.3f} s"
        before = self.running()
        process = self.disturbed.start("--quiet")
        time.sleep(delay)
        process.send_signal(number)
        begun = time.monotonic()
        output, error = process.communicate(timeout=120)
        ending = Ending(process.returncode, output, error, time.monotonic() - begun)
        if ending.status in (0, -number):
            if number == signal.SIGKILL:
                return what, ending, None
            # Before it has begun and after it has ended a signal does what it always does.
            begun_runs = self.running() - before
            return what, ending, f"left the runs {begun_runs} behind" if begun_runs else None
        if ending.status != 130:
            return what, ending, f"ended with {ending}"
        if ending.error != "grantaudit: error: interrupted; the next run goes on from what was stored\n":
            return what, ending, f"said {ending.error!r}"
        return what, ending, None

    def running(self) -> set[int]:
        """The runs that have begun and not ended, dead ones included."""
        with Copy(self.disturbed.database) as copy:
            rows = copy.all("SELECT id FROM runs WHERE status = 'running'") if copy.tables else []
        return {run for (run,) in rows}

    def call(self, calls: Counter) -> tuple[str, int]:
        kind = self.random.choice(("any", "any", "write", "sync", "truncate", "map"))
        return kind, self.random.randint(1, max(1, calls.total() if kind == "any" else calls[kind]))

    def kill_at_call(self, _: float, calls: Counter) -> tuple[str, Ending, str | None]:
        kind, number = self.call(calls)
        what = self.random.choice(("kill", "torn"))
        ending = self.disturbed.audit("--quiet", variables=self.shim.variables(self.disturbed, kind, number, what))
        _, struck = self.shim.calls(self.disturbed)
        expected = -signal.SIGKILL if struck else 0
        problem = None if ending.status == expected else f"ended with {ending}"
        return f"{what} at {kind} {number}", ending, problem

    def fail_at_call(self, _: float, calls: Counter) -> tuple[str, Ending, str | None]:
        kind, number = self.call(calls)
        code = self.random.choice((errno.ENOSPC, errno.ENOSPC, errno.EIO, errno.EDQUOT, 0))
        if kind == "map":
            code = errno.ENOMEM
        stays = self.random.random() < 0.6
        name = errno.errorcode.get(code, "short")
        ending = self.disturbed.audit(
            *self.random.choice(((), ("--quiet",))),
            variables=self.shim.variables(self.disturbed, kind, number, str(code) if code else "short", stays),
        )
        _, struck = self.shim.calls(self.disturbed)
        what = f"{name} at {kind} {number}{' and after' if stays else ''}"
        return what, ending, self.verdict(ending, code if struck else None)

    def limit(self, _: float, __: Counter) -> tuple[str, Ending, str | None]:
        """A limit on the size of files, a little above that of the database or of its write-ahead log."""
        files = [Path(f"{self.disturbed.database}{suffix}") for suffix in ("", "-wal")]
        sizes = [path.stat().st_size for path in files if path.exists()]
        size = (self.random.choice(sizes) if sizes else 0) + self.random.randrange(0, 100_000, 512)
        ending = self.disturbed.audit(
            "--quiet", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        )
        return f"files of at most {size} bytes", ending, self.verdict(ending, errno.EFBIG)

    def read_only(self, _: float, __: Counter) -> tuple[str, Ending, str | None]:
        variables = self.shim.variables(self.disturbed, "none") | {"FAULT_READONLY": "1"}
        ending = self.disturbed.audit("--quiet", variables=variables)
        self.shim.calls(self.disturbed)
        problem = "could write" if ending.status == 0 else self.verdict(ending, errno.EROFS)
        return "a read-only file system", ending, problem

    def verdict(self, ending: Ending, code: int | None) -> str | None:
        """Whether an audit that could not write ended and spoke as it should; `code` is 0 for a short write."""
        if ending.status == 0:
            return None
        if code is None or ending.status != 74:
            return f"ended with {ending}"
        said = re.fullmatch(r"(?s)(?:.*\n)?grantaudit: error: (.*): (.*)\n  hint: (.*)\n", ending.error)
        if not said or "night.db" not in said[1]:
            return f"said {ending.error!r}"
        if code and not re.search(WORDS[code], said[2]):
            return f"did not say what happened ({errno.errorcode[code]}): {ending.error!r}"
        return None

    def rival(self, _: float, __: Counter) -> tuple[str, Ending, str | None]:
        """Two audits at once: one of them may find the database taken."""
        processes = [self.disturbed.start("--quiet") for _ in range(2)]
        endings = []
        for process in processes:
            output, error = process.communicate(timeout=120)
            endings.append(Ending(process.returncode, output, error))
        statuses = sorted(ending.status for ending in endings)
        problem = None if statuses in ([0, 0], [0, 75]) else f"ended with {endings}"
        return "two at once", endings[0] if endings[0].status == 0 else endings[1], problem

    def locked(self, _: float, __: Counter) -> tuple[str, Ending, str | None]:
        """Somebody else holds the lock."""
        with open(f"{self.disturbed.database}-lock", "a", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            ending = self.disturbed.audit("--quiet")
        said = re.fullmatch(r"grantaudit: error: night.db: another .* holds the database.*\n  hint: .*\n", ending.error)
        return "locked", ending, None if ending.status == 75 and said else f"ended with {ending}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=40, help="how many faults (default: 40)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")
    parser.add_argument("--program", default=os.environ.get("GRANTAUDIT"), help="the program (default: what was built)")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program or ROOT / ".build" / "debug" / "grantaudit")
    if not Path(program).exists():
        print(f"  not checked: there is no {program} (swift build)")
        return 0
    found: list[str] = []
    tally: Counter = Counter()
    done, round_ = 0, 0
    with tempfile.TemporaryDirectory() as name:
        shim = Shim(Path(name))
        if not shim.library:
            print("  not checked: writes that fail, but for a limit on the size of files (there is no C compiler)")
        while done < arguments.kills and len(found) < SHOWN_MAX:
            folder = Path(name) / str(round_)
            check = Check(program, folder, shim, arguments.seed + round_, arguments.kills - done)
            check.run()
            found, done, round_ = found + check.found, done + check.done, round_ + 1
            tally += check.tally
            shutil.rmtree(folder)
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(tally.items()))
    if found:
        print("\n".join(found[:SHOWN_MAX * 4]))
    print(f"  {done} faults in {round_ * NIGHTS} nights ({counts}): {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
