"""Leases: one row each, taken by compare-and-set, ended by time when their holder dies."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..errors import TryLater
from ..ports.clock import Clock
from .database import Database
from .process_token import certainly_dead, new_token
from .tables import lease

#: How often a waiting process looks again, in seconds.
LOOK_EVERY = 0.2


#: The owner of a lease that rests: no process, so that time alone ends it.
NOBODY = "nobody"


class SqlLeases:
    """`ports.infrastructure.Leases` in the database, so that all machines see them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        #: Those of this process that could not be given back: the database was away just then.
        self._ended: set[tuple[str, str]] = set()

    @contextmanager
    def hold(self, name: str, *, seconds: float, wait: float) -> Iterator[None]:
        """See `ports.infrastructure.Leases`."""
        token = new_token()
        self._give_back()
        end = self._clock.now() + timedelta(seconds=wait)
        while not self._take(name, token, seconds):
            if self._clock.now() >= end:
                raise TryLater("Another process is at the same work.", after=LOOK_EVERY)
            self._clock.sleep(LOOK_EVERY)
        try:
            yield
        finally:
            self._ended.add((name, token))
            self._give_back()

    def rest(self, name: str, *, seconds: float) -> None:
        """See `ports.infrastructure.Leases`."""
        self._give_back()
        self._take(name, NOBODY, seconds)

    def _give_back(self) -> None:
        """Give back what has ended; what can't be now is given back before the next is taken.

        The work was done: that nobody could note its end is no failure of it.
        """
        with suppress(TryLater):
            for name, token in tuple(self._ended):
                with self._database.transaction() as transaction:
                    mine = (lease.c.name == name) & (lease.c.owner == token)
                    transaction.execute(delete(lease).where(mine))
                self._ended.discard((name, token))

    def _take(self, name: str, token: str, seconds: float) -> bool:
        now = self._clock.now()
        values = {"owner": token, "expires_at": now + timedelta(seconds=seconds)}
        try:
            with self._database.transaction() as transaction:
                row = transaction.execute(select(lease).where(lease.c.name == name)).one_or_none()
                if row is None:
                    transaction.execute(insert(lease).values(name=name, **values))
                    return True
                if row.expires_at > now and not certainly_dead(row.owner):
                    return False
                # Compare-and-set: of two that see the same dead holder, one takes over.
                same = (lease.c.name == name) & (lease.c.owner == row.owner)
                taken = transaction.execute(update(lease).where(same).values(values)).rowcount
                return bool(taken == 1)
        except IntegrityError:
            return False
