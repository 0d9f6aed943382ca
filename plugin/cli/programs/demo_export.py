"""The export of the demo: its connection, and the waiting for the answers."""

import math
import time
from threading import Thread
from typing import TYPE_CHECKING

from ...domain.exports.export import UNSETTLED
from ...processes.supervisor import Supervisor
from ..output import note

if TYPE_CHECKING:  # what `--help` can do without
    from ...domain.connections.connection import Connection
    from ...services.container import Container
    from ...services.export_run import Counts

NAME = "demo"
USER = "sandbox"
XERO_APP = "custom"
#: Seconds without an answer for any document after which no more are waited for.
_PATIENCE = 240.0
#: Writes to Mintsoft per second: a simulator needs no sparing.
_WRITE_PACE = "50"
_INTERRUPTED = 130


def is_ours(connection: "Connection") -> bool:
    """Whether the demo has made this connection."""
    made = (connection.name, connection.mintsoft_username, connection.grant.client_id)
    return made == (NAME, USER, XERO_APP)


def export_all(supervisor: Supervisor, plugin: "Container", end: float) -> int:
    """Connect and export, until every order has its answer; 0, or why it was left (exit code)."""
    errand = _Errand(plugin)
    errand.start()
    if supervisor.run(until=lambda: not errand.is_alive() or time.monotonic() > end):
        return 1
    if errand.error is not None:
        raise errand.error
    if errand.is_alive() and time.monotonic() < end:
        return _INTERRUPTED
    if end < math.inf:
        supervisor.run(until=lambda: time.monotonic() > end or not unsettled(counted(plugin)))
    return 0


def counted(plugin: "Container") -> "Counts":
    """How many orders are in each state."""
    return plugin.ledger.counts(plugin.connections.named(NAME))


def unsettled(counts: "Counts") -> int:
    """How many orders have no answer yet."""
    return sum(counts.get(state, 0) for state in UNSETTLED)


class _Errand(Thread):
    """Connects and exports, while the main thread looks after the processes."""

    def __init__(self, plugin: "Container") -> None:
        super().__init__(daemon=True)
        self.error: BaseException | None = None
        self._plugin = plugin

    def run(self) -> None:
        """Keep what is raised for the main thread."""
        from ...services.export_run import ExportRequest
        from ...services.export_run import run as run_export
        from ..printing.progress import Progress

        try:
            if self._plugin.decider.note:
                note(self._plugin.decider.note)
            connection = _connection(self._plugin)
            with Progress() as progress:
                run_export(self._plugin, connection, ExportRequest(wait=_PATIENCE), progress)
        except BaseException as error:  # noqa: BLE001 - raised again where it is seen
            self.error = error


def _connection(plugin: "Container") -> "Connection":
    """The demo's connection, made on the first run."""
    if found := plugin.connections.all():
        return found[0]
    from ...services.connections.setup import add_connection

    return add_connection(
        plugin,
        name=NAME,
        mode="accounting",
        mintsoft_username=USER,
        mintsoft_client="",
        xero_client_id=XERO_APP,
        settings={"start_date": "any", "write_pace": _WRITE_PACE},
        secrets={"mintsoft_password": "sandbox", "xero_client_secret": "custom"},
    )
