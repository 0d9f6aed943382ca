"""What the writes of all documents share: status, contact, lines, totals (xero.md 4 and 5).

Nothing is stored before every check has passed; then contact and document are stored together.
Each kind of document has a class of its own that says what is special about it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ...store import Document
from ..contacts import contact_write
from ..invoices import invoice_lines
from ..invoices.invoice_lines import Line
from ..organisation.currencies import day_rate
from ..protocol import messages
from ..protocol.envelope import NO_ID
from ..protocol.reading import Element
from ..tenant import Tenant
from . import arithmetic, document_checks, document_lines, document_totals
from .kinds import Kind

_LONGEST = 255
_NOT_TAKEN_OVER = {"Contact", "LineItems", "SubTotal", "TotalTax", "Total", "SentToContact"}


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of one element: the document as kept, or as far as it got, with its errors."""

    document: Document
    contact: Document
    errors: list[str]
    #: What Xero did not do, while it did the rest.
    warnings: list[str]
    created: bool


class DocumentWrite:
    """The steps of one write; each adds to `errors` what it finds wrong."""

    kind: ClassVar[Kind]
    #: The statuses that may be asked for on creation.
    created_as: ClassVar[frozenset[str]]
    #: The statuses that each status may become.
    changes: ClassVar[Mapping[str, frozenset[str]]]
    #: What is said of a status that is not in the two above.
    not_for_creation: ClassVar[str]
    not_for_modification: ClassVar[str]
    #: The statuses that need accounts, taxes and descriptions on every line.
    approved_as: ClassVar[frozenset[str]] = frozenset()
    #: The statuses in which SentToContact may be set, and what is said in the others.
    sent_as: ClassVar[frozenset[str]]
    not_sent: ClassVar[str]
    #: Whether it is in the ledger, where lock dates keep it as it is.
    in_ledger: ClassVar[bool] = False
    longest_reference: ClassVar[int] = _LONGEST

    def __init__(
        self,
        tenant: Tenant,
        sent: Element,
        existing: Document | None,
        app: str | None,
        unitdp: int,
    ) -> None:
        self.tenant = tenant
        self.sent = sent
        self.existing = existing
        self.app = app
        self.unitdp = unitdp
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.document = self._document()
        self.plan: contact_write.Plan | None = None

    def run(self) -> Written:
        """Check, compute, and store if nothing is wrong."""
        self._check_status()
        self._check_lock_dates()
        self._check_header()
        self._plan_contact()
        if not self._ending():
            self._write_lines()
            self._check_for_approval()
        self._put_totals()
        errors = list(dict.fromkeys(self.errors))
        contact = self.plan.document if self.plan else self._known_contact()
        if not errors:
            contact = self._store(contact)
        elif self.tenant.find("xero_contact", contact.get("ContactID", NO_ID)) is None:
            contact = contact | {"ContactID": NO_ID}
        return Written(
            document=self.document,
            contact=contact,
            errors=errors,
            warnings=self.warnings,
            created=self.existing is None,
        )

    # ------------------------------------------------------------- what the kinds answer

    def _defaults(self) -> Document:
        """What a new document has besides what all have."""
        return {}

    @property
    def sale(self) -> bool:
        """Whether it goes to a customer; else it comes from a supplier."""
        return True

    def _discounts(self) -> frozenset[str]:
        """The discounts that its lines may have: "rate", "amount"."""
        return frozenset()

    def _settled(self) -> Decimal:
        """How much of it was paid or credited; then little of it may change."""
        return arithmetic.ZERO

    def _put_balance(self, total: Decimal) -> None:
        """What is left to pay or to use."""

    # -------------------------------------------------------------------------- document

    def _document(self) -> Document:
        """The document as it would be, before lines and totals."""
        now = self.tenant.now_ms()
        base = self.organisation["BaseCurrency"]
        document: Document = dict(self.existing) if self.existing else {
            self.kind.id_name: str(uuid.uuid4()),
            "Status": "DRAFT",
            "LineAmountTypes": "Exclusive",
            "Date": self.tenant.today(),
            "CurrencyCode": base,
            "LineItems": [],
            "Created": now,
            "App": self.app,
        } | self._defaults()  # fmt: skip
        for name, value in self.sent.items():
            if name not in _NOT_TAKEN_OVER and name != self.kind.id_name:
                document[name] = value
        if self.existing and not self.sent.get(self.kind.number_name):
            # An empty number is none: a document keeps the one that it has.
            document[self.kind.number_name] = self.existing[self.kind.number_name]
        if self.existing and "Type" in self.existing:
            document["Type"] = self.existing["Type"]
        rate = self.sent.get("CurrencyRate")
        if rate is not None:
            document["CurrencyRate"] = str(arithmetic.rounded(rate, 6))
        elif "CurrencyCode" in self.sent or not self.existing:
            document["CurrencyRate"] = day_rate(base, document["CurrencyCode"])
        document["UpdatedDateUTC"] = now
        return document

    @property
    def organisation(self) -> Document:
        """The organisation that it is written in."""
        return self.tenant.organisation

    def _approved(self) -> bool:
        return self.document["Status"] in self.approved_as

    def _ending(self) -> bool:
        """It is voided or deleted now: its lines are no longer looked at."""
        return self.existing is not None and self._ended()

    def _ended(self) -> bool:
        return self.document["Status"] in {"VOIDED", "DELETED"}

    # ---------------------------------------------------------------------------- checks

    def _check_status(self) -> None:
        status = self.document["Status"]
        if self.existing is not None:
            if status not in self.changes.get(self.existing["Status"], frozenset()):
                self.errors.append(self.not_for_modification)
            return
        if self.sent.get(self.kind.id_name, NO_ID) != NO_ID:
            self.errors.append(self.kind.unknown)
        if status not in self.created_as:
            self.errors.append(self.not_for_creation)

    def _check_lock_dates(self) -> None:
        """A document on or before a lock date is refused; so is changing one that was there."""
        if not self.in_ledger:
            return
        days = {self.document["Date"], (self.existing or self.document)["Date"]}
        refusal = document_checks.locked(self.organisation, min(days))
        if refusal:
            self.errors.append(refusal)

    def _check_header(self) -> None:
        document = self.document
        if self.sent.get(self.kind.number_name):
            self.errors.extend(document_checks.number(self.tenant, self.kind, document))
        if len(document.get("Reference", "")) > self.longest_reference:
            self.errors.append(messages.too_long("Reference", self.longest_reference))
        if self.sent.get("Url"):
            self.errors.extend(document_checks.url(self.sent["Url"]))
        code = document["CurrencyCode"]
        if self.tenant.find("xero_currency", code) is None:
            self.errors.append(messages.currency(code))
        told = self.sent.get("SentToContact")
        if told is not None and told != document.get("SentToContact", False):
            if document["Status"] in self.sent_as:
                document["SentToContact"] = told
            else:
                self.warnings.append(self.not_sent)

    def _plan_contact(self) -> None:
        self.plan, faults = document_checks.contact(
            self.tenant, self.sent.get("Contact"), created=self.existing is None
        )
        self.errors.extend(faults)

    def _known_contact(self) -> Document:
        """The contact to show where none was sent or it is refused."""
        if "ContactID" in self.document:
            known = self.tenant.find("xero_contact", self.document["ContactID"])
            if known is not None:
                return known
        return dict(self.sent.get("Contact", {}))

    def _check_for_approval(self) -> None:
        if self.existing is None and "LineItems" not in self.sent:
            self.errors.append(messages.LINES_MISSING)

    # ----------------------------------------------------------------------------- lines

    def _write_lines(self) -> None:
        kept = {line["LineItemID"]: line for line in (self.existing or {}).get("LineItems", ())}
        # Lines that are only carried over keep the decimals that they have.
        unitdp = 4
        if "LineItems" in self.sent and self._settled():
            wanted = document_lines.relabelled(kept, self.sent["LineItems"])
        elif "LineItems" in self.sent:
            wanted = [self._merged(kept, line) for line in self.sent["LineItems"]]
            unitdp = self.unitdp
        elif self._means_prices_anew():
            # Prices now mean something else: taxes are computed anew.
            wanted = [invoice_lines.merged(line, {"LineItemID": key}) for key, line in kept.items()]
        elif self._approved() and self.document["Status"] != (self.existing or {}).get("Status"):
            wanted = [invoice_lines.as_sent(line) for line in kept.values()]
        else:
            return
        self.document["LineItems"] = [self._written(line, unitdp) for line in wanted]
        if not wanted:
            self.errors.append(messages.LINES_MISSING)

    def _means_prices_anew(self) -> bool:
        before = (self.existing or self.document)["LineAmountTypes"]
        return bool(self.document["LineAmountTypes"] != before)

    def _merged(self, kept: dict[str, Document], line: Element) -> Element:
        line_id = line.get("LineItemID")
        if line_id is None or line_id in kept:
            return dict(line) if line_id is None else invoice_lines.merged(kept[line_id], line)
        if self.existing is not None:
            self.errors.append(messages.LINE_UNKNOWN)
        return dict(line)

    def _written(self, sent: Element, unitdp: int) -> Document:
        line = Line(
            tenant=self.tenant,
            sent=sent,
            line_amount_types=self.document["LineAmountTypes"],
            approved=self._approved(),
            sale=self.sale,
            discounts=self._discounts(),
            unitdp=unitdp,
        )
        written = line.written()
        self.errors.extend(line.faults)
        return written

    # ---------------------------------------------------------------------------- totals

    def _put_totals(self) -> None:
        self.document |= document_totals.of(self.document)
        if document_totals.differ(self.sent, self.document):
            self.errors.append(messages.TOTAL_DIFFERS)
        self._put_balance(Decimal(self.document["Total"]))

    # ----------------------------------------------------------------------------- store

    def _store(self, contact: Document) -> Document:
        document = self.document
        if self.plan:
            contact = self.plan.commit(self.tenant)
            document["ContactID"] = contact["ContactID"]
        role = "IsCustomer" if self.sale else "IsSupplier"
        if self.in_ledger and not contact.get(role):
            contact = contact | {role: True}
            self.tenant.save_contact(contact)
        name = self.kind.number_name
        if not document.get(name):
            ours = self.kind.is_ours(document.get("Type"))
            document[name] = self.kind.next_number(self.tenant) if ours else ""
        self.kind.save(self.tenant, document)
        return contact
