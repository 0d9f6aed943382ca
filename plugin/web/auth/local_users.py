"""LocalUsers: one generated login, on this machine only. For want of a host's users."""

import ipaddress
import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import request, url_for

from ...errors import SettingsError
from ...ports.clock import Clock
from ...processes.own_file import make_once
from ..users import Role, User

USER = "admin"

#: How many wrong passwords a minute are listened to.
TRIES = 5
_WITHIN = timedelta(minutes=1)

_OWN_NAMES = ("localhost", "127.0.0.1", "::1")


class LocalUsers:
    """`Users` without a host: whoever knows the password in ``HOME/web-login``."""

    def __init__(
        self, home: Path, public_url: str, clock: Clock, has_proof: Callable[[str], bool]
    ) -> None:
        """`has_proof`: whether this request's session was made with that password."""
        self._home = home
        self._names = {*_OWN_NAMES, urlsplit(public_url).hostname}
        self._clock = clock
        self._has_proof = has_proof
        self._wrong: deque[datetime] = deque()

    def current(self) -> User | None:
        """See `Users`."""
        known = self._has_proof(own_password(self._home))
        return User(name=USER, roles=frozenset(Role)) if known else None

    def login_address(self) -> str:
        """See `Users`. One who looked at a page comes back to it."""
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return url_for("mintsoft_xero.login", next=back)

    def answers(self, address: str | None, host: str) -> bool:
        """Whether a request comes from this machine and was meant for it.

        A page of somebody else's, whose name was made to point here, sends its own name.
        """
        return _is_loopback(address) and _name_in(host) in self._names

    def may_try(self) -> bool:
        """Whether there were few enough wrong passwords within the last minute."""
        limit = self._clock.now() - _WITHIN
        while self._wrong and self._wrong[0] < limit:
            self._wrong.popleft()
        return len(self._wrong) < TRIES

    def is_password(self, user: str, given: str) -> bool:
        """Whether this is the login; takes as long for a wrong one. Wrong ones are counted."""
        known = secrets.compare_digest(
            f"{user}:{given}".encode("utf-8", "replace"),
            f"{USER}:{own_password(self._home)}".encode(),
        )
        if not known:
            self._wrong.append(self._clock.now())
        return known


def own_password(home: Path) -> str:
    """The password in ``HOME/web-login`` (``admin:PASSWORD``), made on first use, mode 0600.

    Raises:
        SettingsError: the file is damaged, or can't be read or written.
    """
    path = home / "web-login"
    try:
        if not path.exists():
            make_once(path, f"{USER}:{secrets.token_urlsafe(18)}\n")
        user, _, password = path.read_text(encoding="utf-8").strip().partition(":")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, type(error).__name__) from None
    if user != USER or not password:
        raise _unusable(path, f"it does not begin with {USER}:")
    return password


def _unusable(path: Path, why: str) -> SettingsError:
    return SettingsError(
        f"The login of the pages ({path}) can't be used", fix="Remove the file.", detail=why
    )


def _is_loopback(address: str | None) -> bool:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def _name_in(host: str) -> str | None:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
