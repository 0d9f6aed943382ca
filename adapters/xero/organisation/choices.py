"""What people choose from when mapping, read live: contacts by name, and lines of invoices."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from ....plugin.ports.choices import Listed, PastLine
from ..api.client import XeroClient
from ..api.fields import mappings
from ..api.pages import chunks, pages
from .lists import XeroContact, contacts_since, read_contacts

#: How many pages of a thousand contacts are looked through.
_PAGES = 10

#: What begins our mark in the reference of an invoice that we made.
_OURS = "(mintsoft "


def find_contacts(client: XeroClient, text: str, *, most: int) -> list[Listed]:
    """Contacts whose name holds a text, by name.

    All names are read, a thousand a call, and looked through here: Xero's own ``Contains`` minds
    capitals, and fails on contacts without a name (xero.md 2.2).
    """
    wanted = text.casefold().strip()
    found = [
        contact
        for page in islice(contacts_since(client), _PAGES)
        for contact in page
        if contact.usable and wanted in contact.name.casefold()
    ]
    by_name = sorted(found, key=lambda contact: contact.name.casefold())
    return [_listed(contact) for contact in by_name[:most]]


def contacts_with(client: XeroClient, ids: Sequence[str]) -> list[Listed]:
    """The contacts with these ids, archived ones too; a list of ids a call (xero.md 2.2)."""
    found: dict[str, Listed] = {}
    for some in chunks(ids, ","):
        for page in pages(client, "Contacts", {"IDs": some, "includeArchived": "true"}):
            found |= {x.contact_id: _listed(x) for x in read_contacts(page)}
    return list(found.values())


def past_lines(client: XeroClient) -> list[PastLine]:
    """Lines of the thousand sales invoices that were changed last: one call."""
    params = {"where": 'Type=="ACCREC"', "order": "UpdatedDateUTC DESC"}
    newest = islice(pages(client, "Invoices", params, summary=False), 1)
    return [
        line for page in newest for entry in page if _counts(entry) for line in _lines_of(entry)
    ]


def _counts(entry: Any) -> bool:
    """Whether an invoice is alive, and none of ours: those would only repeat the mapping."""
    ours = _OURS in str(entry.get("Reference") or "").casefold()
    return not ours and entry.get("Status") not in {"VOIDED", "DELETED"}


def _lines_of(entry: Any) -> list[PastLine]:
    contact = entry.get("Contact") or {}
    return [
        PastLine(
            contact_id=str(contact.get("ContactID") or ""),
            description=str(line.get("Description") or ""),
            account_code=str(line["AccountCode"]),
            tax_type=str(line.get("TaxType") or ""),
        )
        for line in mappings(entry.get("LineItems"))
        if line.get("AccountCode")
    ]


def _listed(contact: XeroContact) -> Listed:
    return Listed(
        id=contact.contact_id, code=contact.number, name=contact.name, active=contact.usable
    )
