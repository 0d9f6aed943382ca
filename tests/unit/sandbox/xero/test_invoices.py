"""What the sandbox does with invoices: PUT, POST, batches, refusals, reading (xero.md 2-4)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .....plugin.sandbox.store import Store
from .....plugin.sandbox.xero import seed_invoice
from .conftest import API, Time, Xero, a_line, an_invoice

NO_ID = "00000000-0000-0000-0000-000000000000"


def test_put_creates_only(xero: Xero) -> None:
    """PUT of a used number, in any case, is refused and changes nothing."""
    (first,) = xero.put(an_invoice(InvoiceNumber="SO-1", Reference="one"))
    (second,) = xero.put(an_invoice(InvoiceNumber="so-1", Reference="two"))
    assert second["ValidationErrors"] == [{"Message": "Invoice # must be unique."}]
    assert (second["InvoiceID"], second["HasErrors"]) == (NO_ID, True)
    found = xero.call("GET", "Invoices/so-1").json["Invoices"][0]
    assert (found["InvoiceID"], found["Reference"]) == (first["InvoiceID"], "one")


def test_post_overwrites_by_number(xero: Xero) -> None:
    """POST with a used number changes that invoice; lines without an id replace the others."""
    (first,) = xero.put(an_invoice(InvoiceNumber="SO-1"))
    lines = [a_line(UnitAmount=99)]
    body = an_invoice(InvoiceNumber="SO-1", LineItems=lines)
    answer = xero.call("POST", "Invoices", body).json["Invoices"][0]
    assert (answer["InvoiceID"], answer["SubTotal"]) == (first["InvoiceID"], 99)
    assert len(xero.http.get("/_sandbox/invoices").json["invoices"]) == 1


def test_lines_are_updated_by_their_id(xero: Xero) -> None:
    """A line with its LineItemID is changed, one without is new, a missing one is deleted."""
    lines = [a_line(UnitAmount=1), a_line(UnitAmount=2)]
    (first,) = xero.put(an_invoice(Status="DRAFT", LineItems=lines))
    kept = first["LineItems"][0]["LineItemID"]
    change = {"LineItems": [{"LineItemID": kept, "Quantity": 3}, a_line(UnitAmount=5)]}
    answer = xero.call("POST", f"Invoices/{first['InvoiceID']}", change).json["Invoices"][0]
    assert [line["LineAmount"] for line in answer["LineItems"]] == [3, 5]
    assert answer["LineItems"][0]["LineItemID"] == kept
    assert answer["Total"] == 9.6
    same = xero.call("POST", f"Invoices/{first['InvoiceID']}", {"InvoiceNumber": ""})
    assert same.json["Invoices"][0]["InvoiceNumber"] == first["InvoiceNumber"]


def test_bad_element_does_not_stop_the_others(xero: Xero) -> None:
    """Without summarizeErrors=false a 400 names only the bad element; the good ones exist."""
    batch = [an_invoice(InvoiceNumber="A"), an_invoice(InvoiceNumber="B", CurrencyCode="JPY")]
    answer = xero.call("PUT", "Invoices", {"Invoices": batch})
    assert answer.status_code == 400
    assert answer.json["ErrorNumber"] == 10
    (element,) = answer.json["Elements"]
    assert element["InvoiceNumber"] == "B"
    assert element["ValidationErrors"] == [
        {"Message": "Organisation is not subscribed to currency JPY"}
    ]
    assert xero.call("GET", "Invoices/A").status_code == 200
    assert xero.call("GET", "Invoices/B").status_code == 404


def test_summarize_errors_false_tells_each(xero: Xero) -> None:
    """With it: 200, every element in the order sent, OK or ERROR by itself."""
    batch = [an_invoice(InvoiceNumber=number) for number in ("A", "a", "B")]
    answers = xero.put(*batch)
    assert [each["StatusAttributeString"] for each in answers] == ["OK", "ERROR", "OK"]
    assert [each["InvoiceNumber"] for each in answers] == ["A", "a", "B"]
    assert answers[0]["LineItems"][0]["ValidationErrors"] == []


@pytest.mark.parametrize(
    ("invoice", "messages"),
    [
        ({"Contact": None}, ["A Contact must be specified for this type of transaction"]),
        ({"Type": None}, ["Invoice not of valid type for creation"]),
        ({"Type": "ACCRECCREDIT"}, ["Invoice not of valid type for creation"]),
        ({"LineItems": []}, ["One or more line items must be specified"]),
        ({"Status": "PAID"}, ["Invoice not of valid status for creation"]),
        ({"DueDate": None}, ["The document DueDate field must be specified."]),
        ({"Url": "shop"}, ["Url must be a valid absolute url"]),
        ({"Contact": {"Name": "N", "EmailAddress": "ü@x.de"}}, ["Email address must be valid."]),
        (
            {"LineItems": [a_line(AccountCode="999")]},
            ["Account code '999' is not a valid code for this document."],
        ),
        (
            {"LineItems": [a_line(AccountCode="610")]},
            ["Account code '610' is not a valid code for this document."],
        ),
        (
            {"LineItems": [a_line(AccountCode="205")]},
            [
                (
                    "Account code '205' has been archived, or has been deleted."
                    " Each line item must reference a valid account."
                )
            ],
        ),
        (
            {"LineItems": [a_line(AccountCode=None, TaxType=None)]},
            ["The TaxType field is mandatory", "Account code must be specified"],
        ),
        (
            {"LineItems": [a_line(AccountCode="425")]},
            ["The TaxType code 'OUTPUT2' cannot be used with account code '425'"],
        ),
        (
            {"LineItems": [a_line(TaxType="OUTPUT9")]},
            [
                (
                    "TaxType code OUTPUT9 does not exist or cannot be used for this type of"
                    " transaction"
                )
            ],
        ),
        ({"LineItems": [a_line(ItemCode="X")]}, ["Item code 'X' is not valid"]),
    ],
)  # fmt: skip
def test_refusals_word_for_word(xero: Xero, invoice: dict[str, Any], messages: list[str]) -> None:
    """Each refusal has Xero's own words."""
    assert xero.errors(**invoice) == messages


def test_rounding_account_and_drafts_are_allowed(xero: Xero) -> None:
    """The ROUNDING system account takes lines; a draft needs no account; tax comes from it."""
    rounding = a_line(UnitAmount=0.01, AccountCode="860", TaxType=None)
    assert xero.errors(LineItems=[a_line(), rounding]) == []
    draft = a_line(AccountCode=None, TaxType=None)
    assert xero.errors(Status="DRAFT", DueDate=None, LineItems=[draft]) == []
    (invoice,) = xero.put(an_invoice(LineItems=[a_line(TaxType=None)]))
    assert invoice["LineItems"][0]["TaxType"] == "OUTPUT2"


def test_lock_dates_and_plan_limit(xero: Xero) -> None:
    """On or before a lock date, and above the Starter plan's 20 a month, approval is refused."""
    xero.control("organisation", {"PeriodLockDate": "2026-11-20", "Class": "STARTER"})
    (locked,) = xero.errors()
    assert locked == (
        "The document date cannot be before the period lock date, currently set at 20-Nov-2026"
    )
    batch = [an_invoice(Date="2026-11-21") for _ in range(21)]
    failed = [each for each in xero.put(*batch) if each["HasErrors"]]
    assert [each["ValidationErrors"] for each in failed] == [
        [{"Message": "You have reached the limit of invoices you can approve"}]
    ]


def test_statuses_change_as_xero_allows(xero: Xero) -> None:
    """Drafts are approved or deleted, approved ones voided; an ended one stays as it is."""
    (draft,) = xero.put(an_invoice(Status="DRAFT", InvoiceNumber="D"))

    def to(status: str) -> Any:
        return xero.call("POST", f"Invoices/{draft['InvoiceID']}", {"Status": status})

    assert to("VOIDED").status_code == 400
    assert to("AUTHORISED").json["Invoices"][0]["Status"] == "AUTHORISED"
    assert to("DELETED").status_code == 400
    assert to("VOIDED").json["Invoices"][0]["AmountDue"] == 0
    refused = to("AUTHORISED").json["Elements"][0]["ValidationErrors"]
    assert refused == [{"Message": "Invoice not of valid status for modification"}]
    assert xero.errors(InvoiceNumber="D") == ["Invoice # must be unique."]
    xero.control("settings", {"voided_number_is_free": True})
    assert xero.errors(InvoiceNumber="D") == []


def test_paid_and_edited_by_a_person(xero: Xero) -> None:
    """An invoice that was paid in Xero takes a new reference but no new lines."""
    (invoice,) = xero.put(an_invoice(InvoiceNumber="P"))
    edited = xero.control("edit", {"invoice": "P", "set": {"Status": "PAID"}})
    assert edited["status"] == "PAID"
    path = f"Invoices/{invoice['InvoiceID']}"
    assert xero.call("POST", path, {"Reference": "new"}).status_code == 200
    refused = xero.call("POST", path, {"LineItems": [a_line()]}).json["Elements"][0]
    assert refused["ValidationErrors"] == [
        {"Message": "Invoice not of valid status for modification"},
        {
            "Message": (
                "This document cannot be edited as it has a payment or credit note allocated to it."
            )
        },
    ]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2016-07-19", "2016-07-19"),
        ("2016-07-19T00:00:00", "2016-07-19"),
        ("2016-07-19T00:00:00+12:00", "2016-07-18"),
        ("/Date(1468886400000+0000)/", "2016-07-19"),
    ],
)
def test_dates_in_and_out(xero: Xero, sent: str, kept: str) -> None:
    """Dates come back as midnight UTC of the date; an offset may shift the day."""
    (invoice,) = xero.put(an_invoice(Date=sent))
    assert invoice["DateString"] == f"{kept}T00:00:00"
    days = (date.fromisoformat(kept) - date(1970, 1, 1)).days
    assert invoice["Date"] == f"/Date({days * 86_400_000}+0000)/"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Date": "20100510"}, "The string '20100510' is not a valid AllXsd value."),
        (
            {"LineAmountTypes": "NO_TAX"},
            (
                "Error converting value \"NO_TAX\" to type 'Xero.API.Library..LineAmountType'."
                " Path 'Invoices[1].LineAmountTypes'."
            ),
        ),
    ],
)
def test_unreadable_body_refuses_all(xero: Xero, changes: dict[str, Any], message: str) -> None:
    """A value of the wrong type is a 400 with number 14, and no element is written."""
    good, bad = an_invoice(InvoiceNumber="G"), an_invoice(**changes)
    answer = xero.put(good, bad)
    assert (answer["ErrorNumber"], answer["Message"]) == (14, message)
    assert xero.call("GET", "Invoices/G").status_code == 404


def test_lists(xero: Xero) -> None:
    """Unpaged lists have no lines; pages have them, and a size that is clamped."""
    xero.put(*(an_invoice(InvoiceNumber=f"N-{number}") for number in range(5)))
    unpaged = xero.call("GET", "invoices").json
    assert "pagination" not in unpaged
    assert [each["LineItems"] for each in unpaged["Invoices"]] == [[]] * 5
    paged = xero.call("GET", "Invoices?page=2&pageSize=2").json
    assert paged["pagination"] == {"page": 2, "pageSize": 2, "pageCount": 3, "itemCount": 5}
    assert len(paged["Invoices"][0]["LineItems"]) == 1
    huge = xero.call("GET", "Invoices?page=0&pageSize=5000").json["pagination"]
    assert (huge["page"], huge["pageSize"]) == (1, 1000)
    assert xero.call("GET", "Invoices?page=9").json["Invoices"] == []


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"InvoiceNumbers": "a,C,zz"}, ["A", "C"]),
        ({"Statuses": "DRAFT"}, ["B"]),
        ({"where": 'Status=="AUTHORISED" AND Total>=20'}, ["C"]),
        ({"where": "Date<DateTime(2026,11,20)"}, ["A"]),
        ({"where": 'Contact.Name.Contains("Bay")&&!(InvoiceNumber="C")'}, ["B"]),
        ({"where": 'Reference=="say ""hi"""'}, ["B"]),
        ({"where": 'Type=="ACCPAY" OR InvoiceNumber=="C"', "summaryOnly": "true"}, ["C"]),
        ({"searchTerm": "hi"}, ["B"]),
        ({"createdByMyApp": "true", "order": "InvoiceNumber DESC"}, ["C", "B", "A"]),
    ],
)
def test_filters(xero: Xero, query: dict[str, str], numbers: list[str]) -> None:
    """Lists, where, order and search choose what they say."""
    ebay = {"Name": "eBay"}
    xero.put(
        an_invoice(InvoiceNumber="A", Date="2026-11-19"),
        an_invoice(InvoiceNumber="B", Status="DRAFT", Contact=ebay, Reference='say "hi"'),
        an_invoice(InvoiceNumber="C", Contact=ebay, LineItems=[a_line(UnitAmount=20)]),
    )
    answer = xero.http.get(f"{API}/Invoices", query_string=query, headers=xero.headers)
    found = [each["InvoiceNumber"] for each in answer.json["Invoices"]]
    assert (found if "order" in query else sorted(found)) == numbers


def test_bad_queries_and_since(xero: Xero) -> None:
    """A query that Xero can't parse is a 400; If-Modified-Since keeps what is as new or newer."""
    for bad in ("Nope==1", 'Reference=="a\\"b"', "Total==", 'Total=="x"', "Date>1"):
        answer = xero.http.get(f"{API}/Invoices", query_string={"where": bad}, headers=xero.headers)
        assert (answer.status_code, answer.json["Type"]) == (400, "QueryParseException")
    xero.put(an_invoice(InvoiceNumber="old"))
    xero.time.pass_(minutes=20)
    xero.put(an_invoice(InvoiceNumber="new"))
    for since in ("2026-11-22T12:00:01", "Sun, 22 Nov 2026 12:20:00 GMT"):
        answer = xero.call("GET", "Invoices", If_Modified_Since=since)
        assert [each["InvoiceNumber"] for each in answer.json["Invoices"]] == ["new"]


def test_answers_look_like_xeros(xero: Xero) -> None:
    """Envelope, CRLF, fixed decimals, no nulls, correlation id; 404 is a sentence in HTML."""
    xero.put(an_invoice(InvoiceNumber="N", Reference="café"))
    answer = xero.call("GET", "INVOICES/n")
    text = answer.get_data(as_text=True)
    assert list(answer.json) == ["Id", "Status", "ProviderName", "DateTimeUTC", "Invoices"]
    assert answer.headers["Xero-Correlation-Id"] == answer.json["Id"]
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["X-MinLimit-Remaining"]
    assert '\r\n      "Total": 12.00,\r\n' in text
    assert '"CurrencyRate": 1.000000' in text
    assert "café" in text
    assert "null" not in text
    missing = xero.call("GET", "Invoices/nope")
    assert (missing.status_code, missing.mimetype) == (404, "text/html")
    assert missing.text == "The resource you're looking for cannot be found"
    assert xero.call("GET", "Nothing").status_code == 404
    assert xero.call("DELETE", "Accounts").json["ErrorNumber"] == 20


def test_history_and_online_invoice(xero: Xero) -> None:
    """Notes are added and kept; a draft has no online address."""
    (invoice,) = xero.put(an_invoice(Status="DRAFT"))
    path = f"Invoices/{invoice['InvoiceID']}"
    note = {"HistoryRecords": [{"Details": "Exported"}]}
    assert xero.call("PUT", f"{path}/History", note).status_code == 200
    records = xero.call("GET", f"{path}/History").json["HistoryRecords"]
    assert [record["Details"] for record in records] == ["Exported", ""]
    assert xero.call("GET", f"{path}/OnlineInvoice").status_code == 404
    long = {"HistoryRecords": [{"Details": "x" * 2501}]}
    assert xero.call("PUT", f"{path}/History", long).status_code == 400


def test_bills_have_the_suppliers_numbers(xero: Xero) -> None:
    """A bill's number may be missing or used, its tax is a purchase's, and it has no discount."""
    line = a_line(AccountCode="425", TaxType=None)
    bill = an_invoice(Type="ACCPAY", LineItems=[line], DueDate=None)
    first, second = xero.put(bill | {"InvoiceNumber": "S-1"}, bill | {"InvoiceNumber": "S-1"})
    assert first["InvoiceID"] != second["InvoiceID"] != NO_ID
    assert first["LineItems"][0]["TaxType"] == "INPUT2"
    (nameless,) = xero.put(bill)
    assert nameless["InvoiceNumber"] == ""
    (contact,) = xero.call("GET", "Contacts").json["Contacts"]
    assert contact["IsSupplier"]
    assert xero.errors(Type="ACCPAY", LineItems=[line | {"DiscountRate": 5}]) == [
        "Discounts are only supported on ACCREC invoices and quotes"
    ]


def test_what_xero_does_not_do_is_a_warning(xero: Xero) -> None:
    """A draft can't be marked as sent: it is written all the same, and the answer says so."""
    draft, approved = xero.put(
        an_invoice(Status="DRAFT", SentToContact=True), an_invoice(SentToContact=True)
    )
    assert (draft["StatusAttributeString"], draft["HasErrors"]) == ("WARNING", False)
    assert draft["Warnings"] == [
        {"Message": "Only AUTHORISED invoices may have SentToContact updated."}
    ]
    assert "SentToContact" not in draft
    assert (approved["StatusAttributeString"], approved["SentToContact"]) == ("OK", True)


def test_attachments_show_on_their_invoice(xero: Xero) -> None:
    """Lists say that there are some; one invoice says which."""
    (invoice, _other) = xero.put(an_invoice(InvoiceNumber="A"), an_invoice(InvoiceNumber="B"))
    path = f"{API}/Invoices/{invoice['InvoiceID']}/Attachments/a.txt"
    assert xero.http.put(path, data=b"hello", headers=xero.headers).status_code == 200
    listed = xero.call("GET", "Invoices?order=InvoiceNumber").json["Invoices"]
    assert [each["HasAttachments"] for each in listed] == [True, False]
    (one,) = xero.call("GET", "Invoices/A").json["Invoices"]
    assert one["HasAttachments"]
    assert [each["FileName"] for each in one["Attachments"]] == ["a.txt"]


def test_pdf(xero: Xero) -> None:
    """By path or by Accept an invoice is a PDF whose table of objects is right."""
    xero.put(an_invoice(InvoiceNumber="A", LineItems=[a_line(Description="Ball (red) \\ 5€")]))
    by_path = xero.call("GET", "Invoices/A/pdf", Accept="application/pdf")
    by_header = xero.call("GET", "Invoices/A", Accept="application/pdf")
    assert by_path.data == by_header.data
    assert by_path.mimetype == "application/pdf"
    assert b"(Ball \\(red\\) \\\\ 5\x80 10.00) Tj" in by_path.data
    start = int(by_path.data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert by_path.data[start:].startswith(b"xref\n0 6\n")
    assert xero.call("GET", "Invoices/B/pdf").status_code == 404


def test_high_volume_is_refused(xero: Xero) -> None:
    """Above 100,000 records neither all at once nor a where is answered, but a page is."""
    (invoice,) = xero.put(an_invoice(InvoiceNumber="A"))
    row = xero.store.table("xero_invoice")[invoice["InvoiceID"]]
    for number in range(100_000):
        xero.store.put("xero_invoice", str(number), row)
    assert xero.call("GET", "Invoices").status_code == 400
    assert xero.call("GET", 'Invoices?page=1&where=Status=="DRAFT"').status_code == 400
    assert len(xero.call("GET", "Invoices?page=1").json["Invoices"]) == 100
    narrow = 'Invoices?InvoiceNumbers=A&where=Status=="AUTHORISED"'
    assert len(xero.call("GET", narrow).json["Invoices"]) == 1


def test_contacts(xero: Xero) -> None:
    """PUT refuses a used name or number; POST with only the name overwrites that contact."""
    first = {"Name": "Ann", "ContactNumber": "1", "EmailAddress": "a@b.co"}
    ann = xero.call("PUT", "Contacts", first).json["Contacts"][0]
    assert len(ann["Phones"]) == 4

    def refused(method: str, **contact: str) -> str:
        answer = xero.call(method, "Contacts?summarizeErrors=false", contact)
        (element,) = answer.json["Contacts"]
        assert element["HasValidationErrors"]
        return str(element["ValidationErrors"][0]["Message"])

    taken = (
        "The contact name ann is already assigned to another contact."
        " The contact name must be unique across all active contacts."
    )
    number = "Another contact has this contact number. Please enter a different contact number."
    assert refused("PUT", Name="ann") == taken
    assert refused("PUT", Name="Bob", ContactNumber="1") == number
    assert refused("POST", Name="ann", ContactNumber="2") == taken
    body = {"Name": "Ann", "EmailAddress": "new@b.co"}
    changed = xero.call("POST", "Contacts", body).json["Contacts"][0]
    assert (changed["ContactID"], changed["EmailAddress"]) == (ann["ContactID"], "new@b.co")
    xero.control("edit", {"contact": "Ann", "set": {"ContactStatus": "ARCHIVED"}})
    (message,) = xero.errors(Contact={"Name": "Ann"})
    assert message.startswith("The contact with the specified contact details has been archived.")
    assert xero.call("GET", "Contacts").json["Contacts"] == []


def test_items(xero: Xero) -> None:
    """A line takes what it leaves out from its item; PUT of a used code is refused."""
    details = {"UnitPrice": 7.5, "AccountCode": "260", "TaxType": "ZERORATEDOUTPUT"}
    item = {"Code": "abc", "Description": "An item", "SalesDetails": details}
    assert xero.call("PUT", "Items", item).status_code == 200
    again = xero.call("PUT", "Items", item).json["Elements"][0]["ValidationErrors"]
    assert again == [{"Message": "Price List Item with Code ''abc'' already exists"}]
    (invoice,) = xero.put(an_invoice(LineItems=[{"ItemCode": "abc", "Quantity": 2}]))
    assert (invoice["Total"], invoice["LineItems"][0]["AccountCode"]) == (15, "260")


def test_restart_continues(tmp_path: Path, time: Time) -> None:
    """Documents, tokens and the used numbers are there again after a restart."""
    store = Store(tmp_path / "xero.sqlite")
    seed_invoice(
        store, number="SO-9", gross=Decimal("12.00"), currency="EUR", date=date(2026, 11, 1)
    )
    before = Xero(store, time)
    before.put(an_invoice(InvoiceNumber="SO-1"))
    store.close()
    again = Store(tmp_path / "xero.sqlite")
    after = Xero(again, time)
    after.headers = before.headers
    assert after.errors(InvoiceNumber="so-1") == ["Invoice # must be unique."]
    assert after.errors(InvoiceNumber="SO-9") == ["Invoice # must be unique."]
    seeded = after.http.get("/_sandbox/invoices").json["invoices"][0]
    assert (seeded["number"], seeded["total"], seeded["currency"]) == ("SO-9", "12.00", "EUR")
    again.close()


def test_pages_escape(xero: Xero) -> None:
    """What came from outside is text on the pages, and no script may run there."""
    xero.put(an_invoice(InvoiceNumber="N", Reference="<script>alert(1)</script>"))
    page = xero.http.get("/")
    assert "<script" not in page.text
    assert "&lt;script" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    (invoice,) = xero.http.get("/_sandbox/invoices").json["invoices"]
    one = xero.http.get(f"/invoice/{invoice['id']}")
    assert one.status_code == 200
    assert "12.00" in one.text


def test_numbers_never_pass_through_float(xero: Xero) -> None:
    """A price that a float can't hold comes back digit for digit."""
    body = json.dumps(an_invoice(LineItems=[a_line(TaxType="NONE")])).replace(
        '"UnitAmount": 10', '"UnitAmount": 90071992547409.93'
    )
    answer = xero.http.put(f"{API}/Invoices", data=body, headers=xero.headers)
    assert '"Total": 90071992547409.93' in answer.text
