"""Connection: one account that orders come from, one organisation that invoices go to."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

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


class ConnectionState(StrEnum):
    """Whether a connection may run."""

    ACTIVE = "active"
    #: Waits for a person to allow access in Xero.
    NEEDS_CONSENT = "needs_consent"
    #: A person, or a lost access, has stopped it; nothing fails meanwhile.
    PAUSED = "paused"


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
    #: Whose contact an invoice gets: ``channel`` (one per sales channel), ``customer`` (one
    #: each), or ``fixed`` (the one that is mapped as ``default``).
    contact_policy: str = "channel"
    #: IANA name: dates of documents, and the zone of Mintsoft's own times.
    timezone: str = "Europe/London"
    #: Days from the invoice date to its due date.
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
    #: Minutes between two syncs by the schedule; 0 for none.
    sync_minutes: int = 15


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One way from an account of a source to an organisation of a target."""

    connection_id: int
    #: What commands call it.
    name: str
    #: ``accounting``; ``fulfilment`` comes with client invoices.
    mode: str
    state: ConnectionState
    #: Why it does not run, in a sentence; empty when it does.
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
    def account(self) -> str:
        """The source's account: what makes ids of documents unique within a target."""
        user = self.mintsoft_username
        return user if self.source == "mintsoft" else f"{self.source}:{user}"

    def may_run(self) -> tuple[bool, str]:
        """Whether it may run now, and if not, why not."""
        if self.state is ConnectionState.NEEDS_CONSENT:
            fix = f"run: mintsoft-xero connection connect {self.name}"
            return False, f"Connection {self.name} waits for consent in Xero; {fix}"
        if self.state is ConnectionState.PAUSED:
            fix = f"run: mintsoft-xero connection resume {self.name}"
            return False, f"Connection {self.name} is paused: {self.paused_because}; {fix}"
        return True, ""

    @property
    def organisation_known(self) -> Organisation:
        """The organisation of a connection that may run."""
        if self.organisation is None:
            raise ValueError(f"connection {self.connection_id} has no organisation yet")
        return self.organisation
