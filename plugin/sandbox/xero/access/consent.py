"""The page on which a person allows an app to use organisations (xero.md 1.1 and 1.4)."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, redirect, request

from ..pages.page import page
from ..tenants import Tenants
from .tokens import APPS, BROAD, SCOPES, App, Asked, Tokens

_CONSENT = """
<h1>{{ app.client_id }} wants access</h1>
{% for name in people -%}
<p>Log in as <a href="{{ by_person[name] }}">{{ name }}</a></p>
{% endfor -%}
<form method="post">
{% if organisations|length == 1 -%}
<p>Organisation: <b>{{ organisations[0].organisation.Name }}</b></p>
{% else -%}
<p>Choose the organisations to connect.</p>
{% for each in organisations -%}
<p><label><input type="checkbox" name="tenant" value="{{ each.id }}">
{{ each.organisation.Name }} ({{ each.organisation.CountryCode }})</label></p>
{% endfor %}{% endif %}
<ul>{% for word in scope %}<li>{{ word }}</li>{% endfor %}</ul>
<button>Allow access</button> <a href="{{ denied }}">Cancel</a>
</form>
"""
_REFUSED = """
<h1>Sorry, something went wrong</h1>
<p>Error: <b>{{ error }}</b></p><p>{{ reason }}</p>
"""


def authorize(tenants: Tenants, tokens: Tokens, *, auto_consent: bool) -> Any:
    """A page with one button, and after it the way back to the app with a code.

    With `auto_consent` every organisation is allowed at once, without a page.
    """
    app = APPS.get(request.args.get("client_id", ""))
    fault = _fault(app, broad=tenants.first.settings["broad_scopes"])
    if fault is not None or app is None:
        return _refused(*(fault or ("unauthorized_client", "")))
    if request.args.get("deny"):
        return redirect(_back(error="access_denied"))
    if auto_consent:
        chosen = [each.id for each in tenants.person(_person())]
    elif request.method == "POST":
        chosen = _chosen(tenants)
        if not chosen:
            return _refused("invalid_request", "Choose at least one organisation.")
    else:
        return _asking(app, tenants)
    with tenants.first.store.changing():
        code = tokens.consent(app, chosen, _asked())
    return redirect(_back(code=code, scope=_asked().scope))


def _person() -> str:
    """Who is logged in at Xero's page."""
    return request.args.get("person", "")


def _asking(app: App, tenants: Tenants) -> Response:
    denied, people = {**request.args, "deny": "yes"}, tenants.people()
    return page(
        "Allow access",
        _CONSENT,
        app=app,
        organisations=tenants.person(_person()),
        people=people,
        by_person={x: f"?{urlencode({**request.args, 'person': x})}" for x in people},
        scope=_asked().scope.split(),
        denied=f"?{urlencode(denied)}",
    )


def _refused(error: str, reason: str) -> Response:
    return page("Xero", _REFUSED, status=400, error=error, reason=reason)


def _fault(app: App | None, *, broad: bool) -> tuple[str, str] | None:
    """Why consent can't even be asked for, as (error, sentence); None when it can.

    `broad` says whether the broad scopes may be asked for.
    """
    args = request.args
    if app is None or app.custom:
        return "unauthorized_client", "No app with this client id uses the code flow."
    if not allowed_redirect(args.get("redirect_uri", "")):
        return "invalid_request", "redirect_uri must be https, or http://localhost."
    if args.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code."
    if args.get("code_challenge") and args.get("code_challenge_method") != "S256":
        return "invalid_request", "code_challenge_method must be S256."
    known = SCOPES | set(BROAD) if broad else SCOPES
    unknown = sorted(set(args.get("scope", "").split()) - known)
    if unknown or not args.get("scope", "").split():
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


def _chosen(tenants: Tenants) -> list[str]:
    """The organisations ticked on the page; a single one needs no tick."""
    known = [each.id for each in tenants.person(_person())]
    ticked = request.form.getlist("tenant")
    return known if len(known) == 1 else [each for each in known if each in ticked]


def _asked() -> Asked:
    args = request.args
    return Asked(
        scope=" ".join(args["scope"].split()),
        redirect_uri=args["redirect_uri"],
        challenge=args.get("code_challenge", ""),
        nonce=args.get("nonce", ""),
        person=_person(),
    )


def _back(**answer: str) -> str:
    """Where the browser goes from the page: to the app, with a code or an error."""
    uri = request.args["redirect_uri"]
    if "state" in request.args:
        answer["state"] = request.args["state"]
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{urlencode(answer)}"
