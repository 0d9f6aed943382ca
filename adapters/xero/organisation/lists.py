"""Lists to choose from when mapping: tracking, branding themes, contacts; and what is allowed.

Accounts, tax rates and currencies are in `organisation.py`, which reads tracking and themes too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ....plugin.domain.connections.organisation import BrandingTheme, TrackingCategory
from ..api.client import XeroClient
from ..api.fields import mappings
from ..api.pages import pages


@dataclass(frozen=True, kw_only=True)
class XeroContact:
    """A customer or supplier. Its name is never logged."""

    contact_id: str
    name: str = field(repr=False)
    #: Our own key for it; empty for none.
    number: str
    #: ACTIVE, ARCHIVED, GDPRREQUEST, or a word that is not known here.
    status: str
    #: The contact that it was merged into; empty for none. Documents go to that one.
    merged_into: str

    @property
    def usable(self) -> bool:
        """Whether a document may be made for it (xero.md 7)."""
        return self.status == "ACTIVE" and not self.merged_into


def tracking_categories(client: XeroClient) -> list[TrackingCategory]:
    """The active tracking categories: one call. Raises as `XeroClient.get`."""
    return read_tracking(client.get("TrackingCategories").get("TrackingCategories"))


def read_tracking(entries: Any) -> list[TrackingCategory]:
    """The active ones of an answer."""
    return [
        TrackingCategory(
            category_id=str(entry["TrackingCategoryID"]),
            name=str(entry.get("Name") or ""),
            options=tuple(
                str(option.get("Name"))
                for option in mappings(entry.get("Options"))
                if option.get("Name") and option.get("Status", "ACTIVE") == "ACTIVE"
            ),
        )
        for entry in mappings(entries)
        if entry.get("TrackingCategoryID") and entry.get("Status", "ACTIVE") == "ACTIVE"
    ]


def branding_themes(client: XeroClient) -> list[BrandingTheme]:
    """The branding themes: one call. Raises as `XeroClient.get`."""
    return [
        BrandingTheme(theme_id=str(entry["BrandingThemeID"]), name=str(entry.get("Name") or ""))
        for entry in mappings(client.get("BrandingThemes").get("BrandingThemes"))
        if entry.get("BrandingThemeID")
    ]


def contacts_since(
    client: XeroClient, since: datetime | None = None
) -> Iterator[list[XeroContact]]:
    """Pages of all contacts, archived ones too, changed at or after a moment; None: all.

    Raises as `XeroClient.get`.
    """
    for page in pages(client, "Contacts", {"includeArchived": "true"}, since):
        yield read_contacts(page)


def read_contacts(entries: Any) -> list[XeroContact]:
    """The contacts of a page."""
    return [
        XeroContact(
            contact_id=str(entry["ContactID"]),
            name=str(entry.get("Name") or ""),
            number=str(entry.get("ContactNumber") or ""),
            status=str(entry.get("ContactStatus") or "ACTIVE"),
            merged_into=str(entry.get("MergedToContactID") or ""),
        )
        for entry in mappings(entries)
        if entry.get("ContactID")
    ]


def allowed_actions(client: XeroClient) -> dict[str, bool]:
    """What the person who consented may do, by Xero's names (``CreateApprovedInvoice``).

    What is not named is not known (xero.md 4). Raises as `XeroClient.get`.
    """
    answer = client.get("Organisation/Actions")
    return {
        str(entry["Name"]): str(entry.get("Status") or "").upper() == "ALLOWED"
        for entry in mappings(answer.get("Actions"))
        if entry.get("Name")
    }
