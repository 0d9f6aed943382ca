"""What the simulated Xero answers for an order, held against what is true of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..sandbox import Answer
from .exact import ZERO, exact
from .office import ROUNDING
from .truth import NOTHING, Bounds, Truth

#: What stands at the head of an answer's amounts: SubTotal, TotalTax, Total.
_HEAD = 3


@dataclass(frozen=True, kw_only=True)
class Booked:
    """A document as it is in the books."""

    total: Fraction
    #: By tax type, all but the rounding line.
    net: Mapping[str, Fraction]
    tax: Mapping[str, Fraction]
    rounding: Fraction


def booked(payload: Mapping[str, Any], answer: Answer) -> Booked:
    """The amounts of a document that was taken."""
    net: dict[str, Fraction] = {}
    tax: dict[str, Fraction] = {}
    rounding = ZERO
    with_tax = payload["LineAmountTypes"] == "Inclusive"
    for line, amount, tax_amount in _lines(payload, answer):
        own = exact(tax_amount)
        without = exact(amount) - (own if with_tax else ZERO)
        if line["AccountCode"] == ROUNDING:
            rounding += without + own
            continue
        net[line["TaxType"]] = net.get(line["TaxType"], ZERO) + without
        tax[line["TaxType"]] = tax.get(line["TaxType"], ZERO) + own
    return Booked(total=exact(answer.amounts[_HEAD - 1]), net=net, tax=tax, rounding=rounding)


def _lines(
    payload: Mapping[str, Any], answer: Answer
) -> Iterator[tuple[Mapping[str, Any], Decimal, Decimal]]:
    amounts = answer.amounts[_HEAD:]
    rows = zip(payload["LineItems"], amounts[::2], amounts[1::2], strict=True)
    return (row for row in rows if "AccountCode" in row[0])


def faults(truth: Truth, found: Booked, types: Mapping[str, Fraction]) -> list[str]:
    """What is wrong with a document; `types`: the tax types of its country, with their rates."""
    if found.total != truth.total:
        return [f"total {float(found.total)} instead of {float(truth.total)}"]
    foreign = sorted(x for x in {*found.net, *found.tax} if x not in types)
    if foreign:
        return [f"tax type of another country: {', '.join(foreign)}"]
    wrong = _outside("tax", truth.tax, _by_rate(found.tax, types))
    wrong += _outside("net", truth.net, _by_rate(found.net, types))
    if abs(found.rounding) > truth.parts.width:
        wrong.append(f"rounding of {float(found.rounding)}")
    return wrong


def _by_rate(
    amounts: Mapping[str, Fraction], types: Mapping[str, Fraction]
) -> dict[Fraction, Fraction]:
    found: dict[Fraction, Fraction] = {}
    for tax_type, amount in amounts.items():
        found[types[tax_type]] = found.get(types[tax_type], ZERO) + amount
    return found


def _outside(
    what: str, truth: Mapping[Fraction, Bounds], found: Mapping[Fraction, Fraction]
) -> list[str]:
    return [
        f"{what} at {float(rate)} %: {float(found.get(rate, ZERO))}, not {truth.get(rate, NOTHING)}"
        for rate in sorted({*truth, *found})
        if found.get(rate, ZERO) not in truth.get(rate, NOTHING)
    ]
