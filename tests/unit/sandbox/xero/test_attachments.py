"""Files and notes on documents (xero.md 4)."""

from typing import Any

import pytest

from .conftest import API, Xero, an_invoice


def attach(xero: Xero, place: str, name: str, body: bytes = b"%PDF-1.4", query: str = "") -> Any:
    path = f"{API}/{place}/Attachments/{name}{query}"
    headers = xero.headers | {"Content-Type": "application/octet-stream"}
    return xero.http.put(path, data=body, headers=headers)


@pytest.fixture
def invoice_id(xero: Xero) -> str:
    (invoice,) = xero.put(an_invoice(InvoiceNumber="A"))
    return str(invoice["InvoiceID"])


def test_a_file_comes_back_as_it_was_sent(xero: Xero, invoice_id: str) -> None:
    """By name and by id the same bytes; the type is told from the name, not from the request."""
    place = f"Invoices/{invoice_id}"
    answer = attach(xero, place, "pick%20list%20%5B1%5D.pdf", b"\x00\xff", "?IncludeOnline=true")
    (sent,) = answer.json["Attachments"]
    assert (sent["FileName"], sent["MimeType"]) == ("pick list [1].pdf", "application/pdf")
    assert (sent["ContentLength"], sent["IncludeOnline"]) == (2, True)
    assert set(sent) == {
        "AttachmentID", "FileName", "Url", "MimeType", "ContentLength", "IncludeOnline",
    }  # fmt: skip
    listed = xero.call("GET", f"{place}/Attachments/").json["Attachments"]
    assert listed == [sent]
    for name in (sent["AttachmentID"], "pick%20list%20%5B1%5D.pdf"):
        found = xero.call("GET", f"{place}/Attachments/{name}")
        assert (found.data, found.mimetype) == (b"\x00\xff", "application/pdf")
    assert xero.call("GET", f"{place}/Attachments/other.pdf").status_code == 404


def test_same_name_replaces(xero: Xero, invoice_id: str) -> None:
    """A file of a name that is there takes its place and id; an XML file is not read."""
    place = f"Invoices/{invoice_id}"
    first = attach(xero, place, "a.xml", b"<Invoices>").json["Attachments"][0]
    second = attach(xero, place, "a.xml", b"<damaged").json["Attachments"][0]
    assert first["AttachmentID"] == second["AttachmentID"]
    assert xero.call("GET", f"{place}/Attachments/a.xml").data == b"<damaged"


def test_limits_of_files(xero: Xero, invoice_id: str) -> None:
    """Ten files a document, ten megabytes a file, no bad characters, not empty."""
    place = f"Invoices/{invoice_id}"
    for number in range(10):
        assert attach(xero, place, f"{number}.txt").status_code == 200
    assert attach(xero, place, "10.txt").status_code == 400
    assert attach(xero, place, "9.txt").status_code == 200
    for name, body in (("a%3Fb.txt", b"x"), ("0.txt", b""), ("0.txt", b"x" * (10 * 2**20 + 1))):
        answer = attach(xero, place, name, body)
        assert (answer.status_code, answer.json["ErrorNumber"]) == (400, 10)


def test_other_owners(xero: Xero) -> None:
    """Contacts and accounts take files too; what customers see is for documents alone."""
    contact = xero.call("PUT", "Contacts", {"Name": "Ann"}).json["Contacts"][0]
    account = xero.call("GET", "Accounts").json["Accounts"][0]
    for place in (f"Contacts/{contact['ContactID']}", f"Accounts/{account['AccountID']}"):
        answer = attach(xero, place, "a.txt", query="?IncludeOnline=true")
        assert answer.json["Attachments"][0]["IncludeOnline"] is False
        assert xero.call("GET", place).json.popitem()[1][0]["HasAttachments"] is True
    assert (
        attach(xero, f"Contacts/{xero.put(an_invoice())[0]['InvoiceID']}", "a").status_code == 404
    )


def test_history_of_every_kind(xero: Xero, invoice_id: str) -> None:
    """Notes come newest first, above what Xero notes itself; 2500 characters are the most."""
    contact = xero.call("PUT", "Contacts", {"Name": "Ann"}).json["Contacts"][0]["ContactID"]
    item = xero.call("PUT", "Items", {"Code": "abc"}).json["Items"][0]["ItemID"]
    for place in (f"Invoices/{invoice_id}", f"Contacts/{contact}", f"Items/{item}"):
        for details in ("one", "two"):
            xero.time.pass_(minutes=1)
            note = {"HistoryRecords": [{"Details": details}]}
            assert xero.call("PUT", f"{place}/History", note).status_code == 200
        rows = xero.call("GET", f"{place}/history/").json["HistoryRecords"]
        assert [row["Details"] for row in rows[:2]] == ["two", "one"]
    long = {"HistoryRecords": [{"Details": "x" * 2501}]}
    assert xero.call("PUT", f"Invoices/{invoice_id}/History", long).status_code == 400
    xero.control("edit", {"invoice": "A", "set": {"Reference": "r"}})
    rows = xero.call("GET", f"Invoices/{invoice_id}/History").json["HistoryRecords"]
    assert [row["Changes"] for row in rows] == ["Edited", "Note", "Note", "Created"]


def test_email_marks_an_invoice_as_sent(xero: Xero, invoice_id: str) -> None:
    """An approved invoice can be emailed (204, no body); a draft can't."""
    answer = xero.call("POST", f"Invoices/{invoice_id}/Email")
    assert (answer.status_code, answer.data) == (204, b"")
    assert xero.call("GET", "Invoices/A").json["Invoices"][0]["SentToContact"] is True
    (draft,) = xero.put(an_invoice(Status="DRAFT"))
    assert xero.call("POST", f"Invoices/{draft['InvoiceID']}/Email").status_code == 400
