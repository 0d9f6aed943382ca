"""XeroTarget: one Xero organisation as the port `Target`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from ...plugin.domain.connections.organisation import Organisation
from ...plugin.domain.exports.outcome import Outcome
from ...plugin.domain.invoices.contact import Customer, KnownContact
from ...plugin.domain.invoices.invoice import Invoice
from ...plugin.domain.invoices.item import Item
from ...plugin.errors import NeedsPerson, TryLater, Unknown
from ...plugin.ports.choices import Listed, PastLine
from ...plugin.ports.target import Numbered, TargetDocument
from .api.client import XeroClient
from .api.errors import ODD_ANSWER_WAIT
from .api.fields import quoted
from .api.pages import chunks, pages
from .contacts.contacts import contact_ids, known_contacts, make_contacts
from .invoices.checks import check_invoice
from .invoices.invoices import body_of, document_of, key_of, later, lost, names_an_item, outcomes_of
from .items.price_list import PriceList
from .organisation.choices import contacts_with, find_contacts, past_lines
from .organisation.organisation import read_organisation

_SALES = 'Type=="ACCREC"'


class XeroTarget:
    """Where invoices go. What each method promises is said at the port."""

    def __init__(self, client: XeroClient, price_list: PriceList | None = None) -> None:
        self._client = client
        self._price_list = price_list or PriceList()

    @property
    def clock_ahead(self) -> timedelta | None:
        """See `ports.clock.Dated`."""
        return self._client.clock_ahead

    def organisation(self) -> Organisation:
        """Read organisation, chart, tax rates, currencies, tracking and themes: six calls."""
        return read_organisation(self._client)

    def changed_since(self, since: datetime | None) -> Iterator[list[TargetDocument]]:
        """Pages of 1000 summaries, by ``If-Modified-Since``; to the second, and inclusive."""
        for page in pages(self._client, "Invoices", {"where": _SALES}, since):
            yield _documents(page)

    def check(self, invoice: Invoice, organisation: Organisation) -> None:
        """Predict by the rules of xero.md 3.1 and 5."""
        check_invoice(invoice, organisation)

    def contacts(self, names: Sequence[str]) -> dict[str, str | NeedsPerson]:
        """Look up by name, and create what is missing in one call."""
        return contact_ids(self._client, names)

    def contacts_changed_since(self, since: datetime | None) -> Iterator[list[KnownContact]]:
        """Pages of 1000 summaries, by ``If-Modified-Since``."""
        return known_contacts(self._client, since)

    def make_contacts(self, new: Mapping[str, Customer]) -> dict[str, str | NeedsPerson]:
        """One ``PUT /Contacts``, each element answered for by itself (xero.md 2.4)."""
        return make_contacts(self._client, new)

    def items(self, wanted: Sequence[Item], *, create: bool) -> dict[str, str]:
        """From what this process knows of the price list; new ones in calls of a hundred."""
        return self._price_list.codes(self._client, wanted, create=create)

    def prepare(self, batch: Sequence[Numbered]) -> bytes:
        """The JSON of one ``PUT /Invoices``."""
        return body_of(batch)

    def send(self, body: bytes, key: str, numbers: Sequence[str]) -> dict[str, Outcome]:
        """One ``PUT /Invoices``, each element answered for by itself (xero.md 2.4)."""
        params = {"summarizeErrors": "false", "unitdp": "4"}
        try:
            reply = self._client.put("Invoices", params, body, key)
        except TryLater as error:
            return dict.fromkeys(numbers, later(error, self._client.clock.now()))
        except Unknown as error:
            return dict.fromkeys(numbers, lost(error))
        outcomes = outcomes_of(reply, numbers)
        if any(names_an_item(outcome) for outcome in outcomes.values()):
            self._price_list.forget()
        return outcomes

    def find(self, numbers: Sequence[str]) -> dict[str, TargetDocument]:
        """By lists of numbers; a number with a comma, which would split a list, by itself."""
        asked = {key_of(number): number for number in numbers}
        found: dict[str, TargetDocument] = {}
        for params in _filters(numbers):
            for page in pages(self._client, "Invoices", params):
                for document in _documents(page):
                    number = asked.get(key_of(document.number), "")
                    # A deleted document may share its number with a living one.
                    if number and (number not in found or document.alive):
                        found[number] = document
        return found

    def dated(self, first: date, last: date) -> Iterator[list[TargetDocument]]:
        """Pages of 1000 summaries, by ``where`` on the date (xero.md 2.2)."""
        since, until = _day(first), _day(last + timedelta(days=1))
        where = f"{_SALES} AND Date>={since} AND Date<{until}"
        for page in pages(self._client, "Invoices", {"where": where}):
            yield _documents(page)

    def find_contacts(self, text: str, *, most: int) -> list[Listed]:
        """See `ports.choices.TargetLists`."""
        return find_contacts(self._client, text, most=most)

    def contacts_with(self, ids: Sequence[str]) -> list[Listed]:
        """See `ports.choices.TargetLists`."""
        return contacts_with(self._client, ids)

    def past_lines(self) -> list[PastLine]:
        """See `ports.choices.TargetLists`."""
        return past_lines(self._client)

    @staticmethod
    def link(organisation: Organisation, invoice_id: str) -> str:
        """Through the organisation's login where its short code is known (xero.md 10)."""
        view = f"/AccountsReceivable/View.aspx?InvoiceID={quote(invoice_id)}"
        if not organisation.short_code:
            return f"https://go.xero.com{view}"
        code = quote(organisation.short_code, safe="!")
        return (
            "https://go.xero.com/organisationlogin/default.aspx"
            f"?shortcode={code}&redirecturl={view}"
        )


def _day(day: date) -> str:
    """A day as a filter spells it."""
    return f"DateTime({day.year},{day.month:02},{day.day:02})"


def _filters(numbers: Sequence[str]) -> Iterator[dict[str, str]]:
    """Filters for sales invoices with these numbers, as few as addresses have room for."""
    plain = [number for number in numbers if "," not in number]
    for some in chunks(plain, ","):
        yield {"where": _SALES, "InvoiceNumbers": some}
    for number in numbers:
        if "," in number:
            yield {"where": f"{_SALES} AND InvoiceNumber=={quoted(number)}"}


def _documents(page: Sequence[Mapping[str, Any]]) -> list[TargetDocument]:
    """The sales invoices of a page.

    Raises:
        TryLater: something that Xero always gives is missing.
    """
    try:
        return [document_of(element) for element in page if element.get("Type") == "ACCREC"]
    except (KeyError, ValueError) as error:
        detail = f"an unreadable invoice: {error}"
        raise TryLater(service="Xero", after=ODD_ANSWER_WAIT, detail=detail) from None
