"""A reconciliation as a person or the night asks for it."""

from datetime import date

from ..domain.connections.connection import Connection
from ..domain.reconciliation.reconciliation import Reconciliation
from ..errors import Disconnected
from ..exports.context import ExportContext
from ..exports.reconcile import reconcile
from .container import Container
from .export_wait import refuse_unless_it_may_run

#: The longest that a reconciliation keeps others out, in seconds: a person's, and the night's.
LEASE, NIGHTLY_LEASE = 3600.0, 900.0


def reconcile_now(
    plugin: Container, name: str, *, first: date | None = None, last: date | None = None
) -> Reconciliation:
    """Hold Mintsoft, the ledger and Xero against each other for some days; changes neither side.

    Raises:
        SettingsError: there is no such connection.
        PluginError: it may not run.
        TryLater: a side can't be read, or another reconciliation runs.
        Disconnected: access has ended; the connection is paused first.
    """
    connection = plugin.connections.named(name)
    refuse_unless_it_may_run(connection, "Nothing was read.")
    try:
        return hold_and_reconcile(
            plugin, plugin.parts(connection), connection, LEASE, first=first, last=last
        )
    except Disconnected as error:
        plugin.connections.pause(connection, error.message)
        raise


def hold_and_reconcile(
    plugin: Container,
    parts: ExportContext,
    connection: Connection,
    seconds: float,
    *,
    first: date | None = None,
    last: date | None = None,
) -> Reconciliation:
    """Reconcile while nobody else does, for so many seconds at most.

    Raises:
        TryLater, Disconnected: as `reconcile_now`.
    """
    name = f"reconcile:{connection.connection_id}"
    with plugin.leases.hold(name, seconds=seconds, wait=0):
        return reconcile(parts, connection, first=first, last=last)
