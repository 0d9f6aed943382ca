"""Assemble: the context of an import: ports of both adapters, the ledger, the kind's maker."""

from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind
from ..errors import SettingsError
from ..ports.adapter import (
    AdapterContext,
    DocumentsAdapter,
    SourceAdapter,
    TargetAdapter,
    WarehouseAdapter,
)
from ..ports.decider import Decider
from ..ports.imports import ImportLedger, Maker
from .pipeline import ImportContext
from .purchase_orders import PurchaseOrderMaker
from .sales_invoices import SalesInvoiceMaker


def join_import(
    means: AdapterContext,
    connection: Connection,
    kind: DocumentKind,
    *,
    source: SourceAdapter,
    target: TargetAdapter,
    ledger: ImportLedger,
    decider: Decider,
) -> ImportContext:
    """The parts of a connection's imports of one kind. No call.

    Raises:
        SettingsError: one of its sides can't (MX-135).
    """
    if not isinstance(target, DocumentsAdapter):
        raise SettingsError(code="MX-135", system=target.title)
    if not isinstance(source, WarehouseAdapter):
        raise SettingsError(code="MX-135", system=source.title)
    organisation_id = connection.organisation_known.organisation_id
    warehouse = source.warehouse(means, connection)
    maker: Maker
    if kind is DocumentKind.SALES_INVOICE:
        maker = SalesInvoiceMaker(
            orders=warehouse.orders,
            lists=warehouse.lists,
            products=warehouse.products,
            deliveries=target.deliveries(means, connection.grant, organisation_id),
            exported=lambda ids: ledger.exported(connection, ids),
            clock=means.clock,
        )
    else:
        maker = PurchaseOrderMaker(
            goods_in=warehouse.goods_in,
            lists=warehouse.lists,
            products=warehouse.products,
            clock=means.clock,
        )
    return ImportContext(
        kind=kind,
        documents=target.documents(means, connection.grant, organisation_id, kind),
        maker=maker,
        ledger=ledger,
        decider=decider,
        clock=means.clock,
    )
