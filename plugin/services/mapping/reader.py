"""Reader: what a mapping is completed and chosen from, read of both sides and the ledger.

A side that can't be reached leaves its part empty, and a sentence says so: the rest is shown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from ...database.stored_facts import StoredFacts
from ...domain.connections.connection import Connection
from ...domain.connections.usage_counts import FACTS, LINE_FACTS, UsageCounts
from ...domain.exports.export import DocumentKind
from ...domain.orders.order_facts import CATALOGUE, LINE_CATALOGUE
from ...errors import Disconnected, PluginError, TryLater
from ...ports.choices import Listed, SourceLists, TargetLists
from ..container import Container
from .gaps import MappingMaterial

Entry = TypeVar("Entry")

#: So many contacts are looked through for names.
MOST_CONTACTS = 10_000


@dataclass(kw_only=True)
class MappingReader:
    """Reads for one connection; what could not be read is in `notes`, a sentence each."""

    plugin: Container
    connection: Connection
    notes: list[str] = field(default_factory=list)

    def seen(self, *, lines: bool = True) -> UsageCounts:
        """What stored orders have; `lines`: their rates and products too, which takes longer.

        Raises:
            TryLater: the database can't be reached.
        """
        found = UsageCounts()
        wanted = [name for name in FACTS if lines or name != "lines"]
        decided = StoredFacts(self.plugin.database).decided(
            self.connection,
            DocumentKind.ORDER,
            since=None,
            facts=[CATALOGUE[name] for name in wanted],
            line_facts=[LINE_CATALOGUE[name] for name in LINE_FACTS],
        )
        for order in decided:
            found.add(order.facts, order.state)
        return found

    def material(self) -> MappingMaterial:
        """All of it, for `gaps.gaps` and `suggestions.suggestions`."""
        target, by_name = self.target(), self._wants_contacts()
        return MappingMaterial(
            seen=self.seen(),
            past=self._read(lambda: target.past_lines() if target else []),
            contacts=self.contacts() if by_name else (),
            clients=self.clients() if self.connection.mode == "fulfilment" else (),
        )

    def contacts(self, text: str = "", *, most: int = MOST_CONTACTS) -> list[Listed]:
        """Contacts whose name holds a text."""
        target = self.target()
        return self._read(lambda: target.find_contacts(text, most=most) if target else [])

    def contacts_with(self, ids: Iterable[str]) -> list[Listed]:
        """The contacts with these ids, as they are called now."""
        target, wanted = self.target(), list(ids)
        return self._read(lambda: target.contacts_with(wanted) if target and wanted else [])

    def channels(self) -> list[Listed]:
        """Channels of the account."""
        source = self.source()
        return self._read(lambda: source.channels() if source else [])

    def warehouses(self) -> list[Listed]:
        """Warehouses of the account."""
        source = self.source()
        return self._read(lambda: source.warehouses() if source else [])

    def clients(self) -> list[Listed]:
        """Clients of the account."""
        source = self.source()
        return self._read(lambda: source.clients() if source else [])

    def source(self) -> SourceLists | None:
        """The source, where it has lists to choose from and may be asked."""
        if not self._may_ask():
            return None
        source = self.plugin.parts(self.connection).source
        return source if isinstance(source, SourceLists) else None

    def target(self) -> TargetLists | None:
        """The target, where it has lists to choose from and may be asked."""
        if not self._may_ask():
            return None
        target = self.plugin.parts(self.connection).target
        return target if isinstance(target, TargetLists) else None

    def _may_ask(self) -> bool:
        return self.connection.organisation is not None and self.connection.may_run()[0]

    def _wants_contacts(self) -> bool:
        by_channel = self.connection.settings.contact_policy == "channel"
        return by_channel or self.connection.mode == "fulfilment"

    def _read(self, call: Callable[[], list[Entry]]) -> list[Entry]:
        try:
            return call()
        except (TryLater, Disconnected) as error:
            self._note(error)
            return []

    def _note(self, error: PluginError) -> None:
        sentence = f"Some of it could not be read: {error.message}"
        if sentence not in self.notes:
            self.notes.append(sentence)
