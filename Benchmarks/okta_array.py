#!/usr/bin/env python3
"""Writes one JSON array of System Log events in Okta's shape, as its API gives them, to standard output.

usage: okta_array.py BYTES [--indent]
"""
import json
import random
import sys
from datetime import datetime, timedelta, timezone

KINDS = ["access_token", "refresh_token", "id_token"]
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def event(numbers, count, start):
    when = start + timedelta(milliseconds=20 * count)
    user, app = numbers.randrange(5000), numbers.randrange(40)
    name = f"user{user}@example.com"
    refused = numbers.random() < 0.01
    return {
        "actor": {"id": f"0oa{app:017}", "type": "PublicClientApp", "alternateId": f"app-{app}",
                  "displayName": f"App {app}", "detailEntry": None},
        "client": {"userAgent": {"rawUserAgent": AGENT, "os": "Linux", "browser": "FIREFOX"}, "zone": "null",
                   "device": "Computer", "id": f"0oa{app:017}", "ipAddress": f"203.0.113.{user % 250}",
                   "geographicalContext": {"city": "Springfield", "country": "Nowhere", "postalCode": None,
                                           "geolocation": {"lat": 1.5, "lon": 2.5}}},
        "authenticationContext": {"authenticationProvider": None, "credentialType": None, "issuer": None,
                                  "externalSessionId": f"trs{user:018}", "authenticationStep": 0},
        "displayMessage": "OAuth2 token request",
        "eventType": "app.oauth2.as.token.grant" + ("" if refused else "." + KINDS[count % 3]),
        "outcome": {"result": "FAILURE" if refused else "SUCCESS", "reason": "invalid_grant" if refused else None},
        "published": when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z",
        "securityContext": {"asNumber": 64500, "asOrg": "example", "isp": "example", "isProxy": False},
        "severity": "WARN" if refused else "INFO",
        "debugContext": {"debugData": {"requestUri": "/oauth2/default/v1/token", "grantType": "authorization_code",
                                       "requestedScopes": "openid, profile", "grantedScopes": "openid, profile",
                                       "clientAuthType": "client_secret_basic", "requestId": f"req{count:018}"}},
        "legacyEventType": "app.oauth2.as.token.grant", "version": "0", "uuid": f"{numbers.getrandbits(128):032x}",
        "transaction": {"type": "WEB", "id": f"tx{count // 3:018}", "detail": {}},
        "request": {"ipChain": [{"ip": f"203.0.113.{user % 250}", "version": "V4", "source": None}]},
        "target": [
            {"id": f"tok{count:018}", "type": KINDS[count % 3], "alternateId": None, "displayName": "Token",
             "detailEntry": {"expires": "2026-02-01T00:00:00.000Z", "subject": f"00u{user:017}", "hash": "x"}},
            {"id": f"00u{user:017}", "type": "User", "alternateId": name, "displayName": name, "detailEntry": None},
        ],
    }


def main():
    size = int(sys.argv[1])
    indent = 1 if "--indent" in sys.argv else None
    numbers, start = random.Random(1), datetime(2026, 1, 5, tzinfo=timezone.utc)
    written, count = 1, 0
    sys.stdout.write("[")
    while written < size:
        text = ("," if count else "") + json.dumps(event(numbers, count, start), indent=indent)
        sys.stdout.write(text)
        written += len(text)
        count += 1
    sys.stdout.write("]")


main()
