from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from .....adapters.xero.api.client import XeroClient
from .....adapters.xero.contacts.deliveries import XeroDeliveries
from .....adapters.xero.imports.purchase_orders import XeroPurchaseOrders, purchase_orders_since
from .....adapters.xero.imports.sales_invoices import XeroSalesInvoices, sales_invoices_since
from .....adapters.xero.items.items import items_since
from .....adapters.xero.organisation.lists import (
    allowed_actions,
    branding_themes,
    contacts_since,
    tracking_categories,
)
from .....plugin.domain.imports.purchase_order import PurchaseOrder
from .....plugin.domain.imports.sales_invoice import SalesInvoice
from .....plugin.errors import TryLater
from .....plugin.ports.source import Unreadable
from .fakes import Answer, ScriptedXero

SINCE = datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)
CHANGED = "/Date(1780315200500+0000)/"


def an_invoice(**changes: Any) -> dict[str, Any]:
    """Return an invoice as a page holds it."""
    line = {
        "LineItemID": "l-1",
        "ItemCode": "MUG",
        "Description": "Mug",
        "Quantity": 2.0,
        "UnitAmount": 1.0451,
        "LineAmount": "2.09",
        "TaxAmount": 0.42,
        "AccountCode": "200",
        "TaxType": "TAX017",
    }
    ordinary = {
        "Type": "ACCREC",
        "InvoiceID": "i-1",
        "InvoiceNumber": "INV-1",
        "Status": "AUTHORISED",
        "Contact": {"ContactID": "c-1", "Name": "Jane"},
        "CurrencyCode": "GBP",
        "Date": "/Date(1780272000000+0000)/",
        "DateString": "2026-06-01T00:00:00",
        "LineAmountTypes": "Inclusive",
        "LineItems": [line, {"Description": "Thank you"}],
        "SubTotal": 1.67,
        "TotalTax": 0.42,
        "Total": 2.09,
        "AmountPaid": 2.00,
        "AmountDue": 0.09,
        "UpdatedDateUTC": CHANGED,
    }
    return ordinary | changes


def only_invoice(found: SalesInvoice | Unreadable) -> SalesInvoice:
    """Return what must be an invoice."""
    assert isinstance(found, SalesInvoice)
    return found


def test_sales_invoices(client: XeroClient, xero: ScriptedXero) -> None:
    """Invoices come with lines, contact and payments, since a minute before the moment."""
    xero.say(Answer(body={"Invoices": [an_invoice()], "pagination": {"pageCount": 1}}))
    ((found,),) = sales_invoices_since(client, SINCE)
    asked = xero.requests[0]
    assert asked.headers["If-Modified-Since"] == "2026-06-01T11:59:30"
    assert asked.query == {"where": 'Type=="ACCREC"', "page": "1", "pageSize": "1000"}
    invoice = only_invoice(found)
    assert (invoice.date, invoice.due_date) == (date(2026, 6, 1), None)
    assert (invoice.total, invoice.paid, invoice.credited, invoice.due) == (
        Decimal("2.09"),
        Decimal("2.0"),
        Decimal(0),
        Decimal("0.09"),
    )
    assert invoice.prices_with_tax
    goods, text = invoice.lines
    assert (goods.quantity, goods.unit_amount) == (Decimal(2), Decimal("1.0451"))
    assert (goods.tax_type, goods.amount) == ("TAX017", Decimal("2.09"))
    assert (text.quantity, text.amount, text.item_code) == (None, Decimal(0), "")


def test_reading_is_tolerant(client: XeroClient, xero: ScriptedXero) -> None:
    """Unknown words, missing fields, ISO times and keys in any case are read (xero.md 1.7, 2)."""
    odd = an_invoice(
        Status="PARKED",
        Contact=None,
        LineItems=None,
        AmountPaid=None,
        DueDate="2026-07-01T00:00:00",
        UpdatedDateUTC="2026-06-01T12:00:00.123",
        LineAmountTypes="SomethingNew",
        Reference="shop 1 (Mintsoft 12)",
    )
    small = {name.lower(): value for name, value in odd.items()}
    xero.say(Answer(body={"invoices": [small, 7, an_invoice(Type="ACCPAY")]}), Answer(body={}))
    ((found,),) = sales_invoices_since(client, None)
    invoice = only_invoice(found)
    assert (invoice.status, invoice.lines, invoice.due_date) == ("PARKED", (), date(2026, 7, 1))
    assert invoice.alive
    assert invoice.carries_our_mark
    assert "If-Modified-Since" not in xero.requests[0].headers


def test_one_unreadable_does_not_stop_the_rest(client: XeroClient, xero: ScriptedXero) -> None:
    """What can't be read says which document it is, and nothing of what it holds."""
    broken = [an_invoice(Total="Jane"), an_invoice(UpdatedDateUTC="Jane", InvoiceID="i-2")]
    missing = {"InvoiceID": "i-3"}
    xero.say(Answer(body={"Invoices": [*broken, missing, an_invoice()]}), Answer(body={}))
    ((*odd, good),) = sales_invoices_since(client, None)
    assert only_invoice(good).number == "INV-1"
    for found, name in zip(odd, ("i-1", "i-2", "i-3"), strict=True):
        assert isinstance(found, Unreadable)
        assert found.source_id == name
        assert found.error.code == "MX-501"
        assert "Jane" not in f"{found!r} {found.error.message} {found.error.detail}"


def test_purchase_orders(client: XeroClient, xero: ScriptedXero) -> None:
    """Purchase orders come with what an ASN needs; Xero pages them without counting."""
    order = {
        "PurchaseOrderID": "0b3c2a5e-7f51-4c86-9d3e-4b9f6f1a2c31",
        "PurchaseOrderNumber": "PO-1",
        "Status": "AUTHORISED",
        "Contact": {"ContactID": "c-2", "Name": "Pottery"},
        "CurrencyCode": "EUR",
        "DeliveryDate": "/Date(1780358400000+0000)/",
        "ExpectedArrivalDate": "2026-06-03T00:00:00",
        "DeliveryAddress": "1 Road\nTown",
        "LineItems": [
            {"LineItemID": "l-1", "ItemCode": "MUG", "Quantity": 12.0, "UnitAmount": 1.2345},
            {"LineItemID": "l-2", "ItemCode": "CLAY", "Quantity": 1.5},
            {"Description": "freight"},
        ],
        "UpdatedDateUTC": CHANGED,
    }
    xero.say(Answer(body={"PurchaseOrders": [order, {"x": 1}]}), Answer(body={}))
    ((found, odd),) = purchase_orders_since(client, SINCE, "AUTHORISED")
    assert xero.requests[0].query == {"Status": "AUTHORISED", "page": "1", "pageSize": "1000"}
    assert isinstance(odd, Unreadable)
    assert isinstance(found, PurchaseOrder)
    assert (found.number, found.supplier, found.currency) == ("PO-1", "Pottery", "EUR")
    assert found.delivery_date == date(2026, 6, 2)
    assert found.arrives_on == date(2026, 6, 3)
    assert [line.whole_units for line in found.lines] == [12, None, None]
    assert found.lines[0].unit_amount == Decimal("1.2345")
    xero.say(Answer(body={"PurchaseOrders": [order]}))
    assert XeroPurchaseOrders(client).document("0b3c2a5e-7f51-4c86-9d3e-4b9f6f1a2c31") == found
    assert xero.requests[-1].path.endswith("/PurchaseOrders/0b3c2a5e-7f51-4c86-9d3e-4b9f6f1a2c31")


def test_items(client: XeroClient, xero: ScriptedXero) -> None:
    """Items are one call without pages, with prices to four places (xero.md 5.1, 8)."""
    item = {
        "ItemID": "x-1",
        "Code": "MUG",
        "IsSold": False,
        "SalesDetails": {"UnitPrice": 1.2345, "AccountCode": "200"},
        "UpdatedDateUTC": CHANGED,
    }
    xero.say(Answer(body={"Items": [item, {"Name": "no code"}]}))
    (found,) = items_since(client, SINCE)
    assert xero.requests[0].query == {"unitdp": "4"}
    assert (found.code, found.sold, found.purchased, found.tracked) == ("MUG", False, True, False)
    assert (found.selling.unit_price, found.selling.account_code) == (Decimal("1.2345"), "200")
    assert found.buying.unit_price is None


def test_lists_to_choose_from(client: XeroClient, xero: ScriptedXero) -> None:
    """What is archived can't be chosen; a contact that was merged is not usable."""
    options = [{"Name": "North"}, {"Name": "Old", "Status": "ARCHIVED"}]
    tracking = {"TrackingCategoryID": "t-1", "Name": "Region", "Options": options}
    xero.say(Answer(body={"TrackingCategories": [tracking, tracking | {"Status": "ARCHIVED"}]}))
    (region,) = tracking_categories(client)
    assert (region.name, region.options) == ("Region", ("North",))
    xero.say(Answer(body={"BrandingThemes": [{"BrandingThemeID": "b-1", "Name": "Plain"}, {}]}))
    assert [theme.name for theme in branding_themes(client)] == ["Plain"]
    contacts = [
        {"ContactID": "c-1", "Name": "Jane", "ContactStatus": "ACTIVE"},
        {"ContactID": "c-2", "Name": "J", "MergedToContactID": "c-1"},
        {"ContactID": "c-3", "Name": "K", "ContactStatus": "GDPRREQUEST"},
    ]
    xero.say(Answer(body={"Contacts": contacts}), Answer(body={}))
    (page,) = contacts_since(client, SINCE)
    assert [contact.usable for contact in page] == [True, False, False]


def test_allowed_actions(client: XeroClient, xero: ScriptedXero) -> None:
    """What the person who consented may do is read from the organisation's actions."""
    actions = [
        {"Name": "CreateApprovedInvoice", "Status": "ALLOWED"},
        {"Name": "UseMulticurrency", "Status": "NOT-ALLOWED"},
    ]
    xero.say(Answer(body={"Actions": actions}))
    assert allowed_actions(client) == {"CreateApprovedInvoice": True, "UseMulticurrency": False}
    assert xero.requests[0].path.endswith("/Organisation/Actions")


ABSENT = Answer(
    status=404, body="The resource you're looking for cannot be found", content_type="text/html"
)
GONE = "0b3c2a5e-7f51-4c86-9d3e-4b9f6f1a2c31"


@pytest.mark.parametrize(
    "read",
    [
        lambda client: XeroSalesInvoices(client).document(GONE),
        lambda client: XeroPurchaseOrders(client).document(GONE),
        lambda client: XeroDeliveries(client).delivery(GONE),
    ],
)
def test_one_that_is_gone(client: XeroClient, xero: ScriptedXero, read: Any) -> None:
    """Xero's own sentence says that a document is gone; any other 404 is tried later."""
    xero.say(ABSENT)
    assert read(client) is None
    xero.say(Answer(status=404, body="<h1>Not Found</h1>", content_type="text/html"))
    with pytest.raises(TryLater):
        read(client)


def test_a_list_is_never_gone(client: XeroClient, xero: ScriptedXero) -> None:
    """Where a list is not found, nothing is known of its documents: that is no empty list."""
    xero.say(ABSENT)
    with pytest.raises(TryLater):
        list(sales_invoices_since(client, None))
