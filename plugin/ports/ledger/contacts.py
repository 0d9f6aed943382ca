"""Which contact of the target belongs to which customer or channel."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ...domain.connections.connection import Connection


class Contacts(Protocol):
    """Ids of contacts, by key."""

    def contact_ids(self, connection: Connection, keys: Sequence[str]) -> dict[str, str]:
        """Ids of contacts that were found or made before, by key.

        A key is a sales channel's name or `Customer.key`. The id is empty where
        `contacts_wanted` was told of the key and nothing since.
        """

    def contacts_wanted(self, connection: Connection, keys: Sequence[str]) -> None:
        """Note that contacts are about to be made: the answer may be lost."""

    def keep_contacts(self, connection: Connection, contacts: Mapping[str, str]) -> None:
        """Remember ids of contacts, by key."""

    def forget_contacts(self, connection: Connection, contact_ids: Sequence[str]) -> None:
        """Forget ids that the target refuses: what became of them is read again."""
