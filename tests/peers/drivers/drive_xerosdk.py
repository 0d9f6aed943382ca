"""Drives xerosdk, which an expense tool uses in production."""

import io
from typing import Any

from xerosdk import XeroSDK
from xerosdk.exceptions import XeroSDKError

from .driving import fault, run, step, tokens

kept: dict[str, Any] = {}


def sdk() -> Any:
    return kept["sdk"]


def refused(call: Any) -> str:
    try:
        call()
    except XeroSDKError as error:
        return type(error).__name__
    return "answered"


@step
def tokens_refreshed() -> Any:
    token = tokens()["refresh_token"]
    kept["sdk"] = XeroSDK("https://api.xero.com", "sandbox", "sandbox", token)
    return sdk().refresh_token != token


@step
def tenants_and_connections() -> Any:
    (tenant,) = sdk().tenants.get_all()
    sdk().set_tenant_id(tenant["tenantId"])
    (connection,) = sdk().connections.get_all()
    kept["connection"] = connection["id"]
    return [tenant["tenantType"], connection["tenantId"] == tenant["tenantId"]]


@step
def organisation() -> Any:
    (found,) = sdk().organisations.get_all()
    return [found["CountryCode"], found["BaseCurrency"]]


@step
def settings() -> Any:
    accounts = sdk().accounts.get_all()["Accounts"]
    costs = [each for each in accounts if each["Class"] == "EXPENSE"]
    kept["account"] = costs[0]["Code"]
    kept["bank"] = next(each["AccountID"] for each in accounts if each["Type"] == "BANK")
    modified = sdk().accounts.get_all(modified_after="2000-01-01T00:00:00")["Accounts"]
    rates = sdk().tax_rates.get_all()["TaxRates"]
    return [
        len(modified) == len(accounts),
        "INPUT2" in [each["TaxType"] for each in rates],
        isinstance(sdk().tracking_categories.get_all()["TrackingCategories"], list),
        "GBP" in [each["Code"] for each in sdk().currencies.get_all()["Currencies"]],
        isinstance(sdk().items.get_all()["Items"], list),
    ]


@step
def currency_and_tax_rate() -> Any:
    sdk().currencies.post({"Code": "NZD", "Description": "New Zealand Dollar"})
    rate = {
        "Name": "Fyle rate",
        "TaxComponents": [{"Name": "Fyle tax", "Rate": "7.5", "IsCompound": False}],
    }
    (made,) = sdk().tax_rates.put({"TaxRates": [rate]})["TaxRates"]
    codes = [each["Code"] for each in sdk().currencies.get_all()["Currencies"]]
    return ["NZD" in codes, made["EffectiveRate"], made["Status"]]


@step
def contacts() -> Any:
    (made,) = sdk().contacts.post({"Name": "Fyle Ltd", "EmailAddress": "f@shop.example"})[
        "Contacts"
    ]
    kept["contact"] = made["ContactID"]
    found = sdk().contacts.search_contact_by_contact_name("Fyle Ltd")
    pages = [each["Contacts"] for each in sdk().contacts.list_all_generator()]
    since = sdk().contacts.get_all(modified_after="2000-01-01T00:00:00")["Contacts"]
    names = [each["Name"] for page in pages for each in page]
    return [
        found["ContactID"] == made["ContactID"],
        names.count("Fyle Ltd"),
        pages[-1],
        len(since) == len(names),
        sdk().contacts.search_contact_by_contact_name("Nobody"),
    ]


@step
def bill() -> Any:
    line = {
        "Description": "Taxi",
        "Quantity": "1",
        "UnitAmount": "12.34",
        "AccountCode": kept["account"],
        "TaxType": "INPUT2",
    }
    (made,) = sdk().invoices.post(
        {
            "Type": "ACCPAY",
            "LineAmountTypes": "Exclusive",
            "Reference": "4 - expense",
            "Date": "2026-11-20",
            "DueDate": "2026-12-04",
            "CurrencyCode": "GBP",
            "Contact": {"ContactID": kept["contact"]},
            "Status": "AUTHORISED",
            "LineItems": [line],
        }
    )["Invoices"]
    kept["bill"] = made["InvoiceID"]
    (found,) = sdk().invoices.get_by_id(made["InvoiceID"])["Invoices"]
    listed = [each["InvoiceID"] for each in sdk().invoices.get_all()["Invoices"]]
    paged = [
        x["InvoiceID"] for page in sdk().invoices.list_all_generator() for x in page["Invoices"]
    ]
    return [
        [made["InvoiceNumber"], made["Reference"], made["Total"], made["HasErrors"]],
        [made["LineItems"][0]["ValidationErrors"], len(made["Contact"]["Phones"])],
        found["Total"],
        [made["InvoiceID"] in listed, paged.count(made["InvoiceID"])],
    ]


@step
def attachment() -> Any:
    sdk().attachments.post_attachment("Invoices", kept["bill"], "taxi.pdf", io.BytesIO(b"%PDF-1"))
    (found,) = sdk().attachments.get_attachments("Invoices", kept["bill"])["Attachments"]
    return [found["FileName"], found["MimeType"], found["ContentLength"]]


@step
def payment() -> Any:
    (made,) = sdk().payments.post(
        {
            "Invoice": {"InvoiceID": kept["bill"]},
            "Account": {"AccountID": kept["bank"]},
            "Date": "2026-11-21",
            "Amount": "14.81",
        }
    )["Payments"]
    (found,) = sdk().payments.get_by_id(made["PaymentID"])["Payments"]
    (bill_now,) = sdk().invoices.get_by_id(kept["bill"])["Invoices"]
    listed = [each["PaymentID"] for each in sdk().payments.get_all()["Payments"]]
    return [found["Amount"], bill_now["Status"], made["PaymentID"] in listed]


@step
def refusals() -> Any:
    wrong_line = {"Type": "ACCPAY", "Contact": {"ContactID": kept["contact"]}, "Status": "PAID"}
    said = [refused(lambda: sdk().invoices.post(wrong_line))]
    for kind in ("expire_token", "forbid_tenant", "minute429"):
        fault(kind)
        said.append(refused(lambda: sdk().invoices.post(wrong_line)))
        sdk().refresh_access_token()
    return said


@step
def disconnect() -> Any:
    sdk().connections.remove_connection(kept["connection"])
    return [sdk().tenants.get_all(), refused(sdk().accounts.get_all)]


run()
