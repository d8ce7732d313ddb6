#!/usr/bin/env python3
"""usage: generate_rules.py FOLDER RULES EVENTS [SEED]

Writes rules of the shape that public Sigma collections have, and process-creation events to ask them about:
FOLDER/rules-0, rules-100 and rules-RULES (one file a rule), FOLDER/formats/process.yml and FOLDER/events.ndjson.
Everything is made up; the same arguments give the same bytes.

The shapes: nearly all rules of public collections name the end of `Image`, parts of `CommandLine`, often all of
several; a third has filters; one in thirty uses regular expressions. `rules-0` holds one rule that is done with at its
first test, but names the same fields: so the same values are decoded, and what the rules cost is what is measured.
"""
import json
import os
import random
import sys

TOOLS = [f"{a}{b}" for a in "net reg wmi cert bits power rund msh sch task sys dns arp who nl psex mim proc rar curl".split()
         for b in ["", "util", "ctl", "32", "shell", "tasks", "dump", "view", "admin", "x64"]]
WORDS = [f"{a}{b}" for a in "-enc -nop /add /create /query delete export invoke download bypass hidden shadow lsass ntds samdump useradd localgroup"
         .split() for b in ["", "ed", "s", " /y", "-path", ".ps1", "=1", "://", "all", "key"]]
# What mostly runs, and what no rule asks about.
ORDINARY = [f"{a}{b}" for a in "chrome svchost office teams update agent java node explorer search backup print".split()
            for b in ["", "host", "helper", "worker", "service", "64", "setup"]]
FOLDERS = ["Windows\\System32", "Windows\\SysWOW64", "Program Files\\Vendor", "Users\\Public", "ProgramData\\Cache", "Temp"]

FIELDS = ["Image", "CommandLine", "ParentImage", "OriginalFileName", "User"]


def texts(random_, words, low, high):
    return random_.sample(words, random_.randint(low, high))


def quoted(values):
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def rule(random_, number):
    selections = []
    kind = random_.random()
    # Words alone are rarely specific enough, but names and parents never are.
    if kind > 0.80 or random_.random() < 0.75:
        images = ["\\" + tool + ".exe" for tool in texts(random_, TOOLS, 1, 3)]
        selections.append(("selection_img", [f"Image|endswith: {quoted(images)}"]))
    if kind < 0.35:
        words = texts(random_, WORDS, 2, 4)
        selections.append(("selection_cli", [f"CommandLine|contains|all: {quoted(words)}"]))
    elif kind < 0.80:
        words = [random_.choice(["", " "]) + word for word in texts(random_, WORDS, 1, 8)]
        selections.append(("selection_cli", [f"CommandLine|contains: {quoted(words)}"]))
    elif kind < 0.83:
        pattern = f"(?:{random_.choice(WORDS)[:3].strip('/-')}|x)[a-z]{{2,8}} {random_.choice(TOOLS)}"
        selections.append(("selection_re", [f"CommandLine|re: '{pattern}'"]))
    elif kind < 0.92:
        parents = ["\\" + tool + ".exe" for tool in texts(random_, TOOLS, 1, 2)]
        selections.append(("selection_parent", [f"ParentImage|endswith: {quoted(parents)}"]))
    else:
        names = [tool + ".exe" for tool in texts(random_, TOOLS, 1, 2)]
        selections.append(("selection_name", [f"OriginalFileName: {quoted(names)}"]))
    lines = [f"title: Generated rule {number}", f"id: 00000000-0000-4000-8000-{number:012d}", "status: test",
             "logsource: { category: process_creation, product: windows }", "detection:"]
    for name, items in selections:
        lines += [f"    {name}:"] + [f"        {item}" for item in items]
    condition = "all of selection_*"
    if random_.random() < 0.33:
        user = random_.choice(["SYSTEM", "svc_backup", "NETWORK SERVICE"])
        lines += ["    filter_main_user:", f"        User|contains: '{user}'"]
        condition += " and not 1 of filter_main_*"
    return "\n".join(lines + [f"    condition: {condition}", "level: medium", ""])


def write_rules(folder, count, seed):
    os.makedirs(folder, exist_ok=True)
    random_ = random.Random(seed)
    for number in range(count):
        with open(f"{folder}/rule_{number:04d}.yml", "w") as file:
            file.write(rule(random_, number))


def write_events(path, count, seed):
    random_ = random.Random(seed)
    start = 1_767_571_200_000
    with open(path, "w") as file:
        for number in range(count):
            tool = random_.choice(TOOLS if random_.random() < 0.15 else ORDINARY)
            parent = random_.choice(TOOLS if random_.random() < 0.05 else ORDINARY)
            folder = random_.choice(FOLDERS)
            # Ordinary command lines have few of the words that rules look for.
            arguments = [f"/p{random_.randint(1, 99)}" for _ in range(random_.randint(1, 4))]
            if random_.random() < 0.005:
                arguments.append(random_.choice(WORDS))
            image = f"C:\\{folder}\\{tool}.exe"
            event = {
                "time": start + number * 20,
                "EventID": 1,
                "Computer": f"host{random_.randint(1, 500)}.corp.example",
                "Image": image,
                "OriginalFileName": f"{tool}.exe",
                "CommandLine": f'"{image}" ' + " ".join(arguments) + f" --config C:\\ProgramData\\{tool}\\settings.json",
                "ParentImage": f"C:\\{random_.choice(FOLDERS)}\\{parent}.exe",
                "ParentCommandLine": f"{parent}.exe -k service -s {random_.randint(100, 999)}",
                "User": random_.choice(["CORP\\alice", "CORP\\bob", "NT AUTHORITY\\SYSTEM", "CORP\\svc_backup"]),
                "IntegrityLevel": random_.choice(["Medium", "High", "System"]),
                "ProcessGuid": f"{random_.getrandbits(64):016x}",
            }
            file.write(json.dumps(event) + "\n")


FORMAT = """format: process
title: The rule benchmark's process-creation events
logsource: { product: windows, category: process_creation }
time: { from: time, unit: ms }
shapes:
  - name: event
    json: true
    where: { EventID|exists: "true", Image|exists: "true" }
fields: { username: User }
"""


def main(folder, rules, events, seed):
    never = ("title: Never\nid: 00000000-0000-4000-8000-ffffffffffff\nlogsource: { product: windows }\n"
             "detection:\n    selection:\n        EventID: 999999\n"
             + "".join(f"        {field}: none\n" for field in FIELDS) + "    condition: selection\n")
    os.makedirs(f"{folder}/rules-0", exist_ok=True)
    with open(f"{folder}/rules-0/never.yml", "w") as file:
        file.write(never)
    for count in {100, rules}:
        write_rules(f"{folder}/rules-{count}", count, seed)
    os.makedirs(f"{folder}/formats", exist_ok=True)
    with open(f"{folder}/formats/process.yml", "w") as file:
        file.write(FORMAT)
    write_events(f"{folder}/events.ndjson", events, seed + 1)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) == 5 else 1)
