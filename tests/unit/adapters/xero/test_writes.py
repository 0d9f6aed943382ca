"""Items, files, notes and changes: each write goes out once, with a key of its own."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from .....adapters.xero.api.client import XeroClient
from .....adapters.xero.api.fields import NO_ID
from .....adapters.xero.invoices.attachments import LARGEST_FILE, add_note, attach, file_name
from .....adapters.xero.invoices.changes import end_invoice, update_invoice
from .....adapters.xero.items.items import create_items
from .....plugin.domain.invoices.item import Item, Trade
from .....plugin.errors import NeedsPerson, TryLater, Unknown
from .....plugin.ports.target import TargetDocument
from .fakes import Answer, ScriptedXero

ID = str(uuid.UUID(int=7))


def items(*codes: str) -> list[Item]:
    """Return items that are to be made."""
    return [Item(code=code, selling=Trade(unit_price=Decimal("1.5"))) for code in codes]


def test_items_in_batches(client: XeroClient, xero: ScriptedXero) -> None:
    """Items are made a hundred at a time, never with stock; each code once."""
    codes = [f"SKU-{n}" for n in range(150)]
    made = [{"ItemID": f"id-{code}", "Code": code} for code in codes]
    xero.say(Answer(body={"Items": made[:100]}), Answer(body={"Items": made[100:]}))
    found = create_items(client, items(*codes, codes[0]))
    assert found.ids == {code: f"id-{code}" for code in codes}
    assert found.refused == {}
    first, second = xero.requests
    assert (first.method, first.query) == ("PUT", {"summarizeErrors": "false", "unitdp": "4"})
    assert first.headers["Idempotency-Key"] != second.headers["Idempotency-Key"]
    sent = json.loads(first.body)["Items"]
    assert len(sent) == 100
    assert sent[0] == {
        "Code": "SKU-0",
        "IsSold": True,
        "IsPurchased": True,
        "SalesDetails": {"UnitPrice": 1.5},
    }


def test_item_of_somebody_else(client: XeroClient, xero: ScriptedXero) -> None:
    """An item that exists already is looked up; another refusal is told in Xero's words."""
    said = {"a": "Price List Item with Code ''a'' already exists", "b": "Account must be valid."}
    elements = [
        {"ItemID": NO_ID, "Code": code, "ValidationErrors": [{"Message": words}]}
        for code, words in said.items()
    ]
    xero.say(
        Answer(body={"Items": elements}), Answer(body={"Items": [{"ItemID": "x", "Code": "A"}]})
    )
    found = create_items(client, items("a", "b", "c" * 31))
    assert found.ids == {"a": "x"}
    assert found.refused["b"] == said["b"]
    assert "31 characters" in found.refused["c" * 31]
    assert xero.requests[1].query["where"] == 'Code=="a"'


def test_lost_items_come_once(client: XeroClient, xero: ScriptedXero) -> None:
    """When the answer is lost nothing is sent again now; the same later finds what was made."""
    xero.say(Answer(status=500))
    with pytest.raises(TryLater):
        create_items(client, items("a"))
    assert len(xero.requests) == 1


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Invoice 17.pdf", "Invoice 17.pdf"),
        ('a<b>:"c"/d\\e|f?g*h+i.pdf', "a-b-c-d-e-f-g-h-i.pdf"),
        ("../../x", "x"),
        ("???", "file"),
        ("", "file"),
        ("\x00a\n", "a"),
        ("y" * 300 + ".pdf", "y" * 251 + ".pdf"),
        ("Größe [1].pdf", "Größe [1].pdf"),
    ],
)
def test_file_name(name: str, spelled: str) -> None:
    """A file's name loses what Xero refuses, and keeps its ending (xero.md 4)."""
    assert file_name(name) == spelled


def test_attach(client: XeroClient, xero: ScriptedXero) -> None:
    """A file goes out as it is, under a name that is safe in an address."""
    xero.say(Answer(body={"Attachments": [{"AttachmentID": "a-1"}]}))
    assert attach(client, ID, "Beleg [1]/2.pdf", b"\x00\xff", online=True) == "Beleg [1]-2.pdf"
    sent = xero.requests[0]
    assert (sent.method, sent.body) == ("PUT", b"\x00\xff")
    assert sent.path.endswith(f"/Invoices/{ID}/Attachments/Beleg%20%5B1%5D-2.pdf")
    assert sent.query == {"IncludeOnline": "true"}
    assert sent.headers["Content-Type"] == "application/octet-stream"
    with pytest.raises(NeedsPerson, match="larger than 10 MB"):
        attach(client, ID, "big.pdf", bytes(LARGEST_FILE + 1))
    assert len(xero.requests) == 1


def document(status: str) -> TargetDocument:
    """Return an invoice as it was found."""
    return TargetDocument(
        invoice_id=ID,
        number="INV-1",
        reference="",
        status=status,
        contact_id="c-1",
        currency="GBP",
        total=Decimal(1),
        changed_at=datetime(2026, 6, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("status", "ended"),
    [("DRAFT", "DELETED"), ("SUBMITTED", "DELETED"), ("AUTHORISED", "VOIDED"), ("PAID", "VOIDED")],
)
def test_end_of_an_invoice(client: XeroClient, xero: ScriptedXero, status: str, ended: str) -> None:
    """An approved invoice is voided, another deleted: by its id, with its status alone (4)."""
    changed = {"UpdatedDateUTC": "/Date(1780315200500+0000)/", "Total": 1, "Status": ended}
    xero.say(Answer(body={"Invoices": [{"InvoiceID": ID, **changed}]}))
    assert end_invoice(client, document(status)).status == ended
    sent = xero.requests[0]
    assert (sent.method, sent.path) == ("POST", f"/api.xro/2.0/Invoices/{ID}")
    assert json.loads(sent.body) == {"Invoices": [{"InvoiceID": ID, "Status": ended}]}
    assert len(sent.headers["Idempotency-Key"]) == 32
    assert end_invoice(client, document("VOIDED")).status == "VOIDED"
    assert len(xero.requests) == 1


def test_refused_change(client: XeroClient, xero: ScriptedXero) -> None:
    """Xero's refusal is told in its own words; lines are never sent."""
    words = "This document cannot be edited as it has a payment or credit note allocated to it."
    elements = [{"ValidationErrors": [{"Message": words}]}]
    xero.say(Answer(status=400, body={"ErrorNumber": 10, "Elements": elements}))
    with pytest.raises(NeedsPerson, match="has a payment"):
        update_invoice(client, ID, {"Status": "VOIDED"})
    with pytest.raises(ValueError, match="lines"):
        update_invoice(client, ID, {"LineItems": []})


WRITES: dict[str, Callable[[XeroClient], Any]] = {
    "attach": lambda client: attach(client, ID, "a.pdf", b"a"),
    "note": lambda client: add_note(client, ID, "exported"),
    "update": lambda client: update_invoice(client, ID, {"Reference": "x"}),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("answer", [Answer(status=500), Answer(status=503), Answer(drop=True)])
def test_lost_answer_is_unknown(
    client: XeroClient, xero: ScriptedXero, write: Callable[[XeroClient], Any], answer: Answer
) -> None:
    """After a 5xx or silence a write may have been done: it is not sent again by itself."""
    xero.say(answer)
    with pytest.raises(Unknown):
        write(client)
    assert len(xero.requests) == 1


def test_note(client: XeroClient, xero: ScriptedXero) -> None:
    """A note in the history is cut to what Xero takes (xero.md 4)."""
    xero.say(Answer(body={"HistoryRecords": [{"Details": "x"}]}))
    add_note(client, ID, "x" * 3000)
    assert xero.requests[0].path.endswith(f"/Invoices/{ID}/History")
    (record,) = json.loads(xero.requests[0].body)["HistoryRecords"]
    assert len(record["Details"]) == 2500
