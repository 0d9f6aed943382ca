"""Infrastructure: what all processes and machines share beside the ledger, as small Protocols.

It is given to adapters and flows; none of them implements it. As everywhere in ``ports``, nobody
hands out a library's own types or errors.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


class Vault(Protocol):
    """Secrets, encrypted at rest."""

    def read(self, name: str) -> str | None:
        """The secret kept under a name, or None."""

    def keep(self, name: str, value: str) -> None:
        """Keep a secret under a name, durably, before returning."""

    def forget(self, name: str) -> None:
        """Forget a secret; an unknown one is no error."""


class Leases(Protocol):
    """Who may do what only one may do at a time, across all processes and machines."""

    def hold(self, name: str, *, seconds: float, wait: float) -> AbstractContextManager[None]:
        """Hold a lease by compare-and-set; it ends by itself after `seconds`.

        Raises:
            TryLater: somebody else still holds it after `wait` seconds.
        """

    def rest(self, name: str, *, seconds: float) -> None:
        """Let nobody hold a lease for so many seconds; one that somebody holds stays his."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """How many calls a target still allows, as far as is known; for a capacity line."""

    #: Calls that may begin now, as they were counted here.
    minute: int
    #: Calls of the target's day, as it last said; None when that was not heard, or long ago.
    day: int | None
    #: Seconds that the target has asked everybody to wait; 0 when it has not.
    wait: float
    #: Seconds until the next call of a worker may begin, if nobody else takes that turn; 0: now.
    turn: float = 0.0
    #: Calls that workers make in sixty seconds when nothing holds them up.
    a_minute: float = 60.0


class Limiter(Protocol):
    """The target's limits, shared by all processes.

    They are counted per organisation, and apart for each `app` (its client id, or empty where
    there is but one): two apps of one organisation do not use up each other's.
    """

    def slot(
        self, organisation_id: str, *, app: str = "", by_person: bool = False
    ) -> AbstractContextManager[None]:
        """One call's place: waits its turn and holds it until the call has ended.

        `by_person`: somebody waits at the page. Workers leave a small part of the minute and
        of the day to such calls.

        Raises:
            TryLater: the turn is further away than one should wait (MX-601).
        """

    def block(self, organisation_id: str, seconds: float, *, app: str = "") -> None:
        """The target has asked to wait this long; no organisation: all of the app's."""

    def heard(
        self,
        organisation_id: str,
        *,
        app: str = "",
        minute_left: int | None = None,
        day_left: int | None = None,
        app_left: int | None = None,
    ) -> None:
        """The target has said how many calls are left; believed where that is fewer than counted.

        `app_left`: of the app's own minute, over all organisations.
        """

    def left(self, organisation_id: str, *, app: str = "") -> Quota:
        """What is known of the calls that are left. No call to the target."""
