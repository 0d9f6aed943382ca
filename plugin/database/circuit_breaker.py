"""When a connection holds on, or stops until a person resumes it."""

from sqlalchemy import select, update

from ..domain.connections.connection import Connection, ConnectionState
from ..domain.connections.hold import FAILURES, Hold, wait_after
from .base import LedgerPart
from .tables import connection as connection_table

#: A limit says itself when it ends: it is held on for at once, and not for longer each time.
LIMIT = "MX-601"


class SqlCircuitBreaker(LedgerPart):
    """Implements `ports.ledger.CircuitBreaker`."""

    def hold(self, connection: Connection, because: str, *, code: str, after: float) -> Hold | None:
        """See `ports.ledger.CircuitBreaker`."""
        table, now = connection_table, self._clock.now()
        mine = table.c.id == connection.connection_id
        with self._database.transaction() as transaction:
            query = select(table.c.failures, table.c.held_until).where(mine).with_for_update()
            row = transaction.execute(query).one()
            # What was on its way when the hold began tells nothing new.
            known = row.held_until is not None and now < row.held_until
            failures = row.failures if known else row.failures + 1
            counted = FAILURES if code == LIMIT or known else failures
            until = now + wait_after(counted, after, str(connection.connection_id))
            if row.held_until is not None:
                until = max(until, row.held_until)
            values = {"failures": failures, "held_because": because}
            held = code == LIMIT or known or failures >= FAILURES
            if held:
                values["held_until"] = until
            transaction.execute(update(table).where(mine).values(values))
        return Hold(until=until, because=because, failures=failures) if held else None

    def go_on(self, connection: Connection) -> bool:
        """See `ports.ledger.CircuitBreaker`."""
        table = connection_table
        query = update(table).where(
            table.c.id == connection.connection_id,
            (table.c.failures > 0) | table.c.held_until.is_not(None),
        )
        nothing = {"failures": 0, "held_until": None, "held_because": ""}
        with self._database.transaction() as transaction:
            return bool(transaction.execute(query.values(nothing)).rowcount)

    def held(self, connection: Connection) -> Hold | None:
        """See `ports.ledger.CircuitBreaker`."""
        table = connection_table
        names = ("held_until", "held_because", "failures")
        query = select(*(table.c[name] for name in names))
        query = query.where(table.c.id == connection.connection_id)
        with self._database.transaction() as transaction:
            row = transaction.execute(query).one_or_none()
        if row is None or row.held_until is None:
            return None
        return Hold(until=row.held_until, because=row.held_because, failures=row.failures)

    def pause(self, connection: Connection, why: str) -> None:
        """See `ports.ledger.CircuitBreaker`."""
        table = connection_table
        with self._database.transaction() as transaction:
            transaction.execute(
                update(table)
                .where(table.c.id == connection.connection_id)
                .values(state=ConnectionState.PAUSED, paused_because=why)
            )
