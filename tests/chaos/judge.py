"""The judgement: what is wrong in Xero and in the ledger after a run, one sentence each.

What is in Xero is read from the simulator's own documents. A document is an order's when its
reference ends with ``(Mintsoft ID)``; all others are somebody else's. The ledger is asked for one
thing alone: whether it says what is.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .truth import Truth, truths

_MARK = re.compile(r"\(Mintsoft (\d+)\)$")
#: In these a row waits for something: when all has settled, none is left.
MOVING = ("ready", "claimed", "later", "unknown")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the ledger, in its own words."""

    source_id: str
    state: str
    code: str
    invoice_id: str
    total: Decimal | None
    #: The marks in Mintsoft are still owed.
    owed: bool


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a run came to."""

    #: Orders that belong into Xero, and documents of ours there.
    due: int
    there: int
    #: Documents of other people that were there.
    others: int
    wrong: Sequence[str]


def judge(seen: Mapping[str, Any], rows: Sequence[Row]) -> Judgement:
    """Hold what the simulators have, and what the ledger says, against the truth."""
    documents: dict[str, list[Any]] = defaultdict(list)
    others = []
    for document in seen["invoices"]:
        mark = _MARK.search(document.get("Reference") or "")
        if mark:
            documents[mark[1]].append(document)
        else:
            others.append(document["InvoiceNumber"])
    known = truths(seen["versions"], seen["currencies"], others, seen["unsound"])
    wrong = [
        *(f"{number} was overwritten" for number in seen["overwritten"]),
        *(f"{number} was sent though it was there" for number in seen["sent_again"]),
        *(f"a document for {key}, which is no order" for key in documents.keys() - known.keys()),
    ]
    for key, truth in known.items():
        wrong += _of_order(truth, documents[key], seen["made"], documents)
    wrong += _of_ledger(rows, documents, known)
    return Judgement(
        due=sum(truth.due for truth in known.values()),
        there=sum(len(found) for found in documents.values()),
        others=len(others),
        wrong=wrong,
    )


def _of_order(
    truth: Truth,
    found: Sequence[Any],
    made: Mapping[str, Any],
    documents: Mapping[str, Sequence[Any]],
) -> list[str]:
    called = f"order {truth.source_id} ({truth.number})"
    twins = sum(len(documents.get(key, ())) for key in truth.same)
    if not found:
        return [f"{called} is not in Xero"] if truth.due and not twins else []
    wrong = []
    if len(found) > 1:
        wrong.append(f"{called} is in Xero {len(found)} times")
    elif twins > 1:
        wrong.append(f"{called} is in Xero together with its duplicate")
    if truth.blocked:
        wrong.append(f"{called} is in Xero though somebody else's document has its number")
    return wrong + [x for document in found for x in _of_total(called, truth, document, made)]


def _of_total(called: str, truth: Truth, document: Any, made: Mapping[str, Any]) -> list[str]:
    how, total = made[document["InvoiceID"]], Decimal(document["Total"])
    totals = truth.totals(float(how["read_at"]), float(how["at"]))
    if total in totals:
        return []
    if not totals:
        return [f"{called} is in Xero though it was not to be exported then"]
    wanted = " or ".join(str(each) for each in sorted(totals))
    return [f"{called} is in Xero with {total}, not {wanted}"]


def _of_ledger(
    rows: Sequence[Row], documents: Mapping[str, Sequence[Any]], known: Mapping[str, Truth]
) -> list[str]:
    by_id = {row.source_id: row for row in rows}
    wrong = [f"order {key} has no row in the ledger" for key in known.keys() - by_id.keys()]
    states = Counter(row.state for row in rows if row.state in MOVING)
    wrong += [f"{count} rows are left {state}" for state, count in states.items()]
    for row in rows:
        found = documents.get(row.source_id, ())
        held = {document["InvoiceID"]: Decimal(document["Total"]) for document in found}
        if row.state == "exported" and held.get(row.invoice_id) != row.total:
            wrong.append(f"the ledger has exported {row.source_id}, but Xero has not that document")
        if row.state != "exported" and held:
            wrong.append(
                f"order {row.source_id} is in Xero, the ledger calls it {row.state}"
                f" {row.code}".rstrip()
            )
    return wrong
