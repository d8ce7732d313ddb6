"""Writes what a Flask + Authlib authorization server does as lines that grantaudit reads (`grantaudit-json`).

Codes and tokens are only written as hashes. Copy this file into your application; flask-authlib.md shows how to use it.
"""

import hashlib
import hmac
import json
import logging
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2 import client_authenticated, token_authenticated, token_revoked
from flask import after_this_request, current_app, g
from flask import request as incoming

log = logging.getLogger("grantaudit")
SECRETS = {"access_token", "refresh_token", "client_secret", "password", "assertion", "client_assertion"}
PARAMETERS = ("grant_type", "response_type", "redirect_uri", "code_challenge_method", "prompt", "resource")


def reference(secret):
    """The hash of a code or token: HMAC-SHA-256 if GRANTAUDIT_HASH_KEY is set, else SHA-256; nothing for nothing."""
    if not secret:
        return None
    key = current_app.config.get("GRANTAUDIT_HASH_KEY")
    made = hmac.new(key, secret.encode(), hashlib.sha256) if key else hashlib.sha256(secret.encode())
    return made.hexdigest()


def note(**fields):
    """Adds `fields` to the refusal that this request ends with, such as `verdict="refresh_reuse"`."""
    g.setdefault("grantaudit_notes", {}).update(fields)


def emit(kind, outcome, user=None, **fields):
    """Writes one event of the current request; texts of clients are cut, so that no line grows without limit."""
    basic = incoming.authorization and incoming.authorization.type == "basic" and incoming.authorization.username
    now = datetime.now(timezone.utc).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    event = {
        "time": now, "kind": kind, "outcome": outcome, "issuer": current_app.config.get("GRANTAUDIT_ISSUER"),
        "client_id": basic or incoming.values.get("client_id"), "sub": str(user.get_user_id()) if user else None,
        "ip": incoming.remote_addr, "user_agent": incoming.user_agent.string, "http_method": incoming.method,
        "http_path": incoming.path, "credential_in_url": " ".join(sorted(SECRETS & set(incoming.args))), **fields,
    }
    cut = {name: value[:2000] if isinstance(value, str) else value for name, value in event.items()}
    log.info(json.dumps({name: value for name, value in cut.items() if value not in (None, "")}))


def asked():
    """What the parameters of the current request say, whatever becomes of it."""
    values, form = incoming.values, incoming.form
    fields = {name: values.get(name) for name in PARAMETERS} | {"scope_requested": values.get("scope")}
    if "response_type" in values:
        fields |= {"code_challenge_present": "code_challenge" in values, "state_present": "state" in values}
    if form.get("grant_type") == "authorization_code":
        fields |= {"code_hash": reference(form.get("code")), "code_verifier_present": "code_verifier" in form}
    if form.get("grant_type") == "refresh_token":
        fields["refresh_token_hash"] = reference(form.get("refresh_token"))
    return fields


class AuditedAuthorizationServer(AuthorizationServer):
    """An authorization server that writes an event for whatever it grants and refuses."""

    def get_consent_grant(self, request=None, end_user=None):
        g.grantaudit_kind = "authorization.request"
        grant = super().get_consent_grant(request, end_user)
        if incoming.method == "GET":
            emit("authorization.request", "unknown", end_user, **asked())
        return grant

    def create_authorization_response(self, request=None, grant_user=None, grant=None):
        g.grantaudit_kind = "authorization.response"
        response = super().create_authorization_response(request, grant_user, grant)
        answer = parse_qs(urlsplit(response.headers.get("Location", "")).query)
        if "code" in answer and "error" not in answer:
            emit("authorization.response", "success", grant_user, code_hash=reference(answer["code"][-1]),
                 scope=getattr(grant and grant.request, "scope", None), http_status=response.status_code, **asked())
        return response

    def create_endpoint_response(self, name, request=None):
        g.grantaudit_kind = {"revocation": "token.revoke", "introspection": "token.introspect"}.get(name, "other")
        return super().create_endpoint_response(name, request)

    def save_token(self, token, request):
        super().save_token(token, request)
        emit(g.get("grantaudit_kind", "token.request"), "success", request.user, scope=token.get("scope"),
             access_token_hash=reference(token["access_token"]), token_type=token.get("token_type"),
             refresh_token_issued_hash=reference(token.get("refresh_token")), expires_in=token.get("expires_in"),
             client_auth_method=getattr(request, "auth_method", None), **asked())

    def handle_error_response(self, request, error):
        response = super().handle_error_response(request, error)
        if error.description and error.description.startswith("Redirect URI "):
            note(native_error="invalid_redirect_uri")
        emit(g.get("grantaudit_kind", "token.request"), "failure", http_status=response.status_code, error=error.error,
             error_description=error.description, **asked() | g.pop("grantaudit_notes", {}))
        return response


@token_revoked.connect
def revoked(sender=None, token=None, **_):
    """A token was revoked, and with a refresh token the grant. Call `revoked(token=…)` where you end a grant."""
    member = "access_token" if incoming.form.get("token") == token.access_token else "refresh_token"
    fields = {"client_id": token.client_id, member + "_hash": reference(getattr(token, member))}
    # After the line of what ended the grant: a refused refresh must not look as if the grant had ended before it.
    after_this_request(lambda response: emit("token.revoke", "success", **fields) or response)


@client_authenticated.connect
def authenticated(sender, client=None, **_):
    emit("client.authenticate", "success", client_id=client.client_id)


@token_authenticated.connect
def used(sender, token=None, **_):
    kind = "userinfo" if incoming.path.endswith("/userinfo") else "other"
    emit(kind, "success", native_type="token_authenticated", access_token_hash=reference(token.access_token))
