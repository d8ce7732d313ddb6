"""Verdicts of grantaudit, by way of `rules test`."""

import json
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import yaml

BEGINNING = datetime(2026, 1, 5, tzinfo=timezone.utc)


class _Dumper(yaml.SafeDumper):
    """Writes texts in quotes and numbers without, as the specification asks."""


def _write_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    is_plain = all(character.isprintable() for character in value)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="'" if is_plain else '"')


_Dumper.add_representer(str, _write_text)


def written(documents: list[dict]) -> str:
    """The documents as the text of a rule file."""
    return yaml.dump_all(documents, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100_000)


# What pySigma does not know or knows by another name.
OTHER_WORDS = {"wide": "utf16le", "i": "ignorecase", "m": "multiline", "s": "dotall"}


def in_other_words(value):
    """The rule with modifiers called by their other names."""
    if isinstance(value, list):
        return [in_other_words(part) for part in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for name, part in value.items():
        field, *modifiers = str(name).split("|")
        words = modifiers if set(modifiers) & set(OTHER_WORDS.values()) else [OTHER_WORDS.get(m, m) for m in modifiers]
        found["|".join([field, *words])] = in_other_words(part)
    return found


def line(offset: float, text: str) -> str:
    """The line of the log that the program makes of an event with this offset."""
    time = datetime.fromtimestamp(BEGINNING.timestamp() + offset, timezone.utc)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z"
    return f'{{"@at":"{stamp}"' + ("," if text[1] != "}" else "") + text[1:]


def test_file(rule: str, events) -> str:
    """A test whose only case has all the events."""
    head = f"rule: {rule}\nformat: json\ncases:\n  - name: all\n    expect: nothing\n    events: |\n"
    return head + "".join(f"      +{round(event.offset * 1000)}ms {event.line}\n" for event in events)


def verdicts(program: Path, formats: Path, folder: Path, placeholders: Path) -> tuple[dict[str, list[dict]], str]:
    """The matches by tested rule, and what the program had to say."""
    arguments = ["rules", "test", "--json", "--formats", formats, "--placeholders", placeholders, "--rules", folder]
    process = subprocess.run([program, *arguments, folder], capture_output=True, text=True)
    if not process.stdout.startswith("["):
        return {}, process.stderr
    found: dict[str, list[dict]] = {}
    remarks = process.stderr
    for file in json.loads(process.stdout):
        case = file["cases"][0]
        failure = case.get("failure", "")
        if failure and "there is a finding" not in failure:
            remarks += f"{file['rule']}: {failure}\n"
        else:
            found[file["rule"]] = case["matches"]
    return found, remarks


def seconds(stamp: str) -> float:
    """Seconds between the beginning of tests and the time."""
    return (datetime.fromisoformat(stamp.replace("Z", "+00:00")) - BEGINNING).total_seconds()
