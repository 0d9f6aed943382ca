"""What `outcomes` prints: every order that was seen, and where it stands."""

from difflib import get_close_matches
from typing import Any

from ...domain.exports.export import Export, ExportState
from ...domain.times import local
from ...errors import SettingsError
from ...services.container import Container
from ..output import print_json, table


def outcomes(plugin: Container, name: str, state: str | None, *, as_json: bool) -> None:
    """Print the rows of a connection in one state, or all, ordered by source id.

    Raises:
        SettingsError: there is no such connection or state.
    """
    connection = plugin.connections.named(name)
    rows = plugin.ledger.exports(connection, state=state_of(state) if state else None)
    if as_json:
        for row in rows:
            print_json(outcome(row), one_line=True)
        return
    zone = connection.settings.timezone
    table(
        ("Order", "State", "Invoice", "Total", "", "Changed", "Why"),
        [
            (
                row.number or row.source_id,
                row.state.label,
                row.invoice_number,
                format(row.total, "f") if row.currency else "",
                row.currency,
                local(row.updated_at, zone),
                row.message,
            )
            for row in rows
        ],
        right=[3],
    )


def outcome(row: Export) -> dict[str, Any]:
    """One row as programs read it; what is absent is None."""
    return {
        "source_id": row.source_id,
        "number": row.number or None,
        "kind": row.kind,
        "state": row.state,
        "code": row.code or None,
        "message": row.message or None,
        "invoice_number": row.invoice_number or None,
        "invoice_id": row.invoice_id or None,
        # Of documents that go the other way, which do not exist yet.
        "target_number": None,
        "target_id": None,
        "total": row.total if row.currency else None,
        "currency": row.currency or None,
        "decided_by": row.decided_by or None,
        "generation": row.generation,
        "updated_at": row.updated_at,
    }


def state_of(word: str) -> ExportState:
    """A state by its word, or by the label that people read."""
    for state in ExportState:
        if word.lower() in {state.value, state.label.lower()}:
            return state
    words = [state.value for state in ExportState]
    close = get_close_matches(word, words, n=1)
    hint = f", did you mean {close[0]!r}?" if close else ""
    raise SettingsError(f"There is no state {word!r}{hint}", fix=f"States: {', '.join(words)}.")
