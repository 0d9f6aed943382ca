"""Target: where invoices go, and what is there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from ..domain.connections.organisation import Organisation
from ..domain.exports.outcome import Outcome
from ..domain.invoices.contact import Customer, KnownContact
from ..domain.invoices.invoice import Invoice
from ..domain.invoices.item import Item
from ..errors import NeedsPerson


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """An invoice with the number that was claimed for it, and its contact's id."""

    number: str
    contact_id: str
    invoice: Invoice
    #: What the target's price list calls the items of the lines, by their codes; a line whose
    #: code is not among them names no item.
    item_codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TargetDocument:
    """A sales invoice that is in the target, whoever made it."""

    invoice_id: str
    number: str
    reference: str
    #: The target's word: DRAFT, SUBMITTED, AUTHORISED, PAID, VOIDED, DELETED.
    status: str
    contact_id: str
    currency: str
    #: With tax.
    total: Decimal
    #: When the target last changed it (UTC).
    changed_at: datetime
    #: Its own date, nobody's time zone; None where the target did not say.
    dated: date | None = None

    @property
    def alive(self) -> bool:
        """Whether it counts: neither voided nor deleted."""
        return self.status not in {"VOIDED", "DELETED"}


class Target(Protocol):
    """Where invoices go: one organisation of the accounting system."""

    def organisation(self) -> Organisation:
        """The organisation as it is now.

        Raises:
            TryLater: it can't be reached, is offline, or a limit is used up.
            Disconnected: access has ended.
        """

    def changed_since(self, since: datetime | None) -> Iterator[list[TargetDocument]]:
        """Pages of all sales invoices changed at or after a moment; None: all.

        A document may come twice. Raises as `organisation`.
        """

    def check(self, invoice: Invoice, organisation: Organisation) -> None:
        """Predict, without a call, what the target would refuse or compute differently.

        Raises:
            NeedsPerson: with the target's own words (MX-306, or the code of such a refusal where
                it is not for the order to change), or both totals (MX-304).
        """

    def contacts(self, names: Sequence[str]) -> dict[str, str | NeedsPerson]:
        """The contacts with these names, by name; those that don't exist are made.

        An id, or why there is none: archived or refused (MX-405), ambiguous (MX-408). One that
        can't be used takes no other along. Raises as `organisation`; what a lost answer has made
        is found the next time.
        """

    def contacts_changed_since(self, since: datetime | None) -> Iterator[list[KnownContact]]:
        """Pages of all contacts changed at or after a moment, archived ones too; None: all.

        A contact may come twice. Raises as `organisation`.
        """

    def make_contacts(self, new: Mapping[str, Customer]) -> dict[str, str | NeedsPerson]:
        """Make contacts for customers, by the name that each is to have; answers by key.

        An id, or why there is none: its name or number is taken (MX-409), or it is refused
        (MX-405). Nobody else's contact is ever changed. Raises as `organisation`; where
        `TryLater` is raised they may have been made all the same.
        """

    def items(self, wanted: Sequence[Item], *, create: bool) -> dict[str, str]:
        """Codes that lines may name, as the price list spells them, by those of wanted items.

        With `create` those that it lacks are made. What can't be made, or can't be on a sales
        line, is left out. Raises as `organisation`; what a lost answer made is found the next time.
        """

    def prepare(self, batch: Sequence[Numbered]) -> bytes:
        """The exact bytes of the request that would create these invoices. No call."""

    def send(self, body: bytes, key: str, numbers: Sequence[str]) -> dict[str, Outcome]:
        """Create the invoices of a prepared body: one outcome for each of `numbers`.

        Never raises for what the target answers. Where the answer is lost, all outcomes are
        unknown; where the target certainly did nothing, all are later. `key` makes this one
        attempt repeatable within minutes: the same key with the same bytes has one effect.

        Raises:
            Disconnected: access has ended, and nothing was created.
        """

    def find(self, numbers: Sequence[str]) -> dict[str, TargetDocument]:
        """Those of the numbers that exist, by number as asked for. Raises as `organisation`."""

    def dated(self, first: date, last: date) -> Iterator[list[TargetDocument]]:
        """Pages of all sales invoices of these days, voided and deleted ones among them.

        As few calls as can be. A document may come twice. Raises as `organisation`.
        """

    def link(self, organisation: Organisation, invoice_id: str) -> str:
        """Address at which a person sees the document. No call."""
