"""What other people do between two calls of an app: revoke it, edit a document, touch a row."""

import re
from typing import Any

from ..access.tokens import APPS, Tokens
from ..control import edits
from ..documents.owners import OWNERS, Owner
from ..tenant import Tenant
from ..tenants import Tenants
from .fault import Fault
from .faults import Environ

_OWNERS = {owner.endpoint.lower(): owner for owner in OWNERS}
#: How the control calls what can be edited, and what is set there by default.
_EDITED: dict[str, tuple[str, dict[str, str]]] = {
    "Invoices": ("invoice", {"Reference": "Edited by another user"}),
    "Contacts": ("contact", {"EmailAddress": "edited@example.com"}),
}


class Meanwhile:
    """Acts on the faults BY_PEOPLE of faults.py."""

    def __init__(self, tenants: Tenants, tokens: Tokens) -> None:
        self._tenants = tenants
        self._tokens = tokens

    def before(self, fault: Fault, environ: Environ) -> bool:
        """Delete the app's connection, so that its calls are 403 until it is connected anew."""
        if fault.kind != "revoke_tenant":
            return False
        with self._tenants.first.store.changing():
            connection = self._connection(environ)
            return connection is not None and self._tokens.disconnect(
                connection["client_id"], connection["id"]
            )

    def after(self, fault: Fault, environ: Environ, body: bytes) -> bool:
        """Edit the first document of an answer, or touch it, so that it goes to the end.

        The change comes before anybody else can ask. Returns whether there was such a document.
        """
        if fault.kind == "shift" and not _is_page(environ):
            return False
        owner = _owner(environ)
        with self._tenants.first.store.changing():
            connection = self._connection(environ) or {}
            tenant = self._tenants.get(connection.get("tenantId", ""))
            found = _first(owner, tenant, body) if tenant else None
            if tenant is None or found is None:
                return False
            if fault.kind == "shift":
                _touch(tenant, owner, found)
                return True
            named, changes = _EDITED[owner.endpoint]
            try:
                edits.edit(tenant, {named: found, "set": fault.set or changes})
            except edits.ControlError:  # such a document has nothing of the kind
                return False
        return True

    def _connection(self, environ: Environ) -> dict[str, Any] | None:
        """The connection that the call uses; a custom one need not name the organisation."""
        token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")[2].strip()
        grant, _live = self._tokens.access(token)
        if grant is None:
            return None
        wanted = environ.get("HTTP_XERO_TENANT_ID", "").strip().lower()
        custom = APPS[grant["client_id"]].custom
        rows = self._tokens.opened(grant)
        return next((r for r in rows if r["tenantId"] == wanted or (custom and not wanted)), None)


def _owner(environ: Environ) -> Owner:
    """The kind of document that the path is about."""
    return _OWNERS[environ["PATH_INFO"].split("/")[3].lower()]


def _is_page(environ: Environ) -> bool:
    """Whether the list was read by pages; some always are (xero.md 2.2)."""
    query = environ.get("QUERY_STRING", "").lower()
    return "page=" in query or _owner(environ).endpoint in {"PurchaseOrders", "Quotes"}


def _first(owner: Owner, tenant: Tenant, body: bytes) -> str | None:
    """The id of the first document of an answer in JSON or XML."""
    told = re.finditer(rf'{owner.id_name}"?[:>]\s*"?([0-9a-f-]{{36}})'.encode(), body)
    ids = (match.group(1).decode() for match in told)
    return next((each for each in ids if tenant.find(owner.kind, each)), None)


def _touch(tenant: Tenant, owner: Owner, key: str) -> None:
    """Give a row the newest UpdatedDateUTC of all, the order of pages (xero.md 2.2)."""
    rows = tenant.store.table(owner.kind)
    newest = max(row["UpdatedDateUTC"] for row in rows.values())
    moment = max(tenant.now_ms(), newest + 1)
    tenant.store.put(owner.kind, key, rows[key] | {"UpdatedDateUTC": moment})
