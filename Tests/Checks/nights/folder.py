"""Folders of logs of several hosts as a rotation leaves them, and audits of them."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .story import Story

ROOT = Path(__file__).resolve().parents[3]
KEY = "6b" * 32
FAMILIES = (
    "authorization_code", "refresh_token", "revocation", "scope", "grant_type", "guessing", "secret_hygiene",
)
FORMATS = ("grantaudit_json.yml", "combined.yml", "include/*.yml", "envelopes/*.yml")


@dataclass
class Ending:
    """How a process ended."""

    status: int
    output: str
    error: str
    seconds: float = 0


class Night:
    """A folder with `logs`, a `night.db` and what it takes to audit them."""

    def __init__(self, folder: Path, program: str):
        self.folder, self.program = folder, program
        folder.mkdir(parents=True)
        (folder / "key").write_text(KEY + "\n")
        (folder / "rules").symlink_to(ROOT / "Rules")
        # Loading all rules and formats takes longer than a night.
        (folder / "formats").mkdir()
        for name in FORMATS:
            (folder / "formats" / Path(name).parent).mkdir(exist_ok=True)
            for path in sorted((ROOT / "Rules" / "formats").glob(name)):
                (folder / "formats" / Path(name).parent / path.name).symlink_to(path)
        self.logs = folder / "logs"
        # The name of the folder that the program itself sees.
        self.database = folder.resolve() / "night.db"

    def append(self, host: str, data: str) -> None:
        """What the server on `host` writes."""
        log = self.logs / host / "grants.jsonl"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="ascii") as file:
            file.write(data)

    def write(self, story: Story, night: int, host: str, begin: float = 0, end: float = 1) -> None:
        """Appends a part of what `host` writes in `night`, by share of its lines."""
        lines = story.of(night, host)
        part = lines[round(begin * len(lines)):round(end * len(lines))]
        self.append(host, "".join(line + "\n" for line in part))

    def rotate(self, host: str) -> None:
        """`x` becomes `x.1`, which becomes `x.2.zst`, or `.gz` where there is no zstd."""
        log = self.logs / host / "grants.jsonl"
        packed = sorted(log.parent.glob("grants.jsonl.*.*"), key=lambda path: -int(path.name.split(".")[2]))
        for path in packed:
            words = path.name.split(".")
            path.rename(path.with_name(f"grants.jsonl.{int(words[2]) + 1}.{words[3]}"))
        first = log.with_name("grants.jsonl.1")
        if first.exists():
            compress(first.rename(log.with_name("grants.jsonl.2")))
        log.rename(first)
        log.touch()

    def command(self, *options: str) -> list[str]:
        return [
            self.program, "audit", "logs", *(word for name in FAMILIES for word in ("--rules", f"rules/{name}")),
            "--formats", "formats", "--database", "night.db", "--fingerprint-key", "key", *options,
        ]

    def start(self, *options: str, variables: dict[str, str] | None = None, **others: object) -> subprocess.Popen:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("GRANTAUDIT")}
        return subprocess.Popen(
            self.command(*options), cwd=self.folder, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**environment, "SWIFT_BACKTRACE": "enable=no", **(variables or {})}, **others,
        )

    def audit(self, *options: str, variables: dict[str, str] | None = None, **others: object) -> Ending:
        process = self.start(*options, variables=variables, **others)
        output, error = process.communicate(timeout=120)
        return Ending(process.returncode, output, error)


def compress(path: Path) -> None:
    """Compresses a file in place of it."""
    try:
        subprocess.run(["zstd", "-q", "--rm", path], check=True)
    except OSError:
        subprocess.run(["gzip", path], check=True)
