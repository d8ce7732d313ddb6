#!/usr/bin/env python3
# The comparison job: a part of what grantaudit does, as SQL in DuckDB.
"""usage: duckdb_job.py FORMAT INPUT DATABASE      FORMAT is flat or keycloak-json; INPUT may end in .zst

One pass over the log keeps the rows and columns that some question needs (the fastest of the plans tried):
  1. stateless rules: password grant, redirection URIs without encryption or that run script, refused redirection
     URIs, implicit grant, scope admin:*
  2. codes presented again after they were redeemed, or by another client
  3. refreshes whose scope goes beyond what the grant began with
  4. twenty or more failed authentications of one client within ten minutes
Answers go to a table `findings` in a SQLite file, as an audit would leave them.
"""
import os
import sqlite3
import sys

import duckdb

LOOPBACK = r"^http://(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]*)?([/?#]|$)"
ACTIVE = r"^(javascript|vbscript|data|blob|file|about|view-source):"
BEYOND = "len(list_filter(string_split({0}, ' '), lambda x: NOT list_contains(string_split({1}, ' '), x))) > 0"


def scan(path, columns):
    types = ", ".join(f"{name}: 'VARCHAR'" for name in columns)
    compression = ", compression = 'zstd'" if path.endswith(".zst") else ""
    return f"read_json('{path}', format = 'newline_delimited', columns = {{{types}}}{compression})"


def flags(rules):
    """One bit per rule, so that one scan evaluates them all."""
    return " + ".join(f"(CASE WHEN {rule} THEN {1 << bit} ELSE 0 END)" for bit, rule in enumerate(rules.values()))


def flat(path):
    rules = {
        "GRT-01": "grant_type = 'password' AND outcome = 'success'",
        "RED-01": f"starts_with(redirect_uri, 'http://') AND NOT regexp_matches(redirect_uri, '{LOOPBACK}', 'i')",
        "RED-01 active": f"regexp_matches(redirect_uri, '{ACTIVE}', 'i')",
        "RED-02": "error = 'invalid_redirect_uri'",
        "SCP-06": "event = 'token.issued' AND contains(scope, 'admin:')",
    }
    columns = (
        "time event outcome error grant_type client_id sub ip scope redirect_uri code_hash refresh_token_id "
        "parent_refresh_token_id"
    ).split()
    events = f"""
        SELECT {flags(rules)} AS flags, time::TIMESTAMP AS time, event, error, grant_type, client_id, sub, ip, scope,
            code_hash AS code, parent_refresh_token_id AS presented, refresh_token_id AS issued
        FROM {scan(path, columns)}
        WHERE flags <> 0 OR event IN ('token.issued', 'token.refreshed', 'token.failed', 'authorization.code_issued')"""
    questions = [
        """
        WITH redeemed AS (SELECT code, min(time) AS first, count(*) AS times, arg_min(ip, time) AS ip FROM event
                          WHERE event = 'token.issued' AND code IS NOT NULL GROUP BY code)
        SELECT CASE WHEN event = 'token.issued' THEN 'COD-01' ELSE 'COD-02' END, e.time, e.client_id, e.sub, e.ip,
            e.code
        FROM event e JOIN redeemed r ON e.code = r.code
        WHERE e.event IN ('token.issued', 'token.failed') AND e.time > r.first""",
        """
        SELECT 'COD-03', e.time, e.client_id, e.sub, e.ip, e.code
        FROM event e JOIN event i ON e.code = i.code AND i.event = 'authorization.code_issued'
        WHERE e.event IN ('token.issued', 'token.failed') AND e.client_id <> i.client_id""",
        f"""
        WITH RECURSIVE step AS (SELECT time, client_id, sub, ip, presented, issued, scope, event FROM event
                                WHERE event IN ('token.issued', 'token.refreshed') AND issued IS NOT NULL),
        family AS (SELECT issued, scope AS root FROM step WHERE event = 'token.issued'
                   UNION ALL
                   SELECT s.issued, f.root FROM family f JOIN step s
                   ON s.presented = f.issued AND s.event = 'token.refreshed')
        SELECT 'SCP-02', s.time, s.client_id, s.sub, s.ip, s.issued FROM step s JOIN family f ON f.issued = s.issued
        WHERE s.event = 'token.refreshed' AND s.scope <> f.root AND {BEYOND.format('s.scope', 'f.root')}""",
    ]
    return rules, events, questions, "error = 'invalid_client'"


def keycloak(path):
    # Predicates on the raw message first; a value is cut out only where a row needs it.
    def value(key):
        return f"""regexp_extract(message, ' {key}="([^"]*)"', 1)"""

    http = value("redirect_uri")
    rules = {
        "GRT-01": """contains(message, ' grant_type="password"') AND level = 'DEBUG'""",
        "RED-01": f"""contains(message, ' redirect_uri="http://') AND NOT regexp_matches({http}, '{LOOPBACK}', 'i')""",
        "RED-01 active": f"""NOT contains(message, ' redirect_uri="http') AND contains(message, ' redirect_uri="')
            AND regexp_matches({http}, '{ACTIVE}', 'i')""",
        "RED-02": """contains(message, ' error="invalid_redirect_uri"')""",
        "GRT-02": """starts_with(message, 'type="LOGIN')
            AND regexp_matches(message, ' response_type="([^"]* )?token[ "]')""",
        "SCP-06": """starts_with(message, 'type="CODE_TO_TOKEN"') AND contains(message, 'admin:')""",
    }
    kept = "('CODE_TO_TOKEN', 'REFRESH_TOKEN', 'CODE_TO_TOKEN_ERROR', 'CLIENT_LOGIN_ERROR')"
    events = f"""
        SELECT flags, timestamp::TIMESTAMP AS time, type AS event, {value('clientId')} AS client_id,
            CASE WHEN type LIKE '%ERROR' THEN {value('error')} END AS error,
            CASE WHEN type <> 'CLIENT_LOGIN_ERROR' THEN {value('sessionId')} END AS session,
            CASE WHEN type IN ('CODE_TO_TOKEN', 'REFRESH_TOKEN') THEN {value('scope')} END AS scope,
            CASE WHEN flags <> 0 OR type <> 'REFRESH_TOKEN' THEN {value('ipAddress')} END AS ip,
            CASE WHEN flags <> 0 THEN {value('userId')} END AS sub,
            CASE WHEN type = 'REFRESH_TOKEN' THEN message END AS message
        FROM (SELECT {flags(rules)} AS flags, timestamp, message, split_part(left(message, 40), '"', 2) AS type
              FROM {scan(path, ['timestamp', 'level', 'message'])})
        WHERE flags <> 0 OR type IN {kept}"""
    questions = [
        """
        SELECT 'COD-02', e.time, e.client_id, NULL, e.ip, e.session
        FROM event e JOIN event r ON e.session = r.session AND e.client_id = r.client_id AND r.event = 'CODE_TO_TOKEN'
        WHERE e.event = 'CODE_TO_TOKEN_ERROR' AND e.error = 'invalid_code'
            AND e.time > r.time AND e.time <= r.time + INTERVAL 60 SECONDS""",
        f"""
        WITH root AS (SELECT session, client_id, arg_min(scope, time) AS scope FROM event
                      WHERE event = 'CODE_TO_TOKEN' GROUP BY ALL)
        SELECT 'SCP-02', e.time, e.client_id, {value('userId').replace('message', 'e.message')},
            {value('ipAddress').replace('message', 'e.message')},
            {value('updated_refresh_token_id').replace('message', 'e.message')}
        FROM event e JOIN root r ON e.session = r.session AND e.client_id = r.client_id
        WHERE e.event = 'REFRESH_TOKEN' AND e.scope <> r.scope AND {BEYOND.format('e.scope', 'r.scope')}""",
    ]
    return rules, events, questions, "error = 'invalid_client_credentials'"


def main(form, path, database_path):
    rules, events, questions, failed = {"flat": flat, "keycloak-json": keycloak}[form](path)
    connection = duckdb.connect(config={"preserve_insertion_order": False})
    connection.execute(f"CREATE TEMP TABLE event AS {events}")
    names = ", ".join(f"'{name}'" for name in rules)
    found = connection.execute(
        f"""SELECT rule.name, time, client_id, sub, ip, NULL
            FROM event, (SELECT unnest([{names}]) AS name, unnest(range({len(rules)})) AS bit) rule
            WHERE flags <> 0 AND (flags >> rule.bit) & 1 = 1"""
    ).fetchall()
    for question in questions:
        found += connection.execute(question).fetchall()
    found += connection.execute(
        f"""WITH failure AS (
                SELECT client_id, time, time - lag(time, 19) OVER (PARTITION BY client_id ORDER BY time) AS span
                FROM event WHERE {failed})
            SELECT 'BRU-01', min(time), client_id, NULL, NULL, client_id FROM failure
            WHERE span <= INTERVAL 10 MINUTES GROUP BY client_id"""
    ).fetchall()
    if os.path.exists(database_path):
        os.remove(database_path)
    with sqlite3.connect(database_path) as database:
        database.execute("CREATE TABLE findings (rule TEXT, time TEXT, client_id TEXT, sub TEXT, ip TEXT, key TEXT)")
        rows = [(rule, str(time), *rest) for rule, time, *rest in found]
        database.executemany("INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?)", rows)
    print(f"{len(found)} findings")


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("flat", "keycloak-json"):
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    main(*sys.argv[1:])
