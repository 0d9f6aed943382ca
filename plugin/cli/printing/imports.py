"""What `import` and `imports ...` print."""

from collections.abc import Sequence
from datetime import datetime

from ...domain.exports.export import DocumentKind
from ...domain.imports.imported import BECOMES, Import, ImportState
from ...services.container import Container
from ...services.imports import clear_imports, counted, imported, retry_imports, run_imports
from ...services.serializers.imports import import_row
from ..output import note, print_json, say, table
from ..person import person

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
    """Import here and now, and say how many stand where. Raises as `run_imports`."""
    wanted = _kind(kind)
    rows = run_imports(
        plugin,
        name,
        kind=wanted,
        since=since.date() if since else None,
        only=only,
        dry_run=dry_run,
        tell=(lambda _: None) if as_json else note,
    )
    kinds = [wanted] if wanted else list(BECOMES)
    if as_json:
        counts = {one.value: dict(counted(rows, one)) for one in kinds}
        print_json({"name": name, "dry_run": dry_run, "counts": counts})
        return
    for one in kinds:
        states = [(state.label, str(n)) for state, n in counted(rows, one).items() if n]
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
    views = [import_row(x) for x in imported(plugin, name, numbers, kind=_kind(kind), state=state)]
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
    changed = retry_imports(plugin, name, numbers, kind=_kind(kind), who=person())
    _tell(name, changed, "decided again at the next import", as_json=as_json)


def clear(
    plugin: Container, name: str, numbers: Sequence[str], *, kind: str | None, as_json: bool
) -> None:
    """Put errors aside. Raises as `list_imports`."""
    changed = clear_imports(plugin, name, numbers, kind=_kind(kind), who=person())
    _tell(name, changed, "cleared", as_json=as_json)


def _kind(word: str | None) -> DocumentKind | None:
    return DocumentKind(word) if word else None


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
