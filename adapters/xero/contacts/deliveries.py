"""Where Xero's contacts are: addresses of delivery (xero.md 8)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ....plugin.domain.warehouse.delivery import Delivery
from ..api.client import XeroClient
from ..api.fields import mappings

_LINES = ("AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4")
#: Which of a contact's addresses goods go to, and which telephone a courier calls: the first of
#: these that has anything in it.
_ADDRESSES = ("STREET", "DELIVERY", "POBOX")
_PHONES = ("MOBILE", "DEFAULT", "DDI")


class XeroDeliveries:
    """The addresses of one organisation's contacts."""

    def __init__(self, client: XeroClient) -> None:
        """Makes no call."""
        self._client = client

    def delivery(self, contact_id: str) -> Delivery | None:
        """A contact's address; None when there is no such contact. One call.

        Raises:
            TryLater, Disconnected: as `XeroClient.get`.
        """
        answer = self._client.get_one(f"Contacts/{quote(contact_id, safe='')}")
        found = mappings(answer.get("Contacts"))
        return next((read_delivery(entry) for entry in found), None)


def read_delivery(entry: Mapping[str, Any]) -> Delivery:
    """A contact with the address that goods go to."""
    address = _first(mappings(entry.get("Addresses")), "AddressType", _ADDRESSES, "AddressLine1")
    phone = _first(mappings(entry.get("Phones")), "PhoneType", _PHONES, "PhoneNumber")
    parts = (_text(phone, name) for name in _NUMBER)
    return Delivery(
        name=_text(entry, "Name"),
        first_name=_text(entry, "FirstName"),
        last_name=_text(entry, "LastName"),
        address=tuple(line for name in _LINES if (line := _text(address, name))),
        town=_text(address, "City"),
        county=_text(address, "Region"),
        postcode=_text(address, "PostalCode"),
        country=_text(address, "Country"),
        email=_text(entry, "EmailAddress"),
        phone=" ".join(part for part in parts if part),
    )


_NUMBER = ("PhoneCountryCode", "PhoneAreaCode", "PhoneNumber")


def _first(
    entries: Sequence[Mapping[str, Any]], kind: str, kinds: Sequence[str], needed: str
) -> Mapping[str, Any]:
    """The entry of the first of some kinds that has what is needed; empty where none has."""
    filled = {str(x.get(kind) or ""): x for x in entries if _text(x, needed)}
    return next((filled[name] for name in kinds if name in filled), {})


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value.strip() if isinstance(value, str) else ""
