"""Exporting once more what was voided or deleted in the target: `retry --again`."""

from collections.abc import Sequence

from ..domain.connections.connection import Connection
from ..domain.exports.export import Export, ExportState
from ..ports.ledger.generations import Generations
from ..ports.target import Target


def export_again(
    ledger: Generations, target: Target, connection: Connection, rows: Sequence[Export]
) -> list[Export]:
    """Let go those of the rows whose document the target has no more; gives them back.

    A row is let go only after a look-up that shows its document voided, deleted or absent;
    the next export decides it again and, if the rules agree, sends it as ``...-R2``.

    Raises:
        TryLater, Disconnected: the target can't be asked; nothing was changed.
    """
    exported = [row for row in rows if row.state is ExportState.EXPORTED]
    found = target.find([row.invoice_number for row in exported]) if exported else {}
    let_go = []
    for row in exported:
        document = found.get(row.invoice_number)
        if document is not None and document.alive:
            continue
        status = document.status if document else "not there any more"
        why = f"to be exported again: invoice {row.invoice_number} is {status} in Xero"
        if ledger.again(connection, row.export_id, row.invoice_number, why):
            let_go.append(row)
    return let_go
