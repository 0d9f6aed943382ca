"""The ledger: decisions, exports and outcomes in one database."""

from .circuit_breaker import CircuitBreaker
from .claims import Claims
from .client_invoices import ClientInvoices
from .contact_mirror import Contacts
from .cursors import Cursors
from .decisions import Decisions
from .document_pages import Pages
from .drift import Drift
from .due_connections import DueConnections
from .history import History
from .notices import Notices
from .reconciliations import Reconciliations


class SqlLedger(
    Decisions,
    Claims,
    Drift,
    CircuitBreaker,
    Cursors,
    Contacts,
    ClientInvoices,
    # Before those that it is made of.
    Notices,
    History,
    Pages,
    Reconciliations,
    DueConnections,
):
    """`ports.Ledger` on SQLite or PostgreSQL, with the history that pages and commands show."""
