"""What `errors`, `retry` and `clear` do: orders that need a person's attention."""

from collections.abc import Sequence
from difflib import get_close_matches

from ...domain.connections.connection import Connection
from ...domain.exports.cause import cause_key, import_cause_key
from ...domain.exports.export import Export, ExportState
from ...domain.imports.imported import Import, ImportState
from ...domain.times import local
from ...error_codes import CODES
from ...errors import SettingsError
from ...exports.reexport import export_again
from ...services.container import Container
from ...services.documents import choose
from ...services.export_wait import refuse_unless_it_may_run
from ..output import print_json, say, table

_REFUSED = ExportState.REFUSED

#: States from which a person may have a document decided again.
_RETRIED = (
    ExportState.REFUSED,
    ExportState.CLEARED,
    ExportState.WAITING,
    ExportState.SKIPPED,
    ExportState.LATER,
)


def errors(plugin: Container, name: str, *, as_json: bool) -> None:
    """Print the causes, the most frequent first."""
    connection = plugin.connections.named(name)
    causes = plugin.ledger.all_causes(connection)
    if as_json:
        print_json(
            [
                {
                    "cause": cause.key,
                    "kind": cause.kind,
                    "code": cause.code or None,
                    "message": cause.message,
                    "why": CODES[cause.code].cause if cause.code in CODES else None,
                    "fix": cause.fix or None,
                    "where": CODES[cause.code].where if cause.code in CODES else None,
                    "state": cause.state,
                    "since": cause.since,
                    "documents": cause.documents,
                    "waiting": [{"currency": x, "total": y} for x, y in cause.waiting],
                    "numbers": list(cause.numbers),
                }
                for cause in causes
            ]
        )
        return
    if not causes:
        say("Nothing needs attention.")
        return
    zone = connection.settings.timezone
    headings = ("Cause", "Documents", "Waiting", "Since", "First of them", "What", "What to do")
    rows = [
        (
            cause.key,
            cause.kind.counted(cause.documents),
            ", ".join(f"{total:,} {currency}" for currency, total in cause.waiting),
            local(cause.since, zone),
            ", ".join(cause.numbers),
            cause.message,
            cause.fix,
        )
        for cause in causes
    ]
    table(headings, rows)
    if any(cause.state is ExportState.REFUSED for cause in causes):
        say(f"After the fix: mintsoft-xero retry {name} --cause CAUSE")


def retry(
    plugin: Container,
    name: str,
    numbers: Sequence[str],
    code: str | None,
    cause: str | None,
    *,
    again: bool,
    as_json: bool,
) -> None:
    """Have documents decided again: those named, those with a code, or all refused ones.

    Without numbers that goes for what comes in from Xero as well.

    Raises:
        SettingsError: there is no such connection, number or code.
        TryLater, Disconnected: Xero can't be asked about a voided document.
    """
    connection, incoming = plugin.connections.named(name), list[Import]()
    if again:
        refuse_unless_it_may_run(connection, "Nothing was changed.")
        rows = choose(plugin, connection, numbers)
        target = plugin.parts(connection).target
        moved = export_again(plugin.ledger, target, connection, rows)
        exported, other = "its invoice is in Xero, not voided or deleted", "it is not exported"
    else:
        rows = choose(plugin, connection, numbers)
        if not numbers:
            rows, incoming = _refused(plugin, connection, code, cause)
            plugin.imports.retry([row.import_id for row in incoming])
        moved = [row for row in rows if row.state in _RETRIED]
        plugin.ledger.retry(connection, [row.export_id for row in moved])
        exported, other = "it is already exported to Xero", "it is on its way to Xero"
    _tell(
        connection,
        rows,
        moved,
        "decided again at the next export",
        (exported, other),
        incoming=incoming,
        as_json=as_json,
    )


def clear(plugin: Container, name: str, numbers: Sequence[str], *, as_json: bool) -> None:
    """Clear the errors of documents. Raises SettingsError for an unknown NAME or NUMBER."""
    connection = plugin.connections.named(name)
    rows = choose(plugin, connection, numbers)
    moved = [row for row in rows if row.state is ExportState.REFUSED or _was_changed(row)]
    changed = [row.export_id for row in moved if row.state is ExportState.EXPORTED]
    plugin.ledger.clear(connection, [row.export_id for row in moved])
    plugin.ledger.clear_drift(connection, changed)
    _tell(connection, rows, moved, "cleared", ("it needs no attention",) * 2, as_json=as_json)


def _was_changed(row: Export) -> bool:
    """Whether it is exported, and something about it wants to be looked at."""
    return row.state is ExportState.EXPORTED and bool(row.code)


def _refused(
    plugin: Container, connection: Connection, code: str | None, cause: str | None
) -> tuple[list[Export], list[Import]]:
    """What is refused with a code, for a cause, or at all: what goes out, and what comes in."""
    if code is not None and code.upper() not in CODES:
        close = get_close_matches(code.upper(), CODES, n=1)
        hint = f", did you mean {close[0]!r}?" if close else ""
        raise SettingsError(f"There is no code {code!r}{hint}", fix="They look like MX-203.")
    exports = [(cause_key(x), x) for x in plugin.ledger.exports(connection, state=_REFUSED)]
    imports = [
        (import_cause_key(x), x)
        for x in plugin.imports.needing_attention(connection)
        if x.state is ImportState.REFUSED
    ]
    keys = {key for key, _ in (*exports, *imports)}
    if cause is not None and cause not in keys:
        close = get_close_matches(cause, keys, n=1)
        hint = f", did you mean {close[0]!r}?" if close else ""
        fix = f"mintsoft-xero errors {connection.name} shows those that there are."
        raise SettingsError(f"No document waits for cause {cause!r}{hint}", fix=fix)
    codes = {code.upper()} if code else CODES.keys() | {""}
    return (
        [x for key, x in exports if x.code in codes and cause in (None, key)],
        [x for key, x in imports if x.code in codes and cause in (None, key)],
    )


def _tell(
    connection: Connection,
    rows: Sequence[Export],
    moved: Sequence[Export],
    done: str,
    reasons: tuple[str, str],
    *,
    incoming: Sequence[Import] = (),
    as_json: bool,
) -> None:
    """Say what was changed, all of `incoming` too.

    `reasons`: why the others were not, exported ones and the rest.
    """
    ids = {row.export_id for row in moved}
    if as_json:
        documents = [
            {"number": x.number or None, "source_id": x.source_id, "changed": x.export_id in ids}
            for x in rows
        ]
        documents += [
            {
                "number": x.incoming.number or None,
                "source_id": x.incoming.source_id,
                "changed": True,
            }
            for x in incoming
        ]
        print_json({"changed": len(moved) + len(incoming), "documents": documents})
        return
    say(f"{connection.kind.counted(len(moved))}: {done}.")
    if incoming:
        one = len(incoming) == 1
        words = "1 document" if one else f"{len(incoming)} documents"
        say(f"{words} from Xero: decided again at the next import.")
    for row in rows:
        if row.export_id not in ids:
            reason = reasons[row.state is not ExportState.EXPORTED]
            say(f"{row.number} (Mintsoft {row.source_id}) was left as it is: {reason}.")
