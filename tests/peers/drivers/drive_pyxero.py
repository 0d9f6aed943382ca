"""Drives pyxero (its module is `xero`): OAuth 2, XML bodies, its exceptions."""

import datetime as dt
from typing import Any

from xero import Xero
from xero.auth import OAuth2Credentials
from xero.exceptions import XeroException

from .driving import REDIRECT, SCOPES, consent, fault, run, step

TODAY = dt.date(2026, 11, 20)
NOBODY = "7b5c8f0e-0000-4000-8000-000000000000"

credentials = OAuth2Credentials("sandbox", "sandbox", callback_uri=REDIRECT, scope=SCOPES)
kept: dict[str, Any] = {}


def xero(*, decimals: bool = False) -> Any:
    return Xero(credentials, unit_price_4dps=decimals)


def an_invoice(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "Type": "ACCREC",
        "Contact": {"Name": "Müller & Söhne UK"},
        "Date": TODAY,
        "DueDate": dt.date(2026, 12, 20),
        "InvoiceNumber": number,
        "Status": "AUTHORISED",
        "LineItems": [
            {
                "Description": "Cup & saucer",
                "Quantity": "3",
                "UnitAmount": "10.4567",
                "AccountCode": "200",
                "TaxType": "OUTPUT2",
            }
        ],
    } | changes


def refused(call: Any) -> Any:
    """The exception of a call, and what it says is wrong."""
    try:
        call()
    except XeroException as error:
        return [type(error).__name__, getattr(error, "problem", None)]
    return "answered"


@step
def consent_and_token() -> Any:
    credentials.verify(consent(credentials.generate_url()))
    credentials.set_default_tenant()
    tenants = credentials.get_tenants()
    return [len(tenants), tenants[0]["tenantType"], credentials.expired()]


@step
def refresh() -> Any:
    before = credentials.token
    after = credentials.refresh()
    return before["refresh_token"] != after["refresh_token"]


@step
def organisation() -> Any:
    (found,) = xero().organisations.all()
    return [found["CountryCode"], found["PaysTax"], len(xero().organisations.actions()) > 0]


@step
def settings() -> Any:
    accounts = xero().accounts.filter(Type="BANK")
    kept["bank"] = accounts[0]
    rates = {rate["TaxType"] for rate in xero().taxrates.all()}
    return [
        {each["Type"] for each in accounts} == {"BANK"},
        "OUTPUT2" in rates,
        "GBP" in [each["Code"] for each in xero().currencies.all()],
        isinstance(xero().trackingcategories.all(), list),
    ]


@step
def contact_put_and_saved() -> Any:
    (made,) = xero().contacts.put(
        {
            "Name": "Pyxero Ltd",
            "EmailAddress": "a@shop.example",
            "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "123"}],
            "Addresses": [{"AddressType": "POBOX", "City": "Leeds", "PostalCode": "LS1"}],
        }
    )
    kept["contact"] = made["ContactID"]
    (found,) = xero().contacts.get(made["ContactID"])
    found["EmailAddress"] = "b@shop.example"
    (saved,) = xero().contacts.save(found)
    cities = {each["AddressType"]: each.get("City") for each in saved["Addresses"]}
    phones = {each["PhoneType"]: each["PhoneNumber"] for each in saved["Phones"]}
    return [saved["EmailAddress"], cities["POBOX"], phones["DEFAULT"]]


@step
def contacts_filtered() -> Any:
    contains = xero().contacts.filter(Name__contains="yxer")
    starts = xero().contacts.filter(Name__startswith="Pyxero", order="Name")
    lower = xero().contacts.filter(Name__tolower="pyxero ltd")
    null = xero().contacts.filter(EmailAddress__isnull=False, EmailAddress="b@shop.example")
    raw = xero().contacts.filter(raw='Name.EndsWith("Ltd")')
    return [[each["Name"] for each in found] for found in (contains, starts, lower, null, raw)]


@step
def invoice_put() -> Any:
    (rounded,) = xero().invoices.put(an_invoice("PYX-1"))
    (exact,) = xero(decimals=True).invoices.put(an_invoice("PYX-2"))
    kept["invoice"] = rounded
    return [
        [rounded["Contact"]["Name"], rounded["LineItems"][0]["Description"]],
        [str(each["Total"]) for each in (rounded, exact)],
        [str(each["LineItems"][0]["UnitAmount"]) for each in (rounded, exact)],
        [rounded["Date"].date(), rounded["Status"]],
    ]


@step
def invoices_put_as_a_list() -> Any:
    many = [an_invoice("PYX-3"), an_invoice("PYX-1"), an_invoice("PYX-4")]
    made = xero().invoices.put(many, summarize_errors=False)
    return [
        [each["StatusAttributeString"], [x["Message"] for x in each.get("ValidationErrors", [])]]
        for each in made
    ]


@step
def invoices_read() -> Any:
    (by_id,) = xero().invoices.get(kept["invoice"]["InvoiceID"])
    numbers = xero().invoices.filter(InvoiceNumbers=["PYX-1", "PYX-3"], order="InvoiceNumber")
    by_ids = xero().invoices.filter(IDs=[by_id["InvoiceID"]])
    dated = xero().invoices.filter(Date__gte=TODAY, Type="ACCREC", Contact_Name="Nobody")
    contact = xero().invoices.filter(Contact_ContactID=by_id["Contact"]["ContactID"], page=1)
    hour = dt.timedelta(hours=1)
    now = dt.datetime.now(dt.UTC)
    before, later = (
        xero().invoices.filter(since=now - hour),
        xero().invoices.filter(since=now + hour),
    )
    return [
        [by_id["InvoiceNumber"], len(by_id["LineItems"])],
        [each["InvoiceNumber"] for each in numbers],
        [each["InvoiceNumber"] for each in by_ids],
        [len(dated), len(contact), len(before) > 3, len(later)],
    ]


@step
def invoice_saved() -> Any:
    (found,) = xero().invoices.get(kept["invoice"]["InvoiceID"])
    (saved,) = xero().invoices.save({"InvoiceID": found["InvoiceID"], "Reference": "told you"})
    return [saved["Reference"], len(saved["LineItems"]), str(saved["Total"])]


@step
def history_and_attachments() -> Any:
    key = kept["invoice"]["InvoiceID"]
    xero().invoices.put_history(key, "Sent & <checked>")
    details = [each.get("Details") for each in xero().invoices.get_history(key)["HistoryRecords"]]
    xero().invoices.put_attachment_data(key, "list.txt", b"1 cup", "text/plain")
    listed = xero().invoices.get_attachments(key)["Attachments"]
    data = xero().invoices.get_attachment_data(key, "list.txt")
    return ["Sent & <checked>" in details, [x["FileName"] for x in listed], data.decode()]


@step
def items() -> Any:
    (made,) = xero().items.put(
        {"Code": "PYX", "Name": "Cup", "SalesDetails": {"UnitPrice": "9.99", "AccountCode": "200"}}
    )
    (found,) = xero().items.get("PYX")
    return [made["Code"], str(found["SalesDetails"]["UnitPrice"])]


@step
def payment() -> Any:
    (made,) = xero().payments.put(
        {
            "Invoice": {"InvoiceID": kept["invoice"]["InvoiceID"]},
            "Account": {"AccountID": kept["bank"]["AccountID"]},
            "Date": TODAY,
            "Amount": "10.00",
        }
    )
    (gone,) = xero().payments.delete(made["PaymentID"])
    return [str(made["Amount"]), gone["Status"]]


@step
def credit_note() -> Any:
    line = {
        "Description": "Back",
        "Quantity": 1,
        "UnitAmount": "5",
        "AccountCode": "200",
        "TaxType": "OUTPUT2",
    }
    (made,) = xero().creditnotes.put(
        {
            "Type": "ACCRECCREDIT",
            "Contact": {"ContactID": kept["contact"]},
            "Date": TODAY,
            "Status": "AUTHORISED",
            "LineItems": [line],
        }
    )
    (invoice,) = xero().invoices.put(
        an_invoice("PYX-5", Contact={"ContactID": kept["contact"]}), summarize_errors=False
    )
    xero().creditnotes.put_allocation(
        made["CreditNoteID"],
        {"Amount": "5.00", "Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Date": TODAY},
    )
    (left,) = xero().creditnotes.get(made["CreditNoteID"])
    return [str(made["Total"]), str(left["RemainingCredit"])]


@step
def purchase_order() -> Any:
    (made,) = xero().purchaseorders.put(
        {
            "Contact": {"ContactID": kept["contact"]},
            "Date": TODAY,
            "Status": "AUTHORISED",
            "LineItems": [{"Description": "Cups", "Quantity": 7, "UnitAmount": "1.2345"}],
        }
    )
    listed = xero().purchaseorders.filter(Status="AUTHORISED", DateFrom=TODAY, DateTo=TODAY, page=1)
    mine = [x for x in listed if x["PurchaseOrderID"] == made["PurchaseOrderID"]]
    return [str(mine[0]["SubTotal"]), str(mine[0]["LineItems"][0]["UnitAmount"])]


@step
def bad_request() -> Any:
    return [
        refused(lambda: xero().invoices.put(an_invoice("PYX-1"))),
        refused(lambda: xero().invoices.filter(raw="Nonsense==")),
    ]


@step
def not_found() -> Any:
    return refused(lambda: xero().invoices.get(NOBODY))


@step
def unauthorised() -> Any:
    fault("expire_token")
    told = refused(xero().organisations.all)
    credentials.refresh()
    return [told, len(xero().organisations.all())]


@step
def forbidden() -> Any:
    fault("forbid_tenant")
    return refused(xero().organisations.all)


@step
def limited() -> Any:
    fault("minute429")
    return refused(xero().organisations.all)


@step
def offline() -> Any:
    fault("unavailable503")
    return refused(xero().organisations.all)


@step
def broken() -> Any:
    fault("error500_before")
    return refused(xero().organisations.all)


run()
