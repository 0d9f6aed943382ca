"""The limits kept in the database: for one process, or a few, without a Redis."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy import Connection as Transaction

from ..database.database import Database
from ..database.tables import limit_block, limit_call
from ..domain.connections.limits import Limits
from ..errors import TryLater
from ..ports.clock import Clock
from ..ports.infrastructure import Quota
from .daily_quota import DayHeard
from .policy import place
from .waiting import wait_for_turn

#: The most that a name may hold in the tables.
_LONGEST = 50


class DatabaseLimiter:
    """`ports.infrastructure.Limiter` for all processes that share a database.

    That the day's calls are nearly used up is kept there for all; how many are left exactly is
    known to the processes that heard it.
    """

    def __init__(self, database: Database, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits
        self._day = DayHeard(clock, limits)

    @contextmanager
    def slot(
        self, organisation_id: str, *, app: str = "", by_person: bool = False
    ) -> Iterator[None]:
        """See `ports.infrastructure.Limiter`."""
        taken: list[int] = []

        def ask() -> float:
            return self._ask(organisation_id, app, taken, by_person=by_person)

        wait_for_turn(ask, self._limits, self._clock, by_person=by_person)
        try:
            yield
        finally:
            # The call has ended, whatever the database says; the place frees itself then.
            with suppress(TryLater), self._database.transaction() as transaction:
                ended = update(limit_call).where(limit_call.c.id.in_(taken))
                transaction.execute(ended.values(ended_at=self._clock.now()))

    def block(self, organisation_id: str, seconds: float, *, app: str = "") -> None:
        """See `ports.infrastructure.Limiter`."""
        name, until = _name(organisation_id, app), self._clock.now() + timedelta(seconds=seconds)
        with self._database.transaction() as transaction:
            self._lock(transaction)
            known = _until(transaction, name)
            if known is None or known < until:
                _put(transaction, name, until)

    def heard(
        self,
        organisation_id: str,
        *,
        app: str = "",
        minute_left: int | None = None,
        day_left: int | None = None,
        app_left: int | None = None,
    ) -> None:
        """See `ports.infrastructure.Limiter`."""
        limits = self._limits
        if app_left is not None and app_left <= limits.app_reserved:
            self.block("", limits.app_pause, app=app)
        name, low = _name(organisation_id, app), _name(organisation_id, app, "low")
        with self._database.transaction() as transaction:
            self._lock(transaction)
            now = self._clock.now()
            if day_left is not None and self._day.hear(name, day_left):
                _put(transaction, low, now + timedelta(seconds=limits.day_known))
            elif day_left is not None and _until(transaction, low) is not None:
                transaction.execute(delete(limit_block).where(_blocks(low)))
            if minute_left is not None:
                count = self._begun(transaction, name, now)
                others = limits.may_begin(by_person=True) - minute_left - count - limits.tolerance
                if others > 0:
                    row = {"organisation_id": name, "started_at": now, "ended_at": now}
                    transaction.execute(insert(limit_call), [row | {"lease_until": now}] * others)

    def left(self, organisation_id: str, *, app: str = "") -> Quota:
        """See `ports.infrastructure.Limiter`."""
        name = _name(organisation_id, app)
        with self._database.transaction() as transaction:
            now = self._clock.now()
            begun = self._begun(transaction, name, now)
            wait = self._blocked(transaction, organisation_id, app, now)
        turn = self._ask(organisation_id, app, None, by_person=False)
        most = self._limits.may_begin(by_person=True)
        return Quota(
            minute=max(0, most - begun),
            day=self._day.left(name),
            wait=wait,
            turn=turn,
            a_minute=self._limits.rate,
        )

    def _ask(
        self, organisation_id: str, app: str, taken: list[int] | None, *, by_person: bool
    ) -> float:
        """0 when the call may go and is counted, else the seconds to wait.

        `taken` gets the count's key; None: it is asked only, and nothing is counted.
        """
        name, low = _name(organisation_id, app), _name(organisation_id, app, "low")
        with self._database.transaction() as transaction:
            self._lock(transaction)
            # Only now: the lock may have taken a while, and the call begins after that.
            now = self._clock.now()
            lease = now + timedelta(seconds=self._limits.lease)
            low_until = None if by_person else _until(transaction, low)
            wait = self._blocked(transaction, organisation_id, app, now)
            if wait == 0 and low_until is not None:
                wait = max(0.0, (low_until - now).total_seconds())
            if wait == 0:
                wait = self._wait(transaction, name, now, by_person=by_person)
            if wait == 0 and taken is not None:
                if low_until is not None:
                    # What was known of the day is too old: this call finds out, the others wait.
                    _put(transaction, low, lease)
                row = {"organisation_id": name, "started_at": now, "lease_until": lease}
                key = transaction.execute(insert(limit_call).values(**row)).inserted_primary_key
                assert key is not None
                taken.append(key[0])
        return wait

    def _wait(
        self, transaction: Transaction, name: str, now: datetime, *, by_person: bool
    ) -> float:
        """Seconds until there is a place in flight and in the minute."""
        limits = self._limits
        mine = limit_call.c.organisation_id == name
        begin = now - timedelta(seconds=limits.minute)
        over = (limit_call.c.started_at <= begin) & (
            limit_call.c.ended_at.is_not(None) | (limit_call.c.lease_until <= now)
        )
        transaction.execute(delete(limit_call).where(mine, over))
        out = select(func.count()).where(
            mine, limit_call.c.ended_at.is_(None), limit_call.c.lease_until > now
        )
        if (transaction.scalar(out) or 0) >= limits.at_once:
            return 0.05
        count, begun = self._begun(transaction, name, now), limit_call.c.started_at
        excess = count - limits.may_begin(by_person=by_person)
        pause = limits.pause(by_person=by_person)
        if excess < 0 and (not pause or count < (limits.burst or 0)):
            return 0
        if excess < 0:
            last: datetime | None = transaction.scalar(select(func.max(begun)).where(mine))
            return 0 if last is None else max(0.0, pause - (now - last).total_seconds())
        in_the_way = select(begun).where(mine, begun > begin).order_by(begun).offset(excess)
        first: datetime = transaction.execute(in_the_way.limit(1)).scalar_one()
        return max(0.001, (first - begin).total_seconds())

    def _begun(self, transaction: Transaction, name: str, now: datetime) -> int:
        begin = now - timedelta(seconds=self._limits.minute)
        begun = select(func.count()).where(
            limit_call.c.organisation_id == name, limit_call.c.started_at > begin
        )
        return transaction.scalar(begun) or 0

    @staticmethod
    def _blocked(transaction: Transaction, organisation_id: str, app: str, now: datetime) -> float:
        """Seconds for which the target wants no calls: of the organisation's, or of the app's."""
        names = (_name(organisation_id, app), _name("", app))
        longest = select(func.max(limit_block.c.until)).where(
            limit_block.c.organisation_id.in_(names)
        )
        until: datetime | None = transaction.scalar(longest)
        return 0.0 if until is None else max(0.0, (until - now).total_seconds())

    @staticmethod
    def _lock(transaction: Transaction) -> None:
        """One at a time; SQLite's transactions are so anyway."""
        if transaction.dialect.name == "postgresql":
            transaction.exec_driver_sql("SELECT pg_advisory_xact_lock(7326921)")


def _name(organisation_id: str, app: str, what: str = "") -> str:
    """What the tables call a place; a digest where that would be too long for them."""
    name = f"{place(organisation_id, app)}{what and ':'}{what}"
    if len(name) <= _LONGEST:
        return name
    return hashlib.sha256(name.encode()).hexdigest()[:_LONGEST]


def _blocks(name: str) -> ColumnElement[bool]:
    return limit_block.c.organisation_id == name


def _until(transaction: Transaction, name: str) -> datetime | None:
    until: datetime | None = transaction.scalar(select(limit_block.c.until).where(_blocks(name)))
    return until


def _put(transaction: Transaction, name: str, until: datetime) -> None:
    transaction.execute(delete(limit_block).where(_blocks(name)))
    transaction.execute(insert(limit_block).values(organisation_id=name, until=until))
