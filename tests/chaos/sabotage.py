"""One safety taken out on purpose, to see that chaos notices.

claim     two workers may hold one row: rows that are held are given out again, and nobody looks
          before a call whether the row is still his
lookup    what was sent without an answer is not looked up, nor known by its mark, but sent again
recheck   nobody looks before sending whether the order has changed
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_

from ...adapters.xero.target import XeroTarget
from ...plugin.database.adoption import Adoption
from ...plugin.database.ledger import SqlLedger
from ...plugin.database.tables import export
from ...plugin.domain.exports.claim import Claim
from ...plugin.domain.exports.export import ExportState
from ...plugin.errors import TryLater
from ...plugin.exports import lost_answers
from ...plugin.exports import pipeline as exporting

WITHOUT = ("claim", "lookup", "recheck")


def take_out(what: str) -> None:
    """Take it out in this process, and those forked from it; nothing for an empty name."""
    {"": _nothing, "claim": _claim, "lookup": _lookup, "recheck": _recheck}[what]()


def _nothing() -> None:
    """All is as it should be."""


def _claim() -> None:
    due, start_call = SqlLedger._due, SqlLedger.start_call

    def due_or_held(self: SqlLedger) -> Any:
        return or_(due(self), export.c.state == ExportState.CLAIMED)

    def start_anyway(self: SqlLedger, connection: Any, claims: Sequence[Claim], digest: str) -> str:
        try:
            return start_call(self, connection, claims, digest)
        except TryLater:
            return uuid.uuid4().hex

    for name, taken_out in (("_due", due_or_held), ("start_call", start_anyway)):
        put(SqlLedger, name, taken_out)


def _lookup() -> None:
    def found_nothing(*_: object) -> dict[str, object]:
        return {}

    # By its number, by its mark, and by the mark that the mirror has.
    put(XeroTarget, "find", found_nothing)
    put(lost_answers, "look_up", found_nothing)
    put(Adoption, "_adopt", lambda *_: None)


def _recheck() -> None:
    def unchecked(_parts: Any, _connection: Any, claims: Sequence[Claim]) -> list[Claim]:
        return list(claims)

    put(exporting, "recheck", unchecked)


def put(owner: object, name: str, value: object) -> None:
    """Put something in the place of what a class or module has under a name."""
    setattr(owner, name, value)
