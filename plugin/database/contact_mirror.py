"""The mirror of the organisation's contacts.

Nothing here says anything of a person: it holds digests of names and e-mail addresses.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import select

from ..domain.connections.connection import Connection
from ..domain.invoices.contact import Customer, KnownContact, digest
from .base import LedgerPart, chunks, organisation_of, replace_rows
from .tables import known_contact

#: The columns of a contact in the mirror.
_KNOWN = ("contact_id", "key", "name", "email", "active", "merged_into")


class SqlContactMirror(LedgerPart):
    """Implements `ports.ledger.ContactMirror`."""

    def contacts_read_until(self, connection: Connection) -> datetime | None:
        """See `ports.ledger.ContactMirror`."""
        return self._moment(connection, "contacts_read_until")

    def keep_known_contacts(
        self, connection: Connection, contacts: Sequence[KnownContact], until: datetime | None
    ) -> None:
        """See `ports.ledger.ContactMirror`."""
        organisation = organisation_of(connection)
        rows = {x.contact_id: {"organisation_id": organisation, **vars(x)} for x in contacts}
        with self._database.transaction() as transaction:
            replace_rows(transaction, known_contact, rows)
        if until is not None:
            self._move(connection, "contacts_read_until", until)

    def known_contacts(
        self, connection: Connection, customers: Sequence[Customer]
    ) -> dict[str, list[KnownContact]]:
        """See `ports.ledger.ContactMirror`."""
        names = {x.key: {digest(name) for name in x.names()} for x in customers}
        digests = sorted(set().union(*names.values()))
        matches: dict[str, KnownContact] = {}
        with self._database.transaction() as transaction:
            for some in chunks([x.key for x in customers]):
                matches |= _select(transaction, connection, known_contact.c.key.in_(some))
            for some in chunks(digests):
                matches |= _select(transaction, connection, known_contact.c.name.in_(some))
            merged = _merged_into(transaction, connection, matches)
        return {
            key: [x for x in matches.values() if x.key == key or x.name in own] + merged
            for key, own in names.items()
        }


def _select(
    transaction: Transaction, connection: Connection, condition: Any
) -> dict[str, KnownContact]:
    query = select(*(known_contact.c[name] for name in _KNOWN)).where(
        known_contact.c.organisation_id == organisation_of(connection), condition
    )
    rows = transaction.execute(query).mappings()
    return {row["contact_id"]: KnownContact(**row) for row in rows}


def _merged_into(
    transaction: Transaction, connection: Connection, contacts: Mapping[str, KnownContact]
) -> list[KnownContact]:
    """What contacts were merged into, and what that was, and so on."""
    found: dict[str, KnownContact] = {}
    wanted = {x.merged_into for x in contacts.values()} - {""}
    while wanted:
        new: dict[str, KnownContact] = {}
        for some in chunks(sorted(wanted)):
            new |= _select(transaction, connection, known_contact.c.contact_id.in_(some))
        found |= new
        wanted = {x.merged_into for x in new.values()} - {""} - set(found)
    return list(found.values())
