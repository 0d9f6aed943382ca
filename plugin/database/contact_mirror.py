"""What the ledger remembers of contacts: whose id is whose, and a mirror of the organisation's.

Nothing here says anything of a person: customers are known by `Customer.key`, the mirror holds
digests of names and e-mail addresses. Names and addresses of customers are in the invoice of a
row that waits to be sent, and are taken out of it once it is exported (`without_customer`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.connections.connection import Connection
from ..domain.invoices.contact import Customer, KnownContact, digest
from ..domain.invoices.invoice import Invoice
from .base import LedgerPart, chunks, replace_rows
from .tables import contact, known_contact

#: The columns of a contact in the mirror.
_KNOWN = ("contact_id", "key", "name", "email", "active", "merged_into")


class Contacts(LedgerPart):
    """Implements the contacts' part of `ports.Ledger`."""

    def contact_ids(self, connection: Connection, keys: Sequence[str]) -> dict[str, str]:
        """See `ports.Ledger`."""
        found: dict[str, str] = {}
        with self._database.transaction() as transaction:
            for some in chunks(keys):
                query = select(contact.c.key, contact.c.contact_id).where(
                    contact.c.organisation_id == _organisation(connection),
                    contact.c.key.in_(some),
                )
                found |= {row.key: row.contact_id for row in transaction.execute(query)}
        return found

    def contacts_wanted(self, connection: Connection, keys: Sequence[str]) -> None:
        """See `ports.Ledger`."""
        rows = [
            {"organisation_id": _organisation(connection), "key": key, "contact_id": ""}
            for key in sorted(keys)
        ]
        with self._database.transaction() as transaction:
            dialect = postgresql if transaction.dialect.name == "postgresql" else sqlite
            for some in chunks(rows):
                transaction.execute(dialect.insert(contact).on_conflict_do_nothing(), some)

    def keep_contacts(self, connection: Connection, contacts: Mapping[str, str]) -> None:
        """See `ports.Ledger`."""
        organisation = _organisation(connection)
        rows = {
            key: {"organisation_id": organisation, "key": key, "contact_id": contact_id}
            for key, contact_id in contacts.items()
        }
        with self._database.transaction() as transaction:
            replace_rows(transaction, contact, rows)

    def forget_contacts(self, connection: Connection, contact_ids: Sequence[str]) -> None:
        """See `ports.Ledger`."""
        with self._database.transaction() as transaction:
            for some in chunks(sorted(contact_ids)):
                query = update(contact).where(
                    contact.c.organisation_id == _organisation(connection),
                    contact.c.contact_id.in_(some),
                )
                transaction.execute(query.values(contact_id=""))

    def contacts_read_until(self, connection: Connection) -> datetime | None:
        """See `ports.Ledger`."""
        return self._moment(connection, "contacts_read_until")

    def keep_known_contacts(
        self, connection: Connection, contacts: Sequence[KnownContact], until: datetime | None
    ) -> None:
        """See `ports.Ledger`."""
        organisation = _organisation(connection)
        rows = {x.contact_id: {"organisation_id": organisation, **vars(x)} for x in contacts}
        with self._database.transaction() as transaction:
            replace_rows(transaction, known_contact, rows)
        if until is not None:
            self._move(connection, "contacts_read_until", until)

    def known_contacts(
        self, connection: Connection, customers: Sequence[Customer]
    ) -> dict[str, list[KnownContact]]:
        """See `ports.Ledger`."""
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


def without_customer(invoice: Invoice) -> Invoice:
    """The invoice as it is kept once it is in the target, where its contact has the key."""
    key = invoice.customer.key if invoice.customer else invoice.contact
    return replace(invoice, contact=key, customer=None)


def _organisation(connection: Connection) -> str:
    return connection.organisation_known.organisation_id


def _select(
    transaction: Transaction, connection: Connection, condition: Any
) -> dict[str, KnownContact]:
    query = select(*(known_contact.c[name] for name in _KNOWN)).where(
        known_contact.c.organisation_id == _organisation(connection), condition
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
