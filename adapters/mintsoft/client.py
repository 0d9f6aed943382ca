"""Calls to Mintsoft as one user, and only those that are listed here.

Reads are an allow-list of paths, because about twenty GETs of this API change orders
(mintsoft.md 1.5). Reads are tried twice; writes once, at a pace of their own.
"""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ...plugin.errors import TryLater
from ...plugin.ports import Clock, Leases, Vault
from .errors import PASSING, SERVICE, Side, UnlistedCallError
from .exchange import NOT_ALLOWED, Call, Exchange, Query, Reply
from .login import Login

LOGIN = "/api/Auth"
ORDER_LIST = "/api/Order/List"
ORDER = "/api/Order/{id}"
COMMENTS = "/api/Order/{id}/Comments"
TAG = "/api/Order/{id}/Tag"
STATUSES = "/api/Order/Statuses"
CLIENTS = "/api/Client"

#: Everything that may be read. Whatever is added must not change anything at Mintsoft.
READS = frozenset({ORDER_LIST, ORDER, COMMENTS, STATUSES, CLIENTS})
#: Everything that may be written, with its method.
WRITES = frozenset({("POST", COMMENTS), ("PUT", TAG)})

#: Seconds to connect, and to wait for data.
TIMEOUT = (5.0, 30.0)
#: Writes a second. Mintsoft states no limit; others keep to two (mintsoft.md 1.3).
PACE = Decimal(2)
#: How many newer keys are tried after a 401: that of somebody else, then our own.
KEYS_TRIED = 2
#: Seconds between the two tries of a read.
PAUSE_BEFORE_RETRY = 2.0


class MintsoftClient:
    """Calls Mintsoft as one user. Safe to use from several threads, not across a fork.

    A process needs one for each user, since the pace of writes is kept in it.
    """

    def __init__(
        self,
        base_url: str,
        username: str,
        *,
        vault: Vault,
        leases: Leases,
        clock: Clock,
        timeout: tuple[float, float] = TIMEOUT,
        pace: Decimal = PACE,
    ) -> None:
        """Makes no call.

        Args:
            base_url: such as ``https://api.mintsoft.co.uk``.
            username: of the Mintsoft user; its secrets are in the vault (see `Login`).
            vault: where the secrets are.
            leases: so that one process at a time logs in.
            clock: for pauses and for the age of the key.
            timeout: seconds to connect, and to wait for data.
            pace: writes a second.

        Raises:
            SettingsError: the address is none.
        """
        self._clock = clock
        self._exchange = Exchange(base_url, timeout)
        self._turns = _Turns(clock, pace)
        self._login = Login(username, vault=vault, leases=leases, clock=clock, log_in=self._log_in)

    def __repr__(self) -> str:
        return f"MintsoftClient({self._exchange.host!r}, {self._login.username!r})"

    def close(self) -> None:
        """Close its connections."""
        self._exchange.close()

    def read_list(self, path: str, *, order_id: str = "", query: Query | None = None) -> list[Any]:
        """The rows that a list answers with.

        Args:
            path: one of `READS`.
            order_id: for the ``{id}`` of the path.
            query: parameters, spelt as in Mintsoft's description.

        Raises:
            TryLater: Mintsoft can't be reached, is busy, or answers something else.
            Disconnected: the login is refused, or the user may not read this (`NotAllowed`).
            NeedsPerson: the order that the path names is gone (MX-503).
            UnlistedCallError: our bug: the path is not on the list.
        """
        rows: list[Any] = self._read(path, order_id, query, list)
        return rows

    def read_object(self, path: str, *, order_id: str) -> dict[str, Any]:
        """The object that a path answers with. Arguments and errors as `read_list`."""
        found: dict[str, Any] = self._read(path, order_id, None, dict)
        return found

    def write(
        self,
        method: str,
        path: str,
        *,
        order_id: str,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        """Change something, once. Method and path must be one of `WRITES`.

        Raises:
            NeedsPerson: Mintsoft refuses it (MX-502), or the order is gone (MX-503).
            TryLater: as `read_list`; it may have been carried out nevertheless.
            Disconnected: the login is refused.
            UnlistedCallError: our bug: the call is not on the list.
        """
        if (method, path) not in WRITES:
            raise UnlistedCallError(f"not a listed write: {method} {path}")
        _check_id(path, order_id)
        call = Call(
            side=Side.WRITE,
            method=method,
            template=path,
            order_id=order_id,
            query=query,
            body=body,
        )
        self._turns.wait()
        self._content(call, self._ask(call))

    def _read(self, path: str, order_id: str, query: Query | None, shape: type) -> Any:
        if path not in READS:
            raise UnlistedCallError(f"not a listed read: {path}")
        _check_id(path, order_id)
        call = Call(
            side=Side.READ,
            method="GET",
            template=path,
            order_id=order_id,
            query=query,
            shape=shape,
        )
        reply = self._ask(call)
        if reply.came in PASSING:
            self._clock.sleep(PAUSE_BEFORE_RETRY)
            reply = self._ask(call)
        return self._content(call, reply)

    def _ask(self, call: Call) -> Reply:
        """One call with the user's key; after a 401 again with a newer key.

        A 401 may be about permissions (mintsoft.md 1.2), so at most one login is made for it.
        Only if somebody else had logged in meanwhile, their key is tried first.
        """
        key, fresh = self._login.key(), False
        reply = self._exchange.send(call, key, self._clock.now())
        for _ in range(KEYS_TRIED):
            if reply.status != NOT_ALLOWED or fresh or self._login.static:
                break
            key, fresh = self._login.renew(refused=key)
            reply = self._exchange.send(call, key, self._clock.now())
        if reply.status == NOT_ALLOWED and self._login.key() != key:
            # Somebody logged in again just now: this 401 says nothing about permissions.
            raise TryLater(after=1, detail=f"{call}: the key keeps changing", service=SERVICE)
        return reply

    def _content(self, call: Call, reply: Reply) -> Any:
        if reply.came is None:
            return reply.content
        static = call.side is not Side.LOGIN and self._login.static
        raise self._exchange.error(call, reply, self._clock.now(), static_key=static)

    def _log_in(self, password: str) -> str:
        body = {"Username": self._login.username, "Password": password}
        call = Call(side=Side.LOGIN, method="POST", template=LOGIN, body=body, shape=str)
        key: str = self._content(call, self._exchange.send(call, "", self._clock.now()))
        return key.strip()


class _Turns:
    """Lets one through every so often."""

    def __init__(self, clock: Clock, pace: Decimal) -> None:
        self._clock = clock
        self._gap = timedelta(seconds=float(1 / pace))
        self._lock = threading.Lock()
        self._next: datetime | None = None

    def wait(self) -> None:
        """Wait for the next turn."""
        with self._lock:
            now = self._clock.now()
            turn = max(self._next or now, now)
            self._next = turn + self._gap
        if turn > now:
            self._clock.sleep((turn - now).total_seconds())


def _check_id(path: str, order_id: str) -> None:
    """Refuse what would make another path: ``GET /api/Order/5/Cancel`` cancels."""
    fits = order_id.isascii() and order_id.isdecimal() if "{id}" in path else not order_id
    if not fits:
        raise UnlistedCallError(f"no order id for {path}")
