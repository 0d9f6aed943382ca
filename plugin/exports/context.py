"""Context: what a pipeline works with. The container makes it; tests make it of fakes."""

from dataclasses import dataclass

from ..ports.client_invoices import InvoiceSource
from ..ports.clock import Clock
from ..ports.decider import Decider
from ..ports.ledger.ledger import Ledger
from ..ports.source import Source
from ..ports.target import Target


@dataclass(frozen=True, kw_only=True)
class ExportContext:
    """One connection's parts."""

    ledger: Ledger
    source: Source
    target: Target
    decider: Decider
    clock: Clock
    #: Name of the target for people, in comments at the source.
    target_title: str = "Xero"


@dataclass(frozen=True, kw_only=True)
class ClientInvoiceContext(ExportContext):
    """The parts of a connection that exports client invoices; its decider has their book."""

    invoices: InvoiceSource
