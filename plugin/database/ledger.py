"""The ledger: decisions, exports and outcomes in one database."""

from .calls import SqlCalls
from .circuit_breaker import SqlCircuitBreaker
from .claims import SqlClaims
from .client_invoices import ClientInvoices
from .contact_mirror import SqlContactMirror
from .contacts import SqlContacts
from .cursors import SqlCursors
from .decisions import SqlDecisions
from .digests import SqlDigests
from .dispatch import SqlDispatch
from .document_pages import Pages
from .drift import SqlDrift
from .due_connections import DueConnections
from .due_decisions import SqlDueDecisions
from .edits import SqlEdits
from .generations import SqlGenerations
from .history import History
from .known_documents import SqlKnownDocuments
from .marks import SqlMarks
from .notices import SqlNotices
from .number_mirror import SqlNumberMirror
from .reconciliations import SqlReconciliations


class SqlLedger(
    SqlKnownDocuments,
    SqlDecisions,
    SqlDueDecisions,
    SqlEdits,
    SqlDrift,
    SqlDispatch,
    SqlClaims,
    SqlCalls,
    SqlMarks,
    SqlCursors,
    SqlNumberMirror,
    SqlContacts,
    SqlContactMirror,
    SqlCircuitBreaker,
    SqlGenerations,
    ClientInvoices,
    SqlNotices,
    # Before those that it is made of.
    SqlDigests,
    History,
    Pages,
    SqlReconciliations,
    DueConnections,
):
    """Implements `ports.ledger.Ledger`, with the history that pages and commands show."""
