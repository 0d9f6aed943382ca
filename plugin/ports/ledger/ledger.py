"""The ledger: decisions, exports and outcomes: all that the pipelines need of the database."""

from typing import Protocol

from .calls import Calls
from .circuit_breaker import CircuitBreaker
from .claims import Claims
from .contact_mirror import ContactMirror
from .contacts import Contacts
from .cursors import Cursors
from .decisions import Decisions
from .dispatch import Dispatch
from .drift import Drift
from .due_decisions import DueDecisions
from .edits import Edits
from .generations import Generations
from .known_documents import KnownDocuments
from .marks import Marks
from .number_mirror import NumberMirror
from .reconciliations import Reconciliations


class Ledger(
    KnownDocuments,
    Decisions,
    DueDecisions,
    Edits,
    Drift,
    Dispatch,
    Claims,
    Calls,
    Marks,
    Cursors,
    NumberMirror,
    Contacts,
    ContactMirror,
    Reconciliations,
    CircuitBreaker,
    Generations,
    Protocol,
):
    """Decisions, exports and outcomes: the truth. Every method is one short transaction.

    Each change of state appends an event. No method overwrites a row that a worker holds or
    that is exported, whatever it is told.
    """
