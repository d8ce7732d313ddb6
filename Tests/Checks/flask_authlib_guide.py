"""Checks the guide for Flask + Authlib: a real server writes the log with the guide's module, grantaudit audits it.

    flask_authlib_guide.py [GRANTAUDIT]      the program to use; what `swift build` has built by default

Uses Flask and Authlib where they are installed, else makes an environment for them in .build.
"""

import base64
import hashlib
import http.client
import json
import logging
import logging.handlers
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from importlib import metadata
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "Documentation" / "flask-authlib.md"
ENVIRONMENT = ROOT / ".build" / "flask-authlib"
PACKAGES = ("flask>=3", "authlib>=1.6")


def leave(reason: str) -> None:
    """Ends the check without a verdict."""
    print(f"  not checked: {reason}")
    sys.exit(0)


def run_in_environment() -> None:
    """Runs this file again in an environment that has the packages."""
    python = ENVIRONMENT / "bin" / "python"
    if os.environ.get("GRANTAUDIT_CHECK_ENVIRONMENT"):
        leave("Flask and Authlib cannot be imported")
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True, capture_output=True, timeout=120)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        subprocess.run(install, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError):
        leave("Flask and Authlib are missing and cannot be installed (pip install flask authlib)")
    os.environ["GRANTAUDIT_CHECK_ENVIRONMENT"] = "1"
    os.execv(python, [str(python), *sys.argv])


try:
    import authlib  # noqa: F401
    import flask  # noqa: F401
except ImportError:
    run_in_environment()

from authlib.integrations.flask_oauth2 import ResourceProtector
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import make_server

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "Documentation"))
from grantaudit_logging import AuditedAuthorizationServer, note, revoked


# The server. Everything that the guide shows stands here word for word.


class User:
    def __init__(self, name):
        self.name = name

    def get_user_id(self):
        return self.name


class Client(ClientMixin):
    def __init__(self, client_id, secret):
        self.client_id = client_id
        self.secret = secret

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return "https://shop.example.com/callback"

    def get_allowed_scope(self, scope):
        return " ".join(word for word in (scope or "").split() if word in ("profile", "orders", "admin"))

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == self.get_default_redirect_uri()

    def check_client_secret(self, client_secret):
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in ("authorization_code", "refresh_token")


class Code:
    def __init__(self, code, asked, user):
        self.code = code
        self.client_id = asked.client.client_id
        self.redirect_uri = asked.payload.redirect_uri
        self.scope = asked.scope
        self.user = user
        self.code_challenge = asked.payload.data.get("code_challenge")
        self.code_challenge_method = asked.payload.data.get("code_challenge_method")
        self.used = False

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class Token(TokenMixin):
    def __init__(self, token, asked):
        self.client_id = asked.client.client_id
        self.user = asked.user
        self.access_token = token["access_token"]
        self.refresh_token = token.get("refresh_token")
        self.scope = token["scope"]
        self.is_rotated = False
        self.is_revoked_now = False
        self.successor = None

    def check_client(self, client):
        return self.client_id == client.client_id

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return 3600

    def is_expired(self):
        return False

    def is_revoked(self):
        return self.is_revoked_now


codes: dict = {}
tokens: list = []
clients = {name: Client(name, f"secret-of-{name}-7d1f0c55") for name in ("shop", "office")}


def save_token(token, asked):
    tokens.append(Token(token, asked))


def end_grant(token):
    """Revokes a token and all that came of it."""
    while token:
        token.is_revoked_now, last, token = True, token, token.successor
    revoked(token=last)


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    def save_authorization_code(self, code, request):
        codes[code] = Code(code, request, request.user)

    def query_authorization_code(self, code, client):
        found = codes.get(code)
        if found and found.used:
            note(verdict="code_replay")
        if found and found.client_id == client.client_id and not found.used:
            return found

    def delete_authorization_code(self, authorization_code):
        authorization_code.used = True

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class RefreshTokenGrant(grants.RefreshTokenGrant):
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        found = next((token for token in tokens if token.refresh_token == refresh_token), None)
        if found and found.is_rotated:
            note(verdict="refresh_reuse")
            end_grant(found)
        elif found and not found.is_revoked():
            return found

    def authenticate_user(self, refresh_token):
        return refresh_token.user

    def revoke_old_credential(self, refresh_token):
        refresh_token.is_rotated = True
        refresh_token.successor = tokens[-1]


class TokenRevocation(RevocationEndpoint):
    def query_token(self, token_string, token_type_hint):
        return next((t for t in tokens if token_string in (t.access_token, t.refresh_token)), None)

    def revoke_token(self, token, request):
        token.is_revoked_now = True


class TokenValidator(BearerTokenValidator):
    def authenticate_token(self, token_string):
        return next((token for token in tokens if token.access_token == token_string), None)


def make_app(log_file: str) -> Flask:
    app = Flask(__name__)
    app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
    app.config["GRANTAUDIT_ISSUER"] = "https://login.example.com"
    app.config["GRANTAUDIT_HASH_KEY"] = b"kept beside the other secrets of the application"
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)

    handler = logging.handlers.WatchedFileHandler(log_file)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("grantaudit")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)

    server = AuditedAuthorizationServer(app, query_client=clients.get, save_token=save_token)
    server.register_grant(AuthorizationCodeGrant, [CodeChallenge(required=True)])
    server.register_grant(RefreshTokenGrant)
    server.register_endpoint(TokenRevocation)
    require_oauth = ResourceProtector()
    require_oauth.register_token_validator(TokenValidator())

    @app.route("/oauth/authorize", methods=["GET", "POST"])
    def authorize():
        user = User(request.headers["X-Signed-In"])
        try:
            grant = server.get_consent_grant(end_user=user)
        except OAuth2Error as error:
            return server.handle_error_response(request, error)
        if request.method == "GET":
            return "May the client have this?"
        agreed = user if request.form.get("agreed") else None
        return server.create_authorization_response(grant_user=agreed, grant=grant)

    @app.post("/oauth/token")
    def issue_token():
        return server.create_token_response()

    @app.post("/oauth/revoke")
    def revoke_token():
        return server.create_endpoint_response("revocation")

    @app.get("/oauth/userinfo")
    @require_oauth("profile")
    def userinfo():
        return {"sub": "somebody"}

    return app


# Its visitors.


class Browser:
    """A user with a client, at an address; remembers every secret that passed."""

    secrets: set = set()

    def __init__(self, port, user, address, client="shop", software="shop/1.0"):
        self.port, self.user, self.client = port, user, clients[client]
        basic = base64.b64encode(f"{client}:{self.client.secret}".encode()).decode()
        self.secrets.add(self.client.secret)
        self.own = {"User-Agent": software, "X-Signed-In": user}
        self.own |= {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
        self.basic = {"Authorization": "Basic " + basic}

    def ask(self, method, target, form=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = urlencode(form) if form is not None else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection.request(method, target, body, {**self.own, **kind, **dict(headers)})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def authorize(self, scope="profile orders", **others):
        """Signs in and agrees; the code and its verifier."""
        verifier = base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code", "client_id": self.client.client_id, "scope": scope, "state": "k3",
            "redirect_uri": "https://shop.example.com/callback", "code_challenge": challenge,
            "code_challenge_method": "S256", **others,
        }
        target = "/oauth/authorize?" + urlencode(query)
        answer, _ = self.ask("GET", target)
        if answer.status != 200:
            return None, None
        answer, _ = self.ask("POST", target, {"agreed": "yes"})
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        self.secrets.update((code, verifier))
        return code, verifier

    def token(self, **form):
        """Asks the token endpoint: the answer, or the error."""
        answer, text = self.ask("POST", "/oauth/token", form, self.basic)
        found = json.loads(text)
        self.secrets.update(value for name, value in found.items() if name in ("access_token", "refresh_token"))
        return found if answer.status == 200 else found["error"]

    def redeem(self, code, verifier):
        return self.token(
            grant_type="authorization_code", code=code, code_verifier=verifier,
            redirect_uri="https://shop.example.com/callback",
        )

    def sign_in(self):
        """The whole code flow: its tokens."""
        return self.redeem(*self.authorize())

    def refresh(self, token, **others):
        return self.token(grant_type="refresh_token", refresh_token=token, **others)


def visit(port: int) -> None:
    """What happens on the server, harmless and not."""
    alice = Browser(port, "alice", "203.0.113.10")
    first = alice.sign_in()
    answer, _ = alice.ask("GET", "/oauth/userinfo", headers={"Authorization": "Bearer " + first["access_token"]})
    expect(answer.status, 200)
    second = alice.refresh(first["refresh_token"])
    expect(alice.refresh(second["refresh_token"], scope="profile")["scope"], "profile")

    bob = Browser(port, "bob", "203.0.113.60")
    code, verifier = bob.authorize()
    bob.redeem(code, verifier)
    thief = Browser(port, "mallory", "198.51.100.7", software="curl/8.0")
    expect(thief.redeem(code, verifier), "invalid_grant")

    carol = Browser(port, "carol", "192.0.2.44")
    stolen = carol.sign_in()["refresh_token"]
    carol.refresh(stolen)
    expect(thief.refresh(stolen), "invalid_grant")

    dave = Browser(port, "dave", "192.0.2.80")
    mine = dave.sign_in()["refresh_token"]
    expect(dave.refresh(mine, scope="profile admin"), "invalid_scope")

    erin = Browser(port, "erin", "192.0.2.90", client="office")
    ended = erin.sign_in()["refresh_token"]
    answer, _ = erin.ask("POST", "/oauth/revoke", {"token": ended, "token_type_hint": "refresh_token"}, erin.basic)
    expect(answer.status, 200)
    expect(erin.refresh(ended), "invalid_grant")
    expect(erin.authorize(redirect_uri="https://shop.example.net/callback"), (None, None))


FINDINGS = {
    # Ten days, which Authlib has built in until `OAUTH2_TOKEN_EXPIRES_IN` says otherwise.
    "access_token_lifetime_over_a_day",
    "authorization_code_replay_refused_other_context",
    "refresh_token_reuse_other_context",
    "refresh_scope_beyond_grant_requested",
    "revoked_grant_attempted",
    "unregistered_redirect_uri_refused",
}


def expect(actual, expected) -> None:
    if actual != expected:
        raise SystemExit(f"  the server answered {actual!r} in place of {expected!r}")


def problems(program: str, folder: Path, log_file: Path) -> list[str]:
    """What is wrong with the log and with what grantaudit makes of it."""
    database = folder / "audit.sqlite"
    command = [program, "audit", "--rules", ROOT / "Rules", "--database", database, log_file]
    audit = subprocess.run(command, capture_output=True, text=True, timeout=300)
    found: list[str] = []
    if audit.returncode != 0:
        found.append(f"grantaudit ended with status {audit.returncode}: {audit.stderr}")
        return found
    with sqlite3.connect(database) as rows:
        named = {name: level for name, level in rows.execute("SELECT rule_name, level FROM findings_view")}
        lines, events, rejected = rows.execute("SELECT sum(lines), sum(events), sum(rejected) FROM inputs").fetchone()
        formats = [name for (name,) in rows.execute("SELECT DISTINCT format FROM inputs")]
    found += [f"the rule {name} found nothing" for name in sorted(FINDINGS - set(named))]
    found += [f"the rule {name} ({level}) found something" for name, level in named.items() if name not in FINDINGS]
    if formats != ["grantaudit-json"]:
        found.append(f"the log was read as {formats}")
    written = len(log_file.read_text(encoding="ascii").splitlines())
    if rejected or not lines == events == written:
        found.append(f"{written} lines written, {lines} read, {events} events, {rejected} rejected")
    texts = {path.name: path.read_bytes() for path in folder.iterdir()}
    texts |= {"standard output": audit.stdout.encode(), "standard error": audit.stderr.encode()}
    for name, text in texts.items():
        found += [f"{name} holds a secret" for secret in Browser.secrets if secret.encode() in text]
    return found


def untrue_lines() -> list[str]:
    """Lines of code in the guide that are not in the server above."""
    own = {line.strip() for line in Path(__file__).read_text(encoding="utf-8").splitlines()}
    blocks = GUIDE.read_text(encoding="utf-8").split("```python\n")[1:]
    shown = [line.strip() for block in blocks for line in block.split("```")[0].splitlines()]
    found = [f"the guide shows what is not tested: {line}" for line in shown if line and line not in own]
    return found if len(shown) > 20 else [*found, "the guide shows no code"]


def main() -> int:
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / ".build" / "debug" / "grantaudit")
    if not Path(program).exists():
        leave(f"there is no {program} (swift build)")
    logging.getLogger("werkzeug").disabled = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log_file = folder / "grants.jsonl"
        server = make_server("127.0.0.1", 0, make_app(str(log_file)), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            visit(server.server_port)
        finally:
            server.shutdown()
            thread.join()
        found = problems(program, folder, log_file) + untrue_lines()
        if os.environ.get("GRANTAUDIT_CHECK_VERBOSE"):
            print(log_file.read_text(encoding="ascii"))
    version = ", ".join(f"{name} {metadata.version(name)}" for name in ("flask", "authlib"))
    print("\n".join(found) if found else f"  {len(FINDINGS)} findings and no other in the log of {version}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
