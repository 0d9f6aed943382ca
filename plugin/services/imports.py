"""Imports as a person or the clock asks for them: run, list, retry, clear."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from ..domain.connections.connection import Connection
from ..domain.connections.job import JobName
from ..domain.exports.export import DocumentKind
from ..domain.imports.imported import BECOMES, Import, ImportState
from ..errors import Disconnected, SettingsError, did_you_mean
from ..imports.pipeline import import_documents
from .container import Container
from .export_wait import refuse_unless_it_may_run

#: The longest that one account's imports may hold their lease, in seconds: longer than a run of
#: the job may take.
IMPORT_LEASE = 3900.0

#: The job that imports each kind by the clock.
JOBS = {
    DocumentKind.SALES_INVOICE: JobName.IMPORT_SALES_INVOICES,
    DocumentKind.PURCHASE_ORDER: JobName.IMPORT_PURCHASE_ORDERS,
}


def run_imports(
    plugin: Container,
    name: str,
    *,
    kind: DocumentKind | None = None,
    since: date | None = None,
    only: Sequence[str] = (),
    dry_run: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Import]:
    """Import here and now what a person asks for; from now on the clock may.

    `kind`: one alone, None for all; `since`: documents from this day on are read again; `only`:
    these numbers or ids alone; `dry_run`: decide, and make nothing; `tell`: is told in a sentence
    what begins.

    Returns:
        All rows of these kinds (and numbers), as they are now.

    Raises:
        SettingsError: there is no such connection, or its sides can't.
        PluginError: it may not run.
        TryLater, Disconnected: as `import_now`.
    """
    connection = plugin.connections.named(name)
    refuse_unless_it_may_run(connection, "Nothing was read.")
    kinds = [kind] if kind else list(BECOMES)
    zone = ZoneInfo(connection.settings.timezone)
    moment = datetime.combine(since, time.min, zone) if since else None
    for one in kinds:
        tell(f"Reading {one.plural} from Xero ...")
        if not dry_run:
            plugin.jobs.start(connection, JOBS[one])
        import_now(plugin, connection, one, since=moment, only=only, dry_run=dry_run)
    return [row for row in plugin.imports.rows(connection, numbers=only) if row.kind in kinds]


def import_now(
    plugin: Container,
    connection: Connection,
    kind: DocumentKind,
    *,
    since: datetime | None = None,
    only: Collection[str] = (),
    dry_run: bool = False,
) -> None:
    """One import of a kind; one process at a time makes anything at an account.

    Raises:
        TryLater: another one is under way, or a side can't be reached.
        Disconnected: access has ended; the connection is paused first.
    """
    try:
        with plugin.leases.hold(f"import:{connection.account}", seconds=IMPORT_LEASE, wait=0):
            fresh = plugin.refreshed(connection, now=False)
            parts = plugin.import_parts(fresh, kind)
            import_documents(parts, fresh, since=since, only=only, dry_run=dry_run)
    except Disconnected as error:
        plugin.connections.pause(connection, error.message)
        raise


def imported(
    plugin: Container,
    name: str,
    numbers: Sequence[str] = (),
    *,
    kind: DocumentKind | None = None,
    state: str | None = None,
) -> list[Import]:
    """Rows of a connection, the newest change first: all, or those of numbers, kind and state.

    Raises:
        SettingsError: there is no such connection, number or state.
    """
    connection = plugin.connections.named(name)
    wanted = _state_of(state) if state else None
    rows = plugin.imports.rows(connection, kind, numbers=numbers)
    found = {word for row in rows for word in (row.incoming.number, row.incoming.source_id)}
    if missing := [number for number in numbers if number not in found]:
        raise SettingsError(
            f"No document {missing[0]!r} was read from Xero.",
            fix=f"Look at: mintsoft-xero imports list {connection.name}",
        )
    return [row for row in rows if wanted is None or row.state is wanted]


def retry_imports(
    plugin: Container,
    name: str,
    numbers: Sequence[str],
    *,
    kind: DocumentKind | None = None,
    who: str,
) -> int:
    """Decide documents again, those that need attention where none is named; how many.

    `who` stands in the events. Raises as `imported`.
    """
    rows = imported(plugin, name, numbers, kind=kind)
    wanted = rows if numbers else [row for row in rows if row.needs_attention]
    return plugin.imports_as(who).retry([row.import_id for row in wanted])


def clear_imports(
    plugin: Container,
    name: str,
    numbers: Sequence[str],
    *,
    kind: DocumentKind | None = None,
    who: str,
) -> int:
    """Put the errors of documents aside; how many. Raises as `imported`."""
    rows = imported(plugin, name, numbers, kind=kind)
    return plugin.imports_as(who).clear([row.import_id for row in rows])


def counted(rows: Sequence[Import], kind: DocumentKind) -> Counter[ImportState]:
    """How many of the rows are of a kind, by state."""
    return Counter(row.state for row in rows if row.kind is kind)


def _state_of(text: str) -> ImportState:
    states = [state.value for state in ImportState]
    if text in states:
        return ImportState(text)
    hint = did_you_mean(text, states)
    raise SettingsError(f"There is no state {text!r}{hint}", fix=f"States: {', '.join(states)}.")
