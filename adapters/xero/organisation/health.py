"""What Xero allows a connection: scopes, a person's actions, whether it is a demo company."""

from collections.abc import Iterator

from ....plugin.domain.connections.connection import Connection
from ....plugin.domain.connections.health import Point, PointState, clock_points
from ..access.oauth import XeroLogin
from ..api.client import XeroClient
from .lists import allowed_actions

#: Setting `invoice_status` -> the action that it needs (xero.md 4).
_NEEDED = {
    "AUTHORISED": ("CreateApprovedInvoice", "approve invoices"),
    "SUBMITTED": ("CreateDraftInvoice", "create draft invoices"),
    "DRAFT": ("CreateDraftInvoice", "create draft invoices"),
}


def read_health(login: XeroLogin, client: XeroClient, connection: Connection) -> list[Point]:
    """Four calls at most.

    Raises:
        TryLater: Xero can't be reached.
        Disconnected: access has ended.
    """
    opened = login.connections(login.token())
    if client.organisation_id not in opened:
        fix = f"Run: mintsoft-xero connection connect {connection.name}"
        return [_point("access", "The access to the organisation has ended.", fix)]
    return [
        _point("access", "The access works."),
        _scopes(login, connection),
        *_actions(client, connection),
        *_demo(client),
        *clock_points("Xero", client.clock_ahead),
    ]


def _scopes(login: XeroLogin, connection: Connection) -> Point:
    lacking = login.lacks()
    if not lacking:
        return _point("scopes", "All scopes that are needed are granted.")
    if connection.grant.kind == "custom":
        fix = "Add them to the custom connection in Xero's developer portal, and authorise it."
    else:
        fix = f"Consent again: mintsoft-xero connection connect {connection.name}"
    return _point("scopes", f"These scopes are not granted: {', '.join(lacking)}.", fix)


def _actions(client: XeroClient, connection: Connection) -> Iterator[Point]:
    """An action that is not named is not known, and nothing is said of it."""
    allowed = allowed_actions(client)
    action, words = _NEEDED[connection.settings.invoice_status]
    if allowed.get(action, True):
        yield _point("actions", f"The organisation lets this connection {words}.")
    else:
        fix = "Have somebody connect who may, raise the organisation's plan, or set"
        fix += f" another status: mintsoft-xero connection set {connection.name} invoice_status=..."
        yield _point("actions", f"The organisation does not let this connection {words}.", fix)
    if not allowed.get("UseMulticurrency", True):
        yield _note("multicurrency", "The organisation's plan has one currency alone.")


def _demo(client: XeroClient) -> Iterator[Point]:
    rows = client.get("Organisations").get("Organisations") or [{}]
    if rows[0].get("IsDemoCompany"):
        yield _note("demo_company", "It is a demo company: Xero empties it every 28 days.")


def _point(name: str, sentence: str, fix: str = "") -> Point:
    """With a fix it is missing."""
    state = PointState.MISSING if fix else PointState.OK
    return Point(side="Xero", name=name, state=state, sentence=sentence, fix=fix)


def _note(name: str, sentence: str) -> Point:
    return Point(side="Xero", name=name, state=PointState.NOTE, sentence=sentence)
