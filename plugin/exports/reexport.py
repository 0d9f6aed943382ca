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
    the next export decides it again and, if the rules agree, sends it as ``...-R2``. Its document
    is known by its id: one that somebody renumbered is looked for under the number that it has.

    Raises:
        TryLater, Disconnected: the target can't be asked; nothing was changed.
    """
    exported = [row for row in rows if row.state is ExportState.EXPORTED]
    numbers = ledger.numbers_now(connection, [row.invoice_id for row in exported])
    asked = {row.invoice_number for row in exported} | set(numbers.values()) - {""}
    found = target.find(sorted(asked)) if exported else {}
    by_id = {document.invoice_id: document for document in found.values()}
    let_go = []
    for row in exported:
        document = by_id.get(row.invoice_id)
        if document is not None and document.alive:
            continue
        status = document.status if document else "not there any more"
        why = f"to be exported again: invoice {row.invoice_number} is {status} in Xero"
        if ledger.again(connection, row.export_id, row.invoice_number, why):
            let_go.append(row)
    return let_go
