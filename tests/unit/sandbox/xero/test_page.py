"""The pages show what there is, as plain escaped text."""

from typing import Any

import pytest

from .conftest import Xero, a_line, an_invoice

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def filled(xero: Xero) -> dict[str, Any]:
    """One document of each kind; their ids by what the page calls them."""
    invoice = an_invoice(
        InvoiceNumber="A-1",
        Reference=EVIL,
        Contact={"Name": "Shop", "Addresses": [{"AddressType": "POBOX", "City": "Leeds"}]},
        LineItems=[a_line(Description=EVIL, Quantity=2, DiscountRate=10)],
    )
    lines = [a_line(AccountCode="425", TaxType=None)]
    bought = {"Contact": {"Name": "Shop"}, "Date": "2026-11-20", "LineItems": lines}
    sold = bought | {"LineItems": [a_line()], "Status": "DRAFT", "Reference": "R-7"}
    paid = {"Invoice": {"InvoiceNumber": "A-1"}, "Account": {"Code": "090"}, "Amount": 5}
    sent = {
        "Invoices": invoice,
        "Payments": paid,
        "CreditNotes": sold | {"Type": "ACCRECCREDIT"},
        "PurchaseOrders": bought,
        "Quotes": sold,
        "Items": {"Code": EVIL[:30], "Name": EVIL},
    }
    ids = {}
    for plural, document in sent.items():
        answer = xero.call("PUT", plural, document)
        assert answer.status_code == 200, answer.text
        (row,) = answer.json[plural]
        singular = plural.removesuffix("s")
        ids[singular] = row[f"{singular}ID"]
    ids["Contact"] = xero.call("GET", "Contacts").json["Contacts"][0]["ContactID"]
    note = {"HistoryRecords": [{"Details": EVIL}]}
    assert xero.call("PUT", f"Invoices/{ids['Invoice']}/History", note).status_code == 200
    # Past the rules: the API takes no name with < or >.
    xero.control("edit", {"contact": "Shop", "set": {"Name": EVIL}})
    return ids


@pytest.mark.parametrize(
    ("address", "name", "texts"),
    [
        ("/", None, ["A-1", "16.60", "21.60 GBP"]),
        ("/credit-notes", None, ["CN-0001", "12.00 GBP"]),
        ("/purchase-orders", None, ["PO-0001", "20 Nov 2026"]),
        ("/quotes", None, ["QU-0001", "R-7"]),
        ("/payments", None, ["A-1", "5.00"]),
        ("/contacts", None, ["ACTIVE"]),
        ("/items", None, ["Items of Sandbox Trading Ltd"]),
        (
            "/invoice/",
            "Invoice",
            [
                *("Sandbox Trading Limited", "Leeds", "10.00%", "21.60", "20 Nov 2026"),
                *("Payment, 22 Nov 2026", "-5.00", "Amount due", "16.60", "AUTHORISED"),
                *("20% (VAT on Income)", "Note"),
            ],
        ),
        ("/credit-note/", "CreditNote", ["Credit note CN-0001", "Credit left", "R-7", "DRAFT"]),
        ("/purchase-order/", "PurchaseOrder", ["Purchase order PO-0001", "Total GBP"]),
        ("/quote/", "Quote", ["Quote QU-0001", "Subtotal"]),
        ("/payment/", "Payment", ["5.00", "A-1", "090"]),
        ("/contact/", "Contact", ["A-1", "CN-0001", "ACTIVE"]),
        ("/item/", "Item", ["Code"]),
    ],
)
def test_pages(
    xero: Xero, filled: dict[str, Any], address: str, name: str | None, texts: list[str]
) -> None:
    """Each list and each document has its facts and runs no script, whatever it is called."""
    answer = xero.http.get(address + (filled[name] if name else ""))
    assert answer.status_code == 200
    assert [text for text in texts if text not in answer.text] == []
    assert "<script" not in answer.text
    assert "color-scheme: light dark" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_evil_is_shown_escaped(xero: Xero, filled: dict[str, Any]) -> None:
    """Reference, contact, description and note of an invoice are there, as text."""
    text = xero.http.get(f"/invoice/{filled['Invoice']}").text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_bill_is_from_the_supplier(xero: Xero) -> None:
    """A bill is the contact's, to us."""
    line = a_line(AccountCode="425", TaxType=None)
    (bill,) = xero.put(an_invoice(Type="ACCPAY", InvoiceNumber="S-1", LineItems=[line]))
    text = xero.http.get(f"/invoice/{bill['InvoiceID']}").text
    assert text.index("Bill S-1") < text.index("<b>Amazon") < text.index("<b>Sandbox Trading")


def test_search(xero: Xero) -> None:
    """A search by a part of the number, in any case, finds those and no others."""
    xero.put(*(an_invoice(InvoiceNumber=f"AB-{n}") for n in range(12)))
    text = xero.http.get("/?number=ab-1").text
    assert "3 found" in text
    assert ("AB-11" in text, "AB-2" in text) == (True, False)
    assert "&lt;b&gt;" in xero.http.get("/?number=<b>").text


def test_organisations(xero: Xero) -> None:
    """Each organisation is a link away; its documents are found without naming it."""
    other = xero.control("organisations", {"country": "AU", "name": "Down Under"})
    tenant_id = other["tenantId"]
    text = xero.http.get("/").text
    assert f"/?organisation={tenant_id}" in text
    assert "Down Under" in xero.http.get(f"/items?organisation={tenant_id}").text
    xero.http.post(
        "/_sandbox/connect", query_string={"organisation": tenant_id}, json={"app": "custom"}
    )
    line = a_line(TaxType=None)
    answer = xero.call(
        "PUT",
        "Invoices",
        an_invoice(InvoiceNumber="AU-1", LineItems=[line]),
        Xero_Tenant_Id=tenant_id,
    )
    (invoice,) = answer.json["Invoices"]
    assert "AU-1" in xero.http.get(f"/invoice/{invoice['InvoiceID']}").text
    assert "AU-1" in xero.http.get(f"/?organisation={tenant_id}").text
    assert "AU-1" not in xero.http.get("/").text


@pytest.mark.parametrize("address", ["/invoice/x", "/contact/x", "/item/x", "/payment/x"])
def test_what_is_not_there(xero: Xero, address: str) -> None:
    """A page of something unknown says so."""
    answer = xero.http.get(address)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
