"""What the sandbox does with payments: what is due, what is refused, taking back (xero.md 10)."""

from typing import Any

import pytest

from .conftest import API, Xero, a_line, an_invoice


def pay(xero: Xero, number: str, amount: float, **changes: Any) -> Any:
    payment = {
        "Invoice": {"InvoiceNumber": number},
        "Account": {"Code": "090"},
        "Date": "2026-11-21",
        "Amount": amount,
    }
    return xero.call("PUT", "Payments", payment | changes)


def refusals(answer: Any) -> list[str]:
    assert answer.status_code == 400
    (element,) = answer.json["Elements"]
    return [error["Message"] for error in element["ValidationErrors"]]


def invoice(xero: Xero, number: str) -> Any:
    return xero.call("GET", f"Invoices/{number}").json["Invoices"][0]


def test_payments_move_what_is_due(xero: Xero) -> None:
    """A part leaves the rest due; the last penny makes it PAID; the invoice shows both."""
    xero.put(an_invoice(InvoiceNumber="N"))
    (first,) = pay(xero, "N", 5, Reference="part").json["Payments"]
    assert (first["PaymentType"], first["Status"], first["BankAmount"]) == (
        "ACCRECPAYMENT",
        "AUTHORISED",
        5,
    )
    assert (first["Invoice"]["AmountDue"], first["Invoice"]["AmountPaid"]) == (7, 5)
    part = invoice(xero, "N")
    assert (part["Status"], "FullyPaidOnDate" in part) == ("AUTHORISED", False)
    assert [each["Amount"] for each in part["Payments"]] == [5]
    xero.time.pass_(seconds=1)
    pay(xero, "N", 7, Date="2026-11-19")
    paid = invoice(xero, "N")
    assert (paid["Status"], paid["AmountDue"], len(paid["Payments"])) == ("PAID", 0, 2)
    # The day of the latest payment, whichever came last.
    assert paid["FullyPaidOnDate"] == "/Date(1795219200000+0000)/"
    assert paid["UpdatedDateUTC"] != part["UpdatedDateUTC"]


def test_refusals_word_for_word(xero: Xero) -> None:
    """Too much, not approved, no such account, an account that takes no payments."""
    xero.put(an_invoice(InvoiceNumber="N"), an_invoice(InvoiceNumber="D", Status="DRAFT"))
    too_high = "Payment amount exceeds the amount outstanding on this document"
    not_approved = "Payments can only be made against Authorised documents"
    assert refusals(pay(xero, "N", 12.01)) == [too_high]
    assert refusals(pay(xero, "D", 1)) == [not_approved]
    assert refusals(pay(xero, "N", 1, Account={"Code": "999"})) == ["Account could not be found"]
    assert refusals(pay(xero, "N", 1, Account={"Code": "200"})) == [
        "Account must be a bank account or have payments to it enabled"
    ]
    assert pay(xero, "N", 12).status_code == 200
    # Seen together in a real log: a payment that was sent twice.
    assert refusals(pay(xero, "N", 12)) == [not_approved, too_high]
    assert len(xero.call("GET", "Payments").json["Payments"]) == 1


def test_a_batch_pays_what_it_can(xero: Xero) -> None:
    """Each payment sees what those before it left; with summarizeErrors=false each is told."""
    xero.put(an_invoice(InvoiceNumber="N"))
    one = {"Invoice": {"InvoiceNumber": "N"}, "Account": {"Code": "090"}, "Amount": 8}
    answer = xero.call("PUT", "Payments?summarizeErrors=false", {"Payments": [one, one]})
    states = [each["StatusAttributeString"] for each in answer.json["Payments"]]
    assert states == ["OK", "ERROR"]
    assert answer.json["Payments"][1]["HasValidationErrors"]
    assert invoice(xero, "N")["AmountDue"] == 4


def test_a_deleted_payment_is_due_again(xero: Xero) -> None:
    """Deleting takes the money back once; the invoice is AUTHORISED and may be voided then."""
    xero.put(an_invoice(InvoiceNumber="N"))
    (payment,) = pay(xero, "N", 12).json["Payments"]
    void = {"Status": "VOIDED"}
    assert refusals(xero.call("POST", "Invoices/N", void)) == [
        (
            "The status VOIDED cannot be applied to the invoice because it has payments or credit"
            " notes allocated to it."
        )
    ]
    path = f"Payments/{payment['PaymentID']}"
    (deleted,) = xero.call("POST", path, {"Status": "DELETED"}).json["Payments"]
    assert deleted["Status"] == "DELETED"
    free = invoice(xero, "N")
    assert (free["Status"], free["AmountDue"], free["Payments"]) == ("AUTHORISED", 12, [])
    assert xero.call("POST", path, {"Status": "DELETED"}).status_code == 400
    assert xero.call("POST", "Invoices/N", void).json["Invoices"][0]["Status"] == "VOIDED"
    assert xero.call("GET", path).json["Payments"][0]["Status"] == "DELETED"


def test_part_paid_invoices_keep_their_money(xero: Xero) -> None:
    """Reference, due date and a line's labels may change (xero.md 4); prices may not."""
    (made,) = xero.put(an_invoice(InvoiceNumber="N", LineItems=[a_line(), a_line(UnitAmount=3)]))
    pay(xero, "N", 5)
    sent = [
        {name: line[name] for name in ("LineItemID", "UnitAmount")} for line in made["LineItems"]
    ]
    labels = {"Reference": "new", "Date": "2026-11-20", "LineItems": [
        sent[0] | {"Description": "Renamed", "AccountCode": "260"}, sent[1]]}  # fmt: skip
    (changed,) = xero.call("POST", "Invoices/N", labels).json["Invoices"]
    first = changed["LineItems"][0]
    assert (first["Description"], first["AccountCode"]) == ("Renamed", "260")
    assert (changed["Reference"], changed["Total"], changed["AmountDue"]) == ("new", 15.6, 10.6)
    fixed = ["This document cannot be edited as it has a payment or credit note allocated to it."]
    for change in (
        {"Date": "2026-11-21"},
        {"LineItems": [sent[0] | {"UnitAmount": 9}, sent[1]]},
        {"LineItems": sent[:1]},
        {"CurrencyCode": "EUR"},
    ):
        assert refusals(xero.call("POST", "Invoices/N", change)) == fixed


def test_lists(xero: Xero) -> None:
    """Payments are found by where, since and page; the list shows a short invoice."""
    xero.put(an_invoice(InvoiceNumber="A"), an_invoice(InvoiceNumber="B"))
    pay(xero, "A", 1)
    xero.time.pass_(minutes=1)
    pay(xero, "B", 2)

    def amounts(where: str | None = None, **headers: str) -> list[float]:
        query = {"where": where} if where else {}
        answer = xero.http.get(
            f"{API}/Payments", query_string=query, headers=xero.headers | headers
        )
        assert answer.status_code == 200, answer.text
        return [each["Amount"] for each in answer.json["Payments"]]

    assert amounts() == [1, 2]
    assert amounts('Invoice.InvoiceNumber=="B" AND Status=="AUTHORISED"') == [2]
    assert amounts("Amount<2 AND Date>=DateTime(2026,11,21)") == [1]
    assert amounts(**{"If-Modified-Since": "2026-11-22T12:01:00"}) == [2]
    page = xero.call("GET", "Payments?page=2&pageSize=1").json
    assert (page["pagination"]["itemCount"], page["Payments"][0]["Amount"]) == (2, 2)
    assert page["Payments"][0]["Invoice"]["LineItems"] == []


@pytest.mark.parametrize("day", ["2026-11-10", "2026-11-20"])
def test_lock_date_holds_payments_too(xero: Xero, day: str) -> None:
    """A payment on or before the lock date is refused with the words of documents (assumed)."""
    xero.put(an_invoice(InvoiceNumber="N"))
    xero.control("organisation", {"PeriodLockDate": "2026-11-20"})
    (message,) = refusals(pay(xero, "N", 1, Date=day))
    assert message.startswith("The document date cannot be before the period lock date")
