"""What commands and pages read of client invoices: each row with the facts it was decided on."""

from collections.abc import Iterator

from sqlalchemy import select

from ..domain.client_invoices.billed import Billed
from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind, ExportState
from .base import LedgerPart
from .history import export_of
from .json_columns import facts_from_json
from .tables import export

#: How many rows are read at once.
_PAGE = 500


class ClientInvoices(LedgerPart):
    """Reading client invoices."""

    def client_invoices(
        self,
        connection: Connection,
        *,
        source_id: str = "",
        client: str = "",
        state: ExportState | None = None,
    ) -> Iterator[Billed]:
        """Those of a connection, in the order in which they were first seen.

        `source_id`: one alone; `client`: of one client, by its code; `state`: in one state.
        """
        query = select(export).where(
            export.c.connection_id == connection.connection_id,
            export.c.kind == DocumentKind.CLIENT_INVOICE,
        )
        if source_id:
            query = query.where(export.c.source_id == source_id)
        if client:
            query = query.where(export.c.client == client)
        if state is not None:
            query = query.where(export.c.state == state)
        after = 0
        while True:
            page = query.where(export.c.id > after).order_by(export.c.id).limit(_PAGE)
            with self._database.transaction() as transaction:
                rows = transaction.execute(page).mappings().all()
            if not rows:
                return
            after = rows[-1]["id"]
            for row in rows:
                facts = facts_from_json(row["facts"] or {}, row["kind"])
                yield Billed(export=export_of(row), facts=facts)
