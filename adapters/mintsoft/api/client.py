"""Calls to Mintsoft as one user, and only those that `calls` lists.

Reads are tried twice; writes once, at a pace of their own that all processes share.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from ....plugin.errors import TryLater
from ....plugin.ports.clock import Clock
from ....plugin.ports.infrastructure import Leases, Limiter, Vault
from .answers import NOT_ALLOWED, Reply
from .calls import LOGIN, MARKS, READS, WRITES, Call, Query
from .errors import PASSING, SERVICE, Came, Side, UnlistedCallError
from .exchange import Exchange
from .login import Login

#: Seconds to connect, and to wait for data.
TIMEOUT = (5.0, 30.0)
#: How many newer keys are tried after a 401: that of somebody else, then our own.
KEYS_TRIED = 2
#: Seconds between the two tries of a read.
PAUSE_BEFORE_RETRY = 2.0


class MintsoftClient:
    """Calls Mintsoft as one user. Safe to use from several threads, not across a fork."""

    def __init__(
        self,
        base_url: str,
        username: str,
        *,
        vault: Vault,
        leases: Leases,
        clock: Clock,
        limiter: Limiter,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        """Makes no call.

        Args:
            base_url: such as ``https://api.mintsoft.co.uk``.
            username: of the Mintsoft user; its secrets are in the vault (see `Login`).
            vault: where the secrets are.
            leases: so that one process at a time logs in.
            clock: for pauses and for the age of the key.
            limiter: keeps the pace of writes for all processes. Mintsoft states no limit;
                others keep to two a second (mintsoft.md 1.3).
            timeout: seconds to connect, and to wait for data.

        Raises:
            SettingsError: the address is none.
        """
        self._clock = clock
        self._exchange = Exchange(base_url, timeout)
        self._limiter = limiter
        self._login = Login(username, vault=vault, leases=leases, clock=clock, log_in=self._log_in)

    def __repr__(self) -> str:
        return f"MintsoftClient({self._exchange.host!r}, {self._login.username!r})"

    @property
    def limit_name(self) -> str:
        """What the limiter knows the writes of this user by."""
        return f"mintsoft:{self._exchange.host}:{self._login.username}"

    @property
    def clock_ahead(self) -> timedelta | None:
        """By how much our clock was ahead of Mintsoft's at the last answer, as far as it says."""
        return self._exchange.clock_ahead

    def close(self) -> None:
        """Close its connections."""
        self._exchange.close()

    def read_list(
        self, path: str, *, document_id: str = "", query: Query | None = None
    ) -> list[Any]:
        """The rows that a list answers with.

        Args:
            path: one of `READS`.
            document_id: for the ``{id}`` of the path.
            query: parameters, spelt as in Mintsoft's description.

        Raises:
            TryLater: Mintsoft can't be reached, is busy, or answers something else.
            Disconnected: the login is refused.
            NotAllowed: the user may not read this; a `TryLater`.
            NeedsPerson: the document that the path names is gone (MX-503).
            UnlistedCallError: our bug: the path is not on the list.
        """
        rows: list[Any] = self._read(path, document_id, query, list)
        return rows

    def read_object(self, path: str, *, document_id: str) -> dict[str, Any]:
        """The object that a path answers with. Arguments and errors as `read_list`."""
        found: dict[str, Any] = self._read(path, document_id, None, dict)
        return found

    def read_number(self, path: str, *, query: Query) -> int | None:
        """The bare number that a look-up answers with; None after 400 or 404.

        What a look-up says that finds nothing is not known (mintsoft.md 9.8). Arguments and
        errors as `read_list`.
        """
        call, reply = self._asked(path, "", query, int)
        if reply.came in {Came.INVALID, Came.GONE}:
            return None
        number: int = self._content(call, reply)
        return number

    def write(
        self,
        method: str,
        path: str,
        *,
        document_id: str = "",
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
        private: tuple[str, ...] = (),
    ) -> Any:
        """Change something, once. Method and path must be one of `WRITES`.

        Args:
            method: POST or PUT.
            path: with ``{id}`` for the id of a document.
            document_id: for it.
            query: parameters, spelt as in Mintsoft's description.
            body: sent as JSON.
            private: what of it no error may repeat, such as the customer's name.

        Returns:
            What Mintsoft answers: an object, or a list of them, with ``Success``.

        Raises:
            NeedsPerson: Mintsoft refuses it (MX-502), or the document is gone (MX-503).
            TryLater: as `read_list`. Nothing was changed; only of a mark (a comment, a tag)
                is that not sure.
            Unknown: the answer was lost; whether it was carried out must be looked up.
            Disconnected: the login is refused.
            UnlistedCallError: our bug: the call is not on the list.
        """
        if (method, path) not in WRITES:
            raise UnlistedCallError(f"not a listed write: {method} {path}")
        _check_id(path, document_id)
        call = Call(
            side=Side.MARK if (method, path) in MARKS else Side.CHANGE,
            method=method,
            template=path,
            document_id=document_id,
            query=query,
            body=body,
            private=private,
        )
        reply = self._ask(call)
        if reply.came is Came.BUSY:
            with suppress(TryLater):  # for the other processes' sake; ours is told below
                self._limiter.block(self.limit_name, reply.wait)
        return self._content(call, reply)

    def _read(self, path: str, document_id: str, query: Query | None, shape: type) -> Any:
        return self._content(*self._asked(path, document_id, query, shape))

    def _asked(
        self, path: str, document_id: str, query: Query | None, shape: type
    ) -> tuple[Call, Reply]:
        if path not in READS:
            raise UnlistedCallError(f"not a listed read: {path}")
        _check_id(path, document_id)
        call = Call(
            side=Side.READ,
            method="GET",
            template=path,
            document_id=document_id,
            query=query,
            shape=shape,
        )
        reply = self._ask(call)
        if reply.came in PASSING:
            self._clock.sleep(PAUSE_BEFORE_RETRY)
            reply = self._ask(call)
        return call, reply

    def _ask(self, call: Call) -> Reply:
        """One call with the user's key; after a 401 again with a newer key.

        A 401 may be about permissions (mintsoft.md 1.2), so at most one login is made for it.
        Only if somebody else had logged in meanwhile, their key is tried first. What was answered
        with a 401 was not carried out, so this is true of writes too.
        """
        key, fresh = self._login.key(), False
        reply = self._send(call, key)
        for _ in range(KEYS_TRIED):
            if reply.status != NOT_ALLOWED or fresh or self._login.static:
                break
            key, fresh = self._login.renew(refused=key)
            reply = self._send(call, key)
        if reply.status == NOT_ALLOWED and self._login.key() != key:
            # Somebody logged in again just now: this 401 says nothing about permissions.
            raise TryLater(after=1, detail=f"{call}: the key keeps changing", service=SERVICE)
        return reply

    def _send(self, call: Call, key: str) -> Reply:
        """Send it once; a write in its turn. TryLater of the limiter: it was not sent."""
        if not call.is_write:
            return self._exchange.send(call, key, self._clock.now())
        with self._limiter.slot(self.limit_name):
            return self._exchange.send(call, key, self._clock.now())

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


def _check_id(path: str, document_id: str) -> None:
    """Refuse what would make another path: ``GET /api/Order/5/Cancel`` cancels."""
    is_id = document_id.isascii() and document_id.isdecimal()
    if not (is_id if "{" in path else not document_id):
        raise UnlistedCallError(f"no id for {path}")
