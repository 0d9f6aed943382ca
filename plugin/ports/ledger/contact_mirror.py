"""The mirror of the organisation's contacts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.invoices.contact import Customer, KnownContact


class ContactMirror(Protocol):
    """Contacts that are in the target, whoever made them."""

    def contacts_read_until(self, connection: Connection) -> datetime | None:
        """Until when the mirror of the organisation's contacts is complete. None: never read."""

    def keep_known_contacts(
        self, connection: Connection, contacts: Sequence[KnownContact], until: datetime | None
    ) -> None:
        """Add to that mirror; with `until` it is complete up to that moment."""

    def known_contacts(
        self, connection: Connection, customers: Sequence[Customer]
    ) -> dict[str, list[KnownContact]]:
        """What the mirror has for customers (`contact.choose`), by their keys."""
