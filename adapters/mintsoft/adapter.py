"""MintsoftAdapter: Mintsoft as a side of connections."""

from collections.abc import Mapping
from decimal import Decimal

from ...plugin.domain.connections.connection import Connection
from ...plugin.domain.connections.health import Point
from ...plugin.domain.connections.limits import Limits
from ...plugin.ports.adapter import AdapterContext, WantedSecret, Warehouse
from .api.client import MintsoftClient
from .choices import MintsoftLists
from .client_invoices.charges import MintsoftClientInvoices
from .client_invoices.clients import find_client
from .goods_in.catalogue import MintsoftProducts
from .goods_in.goods_in import MintsoftGoodsIn
from .health import read_health
from .orders.statuses import STATUS_NAMES
from .orders.writer import MintsoftOrders
from .source import MintsoftSource


class MintsoftAdapter:
    """`ports.adapter.SourceAdapter` for Mintsoft."""

    title = "Mintsoft"
    secrets = (
        WantedSecret(
            name="mintsoft_password",
            words="Mintsoft password",
            variable="MINTSOFT_PASSWORD",
            instead=("MINTSOFT_API_KEY", "mintsoft_api_key"),
        ),
    )
    statuses = tuple(STATUS_NAMES.values())

    def join(
        self,
        means: AdapterContext,
        *,
        username: str,
        client: str,
        timezone: str,
        secrets: Mapping[str, str],
    ) -> str:
        """With a never-expiring key, or with a password that gets a key of its own."""
        name = f"mintsoft:{username}"
        # What the user had before is forgotten, so that what is given now is what is tried.
        if key := secrets.get("mintsoft_api_key"):
            means.vault.keep(f"{name}:static_key", key)
            means.vault.forget(f"{name}:password")
        else:
            means.vault.keep(f"{name}:password", secrets["mintsoft_password"])
            means.vault.forget(f"{name}:static_key")
        means.vault.forget(f"{name}:key")
        door = self._client(means, username)
        MintsoftSource(door, zone=timezone).statuses()
        return find_client(door, client) if client else ""

    def source(self, means: AdapterContext, connection: Connection) -> MintsoftSource:
        """The orders of one account, or of one client of it."""
        settings = connection.settings
        return MintsoftSource(
            self._client(means, connection.mintsoft_username, settings.write_pace),
            zone=settings.timezone,
            client_id=connection.mintsoft_client,
        )

    def client_invoices(
        self, means: AdapterContext, connection: Connection
    ) -> MintsoftClientInvoices:
        """The client invoices of one account, or of one client of it."""
        return MintsoftClientInvoices(
            self._client(means, connection.mintsoft_username),
            zone=connection.settings.timezone,
            client_id=connection.mintsoft_client,
        )

    def warehouse(self, means: AdapterContext, connection: Connection) -> Warehouse:
        """Orders, ASNs, products and lists of one account, or of one client of it."""
        settings, client_id = connection.settings, connection.mintsoft_client
        client = self._client(means, connection.mintsoft_username, settings.write_pace)
        zone = settings.timezone
        return Warehouse(
            orders=MintsoftOrders(client, client_id=client_id),
            goods_in=MintsoftGoodsIn(client, zone=zone, client_id=client_id),
            lists=MintsoftLists(client),
            products=MintsoftProducts(client, zone=zone, client_id=client_id),
        )

    def health(self, means: AdapterContext, connection: Connection) -> list[Point]:
        """Login, clients and statuses; three calls or four."""
        client = self._client(means, connection.mintsoft_username)
        statuses = MintsoftSource(client, zone=connection.settings.timezone).statuses()
        return read_health(client, statuses, connection)

    @staticmethod
    def _client(means: AdapterContext, username: str, pace: Decimal = Decimal(2)) -> MintsoftClient:
        return MintsoftClient(
            means.environment.mintsoft_url,
            username,
            vault=means.vault,
            leases=means.leases,
            clock=means.clock,
            limiter=means.limiter(_limits(pace)),
        )


def _limits(pace: Decimal) -> Limits:
    """So many writes a second, which may be less than one (mintsoft.md 1.3)."""
    calls = max(1, int(pace))
    return Limits(
        service="Mintsoft", at_once=calls, a_minute=calls, reserved=0, minute=float(calls / pace)
    )
