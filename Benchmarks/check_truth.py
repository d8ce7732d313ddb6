#!/usr/bin/env python3
# Compares the findings of an audit with the incidents that generate-log injected.
"""usage: check_truth.py TRUTH DATABASE FORMAT

An incident is found if a finding of a rule tagged with its detection (`grantaudit.cod-01`) names the incident's client
or network, in its group key or evidence, and overlaps it in time. A finding keeps only its first pieces of evidence;
where a rule folds many incidents into one finding, its count has to cover all incidents in its time span.

A finding of level medium or above is unexpected if it names no incident. Exit code 1 if anything was missed or is
unexpected, 2 if the files cannot be read.
"""
import collections
import json
import re
import sqlite3
import sys
from datetime import datetime

LEVELS = ["informational", "low", "medium", "high", "critical"]
CLIENT = re.compile(r"atk-[a-z0-9]+-\d{6}")
ADDRESS = re.compile(r"\b(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}\b")
SECOND = 1_000_000


def microseconds(text):
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int(moment.timestamp()) * SECOND + moment.microsecond


def read_truth(path, form):
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    return [
        # An access log has no fractions of seconds.
        dict(record, first=microseconds(record["time"]) - SECOND, end=microseconds(record["last"]) + SECOND)
        for record in records
        if form in record["visible"]
    ]


class Findings:
    """The findings of a database, with the text in which clients and networks can be named."""

    def __init__(self, path):
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        detections = collections.defaultdict(set)
        for rule, tags in database.execute("SELECT id, tags FROM rules"):
            for tag in json.loads(tags):
                if tag.startswith("grantaudit."):
                    detections[rule].add(tag.removeprefix("grantaudit.").upper())
        evidence = collections.defaultdict(list)
        for finding, fields in database.execute("SELECT finding_id, fields FROM evidence"):
            evidence[finding].append(fields)
        self.rows = []
        columns = "id, rule_id, title, level, group_key, first_seen, last_seen, count"
        rows = database.execute(f"SELECT {columns} FROM findings ORDER BY first_seen, id")
        for finding, rule, title, level, key, first, last, count in rows:
            text = "\n".join([key, *evidence[finding]])
            self.rows.append(
                dict(
                    id=finding, title=title, level=level, key=key, first=first, last=last, count=count,
                    detections=detections[rule], clients=set(CLIENT.findall(text)),
                    networks={prefix + ".0/24" for prefix in ADDRESS.findall(text)},
                    is_cut=count > len(evidence[finding]),
                )
            )


def compare(truths, findings):
    """Indices of the incidents found, and the findings that name no incident."""
    by_client = {truth["client_id"]: index for index, truth in enumerate(truths)}
    by_network = {truth["network"]: index for index, truth in enumerate(truths)}
    found, unexpected = set(), []
    for finding in findings:
        named = {by_client[name] for name in finding["clients"] if name in by_client}
        named |= {by_network[name] for name in finding["networks"] if name in by_network}
        spanned = [
            index
            for index, truth in enumerate(truths)
            if truth["detection"] in finding["detections"]
            and truth["first"] <= finding["last"] and finding["first"] <= truth["end"]
        ]
        found.update(index for index in spanned if index in named)
        if finding["is_cut"] and named and finding["count"] >= len(spanned):
            found.update(spanned)
        if not named and LEVELS.index(finding["level"]) >= LEVELS.index("medium"):
            unexpected.append(finding)
    return found, unexpected


def main(truth_path, database_path, form):
    try:
        truths = read_truth(truth_path, form)
        findings = Findings(database_path).rows
    except (OSError, ValueError, KeyError, sqlite3.Error) as error:
        print(f"check_truth: error: {error}", file=sys.stderr)
        return 2
    found, unexpected = compare(truths, findings)
    totals = collections.Counter(truth["detection"] for truth in truths)
    hits = collections.Counter(truths[index]["detection"] for index in found)
    print(f"{form}: {len(truths)} incidents, {len(found)} found, {len(truths) - len(found)} missed, ", end="")
    print(f"{len(findings)} findings, {len(unexpected)} unexpected")
    for detection in sorted(totals):
        missed = [truth for index, truth in enumerate(truths) if truth["detection"] == detection and index not in found]
        print(f"  {detection}  found {hits[detection]:5}  missed {len(missed):5}")
        for truth in missed[:3]:
            print(f"    missed: {truth['time']} {truth['client_id']} {truth['network']} {truth['key']}")
    titles = collections.defaultdict(list)
    for finding in unexpected:
        titles[finding["level"], finding["title"]].append(finding)
    for (level, title), group in sorted(titles.items()):
        print(f"  unexpected {len(group):5}  {level}: {title}")
        for finding in group[:3]:
            print(f"    {finding['id']} {finding['key']} count {finding['count']}")
    return 1 if unexpected or len(found) < len(truths) else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    sys.exit(main(*sys.argv[1:]))
