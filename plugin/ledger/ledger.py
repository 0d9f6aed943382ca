"""The ledger: decisions, exports and outcomes in one database."""

from .contacts import Contacts
from .decisions import Decisions
from .drift import Drift
from .history import History
from .holds import Holds
from .numbers import Numbers
from .pages import Pages
from .passage import Passage
from .reconciliations import Reconciliations


class SqlLedger(
    Decisions, Passage, Drift, Holds, Numbers, Contacts, History, Pages, Reconciliations
):
    """`ports.Ledger` on SQLite or PostgreSQL, with the history that pages and commands show."""
