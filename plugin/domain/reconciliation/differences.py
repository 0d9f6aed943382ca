"""Differences: what two rule books, or two settings, decide otherwise; by cause, with amounts."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ..decisions.decision import Verdict
from ..exports.export import DocumentKind, ExportState
from ..money import ZERO

#: Order numbers that a tally names.
NUMBERS = 5


class Change(StrEnum):
    """What becomes of a document that the second book decides otherwise."""

    EXPORTED = "newly exported"
    WAITING = "newly waiting"
    SKIPPED = "newly skipped"
    REFUSED = "newly refused"
    #: The same verdict with another code, sentence or fix.
    MESSAGE = "message changed only"

    @classmethod
    def to(cls, verdict: Verdict) -> "Change":
        """The change to a verdict from another one."""
        return _CHANGE_TO[verdict]


_CHANGE_TO = {
    Verdict.EXPORT: Change.EXPORTED,
    Verdict.WAIT: Change.WAITING,
    Verdict.SKIP: Change.SKIPPED,
    Verdict.REFUSE: Change.REFUSED,
}

_WOULD = {
    Change.EXPORTED: "would be exported",
    Change.WAITING: "would wait",
    Change.SKIPPED: "would be skipped",
    Change.REFUSED: "would be refused",
}


class Standing(StrEnum):
    """Whether rules can still move a document."""

    #: The next export decides it again.
    OPEN = "open"
    #: In Xero, or on its way there: never sent again, whatever the rules say.
    IN_XERO = "in xero"
    #: A person has cleared it: it rests until the order changes.
    CLEARED = "cleared"

    @classmethod
    def of(cls, state: ExportState) -> "Standing":
        """The standing of a document in this state."""
        if state is ExportState.CLEARED:
            return cls.CLEARED
        sent = (ExportState.CLAIMED, ExportState.UNKNOWN, ExportState.EXPORTED)
        return cls.IN_XERO if state in sent else cls.OPEN


@dataclass(kw_only=True)
class Tally:
    """Some documents: how many, what they come to, and a few of their numbers."""

    documents: int = 0
    #: With tax, by currency.
    amounts: dict[str, Decimal] = field(default_factory=dict)
    #: The first few, in the order in which they were first seen.
    numbers: list[str] = field(default_factory=list)

    def add(self, number: str, amount: Decimal, currency: str) -> None:
        """Count one more document."""
        self.documents += 1
        self.amounts[currency] = self.amounts.get(currency, ZERO) + amount
        if len(self.numbers) < NUMBERS:
            self.numbers.append(number)

    def said(self) -> str:
        """The amounts as people read them: ``EUR 9.00, GBP 420.00``."""
        return ", ".join(f"{currency} {x:.2f}" for currency, x in sorted(self.amounts.items()))


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why documents change: a rule of the second book that decides, or of the first that did."""

    change: Change
    #: The rule's id; ``default`` where no rule decides in either book.
    rule: str
    #: True: it is a rule of the first book, and in the second one none decides.
    no_longer: bool


@dataclass(kw_only=True)
class Differences:
    """What came of holding two books against stored documents."""

    #: What the documents are.
    kind: DocumentKind = DocumentKind.ORDER
    #: Documents that both books were held against.
    compared: int = 0
    #: Those of them that are in Xero or on their way there, changed or not.
    in_xero: int = 0
    #: Those that change, by standing and cause.
    changes: dict[Standing, dict[Cause, Tally]] = field(
        default_factory=lambda: {standing: {} for standing in Standing}
    )
    #: Documents that can't be compared, by what is wrong with the facts stored of them.
    incomplete: dict[str, int] = field(default_factory=dict)

    def causes(self, standing: Standing) -> list[tuple[Cause, Tally]]:
        """Causes by the order of `Change`, the most documents first."""
        order = list(Change)
        found = self.changes[standing].items()
        return sorted(found, key=lambda x: (order.index(x[0].change), -x[1].documents, x[0].rule))

    def problems(self) -> list[tuple[str, int]]:
        """What keeps documents from being compared, and of how many, the most first."""
        return sorted(self.incomplete.items(), key=lambda x: (-x[1], x[0]))

    def sentence(self) -> str:
        """What the change would do, as one reads it before making it.

        ``12 orders, GBP 420.00 would be exported; 1 order, EUR 9.00 would be refused``.
        """
        return "; ".join(self._said()) or f"no {self.kind.words} would be decided otherwise"

    def _said(self) -> list[str]:
        said = []
        for change, would in _WOULD.items():
            found = [x for cause, x in self.causes(Standing.OPEN) if cause.change is change]
            if found:
                count = sum(tally.documents for tally in found)
                amounts: dict[str, Decimal] = {}
                for tally in found:
                    for currency, amount in tally.amounts.items():
                        amounts[currency] = amounts.get(currency, ZERO) + amount
                said.append(f"{self.kind.counted(count)}, {Tally(amounts=amounts).said()} {would}")
        return said
