"""Kinds: the documents that can be exported, a line each; see `ExportKind`."""

from collections.abc import Mapping

from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind
from ..ports.adapter import AdapterContext, SourceAdapter
from ..ports.decider import Overrides
from .client_invoices import ClientInvoiceKind
from .context import ExportKind
from .orders import OrderKind

KINDS: Mapping[DocumentKind, type[ExportKind]] = {
    DocumentKind.ORDER: OrderKind,
    DocumentKind.CLIENT_INVOICE: ClientInvoiceKind,
}


def kind_of(source: SourceAdapter, means: AdapterContext, connection: Connection) -> ExportKind:
    """The kind that a connection exports. Raises SettingsError where its source has none."""
    return KINDS[connection.kind].of(source, means, connection)


def overrides_of(connection: Connection, kind: DocumentKind) -> Overrides:
    """What a connection puts in place of the lists and amounts of the rules for a kind."""
    return KINDS[kind].overrides(connection)
