"""Fakes of the choices: a source and a target that have lists to choose from.

They keep the promises of ``plugin/ports/choices.py`` (``plugin/testing/contracts/choices.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..ports.choices import Listed, PastLine
from .source import FakeSource
from .target import FakeContact, FakeTarget


class ListingTarget(FakeTarget):
    """`FakeTarget` whose contacts can be looked through."""

    #: What `past_lines` answers.
    past: Sequence[PastLine] = ()

    def find_contacts(self, text: str, *, most: int) -> list[Listed]:
        """Whose name holds the text, whatever its capitals."""
        self._reach()
        wanted = text.casefold().strip()
        usable = (x for x in self.people if x.active and not x.merged_into)
        found = [_listed(x) for x in usable if wanted in x.name.casefold()]
        return sorted(found, key=lambda contact: contact.name.casefold())[:most]

    def contacts_with(self, ids: Sequence[str]) -> list[Listed]:
        """As they are called now."""
        self._reach()
        return [_listed(x) for x in self.people if x.contact_id in ids]

    def past_lines(self) -> list[PastLine]:
        """As they were given."""
        self._reach()
        return list(self.past)


@dataclass
class Lists:
    """What a `ListingSource` offers."""

    channels: list[Listed] = field(default_factory=list)
    warehouses: list[Listed] = field(default_factory=list)
    clients: list[Listed] = field(default_factory=list)


class ListingSource(FakeSource):
    """`FakeSource` whose lists can be read."""

    #: Set these at will.
    lists: Lists = Lists()

    def channels(self) -> list[Listed]:
        """As they were given."""
        return self._list(self.lists.channels)

    def warehouses(self) -> list[Listed]:
        """As they were given."""
        return self._list(self.lists.warehouses)

    def clients(self) -> list[Listed]:
        """As they were given."""
        return self._list(self.lists.clients)

    def _list(self, entries: list[Listed]) -> list[Listed]:
        if self.failure:
            raise self.failure
        return list(entries)


def _listed(contact: FakeContact) -> Listed:
    active = contact.active and not contact.merged_into
    return Listed(id=contact.contact_id, code=contact.key, name=contact.name, active=active)
