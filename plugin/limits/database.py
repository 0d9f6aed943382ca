"""The limits kept in the database: for one process, or a few, without a Redis."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection as Transaction
from sqlalchemy import delete, func, insert, select, update

from ..errors import TryLater
from ..ledger.database import Database
from ..ledger.tables import limit_block, limit_call
from ..ports import Clock
from .rules import XERO, Limits
from .waiting import wait_for_turn


class DatabaseLimiter:
    """`ports.Limiter` for all processes that share a database."""

    def __init__(self, database: Database, clock: Clock, limits: Limits = XERO) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits

    @contextmanager
    def slot(self, organisation_id: str) -> Iterator[None]:
        """See `ports.Limiter`."""
        taken: list[int] = []
        wait_for_turn(lambda: self._ask(organisation_id, taken), self._limits, self._clock)
        try:
            yield
        finally:
            # The call has ended, whatever the database says; the place frees itself then.
            with suppress(TryLater), self._database.transaction() as transaction:
                ended = update(limit_call).where(limit_call.c.id.in_(taken))
                transaction.execute(ended.values(ended_at=self._clock.now()))

    def block(self, organisation_id: str, seconds: float) -> None:
        """See `ports.Limiter`."""
        until = self._clock.now() + timedelta(seconds=seconds)
        mine = limit_block.c.organisation_id == organisation_id
        with self._database.transaction() as transaction:
            self._lock(transaction)
            known: datetime | None = transaction.scalar(select(limit_block.c.until).where(mine))
            if known is None or known < until:
                transaction.execute(delete(limit_block).where(mine))
                row = {"organisation_id": organisation_id, "until": until}
                transaction.execute(insert(limit_block).values(**row))

    def _ask(self, organisation_id: str, taken: list[int]) -> float:
        with self._database.transaction() as transaction:
            self._lock(transaction)
            # Only now: the lock may have taken a while, and the call begins after that.
            now = self._clock.now()
            wait = self._wait(transaction, organisation_id, now)
            if wait == 0:
                lease = now + timedelta(seconds=self._limits.lease)
                row = {"organisation_id": organisation_id, "started_at": now}
                result = transaction.execute(insert(limit_call).values(**row, lease_until=lease))
                key = result.inserted_primary_key
                assert key is not None
                taken.append(key[0])
        return wait

    def _wait(self, transaction: Transaction, organisation_id: str, now: datetime) -> float:
        mine = limit_call.c.organisation_id == organisation_id
        query = select(limit_block.c.until).where(limit_block.c.organisation_id == organisation_id)
        blocked: datetime | None = transaction.scalar(query)
        if blocked is not None and blocked > now:
            return (blocked - now).total_seconds()
        begin = now - timedelta(seconds=self._limits.minute)
        over = (limit_call.c.started_at <= begin) & (
            limit_call.c.ended_at.is_not(None) | (limit_call.c.lease_until <= now)
        )
        transaction.execute(delete(limit_call).where(mine, over))
        out = select(func.count()).where(
            mine, limit_call.c.ended_at.is_(None), limit_call.c.lease_until > now
        )
        if (transaction.scalar(out) or 0) >= self._limits.at_once:
            return 0.05
        recent = select(func.count(), func.min(limit_call.c.started_at)).where(
            mine, limit_call.c.started_at > begin
        )
        count, oldest = transaction.execute(recent).one()
        if count < self._limits.a_minute:
            return 0
        until: float = (oldest - begin).total_seconds()
        return max(0.001, until)

    @staticmethod
    def _lock(transaction: Transaction) -> None:
        """One at a time; SQLite's transactions are so anyway."""
        if transaction.dialect.name == "postgresql":
            transaction.exec_driver_sql("SELECT pg_advisory_xact_lock(7326921)")
