"""Dispatch: workers are told of what is due, a batch a message."""

from ..domain.connections.connection import Connection
from .celery_app import EXPORT_BATCH, TICK, WRITE_BACK
from .container import Container
from .queue import send

#: Seconds after which a told batch is told again.
TELL_AGAIN_AFTER = 120.0

#: Batches of one connection that workers are told of at once: as many calls as Xero takes at
#: once (xero.md 2.3). What is due beyond them stays in the ledger, so that another
#: connection's batch never waits behind more than these.
BATCHES_AT_ONCE = 5

#: A turn of the limits that is further away is not waited for by a worker, in seconds.
NEAR = 2.0

#: The furthest turn that a message is kept for; a longer wait is the tick's, in seconds.
FAR = 60.0


def dispatch(
    plugin: Container, connection: Connection, *, told_before: float = TELL_AGAIN_AFTER
) -> int:
    """Tell workers of what is due, a batch a message; how many documents.

    What a worker was told of within `told_before` seconds is left: its message is on the way.
    So is all that a few batches do not hold, and everything while no call may begin.

    Raises:
        TryLater: the broker can't be reached; what is due is told by a later tick.
    """
    turn = plugin.left(connection).turn
    if turn > FAR or holds(plugin, connection):
        return 0
    size = connection.settings.batch_size
    # After a hold one batch finds out for all whether the side is back.
    most = size * (1 if plugin.ledger.held(connection) else BATCHES_AT_ONCE)
    ids = plugin.ledger.dispatch(connection, told_before=told_before, most=most)
    countdown = turn if turn > NEAR else None
    for start in range(0, len(ids), size):
        batch = ids[start : start + size]
        send(plugin, EXPORT_BATCH, connection.connection_id, batch, countdown=countdown)
    return len(ids)


def holds(plugin: Container, connection: Connection) -> bool:
    """Whether nothing is sent now because a side is away."""
    hold = plugin.ledger.held(connection)
    return hold is not None and plugin.clock.now() < hold.until


def ask_for_marks(plugin: Container, connection: Connection) -> None:
    """Have what is owed to Mintsoft written; asked for so often, a message must not pile up."""
    if plugin.ledger.owed(connection, 1):
        send(plugin, WRITE_BACK, connection.connection_id, expires=TICK)
