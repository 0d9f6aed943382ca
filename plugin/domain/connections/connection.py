"""Connection: one account that orders come from, one organisation that invoices go to."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ..exports.export import DocumentKind
from .mapping import Mapping
from .organisation import Organisation


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One permission to use a target; may serve several connections. Tokens are in the vault."""

    grant_id: str
    #: ``custom`` (a custom connection, no person needed) or ``consent`` (a person allowed it).
    kind: str
    #: Client id of the app in Xero; not a secret.
    client_id: str

    @classmethod
    def new(cls, kind: str, client_id: str) -> "Grant":
        """A grant with an id of its own."""
        return cls(grant_id=uuid.uuid4().hex, kind=kind, client_id=client_id)


#: How the sentence begins that pauses a connection whose access was ended (MX-103).
ACCESS_HAS_ENDED = "The connection to Xero has ended"
#: What follows the system's name in the one of a connection whose login was refused (MX-102).
LOGIN_REFUSED = "did not accept the"


class ConnectionState(StrEnum):
    """Whether a connection may run."""

    ACTIVE = "active"
    #: Waits for a person to allow access in Xero.
    NEEDS_CONSENT = "needs_consent"
    #: Access was allowed to several organisations; a person chooses one.
    NEEDS_ORGANISATION = "needs_organisation"
    #: A person, or a lost access, has stopped it; nothing fails meanwhile.
    PAUSED = "paused"
    #: A person has ended its access; all that it has done stays.
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a user may change on a connection, by the names of the settings page."""

    #: Order Statuses To Export Orders In.
    export_statuses: tuple[str, ...] = ("DESPATCHED", "INVOICED")
    #: Orders dated before this day are never exported; None exports any (``any``).
    start_date: date | None
    #: DRAFT, SUBMITTED or AUTHORISED.
    invoice_status: str = "AUTHORISED"
    #: Put before the order's number to make the invoice's.
    number_prefix: str = ""
    #: Codes or ids of the warehouses whose orders are exported; all where there are none.
    warehouses: tuple[str, ...] = ()
    #: Ids or names of the sales channels whose orders are exported; all where there are none.
    channels: tuple[str, ...] = ()
    #: What an invoice's reference begins with (`reference.WORDS`); our mark always follows.
    reference: str = "{external}"
    #: What dates an invoice: ``despatched`` (else ordered), ``ordered`` or ``exported``.
    invoice_date: str = "despatched"
    #: From where `due_days` counts: one of `due.DUE_RULES`.
    due: str = "days"
    #: Whose words and tax types: ``organisation`` (as its country has it), ``VAT`` or ``GST``.
    tax_basis: str = "organisation"
    #: Id of the branding theme of new invoices; empty for the organisation's own.
    branding_theme: str = ""
    #: Whose contact an invoice gets: ``channel`` (one per sales channel), ``customer`` (one
    #: each), or ``fixed`` (the one that is mapped as ``default``).
    contact_policy: str = "channel"
    #: IANA name: dates of documents, and the zone of Mintsoft's own times.
    timezone: str = "Europe/London"
    #: Days to the due date, or its day of the month, as `due` says.
    due_days: int = 0
    #: The most that may go to a rounding line on one invoice, in its currency.
    rounding_limit: Decimal = Decimal("0.05")
    #: What becomes of a discount that is larger than its line or its order: ``refuse``,
    #: ``spread`` or ``cap``.
    discount_repair: str = "refuse"
    #: Sales channels whose prices hold the tax: ID, ID:RATE or ID:COUNTRY:RATE each.
    gross_channels: tuple[str, ...] = ()
    #: Whether lines name items by SKU: ``none``, ``use`` (those there are), ``create``.
    items: str = "none"
    #: ``lines``, or ``summary``: one line for each account and tax rate.
    line_detail: str = "lines"
    #: An order that was changed within so many seconds may be in somebody's hands, and waits.
    quiet_seconds: int = 10
    #: Invoices in one call.
    batch_size: int = 50
    #: Label put on an exported order in Mintsoft; empty for none.
    tag: str = "xero"
    #: Writes to Mintsoft per second at the most.
    write_pace: Decimal = Decimal(2)
    #: Minutes between two runs of jobs that look for documents and have no interval of their
    #: own (`job.every`); 0 for none.
    sync_minutes: int = 15
    #: E-mail addresses that notices go to; none sends no e-mail.
    notify_email: tuple[str, ...] = ()
    #: Address that notices are posted to, signed; empty for none.
    notify_webhook: str = ""
    #: Whether a new kind of error is told of: ``yes`` or ``no``.
    notify_errors: str = "yes"
    #: Whether it is told that the connection stopped or holds for long, and goes on again.
    notify_paused: str = "yes"
    #: Whether a day's figures are told.
    notify_digest: str = "yes"
    #: Whether Mintsoft's postage holds the VAT-free postage too: ``yes``, ``no``, or ``ask`` the
    #: breakdown of each client invoice.
    postage_includes_vat_free: str = "ask"
    #: Lines of a client invoice: ``cost_centres``, or ``charges`` (one each where there are any).
    client_invoice_lines: str = "cost_centres"
    #: Whether a client without a contact gets a new one: ``yes`` or ``no`` (refused).
    create_client_contacts: str = "no"
    #: Code or id of the Mintsoft warehouse that imported documents go to; empty for the only one.
    import_warehouse: str = ""
    #: Statuses of sales invoices in Xero that become orders.
    import_invoice_statuses: tuple[str, ...] = ("AUTHORISED", "PAID")
    #: Id or name of the Mintsoft sales channel that imported orders have; empty for none.
    import_channel: str = ""
    #: Name or id of the courier service of imported orders; ``AUTO``: Mintsoft's rules choose.
    import_courier: str = "AUTO"
    #: Statuses of purchase orders in Xero that become ASNs.
    import_purchase_order_statuses: tuple[str, ...] = ("AUTHORISED",)
    #: In what ordered goods arrive, by the Mintsoft account's own name; empty for the only one.
    goods_in_type: str = ""
    #: Supplier named on every ASN; empty for the name of the purchase order's contact.
    asn_supplier: str = ""
    #: Days from a purchase order's date to the arrival where it names none; 0: it is refused.
    arrival_days: int = 0
    #: Hour of the connection's timezone at which they are, 0 to 23.
    digest_hour: int = 7


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One way from an account of a source to an organisation of a target."""

    connection_id: int
    #: What commands call it.
    name: str
    #: ``accounting`` (orders go to the target) or ``fulfilment`` (client invoices do).
    mode: str
    state: ConnectionState
    #: Why it does not run, in a sentence; empty when it does. Of one that needs an organisation:
    #: those that there are.
    paused_because: str
    #: User name of the Mintsoft account, or of another source's.
    mintsoft_username: str
    #: Id of the one client whose orders it takes; empty for all that the user sees.
    mintsoft_client: str
    grant: Grant
    settings: Settings
    mapping: Mapping
    #: What was last read of the organisation; None until consent was given.
    organisation: Organisation | None
    #: True once a person has exported by hand: schedules may run from then on.
    started: bool = field(default=False)
    #: Adapter that orders come through, by its name in the registry.
    source: str = field(default="mintsoft")
    #: Adapter that invoices go through.
    target: str = field(default="xero")

    @property
    def kind(self) -> DocumentKind:
        """Which documents it exports: a connection has one kind, and so have its rows."""
        return DocumentKind.of_mode(self.mode)

    @property
    def book(self) -> str:
        """The kind of the rule book that decides on them."""
        return self.kind.traits.book

    @property
    def account(self) -> str:
        """The source's account: what makes ids of documents unique within a target."""
        user = self.mintsoft_username
        return user if self.source == "mintsoft" else f"{self.source}:{user}"

    def may_run(self) -> tuple[bool, str]:
        """Whether it may run now, and if not, why not."""
        if self.state is ConnectionState.NEEDS_CONSENT:
            fix = f"run: mintsoft-xero connection connect {self.name}"
            return False, f"Connection {self.name} waits for consent in Xero; {fix}"
        if self.state is ConnectionState.NEEDS_ORGANISATION:
            fix = f"run: mintsoft-xero connection organisation {self.name} ID"
            return False, f"Connection {self.name} opens {self.paused_because}; choose one, {fix}"
        if self.state is ConnectionState.DISCONNECTED:
            fix = f"run: mintsoft-xero connection connect {self.name}"
            return False, f"Connection {self.name} is disconnected from Xero; {fix}"
        if self.state is ConnectionState.PAUSED:
            why = self.paused_because
            fix = f"run: mintsoft-xero connection {self._what_heals()} {self.name}"
            return False, f"Connection {self.name} is paused: {why.removesuffix('.')}; {fix}"
        return True, ""

    def _what_heals(self) -> str:
        """The command that lets a paused connection run again."""
        if f" {LOGIN_REFUSED} " in self.paused_because:
            of_target = self.paused_because.casefold().startswith(self.target)
            return "login --xero" if of_target else "login"
        ended = self.paused_because.startswith(ACCESS_HAS_ENDED)
        return "connect" if ended and self.grant.kind == "consent" else "resume"

    @property
    def has_access(self) -> bool:
        """Whether its access is to be kept alive: also while it is paused."""
        return self.state in {ConnectionState.ACTIVE, ConnectionState.PAUSED}

    @property
    def organisation_known(self) -> Organisation:
        """The organisation of a connection that may run."""
        if self.organisation is None:
            raise ValueError(f"connection {self.connection_id} has no organisation yet")
        return self.organisation
