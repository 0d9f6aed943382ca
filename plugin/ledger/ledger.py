"""The ledger: decisions, exports and outcomes in one database."""

from .contacts import Contacts
from .decisions import Decisions
from .drift import Drift
from .history import History
from .numbers import Numbers
from .pages import Pages
from .passage import Passage
from .reconciliations import Reconciliations


class SqlLedger(Decisions, Passage, Drift, Numbers, Contacts, History, Pages, Reconciliations):
    """`ports.Ledger` on SQLite or PostgreSQL, with the history that pages and commands show."""
