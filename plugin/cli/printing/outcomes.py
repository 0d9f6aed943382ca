"""What `outcomes` prints: every order that was seen, and where it stands."""

from ...domain.times import local
from ...services.container import Container
from ...services.documents.find import outcomes as found
from ...services.serializers.documents import outcome
from ..output import print_json, table


def outcomes(plugin: Container, name: str, state: str | None, *, as_json: bool) -> None:
    """Print the rows of a connection in one state, or all, ordered by source id.

    Raises:
        SettingsError: there is no such connection or state.
    """
    rows = found(plugin, name, state)
    if as_json:
        for row in rows:
            print_json(outcome(row), one_line=True)
        return
    zone = plugin.connections.named(name).settings.timezone
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
