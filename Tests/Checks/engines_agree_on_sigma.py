"""Checks that grantaudit and pySigma with its SQLite backend say the same of rules and events made at random.

Differences have to have a reason that stands in explained_differences.md and that is shown, one by one, to be the
reason. `--rules N --seed S` makes a larger or another run; GRANTAUDIT or `--program` names the program.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

try:
    import sigma.backends.sqlite  # noqa: F401
    import yaml
except ImportError:
    print("  not checked: pySigma or its backend is missing (.venv/bin/pip install pysigma pySigma-backend-sqlite)")
    sys.exit(0)

from sigma.modifiers import modifier_mapping

# No files beside the sources.
sys.dont_write_bytecode = True
from differential import correlations, detections, explanations, model, program
from differential.backend import Table
from differential.events import Event, as_text

ROOT = Path(__file__).resolve().parents[2]
EVENTS = 45
RULES_PER_STREAM = 8
SHOWN_MAX = 20


@dataclass
class Tally:
    """What was compared, by kind of rule."""

    rules: Counter = field(default_factory=Counter)
    verdicts: Counter = field(default_factory=Counter)
    matches: Counter = field(default_factory=Counter)
    explained: Counter = field(default_factory=Counter)
    unexplained: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    events: int = 0

    def explain(self, kind: str, names: tuple[str, ...]) -> None:
        """Counts a difference with these reasons."""
        self.explained[kind] += 1
        self.reasons.update(names)

    def complain(self, kind: str, problem: str) -> None:
        """Counts a difference without a reason."""
        self.unexplained[kind] += 1
        self.problems.append(problem)


class DetectionWorld:
    """Some detections and a stream of events near them."""

    def __init__(self, random: Random, name: str):
        made = [detections.rule(random, f"{name}_r{number}") for number in range(RULES_PER_STREAM)]
        self.rules = [rule for rule, _, _ in made]
        self.kinds = [kinds.pop() if len(kinds) == 1 else "several of these" for _, _, kinds in made]
        self.events = detections.stream(random, EVENTS, [examples for _, examples, _ in made])

    def write(self, folder: Path) -> None:
        """Writes each rule with its test."""
        for number, rule in enumerate(self.rules):
            write_rule(folder, rule["name"], [program.in_other_words(rule) if number % 2 else rule])
            write_test(folder, rule["name"], self.events)

    def compare(self, ours: dict[str, list[dict]], tally: Tally) -> None:
        """Compares the verdicts about every event."""
        lines = [program.line(event.offset, event.line) for event in self.events]
        table = Table(self.events, lines, detections.COLUMNS, detections.PLACEHOLDERS)
        tally.events += len(self.events)
        for rule, kind in zip(self.rules, self.kinds):
            name = rule["name"]
            tally.rules[kind] += 1
            if name not in ours:
                tally.complain(kind, f"{name}: no verdicts of the program about {rule['detection']}")
                continue
            expected, found = table.detections(rule), {match["event"] for match in ours[name]}
            tally.verdicts[kind] += len(self.events)
            tally.matches[kind] += len(expected)
            explainer = explanations.Explainer(rule, table)
            for number in sorted(expected ^ found):
                reasons = explainer.reasons(number, number in found)
                if reasons is not None:
                    tally.explain(kind, reasons)
                    continue
                side = "matches here only" if number in found else "matches in SQLite only"
                tally.complain(kind, f"{name} {side}: {rule['detection']}\n    {lines[number - 1]}")


class CorrelationWorld:
    """Three detections, correlations over them and over each other, and a stream of events."""

    def __init__(self, random: Random, name: str):
        self.name = name
        self.bases = correlations.bases(random, name)
        self.events = correlations.stream(random, EVENTS)
        self.made: dict[str, dict] = {}
        self.kinds: dict[str, str] = {}
        self.trees: dict = {}
        for number in range(RULES_PER_STREAM):
            own, rules = f"{name}_c{number}", list(self.bases)
            if number < RULES_PER_STREAM * 2 // 3:
                document, kind, tree = correlations.correlation(random, own, rules)
            else:
                inner = random.choice(list(self.made.values()))
                group = inner["correlation"].get("group-by", [])
                document, kind, tree = correlations.chain(random, own, inner["name"], group, rules)
            self.made[own], self.kinds[own] = document, kind
            if tree is not None:
                self.trees[own] = tree

    def write(self, folder: Path) -> None:
        """Writes the detections into one file and each correlation with its test into another."""
        write_rule(folder, f"{self.name}_bases", list(self.bases.values()))
        for name, document in self.made.items():
            write_rule(folder, name, [document])
            write_test(folder, name, self.events)

    def compare(self, ours: dict[str, list[dict]], tally: Tally) -> None:
        """Compares, for each group, at which times windows end for which the condition holds."""
        lines = [program.line(event.offset, event.line) for event in self.events]
        table = Table(self.events, lines, correlations.COLUMNS)
        tally.events += len(self.events)
        documents = self.bases | self.made
        base_matches = {name: table.detections(rule) for name, rule in self.bases.items()}
        reading = model.Model(self.events, base_matches, documents, self.trees)
        for name, document in self.made.items():
            kind = self.kinds[name]
            tally.rules[kind] += 1
            if name not in ours:
                tally.complain(kind, f"{name}: no verdicts of the program about {document['correlation']}")
                continue
            group = document["correlation"].get("group-by", [])
            alerts = table.correlations(self._with_looked_at(document))
            expected = numbered((key(alert["group_keys"], group), alert["window_end"]) for alert in alerts)
            found = numbered(
                (key(match["group"], group), program.seconds(match["time"]))
                for match in ours[name]
                if match["rule"] == name
            )
            moments = numbered(correlations.moments(document["correlation"], self.events))
            tally.verdicts[kind] += len(moments | expected | found)
            tally.matches[kind] += len(expected)
            unexplained = set()
            for verdict in sorted(expected ^ found, key=str):
                reasons = self._reasons(reading, name, verdict, verdict in found)
                if reasons is not None:
                    tally.explain(kind, reasons)
                    continue
                unexplained.add(verdict)
                side = "here only" if verdict in found else "in SQLite only"
                tally.complain(kind, f"{name} {side}, {verdict}: {document['correlation']}")
            # Agreement by chance is no agreement: the reading with all switches is ours in full.
            for verdict in sorted((self._read(reading, name, model.SWITCHES) ^ found) - unexplained, key=str):
                tally.complain(kind, f"{name} against the reading, {verdict}: {document['correlation']}")

    @staticmethod
    def _read(reading: model.Model, name: str, switches: tuple[str, ...]) -> set[tuple]:
        alerts = reading.alerts(name, switches)
        groups = [correlations.key([as_text(value) for _, value in alert.group]) for alert in alerts]
        return numbered(zip(groups, (alert.time for alert in alerts)))

    def _reasons(self, reading: model.Model, name: str, verdict: tuple, holds: bool) -> tuple[str, ...] | None:
        """The fewest switches that turn the verdict of SQLite into ours."""
        if (verdict in self._read(reading, name, ())) == holds:
            return None
        ways = model.combinations_of_switches()
        return next((names for names in ways if (verdict in self._read(reading, name, names)) == holds), None)

    def _with_looked_at(self, document: dict) -> list[dict]:
        """The correlation behind all that it looks at."""
        found: dict[str, dict] = {}
        for name in document["correlation"]["rules"]:
            if name in self.bases:
                found[name] = self.bases[name]
            else:
                found |= {inner["name"]: inner for inner in self._with_looked_at(self.made[name])}
        return [*found.values(), document]


def numbered(windows: Iterable[tuple]) -> set[tuple]:
    """The windows with numbers, so that one that is reported twice stays two."""
    seen: Counter = Counter()
    found = set()
    for window in windows:
        seen[window] += 1
        found.add((*window, seen[window]))
    return found


def key(values: dict, names: list[str]) -> tuple[str | None, ...]:
    """The group that the values of these fields make."""
    return correlations.key([None if values.get(name) is None else str(values[name]) for name in names])


def write_rule(folder: Path, name: str, documents: list[dict]) -> None:
    """Writes a rule file."""
    (folder / f"{name}.yml").write_text(program.written(documents), encoding="utf-8")


def write_test(folder: Path, name: str, events: list[Event]) -> None:
    """Writes the test of a rule."""
    (folder / f"{name}.test.yml").write_text(program.test_file(name, events), encoding="utf-8")


def built() -> Path | None:
    """The program that was built last."""
    found = [ROOT / ".build" / folder / "grantaudit" for folder in ("debug", "release")]
    return max((path for path in found if path.exists()), key=lambda path: path.stat().st_mtime, default=None)


def compared(executable: Path, rules: int, seed: int) -> Tally:
    """Makes rules and events and compares all verdicts about them."""
    count = max(1, rules // (2 * RULES_PER_STREAM))
    worlds: list[DetectionWorld | CorrelationWorld] = []
    for number in range(count):
        worlds.append(DetectionWorld(Random(f"detections {seed} {number}"), f"d{number}"))
        worlds.append(CorrelationWorld(Random(f"correlations {seed} {number}"), f"c{number}"))
    tally = Tally()
    with tempfile.TemporaryDirectory() as temporary:
        folder, placeholders = Path(temporary) / "rules", Path(temporary) / "placeholders.yaml"
        folder.mkdir()
        placeholders.write_text(yaml.safe_dump(detections.PLACEHOLDERS), encoding="utf-8")
        for world in worlds:
            world.write(folder)
        ours, remarks = program.verdicts(executable, ROOT / "Rules" / "formats", folder, placeholders)
    tally.problems += [line for line in remarks.splitlines() if "there is a finding" not in line]
    for world in worlds:
        world.compare(ours, tally)
    used = {word for world in worlds for word in modifiers(world)}
    if rules >= 500 and (missing := set(modifier_mapping) - used):
        tally.problems.append(f"no rule had the modifiers {', '.join(sorted(missing))}")
    return tally


def modifiers(world: DetectionWorld | CorrelationWorld) -> set[str]:
    """The modifiers in the rules of a world."""
    rules = world.rules if isinstance(world, DetectionWorld) else []
    parts = [part for rule in rules for part in explanations.maps(rule)]
    return {word for part in parts for name in part for word in name.split("|")[1:]}


def undocumented() -> list[str]:
    """Differences between the reasons that are known here and those that are written down."""
    text = (Path(__file__).parent / "explained_differences.md").read_text(encoding="utf-8")
    written = {line[4:].strip() for line in text.splitlines() if line.startswith("### ")}
    known = explanations.names() | set(model.SWITCHES)
    return [f"explained_differences.md lacks '{name}'" for name in sorted(known - written)] + [
        f"explained_differences.md explains '{name}', which is not known here" for name in sorted(written - known)
    ]


def show(tally: Tally) -> None:
    """Prints what was compared and what was found."""
    columns = (tally.rules, tally.verdicts, tally.matches, tally.explained, tally.unexplained)
    row = "  {:<24}{:>8}{:>10}{:>10}{:>12}{:>13}".format
    print(row("kind of rule", "rules", "verdicts", "matches", "explained", "unexplained"))
    for kind in sorted(tally.rules):
        print(row(kind, *(column[kind] for column in columns)))
    print(row("all", *(column.total() for column in columns)))
    print(f"  {tally.events} events; reasons of differences:")
    for name, count in tally.reasons.most_common():
        print(f"  {count:>8}  {name}")
    for problem in tally.problems[:SHOWN_MAX]:
        print(problem)
    if len(tally.problems) > SHOWN_MAX:
        print(f"and {len(tally.problems) - SHOWN_MAX} more")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, default=1000, help="how many rules (1000)")
    parser.add_argument("--seed", type=int, default=1, help="which rules (1)")
    parser.add_argument("--program", type=Path, default=os.environ.get("GRANTAUDIT"), help="grantaudit")
    options = parser.parse_args()
    executable = Path(options.program) if options.program else built()
    if executable is None:
        print("  not checked: grantaudit has not been built (swift build)")
        return 0
    tally = compared(executable.resolve(), options.rules, options.seed)
    tally.problems += undocumented()
    show(tally)
    return 1 if tally.problems else 0


if __name__ == "__main__":
    sys.exit(main())
