"""The identity service over HTTP: consent, tokens, revocation, connections (xero.md 1)."""

import base64
import binascii
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from ...store import Store
from ..organisation.chart import fixed_id
from ..protocol.envelope import Answer, problem
from ..tenants import Tenants
from . import consent
from .tokens import App, TokenError, Tokens

#: An accountant's practice in the list; calls to it are 403, as it is no organisation.
_PRACTICE = {
    "id": fixed_id("practice connection"),
    "tenantId": fixed_id("practice"),
    "tenantType": "PRACTICE",
    "tenantName": "Sandbox Accountants",
}


def blueprint(store: Store, tenants: Tenants, tokens: Tokens, *, auto_consent: bool) -> Blueprint:
    """The routes of login, identity and /connections."""
    routes = Blueprint("xero_identity", __name__)

    @routes.route("/identity/connect/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        return consent.authorize(tenants, tokens, auto_consent=auto_consent)

    @routes.post("/connect/token")
    def token() -> Response:
        try:
            with store.changing():
                return _json(_tokens(tokens, _authenticated(tokens)))
        except TokenError as error:
            return _json({"error": str(error)}, 400)

    @routes.post("/connect/revocation")
    def revocation() -> Response:
        try:
            app = _authenticated(tokens)
        except TokenError as error:
            return _json({"error": str(error)}, 400)
        with store.changing():
            tokens.revoke(app, request.form.get("token", ""))
        return Response(status=200)

    _connections(routes, store, tenants, tokens)
    return routes


def _connections(routes: Blueprint, store: Store, tenants: Tenants, tokens: Tokens) -> None:
    @routes.get("/connections")
    def connections() -> Response:
        grant = bearer(tokens)
        if isinstance(grant, Answer):
            return respond(grant)
        event = request.args.get("authEventId")
        rows = tokens.opened(grant)
        shown = [_connection(row, tenants) for row in rows if event in {None, row["authEventId"]}]
        if shown and tenants.first.settings["practice"]:
            shown.append(shown[0] | _PRACTICE)
        return _json(shown)

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


def _connection(row: dict[str, Any], tenants: Tenants) -> dict[str, Any]:
    tenant = tenants.get(row["tenantId"])
    return {
        "id": row["id"],
        "authEventId": row["authEventId"],
        "tenantId": row["tenantId"],
        "tenantType": "ORGANISATION",
        "tenantName": tenant.organisation["Name"] if tenant else None,
        "createdDateUtc": row["createdDateUtc"],
        "updatedDateUtc": row["updatedDateUtc"],
    }


def _authenticated(tokens: Tokens) -> App:
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
    return tokens.app(client_id, secret)


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
