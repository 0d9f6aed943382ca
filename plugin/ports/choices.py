"""Choices: lists from which people choose when mapping, read live from either side.

An adapter need not have them: without them people choose from what the organisation's snapshot
and the stored orders tell. Whether a side has them is asked with ``isinstance``. The fakes are
in ``plugin/testing/choices.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One entry of a list to choose from."""

    id: str
    #: Short code; empty where the list has none.
    code: str
    #: May be a person's: never logged.
    name: str = field(repr=False)
    #: False when it can't be chosen any more.
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class PastLine:
    """One line of a sales invoice that is in the target, and that somebody else made."""

    contact_id: str
    #: What a person wrote: never logged.
    description: str = field(repr=False)
    account_code: str
    #: Empty where the line has none.
    tax_type: str


@runtime_checkable
class SourceLists(Protocol):
    """What a source offers to choose from. Each method is a call or two.

    Raises:
        TryLater: the source can't be reached.
        Disconnected: the login is refused.
    """

    def channels(self) -> list[Listed]:
        """Sales channels, by id."""

    def warehouses(self) -> list[Listed]:
        """Warehouses, by id."""

    def clients(self) -> list[Listed]:
        """Clients, by id; none where the login may not see them."""


@runtime_checkable
class TargetLists(Protocol):
    """What a target offers to choose from, beside its organisation. Raises as `Target`'s reads."""

    def find_contacts(self, text: str, *, most: int) -> list[Listed]:
        """Contacts that documents may be made for and whose name holds a text, by name.

        At most so many; an empty text holds for all. Capitals don't count.
        """

    def contacts_with(self, ids: Sequence[str]) -> list[Listed]:
        """Those of the contacts with these ids that are there, as they are called now."""

    def past_lines(self) -> list[PastLine]:
        """Lines of the newest living sales invoices, without those that we made. One call."""
