"""The key of one Mintsoft user: kept in the vault, made new by one process at a time.

A login makes a new key and kills the one before, for everybody who shares the user
(mintsoft.md 1.2). So it happens under a lease, and whoever gets the lease first looks whether
somebody else has logged in meanwhile.
"""

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta

from ....plugin.domain.times import from_text, to_text
from ....plugin.errors import Disconnected
from ....plugin.ports.clock import Clock
from ....plugin.ports.infrastructure import Leases, Vault
from .errors import SERVICE

log = logging.getLogger("mintsoft_xero.mintsoft")

#: A key lives 24 hours (mintsoft.md 1.2); it is renewed shortly before.
KEY_LIFE = timedelta(hours=23, minutes=50)
#: Longer than a login can take, so that the lease doesn't end under it.
LEASE_SECONDS = 90.0
LEASE_WAIT = 60.0
#: What may stand in a header; a real key is a GUID.
_KEY = re.compile(r"[!-~]{8,200}")


class Login:
    """Gives the key to call with.

    The vault keeps, for each user: ``mintsoft:USER:password``, ``mintsoft:USER:key`` (JSON with
    the key and the time of its login), or ``mintsoft:USER:static_key``, a key that never
    expires and with which nobody ever logs in.
    """

    def __init__(
        self,
        username: str,
        *,
        vault: Vault,
        leases: Leases,
        clock: Clock,
        log_in: Callable[[str], str],
    ) -> None:
        """`log_in`: takes the password, returns the new key, raises as a call does."""
        self.username = username
        self._vault = vault
        self._leases = leases
        self._clock = clock
        self._log_in = log_in

    def __repr__(self) -> str:
        return f"Login({self.username!r})"

    @property
    def static(self) -> bool:
        """Whether the user has a key that never expires."""
        return self._static_key() is not None

    def key(self) -> str:
        """The key to call with now; logs in when there is none.

        Raises:
            Disconnected: no password is kept, or Mintsoft does not accept it.
            TryLater: the login failed for a passing reason, or somebody else is at it.
        """
        return self._static_key() or self._kept_key() or self.renew(refused="")[0]

    def renew(self, refused: str) -> tuple[str, bool]:
        """A key other than the refused one, and whether it is from a login made just now.

        When somebody else has logged in meanwhile, theirs is given. Raises as `key`.
        """
        name = f"mintsoft-login:{self.username}"
        with self._leases.hold(name, seconds=LEASE_SECONDS, wait=LEASE_WAIT):
            kept = self._kept_key()
            if kept and kept != refused:
                return kept, False
            key = _checked(self._log_in(self._password()))
            at = to_text(self._clock.now())
            self._vault.keep(self._name("key"), json.dumps({"key": key, "at": at}))
            log.info("logged in to Mintsoft as %s", self.username)
            return key, True

    def _name(self, part: str) -> str:
        return f"mintsoft:{self.username}:{part}"

    def _static_key(self) -> str | None:
        key = (self._vault.read(self._name("static_key")) or "").strip()
        return _checked(key) if key else None

    def _kept_key(self) -> str | None:
        kept = self._vault.read(self._name("key"))
        if kept is None:
            return None
        entry = json.loads(kept)
        too_old = self._clock.now() - from_text(entry["at"]) > KEY_LIFE
        return None if too_old else str(entry["key"])

    def _password(self) -> str:
        password = self._vault.read(self._name("password"))
        if password is None:
            raise Disconnected(code="MX-102", detail="no password is kept", service=SERVICE)
        return password


def _checked(key: str) -> str:
    """Refuse what can't be a key before it gets into a header, and so into an error's text."""
    if not _KEY.fullmatch(key):
        raise Disconnected(code="MX-102", detail="the key has a wrong form", service=SERVICE)
    return key
