"""An order of a day with what should become of it, and the statuses that most of them have."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .reference import STATUS_IDS
from .shape import Draft
from .shop import Shop

State = Literal["exported", "waiting", "skipped", "refused"]

DESPATCHED = STATUS_IDS["DESPATCHED"]
INVOICED = STATUS_IDS["INVOICED"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An order and what should become of it."""

    draft: Draft
    state: State
    #: The total with VAT of a document that somebody else made in Xero under the order's
    #: number; None if there is none.
    already_in_xero: Decimal | None = None


Case = Callable[[Shop], list[Entry]]
