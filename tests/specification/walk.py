"""A walk through the sandbox: every operation that it serves, answered well and refused."""

import json
from collections.abc import Iterator
from typing import Any

from ..unit.sandbox.xero.conftest import API, Xero, a_line, an_invoice
from .exchange import Exchange

NOBODY = "7b5c8f0e-0000-4000-8000-000000000000"
_BILL_LINE = a_line(AccountCode="310", TaxType="INPUT2")
_CREDIT_LINE = a_line(Quantity=1, UnitAmount=5)
_TAX = {"TaxComponents": [{"Name": "Walk tax", "Rate": 7.5, "IsCompound": False}]}


class Walk:
    """Calls the sandbox and keeps what it answered."""

    def __init__(self, xero: Xero) -> None:
        self.exchanges: list[Exchange] = []
        self._xero = xero
        #: Ids that calls to come need.
        self.ids: dict[str, str] = {}

    def call(self, method: str, path: str, body: Any = None, **keep: str) -> None:
        """Make one call; ``keep`` takes ids of the answer's first element by their names.

        `path` may hold such ids: ``Invoices/{invoice}``. A body of bytes is a file.
        """
        path = path.format(**self.ids)
        answer = self._open(method, path, body)
        address, _, query = path.partition("?")
        self.exchanges.append(
            Exchange(
                method=method,
                path=f"{API}/{address}",
                query=query,
                status=answer.status_code,
                content_type=answer.content_type or "",
                answer=answer.data,
            )
        )
        if answer.status_code == 200 and keep:
            (first, *_), *_ = [x for x in answer.json.values() if isinstance(x, list)]
            self.ids |= {name: first[key] for name, key in keep.items()}

    def _open(self, method: str, path: str, body: Any) -> Any:
        if not isinstance(body, bytes):
            return self._xero.call(method, path, body)
        headers = self._xero.headers | {"Content-Type": "application/octet-stream"}
        return self._xero.http.open(f"{API}/{path}", method=method, data=body, headers=headers)


def walk(xero: Xero) -> list[Exchange]:
    """Make all calls; returns them with their answers."""
    xero.control("organisation", {"PeriodLockDate": "2020-01-01"})
    made = Walk(xero)
    for part in (_settings, _contacts, _items, _invoices, _documents, _files, _ends):
        part(made)
    for method, path, body in _refused():
        made.call(method, path, body)
    return made.exchanges


def _settings(made: Walk) -> None:
    made.call("GET", "Organisation", organisation="OrganisationID")
    made.call("GET", "Organisation/{organisation}/CISSettings")
    for path in ("Organisation/Actions", "Currencies", "TaxRates", "Accounts"):
        made.call("GET", path)
    made.call("GET", 'Accounts?where=Type%3D%3D"BANK"&order=Code', bank="AccountID")
    made.call("PUT", "Accounts", {"Code": "WALK", "Name": "Walk", "Type": "EXPENSE"}, a="AccountID")
    made.call("GET", "Accounts/{a}")
    made.call("POST", "Accounts/{a}", {"AccountID": made.ids.get("a"), "Name": "Walked"})
    made.call("PUT", "TaxRates", {"TaxRates": [{"Name": "Walk", **_TAX}]}, tax="TaxType")
    made.call("GET", "TaxRates/OUTPUT2")
    made.call("POST", "TaxRates", {"TaxRates": [{"Name": "Second", **_TAX}]})
    made.call("GET", "TrackingCategories?includeArchived=true", tracking="TrackingCategoryID")
    made.call("GET", "TrackingCategories/{tracking}")
    made.call("PUT", "TrackingCategories", {"Name": "Walk"}, category="TrackingCategoryID")
    made.call("POST", "TrackingCategories/{tracking}", {"Name": "Walked"})
    option = {"Name": "North"}
    made.call("PUT", "TrackingCategories/{tracking}/Options", option, option="TrackingOptionID")
    made.call("POST", "TrackingCategories/{tracking}/Options/{option}", {"Name": "South"})
    made.call("PUT", "Currencies", {"Code": "CHF"})
    made.call("GET", "Users", user="UserID")
    made.call("GET", "Users/{user}")
    made.call("GET", "BrandingThemes", theme="BrandingThemeID")
    made.call("GET", "BrandingThemes/{theme}")


def _contacts(made: Walk) -> None:
    contacts = {"Contacts": [{"Name": "Walker", "ContactNumber": "W1"}, {"Name": "Runner"}]}
    made.call("PUT", "Contacts?summarizeErrors=false", contacts, contact="ContactID")
    made.call("PUT", "Contacts?summarizeErrors=false", contacts)
    made.call("POST", "Contacts", {"Contacts": [{"Name": "Walker", "FirstName": "W"}]})
    made.call("POST", "Contacts/{contact}", {"ContactID": made.ids["contact"], "LastName": "R"})
    for query in ("", "?page=1&pageSize=1", '?where=Name%3D%3D"Walker"', "?summaryOnly=true"):
        made.call("GET", f"Contacts{query}")
    made.call("GET", "Contacts/{contact}")
    made.call("GET", "Contacts/W1")
    made.call("PUT", "ContactGroups", {"ContactGroups": [{"Name": "Walkers"}]}, g="ContactGroupID")
    made.call("GET", "ContactGroups")
    if "g" in made.ids:
        made.call("GET", "ContactGroups/{g}")
        made.call("POST", "ContactGroups/{g}", {"ContactGroups": [{"Name": "Strollers"}]})
        members = {"Contacts": [{"ContactID": made.ids["contact"]}]}
        made.call("PUT", "ContactGroups/{g}/Contacts", members)


def _items(made: Walk) -> None:
    sales = {"UnitPrice": 12.3456, "AccountCode": "200", "TaxType": "OUTPUT2"}
    made.call(
        "PUT", "Items?unitdp=4", {"Items": [{"Code": "abc", "SalesDetails": sales}]}, i="ItemID"
    )
    made.call("POST", "Items", {"Items": [{"Code": "abc", "Name": "Cup"}, {"Code": "def"}]})
    made.call("GET", "Items?unitdp=4")
    made.call("GET", "Items/abc")
    made.call("POST", "Items/{i}", {"Code": "abc", "Name": "Mug"})


def _invoices(made: Walk) -> None:
    line = a_line(ItemCode="abc", DiscountAmount=1)
    first = an_invoice(InvoiceNumber="A", LineItems=[line], Url="https://shop.example/1")
    batch = {"Invoices": [first, first, an_invoice(InvoiceNumber="B", Status="DRAFT")]}
    made.call("PUT", "Invoices?summarizeErrors=false&unitdp=4", batch, invoice="InvoiceID")
    bill = an_invoice(Type="ACCPAY", LineItems=[_BILL_LINE])
    made.call("POST", "Invoices?summarizeErrors=false", {"Invoices": [bill]}, bill="InvoiceID")
    made.call("PUT", "Invoices", {"Invoices": [an_invoice(InvoiceNumber="C")]}, c="InvoiceID")
    made.call("POST", "Invoices/{c}", {"InvoiceID": made.ids["c"], "Reference": "walked"})
    for query in (
        "",
        "?page=1&pageSize=2",
        "?InvoiceNumbers=A,B",
        "?Statuses=DRAFT",
        "?searchTerm=A",
    ):
        made.call("GET", f"Invoices{query}")
    made.call("GET", "Invoices/{invoice}?unitdp=4")
    made.call("GET", "Invoices/A")
    made.call("GET", "Invoices/{invoice}/OnlineInvoice")
    made.call("POST", "Invoices/{invoice}/Email", {})


def _documents(made: Walk) -> None:
    contact = {"ContactID": made.ids["contact"]}
    credit = {
        "Type": "ACCRECCREDIT",
        "Contact": an_invoice()["Contact"],
        "Date": "2026-11-20",
        "Status": "AUTHORISED",
        "LineItems": [_CREDIT_LINE],
    }
    made.call("PUT", "CreditNotes", {"CreditNotes": [credit]}, credit="CreditNoteID")
    made.call("POST", "CreditNotes", {"CreditNotes": [credit]})
    made.call("POST", "CreditNotes/{credit}", {"Reference": "walked"})
    allocation = {"Amount": 1, "Date": "2026-11-21", "Invoice": {"InvoiceID": made.ids["c"]}}
    allocations = {"Allocations": [allocation]}
    made.call("PUT", "CreditNotes/{credit}/Allocations", allocations, allocation="AllocationID")
    made.call("GET", "CreditNotes?page=1")
    made.call("GET", "CreditNotes/{credit}")
    payment = {
        "Invoice": {"InvoiceID": made.ids["invoice"]},
        "Account": {"AccountID": made.ids["bank"]},
        "Date": "2026-11-21",
        "Amount": 1,
    }
    made.call("PUT", "Payments", {"Payments": [payment]}, payment="PaymentID")
    made.call("POST", "Payments", payment)
    made.call("GET", "Payments?page=1")
    made.call("GET", "Payments/{payment}")
    made.call("GET", "Invoices/{invoice}")
    order = {
        "Contact": contact,
        "Date": "2026-11-20",
        "DeliveryDate": "2026-12-20",
        "Status": "AUTHORISED",
        "PurchaseOrderNumber": "PO-WALK",
        "LineItems": [a_line(AccountCode="310", TaxType="INPUT2", DiscountRate=5)],
    }
    made.call("PUT", "PurchaseOrders", {"PurchaseOrders": [order]}, order="PurchaseOrderID")
    made.call(
        "POST", "PurchaseOrders", {"PurchaseOrders": [order | {"PurchaseOrderNumber": "PO2"}]}
    )
    made.call("POST", "PurchaseOrders/{order}", {"Reference": "walked"})
    made.call("GET", "PurchaseOrders?status=AUTHORISED&DateFrom=2026-11-01&page=1")
    made.call("GET", "PurchaseOrders/{order}")
    made.call("GET", "PurchaseOrders/PO-WALK")
    quote = {"Contact": contact, "Date": "2026-11-20", "LineItems": [a_line()]}
    made.call("PUT", "Quotes", {"Quotes": [quote]}, quote="QuoteID")
    made.call("POST", "Quotes", {"Quotes": [quote]})
    changed = {"Contact": contact, "Date": "2026-11-20", "Status": "SENT"}
    made.call("POST", "Quotes/{quote}", {"Quotes": [changed]})
    made.call("GET", "Quotes?page=1")
    made.call("GET", "Quotes/{quote}")


#: Where history and files belong to a document, and the name of its id.
_OWNERS = {
    "Accounts": "bank",
    "Contacts": "contact",
    "CreditNotes": "credit",
    "Invoices": "invoice",
    "Items": "i",
    "Payments": "payment",
    "PurchaseOrders": "order",
    "Quotes": "quote",
}


def _files(made: Walk) -> None:
    for endpoint, name in _OWNERS.items():
        if name not in made.ids:
            continue
        owner = f"{endpoint}/{made.ids[name]}"
        made.call("PUT", f"{owner}/History", {"HistoryRecords": [{"Details": "walked"}]})
        made.call("GET", f"{owner}/History")
        made.call("PUT", f"{owner}/Attachments/list.txt", b"1 cup")
        made.call("POST", f"{owner}/Attachments/list.txt", b"2 cups")
        made.call("GET", f"{owner}/Attachments")


def _ends(made: Walk) -> None:
    """What takes away what the walk has made."""
    ids = made.ids
    if "allocation" in ids:
        made.call("DELETE", "CreditNotes/{credit}/Allocations/{allocation}")
    if "payment" in ids:
        made.call("POST", "Payments/{payment}", {"Status": "DELETED"})
    made.call("POST", "Invoices/{c}", {"Status": "VOIDED"})
    if "option" in ids:
        made.call("DELETE", "TrackingCategories/{tracking}/Options/{option}")
    made.call("DELETE", "TrackingCategories/{tracking}")
    made.call("DELETE", "Items/{i}")
    if "g" in ids:
        made.call("DELETE", "ContactGroups/{g}/Contacts/{contact}")
        made.call("DELETE", "ContactGroups/{g}/Contacts")
    if "a" in ids:
        made.call("DELETE", "Accounts/{a}")


def _refused() -> Iterator[tuple[str, str, Any]]:
    """Calls that are answered with 400."""
    for plural in ("Contacts", "CreditNotes", "Invoices", "Items", "PurchaseOrders", "Quotes"):
        for method in ("PUT", "POST"):
            yield method, plural, {plural: [{}]}
    yield "PUT", "Invoices", {"Invoices": [an_invoice(InvoiceNumber="A")]}
    yield "PUT", "Payments", {"Payments": [{"Amount": 1}]}
    yield "POST", "Payments", {"Amount": 1}
    yield "PUT", "Accounts", {"Name": "Nothing else"}
    yield "PUT", "TaxRates", {"TaxRates": [{}]}
    yield "POST", "TaxRates", {"TaxRates": [{}]}
    yield "PUT", "Currencies", {"Code": "nonsense"}
    yield "POST", "Invoices/{invoice}", {"Status": "NONSENSE"}
    yield "POST", "Contacts/{contact}", {"Name": ""}
    yield "POST", "Invoices", {"Invoices": "nonsense"}


def parsed(exchange: Exchange) -> Any:
    """An answer's JSON."""
    return json.loads(exchange.answer)
