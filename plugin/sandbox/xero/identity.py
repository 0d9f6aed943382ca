"""The identity service over HTTP: consent, tokens, revocation, connections (xero.md 1)."""

import base64
import binascii
import json
import secrets
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, request

from ..store import Store
from .envelope import Answer, problem
from .page import page
from .tenant import Tenant
from .tokens import APPS, SCOPES, App, TokenError, Tokens

_CONSENT = """
<h1>{{ app.client_id }} wants access</h1>
<p>Organisation: <b>{{ organisation }}</b></p>
<ul>{% for word in scope %}<li>{{ word }}</li>{% endfor %}</ul>
<form method="post"><button>Allow access</button></form>
"""
_REFUSED = """
<h1>Sorry, something went wrong</h1>
<p>Error: <b>{{ error }}</b></p><p>{{ reason }}</p>
"""


def blueprint(store: Store, tenant: Tenant, tokens: Tokens, *, auto_consent: bool) -> Blueprint:
    """The routes of login, identity and /connections."""
    routes = Blueprint("xero_identity", __name__)

    @routes.route("/identity/connect/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        app = APPS.get(request.args.get("client_id", ""))
        fault = _consent_fault(app)
        if fault is not None or app is None:
            error, reason = fault or ("unauthorized_client", "")
            return page("Xero", _REFUSED, status=400, error=error, reason=reason)
        scope = request.args.get("scope", "").split()
        if request.method == "POST" or auto_consent:
            with store.changing():
                return redirect(_allowed(tokens, app, " ".join(scope)))
        name = tenant.organisation["Name"]
        return page("Allow access", _CONSENT, app=app, organisation=name, scope=scope)

    @routes.post("/connect/token")
    def token() -> Response:
        try:
            with store.changing():
                return _json(_tokens(tokens, _authenticated()))
        except TokenError as error:
            return _json({"error": str(error)}, 400)

    @routes.post("/connect/revocation")
    def revocation() -> Response:
        try:
            app = _authenticated()
        except TokenError as error:
            return _json({"error": str(error)}, 400)
        with store.changing():
            tokens.revoke(app, request.form.get("token", ""))
        return Response(status=200)

    _connections(routes, store, tenant, tokens)
    return routes


def _connections(routes: Blueprint, store: Store, tenant: Tenant, tokens: Tokens) -> None:
    @routes.get("/connections")
    def connections() -> Response:
        grant = bearer(tokens)
        if isinstance(grant, Answer):
            return respond(grant)
        event = request.args.get("authEventId")
        rows = tokens.connections(grant["client_id"])
        name = tenant.organisation["Name"]
        return _json(
            [_connection(row, name) for row in rows if event in {None, row["authEventId"]}]
        )

    @routes.delete("/connections/<connection_id>")
    def disconnect(connection_id: str) -> Response:
        grant = bearer(tokens)
        if isinstance(grant, Answer):
            return respond(grant)
        with store.changing():
            found = tokens.disconnect(grant["client_id"], connection_id.lower())
        return Response(status=204 if found else 404)


def bearer(tokens: Tokens) -> Any:
    """The grant of the call's access token, or the Answer that refuses it (xero.md 1.7)."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return problem(401, "AuthenticationUnsuccessful")
    grant, live = tokens.access(token.strip())
    if grant is None:
        return problem(401, "AuthenticationUnsuccessful")
    if not live:
        return expired(grant["expires"])
    return grant


def expired(seconds: float) -> Answer:
    """The 401 of an access token that expired at `seconds` since 1970."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return problem(401, f"TokenExpired: token expired at {moment:%m/%d/%Y %H:%M:%S}")


def respond(answer: Answer) -> Response:
    """An Answer without envelope as a response."""
    response = Response(answer.text, answer.status, content_type=answer.content_type)
    response.headers.update(answer.headers)
    return response


def _connection(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "authEventId": row["authEventId"],
        "tenantId": row["tenantId"],
        "tenantType": "ORGANISATION",
        "tenantName": name,
        "createdDateUtc": row["createdDateUtc"],
        "updatedDateUtc": row["updatedDateUtc"],
    }


def _consent_fault(app: App | None) -> tuple[str, str] | None:
    """Why consent can't even be asked for, as (error, sentence); None when it can."""
    args = request.args
    if app is None or app.custom:
        return "unauthorized_client", "No app with this client id uses the code flow."
    if not allowed_redirect(args.get("redirect_uri", "")):
        return "invalid_request", "redirect_uri must be https, or http://localhost."
    if args.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code."
    if args.get("code_challenge") and args.get("code_challenge_method") != "S256":
        return "invalid_request", "code_challenge_method must be S256."
    unknown = sorted(set(args.get("scope", "").split()) - SCOPES)
    if unknown or not args.get("scope"):
        return "invalid_scope", "Not a scope of this app: " + ", ".join(unknown or ["(none)"])
    return None


def allowed_redirect(uri: str) -> bool:
    """Https, or http on localhost by that very name: 127.0.0.1 is refused (xero.md 1.1)."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    if not parts.hostname or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "localhost")


def _allowed(tokens: Tokens, app: App, scope: str) -> str:
    """Where the browser goes after consent."""
    args = request.args
    uri = args["redirect_uri"]
    code = tokens.consent(app, scope, uri, args.get("code_challenge", ""))
    answer = {"code": code, "scope": scope}
    if "state" in args:
        answer["state"] = args["state"]
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode(answer)}"


def _authenticated() -> App:
    """The app of a token call: Basic, or client_id and client_secret in the form."""
    client_id, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise TokenError("invalid_client") from None
    if not client_id:
        raise TokenError("unauthorized_client")
    app = APPS.get(client_id)
    if app is None or not secrets.compare_digest(app.secret.encode(), secret.encode()):
        raise TokenError("invalid_client")
    return app


def _tokens(tokens: Tokens, app: App) -> dict[str, Any]:
    form = request.form
    kind = form.get("grant_type", "")
    if kind not in {"authorization_code", "refresh_token", "client_credentials"}:
        raise TokenError("unsupported_grant_type")
    if app.custom != (kind == "client_credentials"):
        raise TokenError("unauthorized_client")
    if kind == "client_credentials":
        if "scope" in form:
            raise TokenError("invalid_scope")
        return tokens.client_credentials(app)
    if kind == "refresh_token":
        return tokens.refresh(app, form.get("refresh_token", ""))
    return tokens.exchange(
        app, form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier", "")
    )


def _json(document: Any, status: int = 200) -> Response:
    response = Response(json.dumps(document), status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store, no-cache, max-age=0"
    response.headers["Xero-Correlation-Id"] = str(uuid.uuid4())
    return response
