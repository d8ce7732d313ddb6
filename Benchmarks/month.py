#!/usr/bin/env python3
"""A month of normal traffic with every attack of the rules' own tests put into it: what is found, and what beside it.

usage: Benchmarks/month.py [EVENTS]      (10000000)

Normal traffic: users who sign in, are redirected, redeem codes, refresh, change networks, retry, sign out, change
passwords; servers that use their own credentials; a day and a week of people. Each positive case of each rule's test file
happens once, with clients, users, tokens and networks of its own, at a random time. Then the month is audited and each
finding is put to the attack whose names are in its evidence.

Environment: GRANTAUDIT (../.build/release/grantaudit), RULES (../Rules), DAYS (40), SEED (1), KEEP (folder for the logs and
the database; a temporary one otherwise). Needs Python's yaml and the zstd program. Exit code 1 when an attack was missed or
fewer than 99 of 100 findings of medium level or above belong to one.
"""

import json
import os
import random
import re
import subprocess
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
GRANTAUDIT = os.environ.get("GRANTAUDIT", str(HERE.parent / ".build/release/grantaudit"))
RULES = Path(os.environ.get("RULES", HERE.parent / "Rules"))
DAYS = int(os.environ.get("DAYS", "40"))
SEED = int(os.environ.get("SEED", "1"))
DAY = 86_400
START = 1_767_571_200  # 2026-01-05, a Monday
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": DAY}


def stamp(second: float) -> str:
    second += 1e-6
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(int(second))) + f".{int(second % 1 * 1000):03d}Z"


# Normal traffic.


class Traffic:
    """Events of ordinary days, as (time, members) pairs."""

    def __init__(self, events: int):
        self.random = random.Random(SEED)
        self.number = 0
        self.sessions_per_day = max(20, events // DAYS // 9)
        self.users = max(50, self.sessions_per_day)
        self.webs = [f"web-{i}" for i in range(12)]
        self.apps = [f"app-{i}" for i in range(8)]
        self.services = [f"service-{i}" for i in range(20)]

    def fresh(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}{self.number:x}"

    def registry(self) -> list:
        clients = [
            {"client_id": c, "client_type": "confidential", "redirect_uris": [f"https://{c}.example.com/cb"],
             "grant_types": ["authorization_code", "refresh_token"], "scope": "openid profile orders.read"}
            for c in self.webs
        ]
        clients += [
            {"client_id": c, "client_type": "public", "redirect_uris": [f"https://{c}.example.com/cb"],
             "grant_types": ["authorization_code", "refresh_token"], "scope": "openid profile orders.read"}
            for c in self.apps
        ]
        clients += [
            {"client_id": c, "client_type": "confidential", "grant_types": ["client_credentials"], "scope": "orders.read"}
            for c in self.services
        ]
        return clients

    def hour(self) -> float:
        """A time of day at which people are awake."""
        return self.random.triangular(6.5, 23.5, 14) * 3600

    def day(self, day: int):
        weekend = (day % 7) >= 5
        for _ in range(self.sessions_per_day // (2 if weekend else 1)):
            yield from self.session(START + day * DAY + self.hour())
        for index, client in enumerate(self.services):
            # Each has its own pace, the same every hour.
            for hour in range(24):
                for _ in range(2 + index * 3):
                    at = START + day * DAY + hour * 3600 + self.random.random() * 3600
                    yield at, {
                        "kind": "token.request", "outcome": "success", "client_id": client, "sub": client,
                        "grant_type": "client_credentials", "client_auth_method": "client_secret_basic",
                        "scope": "orders.read", "scope_requested": "orders.read", "expires_in": 300,
                        "access_token_id": self.fresh("at"), "ip": f"10.{index}.0.{self.random.randrange(1, 5)}",
                        "ip_role": "client_backend", "user_agent": "Service/2.1",
                    }

    def session(self, at: float):
        r = self.random
        user = r.randrange(self.users)
        # A user has an application or two.
        is_web = (user + r.randrange(2)) % 3 != 0
        client = (self.webs if is_web else self.apps)[(user + r.randrange(2)) % (12 if is_web else 8)]
        home = f"10.{100 + user // 60_000}.{user // 250 % 240}.{user % 250}"
        mobile = f"10.{140 + user % 7}.{user % 200}.{r.randrange(1, 250)}"
        address = home if r.random() < 0.7 else mobile
        browser = f"Mozilla/5.0 (X11; Linux x86_64) Firefox/{130 + user % 9}"
        sub, sid = f"u{user}", self.fresh("s")
        uri = f"https://{client}.example.com/cb"
        front = {"client_id": client, "sub": sub, "sid": sid, "ip": address, "ip_role": "user_agent", "user_agent": browser}
        if is_web:
            number = self.webs.index(client)
            back = {"ip": f"10.60.{number}.{r.randrange(1, 4)}", "ip_role": "client_backend", "user_agent": "Web/5.2"}
        else:
            back = {"ip": address, "user_agent": f"App/4.{user % 3} (Android 15)"}
        method = "private_key_jwt" if is_web else "none"
        if r.random() < 0.04:
            yield at - 20, dict(front, kind="session.login", outcome="failure", error="access_denied")
        yield at, dict(front, kind="session.login", outcome="success")
        scope = "openid profile orders.read"
        challenge = {"code_challenge_present": True, "code_challenge_method": "S256"}
        request = dict(front, response_type="code", redirect_uri=uri, state_present=True, scope_requested=scope, **challenge)
        yield at + 1, dict(request, kind="authorization.request", outcome="success")
        code = self.fresh("c")
        yield at + 2, dict(request, kind="authorization.response", outcome="success", code_id=code)
        if not is_web and r.random() < 0.01:
            back["ip"] = mobile
        base = {"kind": "token.request", "client_id": client, "client_auth_method": method, "sub": sub, "sid": sid, **back}
        token, family = self.fresh("r"), self.fresh("f")
        redemption = dict(
            base, grant_type="authorization_code", code_id=code, code_verifier_present=True, redirect_uri=uri
        )
        at += 3 + r.random()
        access = self.fresh("at")
        granted = {"outcome": "success", "scope": scope, "expires_in": 900, "token_type": "Bearer", "family": family}
        yield at, dict(redemption, refresh_token_issued_id=token, access_token_id=access, **granted)
        if r.random() < 0.002:
            # The answer got lost and the application asks again.
            yield at + 0.8, dict(redemption, outcome="failure", error="invalid_grant")
        for _ in range(r.randrange(0, 6)):
            if r.random() < 0.4:
                yield at + 5, {"kind": "userinfo", "outcome": "success", "access_token_id": access, **back}
            if r.random() < 0.4:
                yield at + 9, {
                    "kind": "token.introspect", "outcome": "success", "access_token_id": access, "client_id": "api",
                    "ip": "10.61.0.2", "ip_role": "client_backend", "user_agent": "Api/1.0",
                }
            at += r.uniform(800, 1000)
            successor, access = self.fresh("r"), self.fresh("at")
            refresh = dict(base, grant_type="refresh_token", refresh_token_id=token)
            yield at, dict(refresh, refresh_token_issued_id=successor, access_token_id=access, **granted)
            if r.random() < 0.002:
                yield at + 1.5, dict(refresh, outcome="failure", error="invalid_grant", family=family)
            token = successor
        if r.random() < 0.3:
            yield at + 60, {"kind": "token.revoke", "outcome": "success", "client_id": client, "refresh_token_id": token,
                            "sub": sub, "sid": sid, **back}
            yield at + 61, dict(front, kind="session.logout", outcome="success")
        elif r.random() < 0.01:
            # Of somebody else, who has no grant from before.
            yield at + 300, {"kind": "user.credential", "outcome": "success", "sub": self.fresh("v"), "ip": address}
        elif r.random() < 0.01:
            yield at + 20 * DAY, dict(base, kind="token.request", grant_type="refresh_token", refresh_token_id=token,
                                      outcome="failure", error="invalid_grant")


# Attacks.


class Attack:
    """One positive case of a rule, with names of its own."""

    names = ("client_id", "sub", "username", "sid", "family", "act", "tenant", "issuer", "event_id")

    def __init__(self, number: int, rule: str, case: str, events: list, registry):
        self.rule, self.case = rule, case
        self.tag = f"~k{number}~"
        self.number = number
        self.networks = {}
        self.prefixes = set()
        # What a registry says of networks and days is about those of the test.
        self.is_registered = bool(registry)
        self.events = [(at, self.renamed(event)) for at, event in events]
        self.span = max(at for at, _ in events)
        self.clients = [dict(client, client_id=client["client_id"] + self.tag) for client in registry]

    def renamed(self, event: dict) -> dict:
        result = {}
        for key, value in event.items():
            if isinstance(value, str) and value and (key in self.names or key.endswith("_id")):
                value += self.tag
            elif key == "ip" and isinstance(value, str) and not self.is_registered:
                value = self.address(value)
            result[key] = value
        return result

    def address(self, ip: str) -> str:
        """An address in a network that nobody else has; equal networks stay equal."""
        high, low = self.number // 200, self.number % 200
        if ":" in ip:
            index = self.networks.setdefault(ip[:14], len(self.networks))
            prefix = f"2001:db8:{high * 200 + low:x}{index:x}::"
            last = ip.rsplit(":", 1)[1] or "1"
        else:
            network, _, last = ip.rpartition(".")
            index = self.networks.setdefault(network, len(self.networks))
            prefix = f"{21 + high}.{low}.{index % 250}."
        self.prefixes.add(prefix)
        return prefix + last


def seconds(offset: str) -> float:
    return sum(float(n) * UNITS[u] for n, u in re.findall(r"([\d.]+)(ms|[smhd])", offset))


def attacks():
    """The positive cases that fit into the month, and what had to be left out and why."""
    placed, left = [], Counter()
    for path in sorted(RULES.glob("*/*.test.yml")):
        test = yaml.safe_load(path.read_text())
        if test.get("format", "grantaudit-json") != "grantaudit-json":
            left["written in another format"] += 1
            continue
        if "places" in test:
            left["about places, of which the month has no file"] += 1
            continue
        registry = (test.get("client_registry") or {}).get("clients", [])
        for case in test["cases"]:
            if case["expect"] != "finding":
                continue
            events = []
            for number, text in enumerate(case["events"].splitlines()):
                if not text.strip():
                    continue
                offset, _, rest = text.partition("{")
                try:
                    event = json.loads("{" + rest)
                except json.JSONDecodeError:
                    events = None
                    break
                if offset.strip():
                    at = seconds(offset)
                else:
                    moment = event.pop("time").replace("Z", "+00:00")
                    at = __import__("datetime").datetime.fromisoformat(moment).timestamp()
                events.append((at, event))
            if not events:
                left["not one JSON object a line"] += 1
                continue
            first = min(at for at, _ in events)
            events = [(at - first, event) for at, event in events]
            if max(at for at, _ in events) > (DAYS - 1) * DAY:
                left["longer than the month"] += 1
                continue
            attack = Attack(len(placed), test["rule"], case["name"], events, registry)
            attack.begin = first if registry else None
            placed.append(attack)
    return placed, left


# The month.


def write(folder: Path, traffic: Traffic, placed: list) -> int:
    rng = random.Random(SEED + 1)
    waiting = []
    for attack in placed:
        latest = DAYS * DAY - attack.span - 3600
        begin = attack.begin or START + 3600 + rng.random() * max(0, latest - 3600)
        for at, event in attack.events:
            waiting.append((begin + at, event))
    days = defaultdict(list)
    for at, event in waiting:
        if START <= at < START + DAYS * DAY:
            days[int((at - START) // DAY)].append((at, event))
    count = 0
    for day in range(DAYS):
        for at, event in traffic.day(day):
            if at < START + DAYS * DAY:
                days[int((at - START) // DAY)].append((at, event))
        today = sorted(days.pop(day, []), key=lambda pair: pair[0])
        with subprocess.Popen(
            ["zstd", "-q", "-3", "-f", "-o", str(folder / f"day-{day:02d}.log.zst")], stdin=subprocess.PIPE
        ) as zstd:
            for at, event in today:
                line = '{"time":"' + stamp(at) + '",' + json.dumps(event, separators=(",", ":"))[1:] + "\n"
                zstd.stdin.write(line.encode())
            zstd.stdin.close()
        count += len(today)
    return count


def main() -> int:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    keep = os.environ.get("KEEP")
    folder = Path(keep or tempfile.mkdtemp())
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    traffic = Traffic(events)
    placed, left = attacks()
    count = write(logs, traffic, placed)
    clients = traffic.registry() + [client for attack in placed for client in attack.clients]
    clients = [{k: (str(v) if k.startswith("valid_") else v) for k, v in client.items()} for client in clients]
    (folder / "clients.json").write_text(json.dumps({"clients": clients}))
    database = folder / "month.sqlite"
    for old in folder.glob("month.sqlite*"):
        old.unlink()
    begin = time.monotonic()
    # Night by night, as cron does.
    for day in sorted(logs.iterdir()):
        command = [GRANTAUDIT, "audit", "--quiet", "--rules", str(RULES), "--client-registry", str(folder / "clients.json"),
                   "--database", str(database), str(day)]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode not in (0, 2):
            print(done.stderr.decode(errors="replace"), file=sys.stderr)
            return 1
    duration = time.monotonic() - begin
    return judge(database, placed, left, count, duration)


def judge(database: Path, placed: list, left: Counter, count: int, duration: float) -> int:
    tags = {attack.tag: attack for attack in placed}
    networks = {prefix: attack.tag for attack in placed for prefix in attack.prefixes}
    network = re.compile(r'(?<=")(?:' + "|".join(map(re.escape, networks)) + ")")
    found = defaultdict(set)
    wrong, right, low = [], 0, Counter()
    query = """select f.id, r.name, f.level, group_concat(e.fields, ' ') || ' ' || f.group_key
               from findings f join rules r on r.id = f.rule_id left join evidence e on e.finding_id = f.id group by f.id"""
    for _, rule, level, text in sqlite3.connect(database).execute(query):
        owners = {tag for tag in re.findall(r"~k\d+~", text or "") if tag in tags}
        owners |= {networks[prefix] for prefix in re.findall(network, text or "")}
        for tag in owners:
            found[tag].add(rule)
        if level in ("medium", "high", "critical"):
            if owners:
                right += 1
            else:
                wrong.append((rule, level, (text or "")[:300]))
        elif not owners:
            low[rule] += 1
    missed = [attack for attack in placed if attack.rule not in found[attack.tag]]
    rules = {attack.rule for attack in placed}
    print(f"{count} events in {DAYS} days, {len(placed)} attacks of {len(rules)} rules; audited in {duration:.0f} s")
    for reason, number in sorted(left.items()):
        print(f"  left out: {number} {reason}")
    print(f"recall: {len(placed) - len(missed)} of {len(placed)} attacks found by their rule")
    for attack in missed:
        print(f"  missed: {attack.rule}: {attack.case} (found by {', '.join(sorted(found[attack.tag])) or 'nothing'})")
    total = right + len(wrong)
    share = right / total if total else 1
    print(f"precision: {right} of {total} findings of medium level or above belong to an attack ({share:.2%})")
    for (rule, level), number in Counter((rule, level) for rule, level, _ in wrong).most_common():
        print(f"  beside: {number} {level} {rule}")
        print(f"    {next(text for r, _, text in wrong if r == rule)}")
    for rule, number in low.most_common():
        print(f"  low or informational beside: {number} {rule}, {number / DAYS:.1f} a day")
    return 1 if missed or share < 0.99 else 0


if __name__ == "__main__":
    sys.exit(main())
