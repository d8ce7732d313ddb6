"""Checks that every rule loads unchanged in pySigma, the reference reader of Sigma rules."""

import sys
from pathlib import Path

try:
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError
except ImportError:
    print("  not checked: pySigma is missing (python3 -m venv .venv && .venv/bin/pip install pysigma)")
    sys.exit(0)

ROOT = Path(__file__).resolve().parents[2]


def problems(path: Path) -> list[str]:
    """What pySigma says about the rules in one file."""
    found: list[str] = []
    try:
        rules = SigmaCollection.from_yaml(path.read_text(encoding="utf-8"), collect_errors=True)
        found += [str(error) for rule in rules.rules for error in rule.errors]
        for rule in rules.rules:
            for condition in getattr(getattr(rule, "detection", None), "parsed_condition", []):
                condition.parse()
    except SigmaError as error:
        found.append(str(error))
    return found


def main() -> int:
    files = [
        path
        for path in sorted((ROOT / "Rules").glob("*/*.yml"))
        if path.parent.name not in ("formats", "controls") and not path.name.endswith(".test.yml")
    ]
    found = [f"{path.relative_to(ROOT)}: {problem}" for path in files for problem in problems(path)]
    print("\n".join(found) if found else f"  {len(files)} rule files load in pySigma")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
