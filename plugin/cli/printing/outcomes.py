"""What `outcomes` prints: every order that was seen, and where it stands."""

from ...domain.times import local
from ...services.container import Container
from ...services.outcomes import state_of
from ...services.serializers.outcomes import outcome
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
