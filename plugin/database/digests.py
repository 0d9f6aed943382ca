"""The day's figures of a connection."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, cast, func, select

from ..domain.connections.connection import Connection
from ..domain.exports.cause import Cause, causes_of_imports
from ..domain.exports.export import DocumentKind, ExportState
from ..domain.imports.imported import BECOMES, ImportState
from ..domain.money import ZERO
from ..domain.notifications.digest import Digest, LastReconciled, Passed
from .history import History
from .import_tables import import_, import_event
from .imports import SqlImports
from .reconciliations import SqlReconciliations
from .tables import event, export


class SqlDigests(History, SqlReconciliations):
    """Implements `ports.ledger.Digests`."""

    def digest(self, connection: Connection, begin: datetime, end: datetime) -> Digest:
        """See `ports.ledger.Digests`."""
        return Digest(
            begin=begin,
            end=end,
            exported=self._exported(connection, begin, end),
            imported=self._imported(connection, begin, end),
            states=self.counts(connection),
            causes=tuple(self.all_causes(connection)),
            reconciled=self._reconciled(connection),
        )

    def all_causes(self, connection: Connection) -> list[Cause]:
        """See `ports.ledger.Digests`."""
        imports = self._imports.needing_attention(connection)
        return [*self.causes(connection), *causes_of_imports(imports)]

    @property
    def _imports(self) -> SqlImports:
        return SqlImports(self._database, self._clock, who=self._who)

    def _imported(
        self, connection: Connection, begin: datetime, end: datetime
    ) -> tuple[Passed, ...]:
        query = (
            select(import_.c.kind, func.count(import_event.c.import_id.distinct()).label("made"))
            .join(import_event, import_event.c.import_id == import_.c.id)
            .where(
                import_.c.connection_id == connection.connection_id,
                import_event.c.after == ImportState.IMPORTED,
                import_event.c.before != ImportState.IMPORTED,
                import_event.c.at >= begin,
                import_event.c.at < end,
            )
            .group_by(import_.c.kind)
            .order_by(import_.c.kind)
        )
        with self._database.transaction() as transaction:
            rows = transaction.execute(query).all()
        return tuple(
            Passed(kind=BECOMES[DocumentKind(x.kind)], currency="", documents=x.made, total=ZERO)
            for x in rows
        )

    def _reconciled(self, connection: Connection) -> LastReconciled | None:
        kept = self.reconciliations(connection, limit=1)
        if not kept:
            return None
        days = {"first": kept[0].result["since"], "last": kept[0].result["until"]}
        return LastReconciled(at=kept[0].at, findings=kept[0].findings, **days)

    def _exported(
        self, connection: Connection, begin: datetime, end: datetime
    ) -> tuple[Passed, ...]:
        came = select(event.c.export_id).where(
            event.c.export_id == export.c.id,
            event.c.after == ExportState.EXPORTED,
            event.c.before != ExportState.EXPORTED,
            event.c.at >= begin,
            event.c.at < end,
        )
        # Hundredths are added up, so that the sum is exact.
        total = func.sum(cast(export.c.total, BigInteger)).label("total")
        query = (
            select(export.c.kind, export.c.currency, func.count().label("documents"), total)
            .where(
                export.c.connection_id == connection.connection_id,
                export.c.state == ExportState.EXPORTED,
                export.c.updated_at >= begin,
                came.exists(),
            )
            .group_by(export.c.kind, export.c.currency)
            .order_by(export.c.kind, export.c.currency)
        )
        with self._database.transaction() as transaction:
            rows = transaction.execute(query).all()
        return tuple(
            Passed(
                kind=row.kind,
                currency=row.currency,
                documents=row.documents,
                total=Decimal(row.total).scaleb(-2),
            )
            for row in rows
        )
