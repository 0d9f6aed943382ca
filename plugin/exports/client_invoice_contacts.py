"""The contact of a fulfilment house's client: mapped by its id, or found by the client's name."""

from dataclasses import dataclass
from datetime import datetime

from ..domain.client_invoices.client_invoice import Client
from ..domain.connections.connection import Connection
from ..domain.invoices.contact import Customer, choose_named, contact_name
from ..errors import NeedsPerson
from .contacts import read_mirror
from .context import ExportContext


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The contact of a client: known by its id, or by its name alone (then it may be made)."""

    #: Name to find or make it by.
    name: str
    #: Empty where there is none yet.
    contact_id: str
    #: Why it can't be used; None where nothing speaks against it.
    problem: NeedsPerson | None = None


def contact_of(
    parts: ExportContext, connection: Connection, client: Client, begun: datetime
) -> Contact:
    """The contact of a client: the mapped one, else the one of exactly its name.

    The mirror of contacts is read on before a client is said to have none, if that was not done
    since `begun`.
    """
    name = contact_name(client.name)
    entry = connection.mapping.entries.get(("contact", f"client:{client.code}"))
    if entry is not None:
        return Contact(name=name, contact_id=entry.target)
    key = f"client:{client.client_id}"
    asked = Customer(key=key, name=name, email="", town="")
    try:
        for now in (False, True):
            if not now or _read_before(parts, connection, begun):
                read_mirror(parts, connection, now=now)
            known = parts.ledger.known_contacts(connection, [asked])[key]
            if contact_id := choose_named(name, known):
                return Contact(name=name, contact_id=contact_id)
    except NeedsPerson as problem:
        return Contact(name=name, contact_id="", problem=problem)
    return Contact(name=name, contact_id="")


def _read_before(parts: ExportContext, connection: Connection, begun: datetime) -> bool:
    """Whether a contact that a person has just added may be missing in the mirror."""
    last = parts.ledger.contacts_read_until(connection)
    return last is None or last < begun
