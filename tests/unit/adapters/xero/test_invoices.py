import json
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .....adapters.xero.api.client import Reply
from .....adapters.xero.api.fields import NO_ID, read_json
from .....adapters.xero.invoices.arithmetic import Prediction, predict
from .....adapters.xero.invoices.invoices import LARGEST_BODY, body_of, outcomes_of, payload_of
from .....plugin.domain.exports.outcome import OutcomeKind
from .....plugin.domain.invoices.invoice import Invoice, InvoiceLine
from .....plugin.errors import NeedsPerson
from .....plugin.ports.target import Numbered

RATES = {"OUTPUT2": Decimal(20), "RROUTPUT": Decimal(5), "ZERORATEDOUTPUT": Decimal(0)}


def a_line(**changes: Any) -> InvoiceLine:
    """Return a line of three at 10.45."""
    ordinary = InvoiceLine(
        description="Mug",
        quantity=Decimal(3),
        unit_amount=Decimal("10.4500"),
        discount=Decimal(0),
        account_code="200",
        tax_type="OUTPUT2",
        tax_rate=Decimal(20),
    )
    return replace(ordinary, **changes)


def numbered(number: str = "INV-1", *lines: InvoiceLine) -> Numbered:
    """Return an invoice under a number."""
    invoice = Invoice(
        contact="Shop",
        contact_id="",
        currency="GBP",
        date=date(2026, 5, 31),
        due_date=date(2026, 6, 14),
        reference="web 17",
        status="AUTHORISED",
        lines=lines or (a_line(),),
    )
    return Numbered(number=number, contact_id="c-1", invoice=invoice)


def created(number: str, **changes: Any) -> dict[str, Any]:
    """Return the element of an invoice that was created."""
    ordinary = {
        "InvoiceID": f"id-of-{number}",
        "InvoiceNumber": number,
        "Total": 37.62,
        "HasErrors": False,
        "StatusAttributeString": "OK",
        "LineItems": [{"ValidationErrors": []}],
    }
    return ordinary | changes


def failed(number: str, *messages: str, **changes: Any) -> dict[str, Any]:
    """Return the element of an invoice that was not created."""
    return {
        "InvoiceID": NO_ID,
        "InvoiceNumber": number,
        "HasErrors": True,
        "StatusAttributeString": "ERROR",
        "ValidationErrors": [{"Message": message} for message in messages],
    } | changes


def reply(*elements: dict[str, Any], status: int = 200, **body: Any) -> Reply:
    """Return an answer to a PUT, parsed as the client does."""
    content = {"Invoices": list(elements), **body} if elements else body
    return Reply(status=status, body=read_json(json.dumps(content)))


def test_payload() -> None:
    """What is sent is what xero.md 5.2 allows: no totals, bare dates, the contact by id."""
    payload = payload_of(numbered("INV-1", a_line(discount=Decimal("1.50"))))
    assert payload == {
        "Type": "ACCREC",
        "InvoiceNumber": "INV-1",
        "Reference": "web 17",
        "Contact": {"ContactID": "c-1"},
        "Date": "2026-05-31",
        "DueDate": "2026-06-14",
        "LineAmountTypes": "Exclusive",
        "CurrencyCode": "GBP",
        "Status": "AUTHORISED",
        "LineItems": [
            {
                "Description": "Mug",
                "Quantity": 3,
                "UnitAmount": Decimal("10.45"),
                "AccountCode": "200",
                "TaxType": "OUTPUT2",
                "DiscountAmount": Decimal("1.50"),
            }
        ],
    }


def test_own_rate_and_own_tax_are_sent() -> None:
    """A mapped exchange rate and a tax that was charged go out; else Xero finds both itself."""
    entry = numbered("INV-1", a_line(sent_tax=Decimal("6.26")), a_line())
    invoice = replace(entry.invoice, exchange_rate=Decimal("1.1712"))
    payload = payload_of(replace(entry, invoice=invoice))
    assert payload["CurrencyRate"] == Decimal("1.1712")
    assert [line.get("TaxAmount") for line in payload["LineItems"]] == [Decimal("6.26"), None]


def test_payload_of_items_and_tracking() -> None:
    """A line names its item if Xero has it, its tracking by words; a note is a line of words."""
    line = a_line(item_code="mug-1", tracking=("Region=North", "Depot = York"), with_tax=True)
    other = a_line(item_code="X" * 31, with_tax=True)
    entry = numbered("INV-1", line, other)
    entry = replace(
        entry, item_codes={"mug-1": "MUG-1"}, invoice=replace(entry.invoice, note="Capped.")
    )
    payload = payload_of(entry)
    assert payload["LineAmountTypes"] == "Inclusive"
    first, second, note = payload["LineItems"]
    assert first["ItemCode"] == "MUG-1"
    assert first["Tracking"] == [
        {"Name": "Region", "Option": "North"},
        {"Name": "Depot", "Option": "York"},
    ]
    assert "ItemCode" not in second
    assert "Tracking" not in second
    assert note == {"Description": "Capped."}


def test_discount_only_when_positive() -> None:
    """A line without a discount sends none; one that is free sends 100 % (xero.md 5.3)."""
    gift = a_line(quantity=Decimal(1), unit_amount=Decimal("27.8260"), discount=Decimal("27.83"))
    plain, free = payload_of(numbered("INV-1", a_line(), gift))["LineItems"]
    assert not {"DiscountAmount", "DiscountRate"} & set(plain)
    assert free["DiscountRate"] == 100
    assert "DiscountAmount" not in free


def test_body_is_exact() -> None:
    """Amounts are JSON numbers with their places, texts survive, the bytes are always the same."""
    entry = numbered("INV-1", a_line(description='Tasse "Größe 2" \N{SNOWMAN}\x00\ud800'))
    body = body_of([entry])
    assert body == body_of([entry])
    assert b'"UnitAmount":10.4500' in body
    text = json.loads(body)["Invoices"][0]["LineItems"][0]["Description"]
    assert text == 'Tasse "Größe 2" \N{SNOWMAN}?'


def test_body_has_a_limit() -> None:
    """A request larger than Xero takes is not made (xero.md 2.4)."""
    lines = [a_line(description="x" * 4000)] * (LARGEST_BODY // 4000)
    with pytest.raises(NeedsPerson) as caught:
        body_of([numbered("INV-1", *lines)])
    assert caught.value.code == "MX-306"


AMOUNTS = st.decimals(min_value=0, max_value=9999, places=4, allow_nan=False)


@settings(deadline=None, database=None)
@given(st.lists(st.tuples(st.integers(1, 40), AMOUNTS, st.sampled_from([*RATES])), min_size=1))
def test_round_trip(lines: list[tuple[int, Decimal, str]]) -> None:
    """Whatever its lines, Xero's arithmetic on the bytes gives the invoice's own total."""
    entry = numbered(
        "INV-1",
        *(
            a_line(quantity=Decimal(quantity), unit_amount=price, tax_type=tax, tax_rate=RATES[tax])
            for quantity, price, tax in lines
        ),
    )
    sent = json.loads(body_of([entry]), parse_float=Decimal, parse_int=Decimal)["Invoices"][0]
    predicted = predict(sent["LineItems"], RATES)
    assert isinstance(predicted, Prediction)
    assert predicted.total == entry.invoice.total


@settings(deadline=None, database=None)
@given(st.randoms(use_true_random=False))
def test_elements_are_matched_by_number(dice: random.Random) -> None:
    """Each number gets the word that bears it, whatever the order and the case of the answer."""
    numbers = [f"Inv-{n}" for n in range(6)]
    elements = [
        failed(number.upper(), f"wrong {number}") if n % 3 == 0 else created(number.lower())
        for n, number in enumerate(numbers)
    ]
    dice.shuffle(elements)
    outcomes = outcomes_of(reply(*elements), numbers)
    for n, number in enumerate(numbers):
        outcome = outcomes[number]
        if n % 3 == 0:
            assert outcome.kind is OutcomeKind.REFUSED
            assert outcome.message.endswith(f"wrong {number}")
        else:
            assert outcome.invoice_id == f"id-of-{number.lower()}"
            assert outcome.total == Decimal("37.62")


def test_missing_element_is_unknown() -> None:
    """What the answer does not mention may exist; an element without a number is nobody's."""
    nameless = created("INV-2") | {"InvoiceNumber": None}
    outcomes = outcomes_of(reply(created("INV-1"), nameless), ["INV-1", "INV-2"])
    assert outcomes["INV-1"].kind is OutcomeKind.EXPORTED
    assert (outcomes["INV-2"].kind, outcomes["INV-2"].code) == (OutcomeKind.UNKNOWN, "MX-603")


@pytest.mark.parametrize(
    "element",
    [
        failed("INV-1"),
        created("INV-1", HasErrors=True),
        created("INV-1", StatusAttributeString="ERROR"),
        created("INV-1", InvoiceID=NO_ID),
        created("INV-1", ValidationErrors=[{"Message": "no"}]),
    ],
)
def test_status_200_may_be_a_failure(element: dict[str, Any]) -> None:
    """An element with an error, or without an id, was not created, whatever the status says."""
    assert outcomes_of(reply(element), ["INV-1"])["INV-1"].kind is OutcomeKind.REFUSED


def test_warning_is_no_refusal() -> None:
    """An element with a warning was created."""
    element = created("INV-1", StatusAttributeString="WARNING", Warnings=[{"Message": "careful"}])
    assert outcomes_of(reply(element), ["INV-1"])["INV-1"].kind is OutcomeKind.EXPORTED


@pytest.mark.parametrize(
    ("message", "code", "fix"),
    [
        ("Invoice # must be unique.", "MX-402", "same sale"),
        ("Account code '999' is not a valid code for this document.", "MX-403", "sales_account"),
        ("Account code must be specified", "MX-403", "sales_account"),
        ("Account must be valid.", "MX-403", "sales_account"),
        ("The TaxType code 'X' cannot be used with account code '200'", "MX-404", "tax_rate"),
        ("TaxType code NONE does not exist or cannot be used for this type", "MX-404", "tax_rate"),
        ("Tax rate must be valid.", "MX-404", "tax_rate"),
        ("A Contact must be specified for this type of transaction", "MX-405", "contact"),
        ("The contact with the specified contact details has been archived.", "MX-405", "contact"),
        ("Email address must be valid.", "MX-405", "contact"),
        ("The document date cannot be before the period lock date", "MX-406", "lock date"),
        ("Organisation is not subscribed to currency EUR", "MX-414", "currencies"),
        ("The current organisation is not subscribed to currency 'EUR'.", "MX-414", "currencies"),
        (
            (
                "Account code '4101' has been archived, or has been deleted. "
                "Each line item must reference a valid account."
            ),
            "MX-415",
            "chart of accounts",
        ),
        ("Item code 'X' is not valid", "MX-416", "products"),
        (
            "The tracking category or option 'Discounts' does not exist or is not active.",
            "MX-426",
            "connection map name tracking",
        ),
        ("The line total 1.00 does not match the expected line total 2.00", "MX-417", "lines"),
        ("The document total does not equal the sum of the lines.", "MX-417", "lines"),
        ("The invoice total does not equal the sum of the lines.", "MX-417", "lines"),
        ("Tax amount cannot be greater than the line amount", "MX-417", "lines"),
        (
            (
                "The discount rate '27.83' is invalid. Discount must not be greater than the line "
                "total."
            ),
            "MX-418",
            "discount_repair",
        ),
        ("One or more line items must be specified", "MX-419", "lines"),
        ("Invoice not of valid status for creation", "MX-420", "in xero"),
        ("Invoice not of valid status for modification", "MX-420", "in xero"),
        (
            "This document cannot be edited as it has a payment or credit note allocated to it.",
            "MX-420",
            "in xero",
        ),
        (
            (
                "The status VOIDED cannot be applied to the invoice because it has payments or "
                "credit notes allocated to it."
            ),
            "MX-420",
            "in xero",
        ),
        (
            "Only AUTHORISED and BILLED purchase orders may have SentToContact updated.",
            "MX-420",
            "in xero",
        ),
        ("You have reached the limit of invoices you can approve", "MX-421", "plan"),
        ("Url must be a valid absolute url", "MX-422", "address"),
        ("Website must be valid", "MX-422", "address"),
        (
            "Payment amount exceeds the amount outstanding on this document",
            "MX-423",
            "by hand",
        ),
        ("Payments can only be made against Authorised documents", "MX-423", "by hand"),
        (
            "An existing Credit Note with the specified CreditNoteID could not be found",
            "MX-424",
            "reconcile",
        ),
        (
            "The document with the supplied id was not found for this endpoint.",
            "MX-424",
            "reconcile",
        ),
        ("Order number must be unique", "MX-425", "rename"),
        ("Price List Item with Code ''abc'' already exists", "MX-425", "rename"),
        ("Please enter a unique Name.", "MX-425", "rename"),
        ("Account could not be found", "MX-403", "sales_account"),
        (
            (
                "The contact name ... is already assigned to another contact. The contact name "
                "must be unique across all active contacts."
            ),
            "MX-405",
            "contact",
        ),
        (
            "Another contact has this contact number. Please enter a different contact number.",
            "MX-405",
            "contact",
        ),
        ("The status 'ARCHIVED' is not valid for contacts", "MX-405", "contact"),
        ("Something that nobody has heard of", "MX-401", "names"),
    ],
)
def test_message_decides_code(message: str, code: str, fix: str) -> None:
    """Xero's words choose the code and what to do, and are shown as they are (xero.md 3.1)."""
    outcome = outcomes_of(reply(failed("INV-1", message)), ["INV-1"])["INV-1"]
    assert outcome.code == code
    assert fix in outcome.fix.lower()
    assert message in outcome.message or code == "MX-402"


def test_messages_of_all_parts() -> None:
    """Errors of the lines and the contact are told too, each once."""
    element = failed(
        "INV-1",
        "One",
        Contact={"ValidationErrors": [{"Message": "Two"}]},
        LineItems=[{"ValidationErrors": [{"Message": "Three"}, {"Message": "One"}]}],
    )
    outcome = outcomes_of(reply(element), ["INV-1"])["INV-1"]
    assert outcome.message == "Xero refused the invoice: One Two Three"


def test_summarised_refusal_leaves_the_rest_unknown() -> None:
    """A 400 that lists only the bad ones says nothing of the others: they exist (2.4)."""
    answer = reply(status=400, ErrorNumber=10, Elements=[failed("INV-2", "wrong")])
    outcomes = outcomes_of(answer, ["INV-1", "INV-2"])
    assert outcomes["INV-1"].kind is OutcomeKind.UNKNOWN
    assert outcomes["INV-2"].kind is OutcomeKind.REFUSED


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"ErrorNumber": 14, "Message": "The string 'x' is not a valid AllXsd value."}, "AllXsd"),
        ({"title": "Bad", "detail": "no such thing"}, "no such thing"),
    ],
)
def test_refused_as_a_whole(body: dict[str, Any], words: str) -> None:
    """A request that Xero could not read created nothing; its keys come in any case (3)."""
    outcome = outcomes_of(reply(status=400, **body), ["INV-1"])["INV-1"]
    assert outcome.kind is OutcomeKind.REFUSED
    assert words in outcome.message


def test_reused_key_is_unknown() -> None:
    """A key that was used for another request tells nothing about what exists (2.5)."""
    words = "Idempotency Key: 1 is used with a different request."
    for answer in (reply(status=400, Message=words), reply(failed("INV-1", words), status=400)):
        assert outcomes_of(answer, ["INV-1"])["INV-1"].kind is OutcomeKind.UNKNOWN
