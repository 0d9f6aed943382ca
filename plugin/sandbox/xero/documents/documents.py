"""What the endpoints of all documents share: PUT, POST, GET one, and how lines are shown.

Facts: xero.md 2 (PUT and POST), 2.2 (lists), 2.4 (batches).
"""

from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar

from ...store import Document
from ..contacts import contact_write
from ..protocol import reading
from ..protocol.envelope import (
    NO_ID,
    Answer,
    Repeated,
    day_text,
    invalid,
    not_found,
    validation_errors,
)
from ..protocol.reading import Element
from ..protocol.routing import Call, Handler, Route
from ..tenant import Tenant
from . import arithmetic, attachments, document_lists, pdf
from .document_write import DocumentWrite, Written
from .kinds import Kind
from .owners import OWNERS

SCOPES = ("accounting.invoices",)


class Documents:
    """The endpoint of one kind of document."""

    kind: ClassVar[Kind]
    shape: ClassVar[reading.Shape]
    writer: ClassVar[type[DocumentWrite]]
    #: Decimals of unit amounts where the query can't say them (xero.md 5.1).
    unitdp: ClassVar[int | None] = None

    # ------------------------------------------------------------- what the kinds answer

    def shown(self, row: Document, contact: Document, unitdp: int) -> Document:
        """A document in Xero's form and order."""
        raise NotImplementedError

    def get(self, call: Call) -> Answer:
        """The list."""
        raise NotImplementedError

    def contact(self, tenant: Tenant, row: Document) -> Document:
        """The contact as a write and GET of one document show it."""
        return contact_write.shown(document_lists.contact_of(tenant, row))

    def understood(self, sent: Element) -> Element:
        """An element whose words mean something else here than elsewhere."""
        return sent

    # ----------------------------------------------------------------------- endpoints

    def routes(self) -> list[Route]:
        """The list and the single document."""
        path = self.kind.plural
        many: dict[str, Handler] = {"GET": self.get, "PUT": self.put, "POST": self.post}
        one: dict[str, Handler] = {"GET": self.get_one, "POST": self.post_one}
        return [
            Route(template=path, scopes=SCOPES, handlers=many),
            Route(template=f"{path}/{{id}}", scopes=SCOPES, handlers=one),
            Route(template=f"{path}/{{id}}/pdf", scopes=SCOPES, handlers={"GET": self.get_pdf}),
        ]

    def get_one(self, call: Call) -> Answer:
        """One document in full, by id or number."""
        found = self.kind.find(call.tenant, call.ids[0])
        if found is None:
            return not_found()
        if pdf.CONTENT_TYPE in call.headers.get("Accept", ""):
            return self.get_pdf(call)
        answer = self.shown(found, self.contact(call.tenant, found), self.unitdp or call.unitdp)
        if attachments.has(call.tenant, found[self.kind.id_name]):
            told = {"HasAttachments": True, "Attachments": self._files(call)}
            answer |= {name: value for name, value in told.items() if name in answer}
        return Answer(payload={self.kind.plural: [answer]})

    def get_pdf(self, call: Call) -> Answer:
        """One document as a PDF; asked for by the path, or by the header Accept."""
        found = self.kind.find(call.tenant, call.ids[0])
        if found is None:
            return not_found()
        contact = document_lists.contact_of(call.tenant, found)
        return Answer(file=pdf.of(self.kind, found, contact), content_type=pdf.CONTENT_TYPE)

    def _files(self, call: Call) -> list[Document]:
        """The attachments of the document that is read, without their contents."""
        owner = next(owner for owner in OWNERS if owner.endpoint == self.kind.plural)
        listed: list[Document] = (attachments.get(call, owner).payload or {})["Attachments"]
        return listed

    def put(self, call: Call) -> Answer:
        """Create only: a used number is an error, and nothing changes."""
        return self._write(call, self._read(call), lambda _sent: None)

    def post(self, call: Call) -> Answer:
        """Create or change: a known id, or a number of ours, means that document."""

        def meant(sent: Element) -> Document | None:
            if self.kind.id_name in sent:
                return call.tenant.find(self.kind.table, sent[self.kind.id_name])
            number = sent.get(self.kind.number_name)
            ours = self.kind.is_ours(sent.get("Type"))
            return self.kind.holder(call.tenant, number) if number and ours else None

        return self._write(call, self._read(call), meant)

    def post_one(self, call: Call) -> Answer:
        """Change one document by its id or number; it knows no summarizeErrors (xero.md 2.4)."""
        existing = self.kind.find(call.tenant, call.ids[0])
        if existing is None:
            return not_found()
        return self._write(call, self._read(call)[:1], lambda _sent: existing, alone=True)

    # --------------------------------------------------------------------------- writing

    def _read(self, call: Call) -> list[Element]:
        plural = self.kind.plural
        return [
            self.understood(self.shape.read(element, f"{plural}[{position}]"))
            for position, element in enumerate(reading.elements(call.body, plural))
        ]

    def _write(
        self,
        call: Call,
        sent: list[Element],
        existing: Callable[[Element], Document | None],
        *,
        alone: bool = False,
    ) -> Answer:
        """Write each element by itself: good ones stay written when others are refused."""
        summarize = alone or call.summarize_errors
        unitdp = self.unitdp or call.unitdp
        answers, failed = [], []
        contacts = _Contacts(self.written_contact)
        for element in sent:
            writer = self.writer(call.tenant, element, existing(element), call.app, unitdp)
            written = writer.run()
            answer = self._answered(written, contacts.shown(written.contact), unitdp)
            if not summarize:
                answer["StatusAttributeString"] = status_of(written.errors, written.warnings)
            if written.errors:
                failed.append(answer)
            answers.append(answer)
        if failed and summarize:
            return invalid(failed)
        return Answer(payload={self.kind.plural: answers})

    def _answered(self, written: Written, contact: Document, unitdp: int) -> Document:
        """The element of a write's answer: as GET shows it, with what went wrong."""
        answer = self.shown(written.document, contact, unitdp)
        for line in answer["LineItems"]:
            line["ValidationErrors"] = []
        if written.errors:
            if written.created:
                answer[self.kind.id_name] = NO_ID
            if "HasErrors" in answer:
                answer["HasErrors"] = True
            answer["ValidationErrors"] = validation_errors(written.errors)
        if written.warnings:
            answer["Warnings"] = validation_errors(written.warnings)
        return answer

    def written_contact(self, contact: Document) -> Document:
        """The contact in the answer of a write."""
        return contact_write.shown(contact) | {"ValidationErrors": []}


class _Contacts:
    """The contacts of an answer: one that many documents have is shown once."""

    def __init__(self, show: Callable[[Document], Document]) -> None:
        self._show = show
        self._shown: dict[str, tuple[Document, Repeated]] = {}

    def shown(self, contact: Document) -> Repeated:
        """A contact as the answer has it; written anew when it has changed in between."""
        contact_id = contact.get("ContactID", NO_ID)
        before = self._shown.get(contact_id)
        if before is None or before[0] != contact:
            before = self._shown[contact_id] = (contact, Repeated(self._show(contact)))
        return before[1]


def status_of(errors: list[str], warnings: list[str]) -> str:
    """StatusAttributeString of an element (xero.md 2.4)."""
    return "ERROR" if errors else "WARNING" if warnings else "OK"


# ------------------------------------------------------------------------------- as written


def line(kept: Document, unitdp: int) -> Document:
    """A line in Xero's form and order."""
    price = kept["UnitAmount"]
    return {
        "ItemCode": kept["ItemCode"],
        "Description": kept["Description"],
        "UnitAmount": price and str(arithmetic.unit_price(Decimal(price), unitdp)),
        "TaxType": kept["TaxType"],
        "TaxAmount": kept["TaxAmount"],
        "LineAmount": kept["LineAmount"],
        "AccountCode": kept["AccountCode"],
        "AccountID": kept["AccountID"],
        "Tracking": kept["Tracking"],
        "Quantity": kept["Quantity"],
        "DiscountRate": kept.get("DiscountRate"),
        "DiscountAmount": kept.get("DiscountAmount"),
        "LineItemID": kept["LineItemID"],
    }


def payment(entry: Document) -> Document:
    """A payment as the document shows it that it was made on."""
    return {
        "PaymentID": entry["PaymentID"],
        "Date": day_text(entry["Date"]),
        "Amount": entry["Amount"],
        "Reference": entry.get("Reference"),
        "CurrencyRate": entry["CurrencyRate"],
        "HasAccount": False,
        "HasValidationErrors": False,
    }
