"""The ledger: decisions, exports and outcomes in one database."""

from .circuit_breaker import Holds
from .claims import Passage
from .client_invoices import ClientInvoices
from .contact_mirror import Contacts
from .cursors import Numbers
from .decisions import Decisions
from .document_pages import Pages
from .drift import Drift
from .due_connections import Stirring
from .history import History
from .notices import Notices
from .reconciliations import Reconciliations


class SqlLedger(
    Decisions,
    Passage,
    Drift,
    Holds,
    Numbers,
    Contacts,
    ClientInvoices,
    # Before those that it is made of.
    Notices,
    History,
    Pages,
    Reconciliations,
    Stirring,
):
    """`ports.Ledger` on SQLite or PostgreSQL, with the history that pages and commands show."""
