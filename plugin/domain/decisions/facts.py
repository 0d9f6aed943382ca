"""Facts: the flat, typed view of a document that rules may see.

Each kind of document has a catalogue, and it is the whole list: a rule that names anything else
is refused when its book is checked. Nothing is ever missing: an absent text is empty, an absent
amount zero. Names, addresses and other personal data are no facts: facts are stored, and shown in
sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ..money import ZERO, to_penny


class FactType(StrEnum):
    """What kind of value a fact has, and so what a rule may compare it with."""

    #: Decimal in the document's currency, to the penny.
    MONEY = "money"
    #: Whole number.
    NUMBER = "number"
    TEXT = "text"
    #: Calendar date in the connection's time zone.
    DATE = "date"
    YES_NO = "yes/no"
    #: Several texts, in no order.
    TEXTS = "list of texts"
    #: The document's lines, each with the facts that its kind gives a line.
    LINES = "lines"


Scalar = Decimal | int | str | date | bool
LineFacts = Mapping[str, Scalar]
FactValue = Scalar | tuple[str, ...] | tuple[LineFacts, ...]
Facts = Mapping[str, FactValue]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One entry of a catalogue."""

    name: str
    type: FactType
    #: One line: what it is, with its sign.
    meaning: str
    #: A value as a rule's author would write it.
    example: str
    #: What is counted; empty where there is nothing to count.
    unit: str


_UNITS = {FactType.MONEY: "currency", FactType.DATE: "day"}


def fact(name: str, fact_type: FactType, meaning: str, example: str, unit: str = "") -> Fact:
    """An entry of a catalogue; amounts are in the document's currency unless it says otherwise."""
    unit = unit or _UNITS.get(fact_type, "")
    return Fact(name=name, type=fact_type, meaning=meaning, example=example, unit=unit)


def by_name(*facts: Fact) -> dict[str, Fact]:
    """A catalogue."""
    return {entry.name: entry for entry in facts}


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """How much of the whole the part is, in per cent to 2 places; 0.00 of nothing."""
    return to_penny(part * 100 / whole) if to_penny(whole) > 0 else to_penny(ZERO)
