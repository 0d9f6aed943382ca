"""The ledger: decisions, exports and outcomes in one database."""

from .client_invoices import ClientInvoices
from .contacts import Contacts
from .decisions import Decisions
from .drift import Drift
from .history import History
from .holds import Holds
from .notices import Notices
from .numbers import Numbers
from .pages import Pages
from .passage import Passage
from .reconciliations import Reconciliations
from .stirring import Stirring


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
