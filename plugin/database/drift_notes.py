"""What changed on either side after an export, and what is said of it.

An exported row keeps the order as it was edited, and its document as Xero has it now, where they
differ from what was exported; the more serious of the two gives the row its code. A person may
clear that; it comes back when there is something new to say.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping

from ..error_codes import CODES
from ..errors import NeedsPerson, PluginError
from .base import LedgerPart
from .json_columns import invoice_from_json

EDITED, ENDED = "MX-504", "MX-505"
VOIDED, DELETED, CHANGED, RENUMBERED = "MX-410", "MX-411", "MX-412", "MX-413"
OTHER_TOTAL = "MX-407"

#: All codes that an exported document may have.
CODES_OF_EXPORTED = (EDITED, ENDED, VOIDED, DELETED, CHANGED, RENUMBERED, OTHER_TOTAL)


class DriftNotes(LedgerPart):
    """A part of the ledger that notes changes of exported documents."""

    def _note(
        self, transaction: Transaction, row: RowMapping, column: str, now: dict[str, Any] | None
    ) -> None:
        """Keep what is new on one side, and let the code follow; nothing new changes nothing."""
        before = {key: x for key, x in (row[column] or {}).items() if key != "cleared"}
        if before == (now or {}):
            return
        notice = noticed({**row, column: now})
        words = {"code": "", "message": "", "fix": ""}
        if notice is not None:
            words = {"code": notice.code, "message": notice.message, "fix": notice.fix}
        why = notice.message if notice else "as it was exported again"
        self._change(transaction, row, why, **words, **{column: now})


def noticed(row: Mapping[str, Any]) -> PluginError | None:
    """What is to be said of an exported row: the most serious thing that nobody has cleared."""
    there, edited = row["target_now"] or {}, row["edited"] or {}
    number = row["invoice_number"]
    if there and not there.get("cleared"):
        if there["status"] in ("VOIDED", "DELETED"):
            return NeedsPerson(
                code=VOIDED if there["status"] == "VOIDED" else DELETED, number=number
            )
        total = f"{there['total']} {there['currency']}"
        exported = f"{row['total']} {row['currency']}"
        if total != exported:
            return NeedsPerson(code=CHANGED, number=number, total=total, exported=exported)
        return NeedsPerson(code=RENUMBERED, number=number, now=there["number"])
    if edited and not edited.get("cleared"):
        if edited.get("ended"):
            return NeedsPerson(
                code=ENDED, status=edited["ended"], successor=_successor(edited.get("successor"))
            )
        return NeedsPerson(code=EDITED)
    return _other_total(row)


def there_now(row: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any] | None:
    """A document as the target has it now, where that is not what was exported.

    A payment is no drift, and a merged contact none either.
    """
    number = row["invoice_number"] or ""
    same_number = document["number"].casefold() == number.casefold()
    same_money = all(document[name] == row[name] for name in ("total", "currency"))
    if document["alive"] and same_money and same_number:
        return None
    kept = {name: document[name] for name in ("status", "number", "currency")}
    return {**kept, "total": str(document["total"])}


def _successor(source_id: str | None) -> str:
    """What is said of the order that was entered anew in place of one."""
    return f"Order {source_id} took its place." if source_id else "Nothing took its place."


def _other_total(row: Mapping[str, Any]) -> PluginError | None:
    """The warning that the export itself left behind, when Xero came to another total."""
    if row["code"] == "" or not row["invoice"]:
        return None
    expected = invoice_from_json(row["invoice"]).total
    if expected == row["total"]:
        return None
    figures = {"number": row["invoice_number"], "total": row["total"], "expected": expected}
    return NeedsPerson(code=CODES[OTHER_TOTAL].code, **figures)
