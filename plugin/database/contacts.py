"""Which contact of the target belongs to which customer or channel.

Nothing here says anything of a person: customers are known by `Customer.key`. Their names and
addresses are in the invoice of a row that waits to be sent, and are taken out of it once it is
exported (``calls.py``).
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.connections.connection import Connection
from .base import LedgerPart, chunks, organisation_of, replace_rows
from .tables import contact


class SqlContacts(LedgerPart):
    """Implements `ports.ledger.Contacts`."""

    def contact_ids(self, connection: Connection, keys: Sequence[str]) -> dict[str, str]:
        """See `ports.ledger.Contacts`."""
        found: dict[str, str] = {}
        with self._database.transaction() as transaction:
            for some in chunks(keys):
                query = select(contact.c.key, contact.c.contact_id).where(
                    contact.c.organisation_id == organisation_of(connection),
                    contact.c.key.in_(some),
                )
                found |= {row.key: row.contact_id for row in transaction.execute(query)}
        return found

    def contacts_wanted(self, connection: Connection, keys: Sequence[str]) -> None:
        """See `ports.ledger.Contacts`."""
        rows = [
            {"organisation_id": organisation_of(connection), "key": key, "contact_id": ""}
            for key in sorted(keys)
        ]
        with self._database.transaction() as transaction:
            dialect = postgresql if transaction.dialect.name == "postgresql" else sqlite
            for some in chunks(rows):
                transaction.execute(dialect.insert(contact).on_conflict_do_nothing(), some)

    def keep_contacts(self, connection: Connection, contacts: Mapping[str, str]) -> None:
        """See `ports.ledger.Contacts`."""
        organisation = organisation_of(connection)
        rows = {
            key: {"organisation_id": organisation, "key": key, "contact_id": contact_id}
            for key, contact_id in contacts.items()
        }
        with self._database.transaction() as transaction:
            replace_rows(transaction, contact, rows)

    def forget_contacts(self, connection: Connection, contact_ids: Sequence[str]) -> None:
        """See `ports.ledger.Contacts`."""
        with self._database.transaction() as transaction:
            for some in chunks(sorted(contact_ids)):
                query = update(contact).where(
                    contact.c.organisation_id == organisation_of(connection),
                    contact.c.contact_id.in_(some),
                )
                transaction.execute(query.values(contact_id=""))
