"""MintsoftLists: reads the lists of an account from which people choose."""

from ...plugin.domain.client_invoices.client_invoice import Client
from ...plugin.ports.choices import Listed
from .api.calls import (
    ASN_STATUSES,
    CHANNELS,
    COUNTRIES,
    COURIER_SERVICES,
    CURRENCIES,
    GOODS_IN_TYPES,
    WAREHOUSES,
)
from .api.client import MintsoftClient
from .api.paging import ALL_CLIENTS, walk
from .api.shapes import Shape
from .lists import CHANNEL, CHOICE, CODED, COURIER, WAREHOUSE, read_choices, read_clients


class MintsoftLists:
    """The lists of one account.

    Each method is a call, and raises as `MintsoftClient.read_list`; answers are by id.
    """

    def __init__(self, client: MintsoftClient) -> None:
        """Makes no call."""
        self._client = client

    def warehouses(self) -> list[Listed]:
        """Where goods are kept."""
        return self._choices(WAREHOUSES, WAREHOUSE)

    def channels(self) -> list[Listed]:
        """Where orders come from."""
        return self._choices(CHANNELS, CHANNEL)

    def countries(self) -> list[Listed]:
        """Where orders go; coded by two letters."""
        return self._choices(COUNTRIES, CODED)

    def currencies(self) -> list[Listed]:
        """What orders are paid in; coded by three letters."""
        return self._choices(CURRENCIES, CODED)

    def courier_services(self) -> list[Listed]:
        """Who carries orders."""
        return self._choices(COURIER_SERVICES, COURIER)

    def goods_in_types(self) -> list[Listed]:
        """In what goods arrive: the account's own names (mintsoft.md 4)."""
        return self._choices(GOODS_IN_TYPES, CHOICE)

    def asn_statuses(self) -> list[Listed]:
        """What an ASN can be."""
        return self._choices(ASN_STATUSES, CHOICE)

    def clients(self) -> list[Client]:
        """Whose goods they are; two calls.

        Raises:
            NotAllowed: the user is no administrator (mintsoft.md 1.2).
        """
        rows = [row for page in walk(self._client, ALL_CLIENTS) for row in page]
        return read_clients(rows, self.currencies())

    def _choices(self, path: str, shape: Shape) -> list[Listed]:
        return read_choices(self._client.read_list(path), shape)
