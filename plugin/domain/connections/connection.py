"""Connection: one account that orders come from, one organisation that invoices go to."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum

from ..exports.export import DocumentKind
from .mapping import Mapping
from .organisation import Organisation
from .settings import Settings


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
