#!/usr/bin/env python3
# Recomputes the injected incidents from the lines of a generated log and compares them with the truth file.
"""usage: selfcheck.py FORMAT LOG TRUTH     (LOG may end in .zst)

Shares nothing with the generator or with grantaudit: it reads the lines, keeps everything in memory and applies
each definition in its simplest form. Exit code 1 on any difference, so also on look-alikes that look too much alike.
"""
import collections
import json
import re
import subprocess
import sys
import urllib.parse
from datetime import datetime, timezone

PAIR = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
COMBINED = re.compile(r'(\S+) - (\S+) \[([^\]]+)\] "(\S+) (\S+) HTTP/1.1" (\d+) \d+ "-" "[^"]*"')
LOOPBACK = re.compile(r"http://(127\.\d+\.\d+\.\d+|\[::1\]|localhost)[:/]")
FLAT_KINDS = {
    "authorization.code_issued": "authorize", "authorization.failed": "authorize", "login.failed": "login",
    "token.issued": "token", "token.refreshed": "token", "token.failed": "token",
    "token.introspected": "introspect", "token.revoked": "revoke",
}
CANONICAL_KINDS = {
    "authorization.request": "request", "authorization.response": "authorize", "session.login": "login",
    "token.request": "token", "token.introspect": "introspect", "token.revoke": "revoke",
}
KEYCLOAK_ERRORS = {
    "invalid_client_credentials": "invalid_client", "not_allowed": "unauthorized_client",
    "invalid_code": "invalid_grant", "expired_code": "invalid_grant", "invalid_token": "invalid_grant",
}


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def flat(line):
    row = json.loads(line)
    refreshed = row.get("grant_type") == "refresh_token" or row["event"] == "token.revoked"
    return dict(
        time=seconds(row["time"]), kind=FLAT_KINDS[row["event"]], ok=row["outcome"] == "success",
        error=row.get("error"), grant=row.get("grant_type"), client=row["client_id"], ip=row["ip"],
        scope=row.get("scope"), redirect=row.get("redirect_uri"), code=row.get("code_hash"),
        session=row.get("session_id"),
        presented=row.get("parent_refresh_token_id") if refreshed else None, issued=row.get("refresh_token_id"),
    )


def canonical(line):
    row = json.loads(line)
    return dict(
        time=seconds(row["time"]), kind=CANONICAL_KINDS[row["kind"]], ok=row["outcome"] == "success",
        error=row.get("error"), grant=row.get("grant_type"), client=row["client_id"], ip=row["ip"],
        scope=row.get("scope"), wanted=row.get("scope_requested"),
        redirect=row.get("redirect_uri"), code=row.get("code_hash"), session=row.get("sid"),
        presented=row.get("refresh_token_id"), issued=row.get("refresh_token_issued_id"),
        response=row.get("response_type"), method=row.get("code_challenge_method"),
        challenge=row.get("code_challenge_present"), raw="access_token" in row,
    )


def keycloak(line):
    if line.startswith("{"):
        row = json.loads(line)
        time, text = seconds(row["timestamp"]), row["message"]
    else:
        time = datetime.strptime(line[:23], "%Y-%m-%d %H:%M:%S,%f").replace(tzinfo=timezone.utc).timestamp()
        text = line.split(") ", 1)[1]
    pairs = dict(PAIR.findall(text))
    kind = pairs["type"].removesuffix("_ERROR")
    grant = pairs.get("grant_type")
    refreshed = kind in ("REFRESH_TOKEN", "REVOKE_GRANT")
    kinds = {"LOGIN": "authorize", "INTROSPECT_TOKEN": "introspect", "REVOKE_GRANT": "revoke"}
    error = pairs.get("error")
    if error == "invalid_user_credentials":
        kinds["LOGIN"] = "login"
    return dict(
        time=time, kind="token" if grant else kinds.get(kind, "token"), ok=error is None,
        error=KEYCLOAK_ERRORS.get(error, error), grant=grant, client=pairs["clientId"],
        ip=pairs["ipAddress"], scope=pairs.get("scope"), redirect=pairs.get("redirect_uri"),
        code=None, session=pairs.get("sessionId"), response=pairs.get("response_type"),
        presented=pairs.get("refresh_token_id") if refreshed else None,
        issued=pairs.get("updated_refresh_token_id" if refreshed else "refresh_token_id"),
        reason=pairs.get("reason"), native=error,
    )


def combined(line):
    address, user, time, verb, target, status = COMBINED.fullmatch(line).groups()
    url = urllib.parse.urlsplit(target)
    query = dict(urllib.parse.parse_qsl(url.query, strict_parsing=bool(url.query)))
    authorize = "authorize" if verb == "POST" or status == "400" else "request"
    kinds = {"/oauth/authorize": authorize, "/oauth/token": "token"}
    error = {"401": "invalid_client", "400": "invalid_request"}.get(status)
    if url.path == "/oauth/authorize" and status == "400":
        error = "invalid_redirect_uri"
    return dict(
        time=datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z").timestamp(), kind=kinds.get(url.path, "other"),
        ok=status < "400", error=error, grant=None, client=query.get("client_id", user), ip=address,
        scope=None, redirect=query.get("redirect_uri"), code=None, session=None, presented=None, issued=None,
        response=query.get("response_type"), method=query.get("code_challenge_method"),
        challenge="code_challenge" in query, token_in_url="access_token" in query,
    )


READERS = {
    "flat": flat, "grantaudit-json": canonical, "keycloak-json": keycloak, "keycloak-text": keycloak,
    "combined": combined,
}


def read(path):
    if not path.endswith(".zst"):
        with open(path, encoding="ascii") as file:
            yield from file
        return
    with subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE, encoding="ascii") as process:
        yield from process.stdout


class Checks:
    """What was seen so far, and the clients that each definition holds for."""

    def __init__(self):
        self.hits = collections.defaultdict(set)
        self.issued_to = {}  # code -> client
        self.redeemed = {}  # code or (session, client) -> first success
        self.rotated = {}  # refresh token -> event that exchanged it
        self.successors = collections.defaultdict(list)
        self.used = set()  # refresh tokens that were presented with success
        self.owner = {}  # refresh token -> client
        self.revoked = {}  # family root or (session, client) -> time
        self.root = {}  # refresh token -> (first token of the family, scope)
        self.failures = collections.defaultdict(collections.deque)
        self.sprays = collections.defaultdict(collections.deque)
        self.redirects = collections.Counter()

    def add(self, event):
        if event["kind"] in ("authorize", "request"):
            self.authorization(event)
        if event["kind"] == "token":
            if event["grant"] == "password":
                self.hits["GRT-01"].add(event["client"])
            if event["grant"] == "authorization_code":
                self.redemption(event)
            if event["grant"] == "refresh_token":
                self.refresh(event)
            if event["error"] in ("invalid_client", "unauthorized_client"):
                self.client_failure(event)
        if event["kind"] == "revoke" and event["presented"] in self.root:
            self.revoked[self.root[event["presented"]][0]] = event["time"]
        if event.get("raw"):
            self.hits["HYG-01"].add(event["client"])
        if event.get("token_in_url"):
            self.hits["HYG-02"].add(event["client"])

    def authorization(self, event):
        redirect = event["redirect"] or ""
        if event["ok"] and event["kind"] == "authorize" and redirect.startswith("http://"):
            if not LOOPBACK.match(redirect):
                self.hits["RED-01"].add(event["client"])
        if event["error"] == "invalid_redirect_uri":
            self.hits["RED-02"].add(event["client"])
        if event["ok"] and event["code"]:
            self.issued_to[event["code"]] = event["client"]
        if event.get("response") == "token":
            self.hits["GRT-02"].add(event["client"])
        elif event.get("response") == "code" and "challenge" in event:
            if not event["challenge"] or event["method"] != "S256":
                self.hits["PKC-01"].add(event["client"])

    def redemption(self, event):
        key = event["code"] or (event["session"], event["client"])
        first = self.redeemed.get(key)
        if event["code"]:
            if self.issued_to.get(event["code"], event["client"]) != event["client"]:
                self.hits["COD-03"].add(event["client"])
            if first and event["ok"]:
                self.hits["COD-01"].add(event["client"])
        if first and not event["ok"] and event["time"] - first["time"] > 30 and event["ip"] != first["ip"]:
            if event.get("native") in (None, "invalid_code"):
                self.hits["COD-02"].add(event["client"])
        if event["ok"]:
            self.redeemed.setdefault(key, event)
            self.root[event["issued"]] = (event["issued"], set(event["scope"].split()))

    def refresh(self, event):
        token = event["presented"]
        root, scope = self.root.get(token, (None, None))
        wanted = set((event["scope"] or event.get("wanted") or "").split())
        if root and wanted - scope:
            self.hits["SCP-02"].add(event["client"])
        rotation = self.rotated.get(token)
        if not event["ok"]:
            far = rotation and event["time"] - rotation["time"] >= 600 and event["ip"] != rotation["ip"]
            if far and "reuse" in (event.get("reason") or "reuse"):
                self.hits["RFT-01"].add(event["client"])
            return
        if root and root in self.revoked and event["time"] - self.revoked[root] > 300:
            self.hits["REV-01"].add(event["client"])
        if root:
            self.root[event["issued"]] = (root, scope)
        self.rotated.setdefault(token, event)
        self.successors[token].append(event["issued"])
        self.used.add(token)
        self.owner[token] = event["client"]

    def client_failure(self, event):
        now, client = event["time"], event["client"]
        if event["error"] == "invalid_client":
            times = self.failures[client]
            times.append(now)
            while now - times[0] > 600:
                times.popleft()
            if client != "-" and len(times) >= 20:
                self.hits["BRU-01"].add(client)
        network = event["ip"].rsplit(".", 1)[0] + ".0/24"
        spray = self.sprays[network]
        spray.append((now, client))
        while now - spray[0][0] > 3600:
            spray.popleft()
        if len({client for _, client in spray}) >= 10:
            self.hits["BRU-02"].add(network)

    def finish(self):
        for token, successors in self.successors.items():
            if len(set(successors)) >= 2 and all(successor in self.used for successor in successors):
                self.hits["RFT-03"].add(self.owner[token])
        return self.hits


def main(form, log, truth_path):
    checks, reader, last, lines, size = Checks(), READERS[form], 0, 0, 0
    for lines, line in enumerate(read(log), 1):
        event = reader(line.rstrip("\n"))
        size += len(line)
        if event["time"] < last:
            sys.exit(f"{log}:{lines}: time goes backwards")
        last = event["time"]
        checks.add(event)
    truths, bad = collections.defaultdict(set), 0
    with open(truth_path, encoding="ascii") as file:
        for record in map(json.loads, file):
            if form not in record["visible"]:
                sys.exit(f"{truth_path}: {record['detection']} is not visible in {form}")
            if record["time"][:10] != record["last"][:10]:
                sys.exit(f"{truth_path}: {record['client_id']} touches two days")
            truths[record["detection"]].add(record["network" if record["detection"] == "BRU-02" else "client_id"])
    found = checks.finish()
    print(f"{form}: {lines} lines, {size / max(lines, 1):.0f} bytes a line, {sum(map(len, truths.values()))} incidents")
    for detection in sorted(truths.keys() | found.keys()):
        missed, extra = truths[detection] - found[detection], found[detection] - truths[detection]
        bad += len(missed) + len(extra)
        print(f"  {detection}  truth {len(truths[detection]):5}  missed {len(missed):4}  extra {len(extra):4}", end="")
        print("  ", *sorted(missed | extra)[:3])
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in READERS:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    sys.exit(main(*sys.argv[1:]))
