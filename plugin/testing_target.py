"""FakeTarget: an accounting system in memory, for tests of whatever needs a `Target`.

It passes the contract suite of the real adapters (``tests/contracts/target.py``), and can be
told to refuse, to lose an answer, or to be down.
"""

import json
import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from .domain.invoice import Invoice
from .domain.organisation import Account, Organisation, TaxRate
from .domain.outcome import Outcome, OutcomeKind
from .errors import Disconnected, NeedsPerson, PluginError, TryLater
from .ports import Clock, Numbered, TargetDocument

_PAGE = 100


def an_organisation(**changes: Any) -> Organisation:
    """A British organisation with the usual accounts and taxes, changed as a test needs it."""
    rates = [("OUTPUT2", 20), ("RROUTPUT", 5), ("ZERORATEDOUTPUT", 0), ("NONE", 0)]
    ordinary = Organisation(
        organisation_id="11111111-1111-1111-1111-111111111111",
        name="Example Ltd",
        country="GB",
        base_currency="GBP",
        currencies=("GBP", "EUR"),
        short_code="!abc12",
        locked_until=None,
        accounts=(
            _account("200", "Sales", "REVENUE", tax_type="OUTPUT2"),
            _account("860", "Rounding", "EXPENSE", system="ROUNDING"),
        ),
        tax_rates=tuple(
            TaxRate(
                tax_type=name, name=name, rate=Decimal(rate), active=True, applies_to_revenue=True
            )
            for name, rate in rates
        ),
        read_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
    )
    return replace(ordinary, **changes)


def _account(code: str, name: str, group: str, *, tax_type: str = "", system: str = "") -> Account:
    return Account(
        code=code,
        name=name,
        account_class=group,
        active=True,
        system_account=system,
        tax_type=tax_type,
    )


class FakeTarget:
    """One organisation in memory. Safe to use from several threads."""

    def __init__(self, clock: Clock, organisation: Organisation | None = None) -> None:
        self.here = organisation or an_organisation()
        #: Every call raises `TryLater`, or gives it as the outcome, while this is set.
        self.down = False
        #: Every call raises `Disconnected` while this is set.
        self.access_ended = False
        #: Loses the answer of the next `send`, before or after it was carried out.
        self.lose_answer: Literal["", "before", "after"] = ""
        #: All documents, the oldest change first.
        self.documents: list[TargetDocument] = []
        #: Ids of contacts by name.
        self.contact_ids: dict[str, str] = {}
        #: The bodies that were sent, whatever became of them.
        self.sent: list[bytes] = []
        self._clock = clock
        self._refusals: dict[str, NeedsPerson] = {}
        self._answers: dict[str, tuple[bytes, dict[str, Outcome]]] = {}
        self._lock = threading.RLock()

    def refuse(self, number: str, message: str, code: str = "MX-401") -> None:
        """From now on, refuse the invoice or the contact of this number or name."""
        self._refusals[number.casefold()] = NeedsPerson(message, code=code)

    def accept(self, number: str) -> None:
        """Take back `refuse`."""
        self._refusals.pop(number.casefold(), None)

    def add(self, number: str, total: Decimal, *, reference: str = "") -> TargetDocument:
        """Put a document of somebody else into it."""
        made = {"number": number, "reference": reference, "total": str(total)}
        return self._make({"contact_id": "", "status": "AUTHORISED", "currency": "GBP", **made})

    def set_status(self, number: str, status: str) -> None:
        """Void, delete or pay a document, as a person would do there."""
        with self._lock:
            for document in [x for x in self.documents if _same(x.number, number)]:
                self.documents.remove(document)
                changed = replace(document, status=status, changed_at=self._clock.now())
                self.documents.append(changed)

    def organisation(self) -> Organisation:
        """As it was given, read now."""
        self._reach()
        return replace(self.here, read_at=self._clock.now())

    def changed_since(self, since: datetime | None) -> Iterator[list[TargetDocument]]:
        """Pages of a hundred, the oldest change first."""
        self._reach()
        with self._lock:
            changed = [x for x in self.documents if since is None or x.changed_at >= since]
        for start in range(0, len(changed), _PAGE):
            yield changed[start : start + _PAGE]

    def check(self, invoice: Invoice, organisation: Organisation) -> None:
        """Accounts, tax rates and the sign of the total."""
        for line in invoice.lines:
            account = organisation.account(line.account_code)
            if account is None or not account.active:
                answer = f"Account code '{line.account_code}' is not a valid code."
                raise NeedsPerson(code="MX-306", answer=answer)
            if organisation.rate_of(line.tax_type) != line.tax_rate:
                raise NeedsPerson(code="MX-304", built="another tax", stated=str(invoice.total))
        if invoice.total < 0:
            raise NeedsPerson(code="MX-306", answer="the total is negative")

    def contacts(self, names: Sequence[str]) -> dict[str, str]:
        """Made on first sight."""
        self._reach()
        for name in names:
            if name.casefold() in self._refusals:
                raise NeedsPerson(code="MX-405", answer=self._refusals[name.casefold()].message)
        with self._lock:
            return {
                name: self.contact_ids.setdefault(name, str(uuid.uuid4()))
                for name in dict.fromkeys(names)
            }

    def prepare(self, batch: Sequence[Numbered]) -> bytes:
        """JSON of what a document consists of here."""
        entries = [
            {
                "number": entry.number,
                "reference": entry.invoice.reference,
                "status": entry.invoice.status,
                "contact_id": entry.contact_id,
                "currency": entry.invoice.currency,
                "total": str(entry.invoice.total),
            }
            for entry in batch
        ]
        return json.dumps(entries).encode()

    def send(self, body: bytes, key: str, numbers: Sequence[str]) -> dict[str, Outcome]:
        """Carry out once per key, and answer as told."""
        with self._lock:
            self.sent.append(body)
            if self.access_ended:
                raise Disconnected(reason="access was withdrawn")
            if self.down:
                again_at = self._clock.now()
                return dict.fromkeys(numbers, _outcome(OutcomeKind.LATER, _DOWN, again_at))
            lose, self.lose_answer = self.lose_answer, ""
            if lose == "before" or self._answers.get(key, (body,))[0] != body:
                return dict.fromkeys(numbers, _outcome(OutcomeKind.UNKNOWN, _LOST))
            if key not in self._answers:
                self._answers[key] = (body, self._create(json.loads(body)))
            if lose == "after":
                return dict.fromkeys(numbers, _outcome(OutcomeKind.UNKNOWN, _LOST))
            told = self._answers[key][1]
            return {number: told[number] for number in numbers}

    def find(self, numbers: Sequence[str]) -> dict[str, TargetDocument]:
        """By number, ignoring case; a living document before a dead one."""
        self._reach()
        with self._lock:
            by_life = sorted(self.documents, key=lambda x: x.alive)
        known = {document.number.casefold(): document for document in by_life}
        return {x: known[x.casefold()] for x in numbers if x.casefold() in known}

    def link(self, organisation: Organisation, invoice_id: str) -> str:
        """An address that leads nowhere."""
        return f"https://accounts.example/{organisation.short_code}/{invoice_id}"

    def _reach(self) -> None:
        if self.access_ended:
            raise Disconnected(reason="access was withdrawn")
        if self.down:
            raise TryLater(service="The accounting system", after=60)

    def _create(self, entries: Sequence[dict[str, str]]) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        for entry in entries:
            number = entry["number"]
            refusal = self._refusals.get(number.casefold())
            if refusal is None and any(_same(x.number, number) for x in self.documents):
                refusal = NeedsPerson(code="MX-402", number=number)
            if refusal is not None:
                outcomes[number] = _outcome(OutcomeKind.REFUSED, refusal)
                continue
            made = self._make(entry)
            outcomes[number] = Outcome(
                kind=OutcomeKind.EXPORTED, invoice_id=made.invoice_id, total=made.total
            )
        return outcomes

    def _make(self, entry: dict[str, str]) -> TargetDocument:
        document = TargetDocument(
            invoice_id=str(uuid.uuid4()),
            number=entry["number"],
            reference=entry["reference"],
            status=entry["status"],
            contact_id=entry["contact_id"],
            currency=entry["currency"],
            total=Decimal(entry["total"]),
            changed_at=self._clock.now(),
        )
        with self._lock:
            self.documents.append(document)
        return document


_DOWN = PluginError(code="MX-602", service="The accounting system")
_LOST = PluginError(code="MX-603")


def _outcome(kind: OutcomeKind, error: PluginError, again_at: datetime | None = None) -> Outcome:
    return Outcome(
        kind=kind, code=error.code, message=error.message, fix=error.fix, again_at=again_at
    )


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
