"""What `import` and `imports ...` do and print."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from ...domain.connections.connection import Connection
from ...domain.connections.job import JobName
from ...domain.exports.export import DocumentKind
from ...domain.imports.imported import BECOMES, Import, ImportState
from ...errors import SettingsError
from ...services.container import Container
from ...services.export_wait import refuse_unless_it_may_run
from ...services.jobs import import_now
from ..output import note, print_json, say, table

_JOBS = {
    DocumentKind.SALES_INVOICE: JobName.IMPORT_SALES_INVOICES,
    DocumentKind.PURCHASE_ORDER: JobName.IMPORT_PURCHASE_ORDERS,
}
#: Nobody knows yet what came of these, or they are tried again.
_OPEN = (ImportState.UNKNOWN, ImportState.LATER)


def import_documents(
    plugin: Container,
    name: str,
    *,
    kind: str | None,
    since: datetime | None,
    only: Sequence[str],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import here and now; from now on the clock may.

    Raises:
        SettingsError: there is no such connection, or its sides can't.
        TryLater, Disconnected: a side can't be reached, or refuses access.
    """
    connection = plugin.connections.named(name)
    refuse_unless_it_may_run(connection, "Nothing was read.")
    kinds = [DocumentKind(kind)] if kind else list(BECOMES)
    day = since.replace(tzinfo=ZoneInfo(connection.settings.timezone)) if since else None
    for one in kinds:
        if not as_json:
            note(f"Reading {one.plural} from Xero ...")
        if not dry_run:
            plugin.jobs.start(connection, _JOBS[one])
        import_now(plugin, connection, one, since=day, only=only, dry_run=dry_run)
    rows = [row for row in plugin.imports.rows(connection, numbers=only) if row.kind in kinds]
    if as_json:
        counts = {one.value: dict(_counts(rows, one)) for one in kinds}
        print_json({"name": name, "dry_run": dry_run, "counts": counts})
        return
    for one in kinds:
        states = [(state.label, str(n)) for state, n in _counts(rows, one).items() if n]
        table((one.plural.capitalize(), "Count"), states or [("none", "0")], right=[1])
    _advise(name, rows)


def list_imports(
    plugin: Container,
    name: str,
    numbers: Sequence[str],
    *,
    kind: str | None,
    state: str | None,
    as_json: bool,
) -> None:
    """List rows. Raises SettingsError for an unknown connection, number or state."""
    connection = plugin.connections.named(name)
    wanted = _state_of(state) if state else None
    rows = _rows(plugin, connection, kind, numbers)
    views = [_view(row) for row in rows if wanted is None or row.state is wanted]
    if as_json:
        print_json(views)
        return
    lines = [
        (
            x["number"] or x["source_id"],
            x["kind"].words,
            str(x["document_date"] or ""),
            x["state"].label,
            f"{x['target']} {x['target_id']}" if x["target_id"] else "",
            " ".join(part for part in (x["code"], x["message"] or x["note"]) if part),
            x["fix"] or "",
        )
        for x in views
    ]
    table(("Number", "Document", "Date", "State", "In Mintsoft", "Why", "What to do"), lines)
    if not lines:
        note(f"Nothing was read yet: mintsoft-xero import {name} --dry-run")


def retry(
    plugin: Container, name: str, numbers: Sequence[str], *, kind: str | None, as_json: bool
) -> None:
    """Decide again. Raises as `list_imports`."""
    connection = plugin.connections.named(name)
    rows = _rows(plugin, connection, kind, numbers)
    wanted = rows if numbers else [row for row in rows if row.needs_attention]
    changed = plugin.imports.retry([row.import_id for row in wanted])
    _tell(name, changed, "decided again at the next import", as_json=as_json)


def clear(
    plugin: Container, name: str, numbers: Sequence[str], *, kind: str | None, as_json: bool
) -> None:
    """Put errors aside. Raises as `list_imports`."""
    connection = plugin.connections.named(name)
    rows = _rows(plugin, connection, kind, numbers)
    changed = plugin.imports.clear([row.import_id for row in rows])
    _tell(name, changed, "cleared", as_json=as_json)


def _rows(
    plugin: Container, connection: Connection, kind: str | None, numbers: Sequence[str]
) -> list[Import]:
    wanted = DocumentKind(kind) if kind else None
    rows = plugin.imports.rows(connection, wanted, numbers=numbers)
    found = {name for row in rows for name in (row.incoming.number, row.incoming.source_id)}
    if missing := [number for number in numbers if number not in found]:
        raise SettingsError(
            f"No document {missing[0]!r} was read from Xero.",
            fix=f"Look at: mintsoft-xero imports list {connection.name}",
        )
    return rows


def _state_of(text: str) -> ImportState:
    states = [state.value for state in ImportState]
    if text in states:
        return ImportState(text)
    near = get_close_matches(text, states, n=1)
    meant = f", did you mean {near[0]!r}?" if near else "."
    raise SettingsError(f"There is no state {text!r}{meant}", fix=f"States: {', '.join(states)}.")


def _view(row: Import) -> dict[str, Any]:
    return {
        "source_id": row.incoming.source_id,
        "number": row.incoming.number or None,
        "kind": row.kind,
        "state": row.state,
        "code": row.code or None,
        "message": row.message or None,
        "fix": row.fix or None,
        "target": BECOMES[row.kind],
        "target_id": row.made.made_id if row.made else None,
        "note": row.note or None,
        "document_date": row.document_date,
        "decided_by": row.decided_by or None,
        "attempts": row.attempts,
        "updated_at": row.updated_at,
    }


def _counts(rows: Sequence[Import], kind: DocumentKind) -> Counter[ImportState]:
    return Counter(row.state for row in rows if row.kind is kind)


def _advise(name: str, rows: Sequence[Import]) -> None:
    if attention := sum(1 for row in rows if row.needs_attention):
        note(f"{attention} need attention: mintsoft-xero imports list {name}")
    if still := sum(1 for row in rows if row.state in _OPEN):
        note(f"{still} have no answer yet; the next import goes on with them")


def _tell(name: str, changed: int, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "changed": changed})
        return
    say(f"{changed} document{'' if changed == 1 else 's'}: {done}.")
