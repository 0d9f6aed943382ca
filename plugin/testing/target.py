"""FakeTarget: an accounting system in memory, for tests of whatever needs a `Target`.

It passes the contract suite of the real adapters (``plugin/testing/contracts/target.py``), and
can be told to refuse, to lose an answer, or to be down.
"""

import json
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from ..domain.connections.organisation import Account, Organisation, TaxRate
from ..domain.exports.outcome import Outcome, OutcomeKind
from ..domain.invoices.contact import Customer, KnownContact, digest
from ..domain.invoices.invoice import Invoice
from ..domain.invoices.item import Item
from ..errors import Disconnected, NeedsPerson, PluginError, TryLater
from ..ports.clock import Clock
from ..ports.target import Numbered, TargetDocument

_PAGE = 100
_LONGEST_CODE = 30


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


@dataclass(frozen=True, kw_only=True)
class FakeContact:
    """A contact in the memory of `FakeTarget`."""

    contact_id: str
    name: str
    changed_at: datetime
    key: str = ""
    email: str = ""
    active: bool = True
    merged_into: str = ""

    def known(self) -> KnownContact:
        """As the target lists it."""
        return KnownContact(
            contact_id=self.contact_id,
            key=self.key,
            name=digest(self.name),
            email=digest(self.email) if self.email else "",
            active=self.active,
            merged_into=self.merged_into,
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
        #: Loses the answer of the next `make_contacts`, after it was carried out.
        self.lose_contacts = False
        #: All contacts, the oldest change first; and how many calls were about them.
        self.people: list[FakeContact] = []
        self.contact_calls = 0
        #: The bodies that were sent, whatever became of them.
        self.sent: list[bytes] = []
        #: Items by code in small letters.
        self.price_list: dict[str, Item] = {}
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
        made["date"] = self._clock.now().date().isoformat()
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

    def contacts(self, names: Sequence[str]) -> dict[str, str | NeedsPerson]:
        """Found by name, else made."""
        self._reach()
        with self._lock:
            self.contact_calls += 1
            return {name: self._contact(name) for name in names}

    def contacts_changed_since(self, since: datetime | None) -> Iterator[list[KnownContact]]:
        """Pages of a hundred, the oldest change first."""
        self._reach()
        with self._lock:
            self.contact_calls += 1
            changed = [x for x in self.people if since is None or x.changed_at >= since]
        for start in range(0, len(changed), _PAGE):
            yield [person.known() for person in changed[start : start + _PAGE]]

    def make_contacts(self, new: Mapping[str, Customer]) -> dict[str, str | NeedsPerson]:
        """Made where name and number are free; the answer may be lost afterwards."""
        self._reach()
        with self._lock:
            self.contact_calls += 1
            lose, self.lose_contacts = self.lose_contacts, False
            answers = {x.key: self._make_contact(name, x.key, x.email) for name, x in new.items()}
        if lose:
            raise TryLater(service="The accounting system", after=60)
        return answers

    def put_contact(self, name: str, **changes: Any) -> "FakeContact":
        """Put a contact of somebody else into it, or one that a test has changed."""
        made = {"contact_id": str(uuid.uuid4()), "changed_at": self._clock.now(), **changes}
        person = FakeContact(name=name, **made)
        with self._lock:
            self.people = [x for x in self.people if x.contact_id != person.contact_id]
            self.people.append(person)
        return person

    def _contact(self, name: str) -> str | NeedsPerson:
        refusal = self._refusals.get(name.casefold())
        if refusal is not None:
            return NeedsPerson(code="MX-405", answer=refusal.message)
        namesakes = [x for x in self.people if _same(x.name, name)]
        ids = {x.contact_id for x in namesakes if x.active}
        if len(ids) > 1:
            return NeedsPerson(code="MX-408", count=len(ids))
        if namesakes and not ids:
            return NeedsPerson(code="MX-405", answer="it is archived")
        return ids.pop() if ids else self.put_contact(name).contact_id

    def _make_contact(self, name: str, key: str, email: str) -> str | NeedsPerson:
        refusal = self._refusals.get(name.casefold())
        if refusal is not None:
            return NeedsPerson(code="MX-405", answer=refusal.message)
        if any(x.key == key or (x.active and _same(x.name, name)) for x in self.people):
            return NeedsPerson(code="MX-409")
        return self.put_contact(name, key=key, email=email).contact_id

    def items(self, wanted: Sequence[Item], *, create: bool) -> dict[str, str]:
        """Made where asked for, unless `refuse` names them; Xero's longest code is the longest."""
        self._reach()
        with self._lock:
            for item in wanted if create else ():
                if len(item.code) <= _LONGEST_CODE and item.code.casefold() not in self._refusals:
                    self.price_list.setdefault(item.code.casefold(), item)
            found = {item.code: self.price_list.get(item.code.casefold()) for item in wanted}
        return {code: item.code for code, item in found.items() if item}

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
                "date": entry.invoice.date.isoformat(),
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

    def dated(self, first: date, last: date) -> Iterator[list[TargetDocument]]:
        """Pages of a hundred."""
        self._reach()
        with self._lock:
            some = [x for x in self.documents if x.dated and first <= x.dated <= last]
        for start in range(0, len(some), _PAGE):
            yield some[start : start + _PAGE]

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
            if any(x.contact_id == entry["contact_id"] and not x.active for x in self.people):
                refusal = NeedsPerson(code="MX-405", answer="it is archived")
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
            dated=date.fromisoformat(entry["date"]),
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
