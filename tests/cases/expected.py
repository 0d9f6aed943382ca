"""Whether orders stand as their case says: every member of ``expect``, and what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .books import ZERO, Document
from .orders import Placed
from .standing import Standing

Json = Mapping[str, Any]

HALF_A_PENNY = Decimal("0.005")


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Holds what is expected of a case against how it stands."""

    #: By what the case calls them.
    orders: Mapping[str, Placed]
    standing: Standing
    #: Whether an invoice has one line for all of an account and rate: its tax is rounded there.
    summary: bool

    def faults(self, expect: Json) -> list[str]:
        """What is otherwise, a sentence each."""
        first, *_ = self.orders
        found = [*self._order(first, expect), *self._together(expect)]
        for name, its in expect.get("also", {}).items():
            found += self._order(name, its)
        return found

    def _order(self, name: str, expect: Json) -> Iterator[str]:
        row = self.standing.row(self.orders[name])
        state = row.get("state", "never read")
        if "state" in expect and state != expect["state"]:
            why = f"{row.get('code')} {row.get('message')}"
            yield f"{name}: is {state}, not {expect['state']}: {why}"
            return
        yield from self._words(name, expect)
        yield from self._lists(name, expect)
        if FIGURES & expect.keys():
            yield from self._document(name, expect)

    def _words(self, name: str, expect: Json) -> Iterator[str]:
        row, cause = self.standing.row(self.orders[name]), self.standing.cause(self.orders[name])
        code, said = row.get("code"), _said(row, cause)
        if row.get("state") == "refused" and not code:
            yield f"{name}: has no code: {row.get('message')}"
        if code != expect.get("code", code) or code in _texts(expect.get("code_not", ())):
            yield f"{name}: the code is {code}: {row.get('message')}"
        for words in _texts(expect.get("says", ())):
            if words.lower() not in said.lower():
                yield f"{name}: does not say {words!r}: {said}"
        if expect.get("way_out") and not (cause and cause["code"] and cause["fix"]):
            yield f"{name}: has no way out: {cause}"

    def _lists(self, name: str, expect: Json) -> Iterator[str]:
        placed = self.orders[name]
        listed = self.standing.cause(placed) is not None
        if listed is not expect.get("errors_names_it", listed):
            yield f"{name}: errors {'lists' if listed else 'does not list'} it"
        if "reconcile_finds_it" in expect:
            assert self.standing.found is not None, "it was not reconciled"
            found = str(placed.order_id) in self.standing.found
            if found is not expect["reconcile_finds_it"]:
                yield f"{name}: reconcile {'finds' if found else 'does not find'} it"

    def _document(self, name: str, expect: Json) -> Iterator[str]:
        found = self.standing.books.of(self.orders[name].order_id)
        if len(found) != 1:
            yield f"{name}: has {len(found)} documents in Xero"
            return
        document, slack = found[0], self._slack(name)
        if document.currency != expect.get("currency", document.currency):
            yield f"{name}: the document is in {document.currency}"
        if "total" in expect and not _is(document.total, expect["total"], ZERO):
            yield f"{name}: total is {document.total}, not {_text(expect['total'])}"
        if "tax" in expect and not _is(document.tax, expect["tax"], slack):
            yield f"{name}: tax is {document.tax}, not {_text(expect['tax'])}"
        for what in sorted(SUMS & expect.keys()):
            yield from self._sums(name, what, expect[what], document)

    def _sums(self, name: str, what: str, expect: Json, document: Document) -> Iterator[str]:
        """Each that is listed is as it says; one that isn't bears nothing."""
        wanted = {self.standing.tax_types.get(key, key): value for key, value in expect.items()}
        found = self.standing.books.sums(document, what)
        for key in sorted(wanted.keys() | found.keys()):
            value = wanted.get(key, "0.00")
            if not _is(found.get(key, ZERO), value, self._slack(name)):
                yield f"{name}: {what} {key} is {found.get(key, ZERO)}, not {_text(value)}"

    def _slack(self, name: str) -> Decimal:
        """How far tax may be from what it is in one line for each line."""
        return HALF_A_PENNY * self.orders[name].lines if self.summary else ZERO

    def _together(self, expect: Json) -> Iterator[str]:
        if "documents" in expect:
            ids = {placed.order_id for placed in self.orders.values()}
            living = [x for order_id in sorted(ids) for x in self.standing.books.of(order_id)]
            found = len(living), sum((x.total for x in living), ZERO)
            if found != (expect["documents"]["live"], Decimal(expect["documents"]["sum"])):
                yield f"{found[0]} documents of {found[1]}, not {dict(expect['documents'])}"
        if "one_cause" in expect:
            yield from self._cause(expect["one_cause"], _texts(expect.get("cause_says", ())))

    def _cause(self, names: list[str], says: tuple[str, ...]) -> Iterator[str]:
        """These orders are under one entry of `errors`, which says so."""
        causes = [self.standing.cause(self.orders[name]) for name in names]
        keys = {cause["cause"] if cause else None for cause in causes}
        if len(keys) != 1 or causes[0] is None:
            yield f"{', '.join(names)}: not one cause but {sorted(map(str, keys))}"
            return
        said = _said(causes[0], causes[0])
        for words in says:
            if words.lower() not in said.lower():
                yield f"the cause does not say {words!r}: {said}"


SUMS = frozenset({"tax_by_rate", "net_by_rate", "tax_by_type", "net_by_type", "net_by_account"})
FIGURES = SUMS | {"total", "tax", "currency"}


def _said(message_of: Json, cause: Json | None) -> str:
    """Message and advice, as one text."""
    return f"{message_of.get('message') or ''} {(cause or {}).get('fix') or ''}"


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _is(found: Decimal, expect: Any, slack: Decimal) -> bool:
    least, most = (expect["min"], expect["max"]) if isinstance(expect, dict) else (expect, expect)
    return Decimal(least) - slack <= found <= Decimal(most) + slack


def _text(expect: Any) -> str:
    return f"from {expect['min']} to {expect['max']}" if isinstance(expect, dict) else str(expect)
