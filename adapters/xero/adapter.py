"""XeroAdapter: Xero as a side of connections."""

from collections.abc import Mapping

from ...plugin.config import XERO_URL, Environment
from ...plugin.domain.connections.connection import Connection, Grant
from ...plugin.domain.connections.health import Point
from ...plugin.domain.connections.organisation import Organisation
from ...plugin.domain.exports.export import DocumentKind
from ...plugin.ports.adapter import AdapterContext, WantedSecret, WebhookEvent
from ...plugin.ports.infrastructure import Quota
from .access.oauth import XeroLogin, is_custom_connection
from .api.client import XeroClient
from .api.limits import XERO
from .contacts.deliveries import XeroDeliveries
from .imports.purchase_orders import XeroPurchaseOrders
from .imports.sales_invoices import XeroSalesInvoices
from .items.price_list import PriceList
from .organisation.health import read_health
from .target import XeroTarget
from .webhooks import CATEGORIES, SIGNATURE_HEADER, events_of, verify


class XeroAdapter:
    """`ports.adapter.TargetAdapter` for Xero."""

    title = "Xero"

    def __init__(self) -> None:
        #: By address and organisation, for as long as the process lives.
        self._price_lists: dict[tuple[str, str], PriceList] = {}

    secrets = (
        WantedSecret(
            name="xero_client_secret", words="Xero client secret", variable="XERO_CLIENT_SECRET"
        ),
    )

    def join(self, means: AdapterContext, *, client_id: str, secrets: Mapping[str, str]) -> Grant:
        """A custom connection logs in by itself; any other app needs a person's consent."""
        secret = secrets["xero_client_secret"]
        custom = self._logs_in_by_itself(means, client_id, secret)
        grant = Grant.new("custom" if custom else "consent", client_id)
        means.vault.keep(f"grant:{grant.grant_id}:client_secret", secret)
        return grant

    def renew_secrets(
        self, means: AdapterContext, grant: Grant, *, secrets: Mapping[str, str]
    ) -> None:
        """Tokens that it has stay good: only the next refresh needs the app's secret."""
        secret = secrets["xero_client_secret"]
        self._logs_in_by_itself(means, grant.client_id, secret)  # refuses a wrong one
        means.vault.keep(f"grant:{grant.grant_id}:client_secret", secret)

    @staticmethod
    def _logs_in_by_itself(means: AdapterContext, client_id: str, secret: str) -> bool:
        """See `is_custom_connection`, which tries the secret."""
        url = means.environment.xero_identity_url
        return is_custom_connection(client_id=client_id, client_secret=secret, identity_url=url)

    def consent_address(
        self, means: AdapterContext, grant: Grant, *, state: str, verifier: str, redirect_uri: str
    ) -> str:
        """Authorization code with PKCE (xero.md 1.1)."""
        return self._login(means, grant).consent_address(state, verifier, redirect_uri)

    def consent_given(
        self, means: AdapterContext, grant: Grant, *, code: str, verifier: str, redirect_uri: str
    ) -> None:
        """Exchange the code, which lives for five minutes (xero.md 1.1)."""
        self._login(means, grant).exchange(code, verifier, redirect_uri)

    def organisations(
        self, means: AdapterContext, grant: Grant, *, newest: bool = False
    ) -> dict[str, str]:
        """By ``/connections`` (xero.md 1.6)."""
        login = self._login(means, grant)
        return login.connections(login.token(), newest=newest)

    def target(
        self, means: AdapterContext, grant: Grant, organisation_id: str, *, by_person: bool = False
    ) -> XeroTarget:
        """Through the grant's tokens, within the limits of app and organisation."""
        return XeroTarget(
            self._client(means, grant, organisation_id, by_person=by_person),
            self._price_lists.setdefault(
                (means.environment.xero_url, organisation_id), PriceList()
            ),
        )

    def documents(
        self, means: AdapterContext, grant: Grant, organisation_id: str, kind: DocumentKind
    ) -> XeroSalesInvoices | XeroPurchaseOrders:
        """What comes in: read with the same tokens and limits."""
        client = self._client(means, grant, organisation_id)
        if kind is DocumentKind.SALES_INVOICE:
            return XeroSalesInvoices(client)
        return XeroPurchaseOrders(client)

    def deliveries(
        self, means: AdapterContext, grant: Grant, organisation_id: str
    ) -> XeroDeliveries:
        """The addresses of its contacts."""
        return XeroDeliveries(self._client(means, grant, organisation_id))

    def _client(
        self, means: AdapterContext, grant: Grant, organisation_id: str, *, by_person: bool = False
    ) -> XeroClient:
        return XeroClient(
            means.environment.xero_url,
            login=self._login(means, grant),
            organisation_id=organisation_id,
            limiter=means.limiter(XERO),
            clock=means.clock,
            by_person=by_person,
        )

    def left(self, means: AdapterContext, grant: Grant, organisation_id: str) -> Quota:
        """Of the organisation's minute and day, as the app has them (xero.md 2.3)."""
        return means.limiter(XERO).left(organisation_id, app=grant.client_id)

    def keep_alive(self, means: AdapterContext, grant: Grant) -> None:
        """A refresh token that is not used for 60 days ends (xero.md 1.2)."""
        self._login(means, grant).keep_alive()

    def health(self, means: AdapterContext, connection: Connection) -> list[Point]:
        """Scopes, ``Organisation/Actions``, and whether it is a demo company."""
        login = self._login(means, connection.grant)
        client = XeroClient(
            means.environment.xero_url,
            login=login,
            organisation_id=connection.organisation_known.organisation_id,
            limiter=means.limiter(XERO),
            clock=means.clock,
            by_person=True,
        )
        return read_health(login, client, connection)

    def disconnect(self, means: AdapterContext, grant: Grant, organisation_id: str) -> None:
        """By ``DELETE /connections/{id}``; revoked only when no other is left (xero.md 1.1)."""
        self._login(means, grant).disconnect(organisation_id)

    def link(self, environment: Environment, organisation: Organisation, document_id: str) -> str:
        """In Xero, or on the page of a simulated one."""
        if environment.xero_url != XERO_URL:
            return f"{environment.xero_url}/invoice/{document_id}"
        return XeroTarget.link(organisation, document_id)

    @staticmethod
    def _login(means: AdapterContext, grant: Grant) -> XeroLogin:
        return XeroLogin(
            client_id=grant.client_id,
            grant_id=grant.grant_id,
            kind="custom" if grant.kind == "custom" else "consent",
            base_url=means.environment.xero_url,
            identity_url=means.environment.xero_identity_url,
            login_url=means.environment.xero_login_url,
            vault=means.vault,
            leases=means.leases,
            clock=means.clock,
            scopes=means.environment.xero_scopes,
        )

    def webhook_events(
        self, environment: Environment, headers: Mapping[str, str], body: bytes
    ) -> list[WebhookEvent] | None:
        """See `WebhookAdapter`: believed is what is signed with the webhook's key."""
        signature = {x.lower(): y for x, y in headers.items()}.get(SIGNATURE_HEADER, "")
        if not verify(environment.webhook_key, body, signature):
            return None
        return [
            WebhookEvent(organisation_id=event.organisation_id.lower(), key=event.key)
            for event in events_of(body)
            if event.category in CATEGORIES
        ]
