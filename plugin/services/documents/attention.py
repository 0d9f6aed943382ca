"""What needs a person's attention, and what a person does about it: `retry`, `clear`.

A page, a command and a resource of the API call these; which documents each lets through is said
in one place (`Export.may_be_retried`, `Export.may_be_cleared`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...domain.connections.connection import Connection
from ...domain.exports.cause import Cause, cause_key, import_cause_key
from ...domain.exports.export import Export, ExportState
from ...domain.imports.imported import Import, ImportState
from ...error_codes import CODES
from ...errors import SettingsError, did_you_mean
from ...exports.pipeline import mirror_numbers
from ...exports.reexport import export_again
from ..container import Container
from ..export_wait import refuse_unless_it_may_run
from .find import choose, held_twin


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What came of a retry or a clear."""

    connection: Connection
    #: The documents that were asked for, as they were before.
    rows: tuple[Export, ...]
    #: Those of them that were changed.
    moved: tuple[Export, ...]
    #: What comes in from the accounting side and was changed too.
    incoming: tuple[Import, ...] = ()


def causes(plugin: Container, name: str) -> list[Cause]:
    """What needs attention on a connection, by cause, the most frequent first.

    Raises:
        SettingsError: there is no such connection.
    """
    return plugin.ledger.all_causes(plugin.connections.named(name))


def retry(
    plugin: Container,
    name: str,
    numbers: Sequence[str] = (),
    *,
    code: str | None = None,
    cause: str | None = None,
    who: str,
) -> Changed:
    """Have documents decided again: those named, those with a code or of a cause, or all refused.

    Without numbers that goes for what comes in from the accounting side as well.

    Raises:
        SettingsError: there is no such connection, number, code or cause.
    """
    connection, incoming = plugin.connections.named(name), list[Import]()
    rows = choose(plugin, connection, numbers)
    if not numbers:
        rows, incoming = _refused(plugin, connection, code, cause)
        plugin.imports_as(who).retry([row.import_id for row in incoming])
    moved = retry_documents(plugin, connection, rows, who=who)
    return Changed(
        connection=connection, rows=tuple(rows), moved=tuple(moved), incoming=tuple(incoming)
    )


def retry_again(plugin: Container, name: str, numbers: Sequence[str], *, who: str) -> Changed:
    """Have documents exported once more whose invoice is voided or deleted in the target.

    Raises:
        SettingsError: there is no such connection or number.
        PluginError: the connection may not run.
        TryLater, Disconnected: the target can't be asked; nothing was changed.
    """
    connection = plugin.connections.named(name)
    refuse_unless_it_may_run(connection, "Nothing was changed.")
    rows = choose(plugin, connection, numbers)
    parts = plugin.parts(connection)
    # What was renumbered a moment ago is alive: it is looked for under the number that it has.
    mirror_numbers(parts, connection)
    moved = export_again(plugin.ledger_as(who), parts.target, connection, rows)
    return Changed(connection=connection, rows=tuple(rows), moved=tuple(moved))


def retry_single(plugin: Container, name: str, orders: Sequence[str], *, who: str) -> Changed:
    """Let documents out that equal another one: each is a sale of its own.

    `orders`: numbers, or Mintsoft's ids where several of one number are held. It is kept, with who
    said it, and holds whenever they are decided again.

    Raises:
        SettingsError: there is no such connection or document; it is not held for another's
            sake; or several are.
    """
    connection = plugin.connections.named(name)
    rows = [held_twin(plugin, connection, order) for order in orders]
    plugin.ledger_as(who).let_out(connection, [row.export_id for row in rows])
    return Changed(connection=connection, rows=tuple(rows), moved=tuple(rows))


def clear(plugin: Container, name: str, numbers: Sequence[str], *, who: str) -> Changed:
    """Clear the errors of documents. Raises SettingsError: no such connection or number."""
    connection = plugin.connections.named(name)
    rows = choose(plugin, connection, numbers)
    moved = clear_documents(plugin, connection, rows, who=who)
    return Changed(connection=connection, rows=tuple(rows), moved=tuple(moved))


def retry_documents(
    plugin: Container, connection: Connection, rows: Sequence[Export], *, who: str
) -> list[Export]:
    """Have those decided again that may be; `who` stands in the events. Gives them back."""
    moved = [row for row in rows if row.may_be_retried]
    plugin.ledger_as(who).retry(connection, [row.export_id for row in moved])
    return moved


def clear_documents(
    plugin: Container, connection: Connection, rows: Sequence[Export], *, who: str
) -> list[Export]:
    """Clear the errors of those that have one: refused, or changed after the export."""
    moved = [row for row in rows if row.may_be_cleared]
    ledger = plugin.ledger_as(who)
    ledger.clear(connection, [x.export_id for x in moved if x.state is ExportState.REFUSED])
    ledger.clear_drift(connection, [x.export_id for x in moved if x.state is ExportState.EXPORTED])
    return moved


def _refused(
    plugin: Container, connection: Connection, code: str | None, cause: str | None
) -> tuple[list[Export], list[Import]]:
    """What is refused with a code, for a cause, or at all: what goes out, and what comes in."""
    if code is not None and code.upper() not in CODES:
        hint = did_you_mean(code.upper(), CODES)
        raise SettingsError(f"There is no code {code!r}{hint}", fix="They look like MX-203.")
    refused = plugin.ledger.exports(connection, state=ExportState.REFUSED)
    exports = [(cause_key(x), x) for x in refused]
    imports = [
        (import_cause_key(x), x)
        for x in plugin.imports.needing_attention(connection)
        if x.state is ImportState.REFUSED
    ]
    keys = {key for key, _ in (*exports, *imports)}
    if cause is not None and cause not in keys:
        hint = did_you_mean(cause, keys)
        fix = f"mintsoft-xero errors {connection.name} shows those that there are."
        raise SettingsError(f"No document waits for cause {cause!r}{hint}", fix=fix)
    codes = {code.upper()} if code else CODES.keys() | {""}
    return (
        [x for key, x in exports if x.code in codes and cause in (None, key)],
        [x for key, x in imports if x.code in codes and cause in (None, key)],
    )
