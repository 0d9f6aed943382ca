"""The truth: which orders belong into Xero, and at which total.

Nothing is imported from the product: what an accountant would say who reads Mintsoft's own
documents, for a connection with the usual settings, beginning before all its orders. Whether the
figures of an order may be exported at all is what its maker says (the day's answer key); what
happens to it meanwhile, and who else has its number, is seen here.

An order may be edited while it is sent. What is sent must be a version that Mintsoft showed at
some moment between the beginning of the sender's last reading of the list and the making of the
invoice: nobody can know of an edit that comes after he has looked, and nobody may use what was
over before he looked. The final version decides whether an order that is not in Xero is missing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ...plugin.sandbox.day import Expected

Raw = Mapping[str, Any]

DESPATCHED, INVOICED = 4, 5
#: Cases of a day whose figures are sound: why they are not exported is seen here.
SOUND = {
    *("cancelled", "made_from_a_xero_invoice", "unsubscribed_currency"),
    *("duplicate", "already_in_xero"),
}


@dataclass(frozen=True, kw_only=True)
class Version:
    """An order as Mintsoft showed it from a moment on."""

    #: Seconds of the witness's clock; the next version's moment ends it.
    since: float
    until: float
    eligible: bool
    #: With VAT.
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Truth:
    """One order."""

    source_id: str
    number: str
    versions: Sequence[Version]
    #: Orders of which just one may be exported, itself among them: the same order entered twice.
    same: frozenset[str]
    #: Somebody else's document has its number, and this order is the only one that has it.
    blocked: bool

    @property
    def due(self) -> bool:
        """Whether it belongs into Xero as it is now."""
        return self.versions[-1].eligible and not self.blocked

    def totals(self, looked: float, made: float) -> set[Decimal]:
        """The totals at which it might be sent by one who looked and made it at these moments."""
        shown = (x for x in self.versions if x.since <= made and x.until >= looked)
        return {x.total for x in shown if x.eligible}


def truths(
    versions: Mapping[str, Sequence[tuple[str, Raw]]],
    currencies: Iterable[str],
    others: Iterable[str],
    unsound: Collection[str],
) -> dict[str, Truth]:
    """By order.

    Args:
        versions: Each order as it was shown, with the moments, the oldest first.
        currencies: Those of the organisation.
        others: Numbers of documents in Xero that somebody else made.
        unsound: Orders whose figures nobody may export.
    """
    known = frozenset(currencies)
    last = {key: shown[-1][1] for key, shown in versions.items()}
    same: dict[str, set[str]] = defaultdict(set)
    numbers: dict[str, set[str]] = defaultdict(set)
    for key, raw in last.items():
        same[_content(raw)].add(key)
        numbers[str(raw["OrderNumber"]).lower()].add(key)
    theirs = {number.lower() for number in others}
    return {
        key: Truth(
            source_id=key,
            number=str(last[key]["OrderNumber"]),
            versions=list(_versions(shown, known, sound=key not in unsound)),
            same=frozenset({key} if last[key]["NumberOfParts"] > 1 else same[_content(last[key])]),
            blocked=_own(numbers, last[key]) and str(last[key]["OrderNumber"]).lower() in theirs,
        )
        for key, shown in versions.items()
    }


def unsound_of(answers: Mapping[str, Expected]) -> list[str]:
    """Orders of a day that are refused or skipped for their own figures."""
    return [
        key
        for key, expected in answers.items()
        if expected.state in {"refused", "skipped"} and expected.case not in SOUND
    ]


def _own(numbers: Mapping[str, set[str]], raw: Raw) -> bool:
    return len(numbers[str(raw["OrderNumber"]).lower()]) == 1


def _versions(
    shown: Sequence[tuple[str, Raw]], currencies: frozenset[str], *, sound: bool
) -> Iterable[Version]:
    ends = [float(moment) for moment, _ in shown[1:]] + [float("inf")]
    for (moment, raw), until in zip(shown, ends, strict=True):
        yield Version(
            since=float(moment),
            until=until,
            eligible=sound and eligible(raw, currencies),
            total=_money(raw["TotalOrderGross"]),
        )


def eligible(raw: Raw, currencies: frozenset[str]) -> bool:
    """Whether a version of an order with sound figures belongs into Xero, if its number is free."""
    if raw["OrderStatusId"] not in (DESPATCHED, INVOICED):
        return False
    if str(raw["ExternalOrderReference"] or "").startswith("xero:"):
        return False
    return raw["Currency"]["Code"] in currencies


def _content(raw: Raw) -> str:
    """What was sold to whom, in one text."""
    names = ("SKU", "Details", "Quantity", "PriceNet", "TaxRate", "DiscountNet", "TaxPaid")
    rows = [[str(row[name]) for name in names] for row in raw["OrderItems"]]
    sums = [str(raw[x]) for x in ("ShippingNet", "ShippingTax", "DiscountNet", "TotalOrderGross")]
    return repr([raw["CLIENT_CODE"], raw["OrderNumber"], raw["Currency"]["Code"], rows, sums])


def _money(value: Any) -> Decimal:
    return Decimal(str(value or 0))
