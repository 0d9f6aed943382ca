"""What the sandbox does with credit notes, allocations and refunds (xero.md 10)."""

from typing import Any

from .conftest import Xero, a_line, an_invoice


def a_note(**changes: Any) -> dict[str, Any]:
    note = {
        "Type": "ACCRECCREDIT",
        "Contact": {"Name": "Amazon"},
        "Date": "2026-11-20",
        "Status": "AUTHORISED",
        "LineItems": [a_line()],
    }
    return note | changes


def put(xero: Xero, *notes: dict[str, Any]) -> Any:
    answer = xero.call("PUT", "CreditNotes?summarizeErrors=false", {"CreditNotes": list(notes)})
    return answer.json["CreditNotes"]


def messages(element: Any) -> list[str]:
    return [error["Message"] for error in element.get("ValidationErrors", [])]


def allocate(xero: Xero, note: Any, number: str, amount: float) -> Any:
    body = {"Allocations": [{"Invoice": {"InvoiceNumber": number}, "Amount": amount}]}
    return xero.call("PUT", f"CreditNotes/{note['CreditNoteID']}/Allocations", body)


def left(xero: Xero, note: Any) -> tuple[str, float]:
    read = xero.call("GET", f"CreditNotes/{note['CreditNoteID']}").json["CreditNotes"][0]
    return read["Status"], read["RemainingCredit"]


def due(xero: Xero, number: str) -> tuple[str, float, float]:
    read = xero.call("GET", f"Invoices/{number}").json["Invoices"][0]
    return read["Status"], read["AmountDue"], read["AmountCredited"]


def test_totals_numbers_and_discounts(xero: Xero) -> None:
    """Sales notes get unique numbers of their own; a supplier's may repeat; no discounts."""
    lines = [a_line(TaxType="INPUT2", AccountCode="425")]
    theirs = a_note(Type="ACCPAYCREDIT", CreditNoteNumber="C-1", LineItems=lines)
    sale, again, supplier, same, discounted = put(
        xero,
        a_note(CreditNoteNumber="C-1"),
        a_note(CreditNoteNumber="c-1"),
        theirs,
        theirs,
        a_note(LineItems=[a_line(DiscountRate=10)]),
    )
    assert (sale["Total"], sale["RemainingCredit"]) == (12, 12)
    assert messages(again) == ["Credit Note # must be unique."]
    assert messages(supplier) == messages(same) == []
    assert messages(discounted) == ["Discounts are only supported on ACCREC invoices and quotes"]
    (automatic,) = put(xero, a_note())
    assert automatic["CreditNoteNumber"] == "CN-0001"
    gone = a_note(CreditNoteID="11111111-1111-1111-1111-111111111111")
    assert messages(put(xero, gone)[0]) == [
        "An existing Credit Note with the specified CreditNoteID could not be found"
    ]


def test_statuses(xero: Xero) -> None:
    """A draft is approved, an approved one voided; a new one is neither PAID nor VOIDED."""
    (draft,) = put(xero, a_note(Status="DRAFT"))
    path = f"CreditNotes/{draft['CreditNoteID']}"
    (approved,) = xero.call("POST", path, {"Status": "AUTHORISED"}).json["CreditNotes"]
    assert approved["Status"] == "AUTHORISED"
    (voided,) = xero.call("POST", path, {"Status": "VOIDED"}).json["CreditNotes"]
    assert (voided["Status"], voided["RemainingCredit"]) == ("VOIDED", 0)
    assert xero.call("POST", path, {"Status": "AUTHORISED"}).status_code == 400
    assert messages(put(xero, a_note(Status="PAID"))[0]) == [
        "Credit note not of valid status for creation"
    ]


def test_allocations_move_credit_to_invoices(xero: Xero) -> None:
    """A part leaves both open; the rest makes both PAID; the invoice shows the credit note."""
    xero.put(an_invoice(InvoiceNumber="N"))
    (note,) = put(xero, a_note())
    (first,) = allocate(xero, note, "N", 5).json["Allocations"]
    assert (first["Amount"], first["Invoice"]["InvoiceNumber"]) == (5, "N")
    assert left(xero, note) == ("AUTHORISED", 7)
    assert due(xero, "N") == ("AUTHORISED", 7, 5)
    allocate(xero, note, "N", 7)
    assert left(xero, note) == ("PAID", 0)
    assert due(xero, "N") == ("PAID", 0, 12)
    invoice = xero.call("GET", "Invoices/N").json["Invoices"][0]
    assert [each["AppliedAmount"] for each in invoice["CreditNotes"]] == [5, 7]
    assert invoice["FullyPaidOnDate"]


def test_a_deleted_allocation_is_free_again(xero: Xero) -> None:
    """Taken back, credit and debt are as before; the answer is one Allocation, no list.

    The specification says so, and says of what it holds: Amount, Date and Invoice are required
    (without them the official client can't read the answer).
    """
    xero.put(an_invoice(InvoiceNumber="N"))
    (note,) = put(xero, a_note())
    (made,) = allocate(xero, note, "N", 12).json["Allocations"]
    path = f"CreditNotes/{note['CreditNoteID']}/Allocations/{made['AllocationID']}"
    answer = xero.call("DELETE", path)
    assert (answer.json["AllocationID"], answer.json["IsDeleted"]) == (made["AllocationID"], True)
    assert {"Amount", "Date", "Invoice"} <= set(answer.json)
    assert left(xero, note) == ("AUTHORISED", 12)
    assert due(xero, "N") == ("AUTHORISED", 12, 0)
    assert xero.call("DELETE", path).status_code == 404


def test_allocations_that_are_refused(xero: Xero) -> None:
    """Nothing moves above what is left or due, to a paid invoice, or to another one's bill."""
    bill = an_invoice(
        Type="ACCPAY", InvoiceNumber="B", LineItems=[a_line(TaxType="INPUT2", AccountCode="425")]
    )
    other = an_invoice(InvoiceNumber="O", Contact={"Name": "eBay"})
    _invoice, bill, _other = xero.put(an_invoice(InvoiceNumber="N"), bill, other)
    (note,) = put(xero, a_note())

    def refused(named: dict[str, Any], amount: float) -> list[str]:
        body = {"Allocations": [{"Invoice": named, "Amount": amount}]}
        path = f"CreditNotes/{note['CreditNoteID']}/Allocations?summarizeErrors=false"
        (element,) = xero.call("PUT", path, body).json["Allocations"]
        assert element["StatusAttributeString"] == "ERROR"
        return messages(element)

    too_high = "Credit Note cannot be allocated as amount is greater than amount outstanding"
    assert refused({"InvoiceNumber": "N"}, 12.01) == [too_high]
    assert refused({"InvoiceID": bill["InvoiceID"]}, 1) == [
        "Credit Note cannot be allocated to an incorrect invoice type"
    ]
    assert len(refused({"InvoiceNumber": "O"}, 1)) == 1
    payment = {"Invoice": {"InvoiceNumber": "N"}, "Account": {"Code": "090"}, "Amount": 12}
    xero.call("PUT", "Payments", payment)
    assert refused({"InvoiceNumber": "N"}, 1) == [
        "The invoice you are trying to allocate to has already been paid off",
        too_high,
    ]
    assert left(xero, note) == ("AUTHORISED", 12)


def test_a_refund_uses_credit(xero: Xero) -> None:
    """A payment on a credit note takes from its credit, and is taken back like any other."""
    (note,) = put(xero, a_note(CreditNoteNumber="C"))
    body = {"CreditNote": {"CreditNoteNumber": "C"}, "Account": {"Code": "090"}, "Amount": 12}
    (refund,) = xero.call("PUT", "Payments", body).json["Payments"]
    assert (refund["PaymentType"], refund["Invoice"]["Type"]) == ("ARCREDITPAYMENT", "ACCRECCREDIT")
    assert left(xero, note) == ("PAID", 0)
    xero.call("POST", f"Payments/{refund['PaymentID']}", {"Status": "DELETED"})
    assert left(xero, note) == ("AUTHORISED", 12)


def test_lists(xero: Xero) -> None:
    """Unpaged without lines, paged with them; where finds by what is left."""
    put(xero, a_note(CreditNoteNumber="A"), a_note(CreditNoteNumber="B", Status="DRAFT"))
    unpaged = xero.call("GET", "CreditNotes").json
    assert [note["LineItems"] for note in unpaged["CreditNotes"]] == [[], []]
    paged = xero.call("GET", "CreditNotes?page=1&order=CreditNoteNumber DESC").json
    assert [note["CreditNoteNumber"] for note in paged["CreditNotes"]] == ["B", "A"]
    assert len(paged["CreditNotes"][0]["LineItems"]) == 1
    where = 'where=RemainingCredit>0 AND Status=="AUTHORISED"'
    (found,) = xero.call("GET", f"CreditNotes?{where}").json["CreditNotes"]
    assert found["CreditNoteNumber"] == "A"
