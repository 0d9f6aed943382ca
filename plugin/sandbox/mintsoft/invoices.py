"""What a fulfilment house charges its clients (mintsoft.md 5): Accounting and Account.

A charge belongs to no invoice until a person confirms one; the API can't do that.
"""

from collections.abc import Iterable

from flask import Blueprint, Response

from ..day.charges import BREAKDOWN, charge_json, costs, money, other_json, with_postage
from ..day.reference import STATUS_IDS, STATUS_NAMES
from ..day.shape import ZERO, number
from ..store import Document
from .account import Account, this_account
from .orders.moves import set_status
from .protocol.answers import answer, invalid, not_found, refuse, result, unauthorised
from .protocol.body import MOST_MONEY, Members, sent
from .protocol.query import Filter, at_or_after, equals, given, moment, page, path_id, text, whole

invoices = Blueprint("mintsoft_sandbox_invoices", __name__)

INVOICED, FAILED = STATUS_IDS["INVOICED"], STATUS_IDS["INVOICEFAILED"]
#: The kinds of charges that an invoice shows, by the last part of the address.
SHOWN = {
    "Orders": "charge",
    "Returns": "return_charge",
    "GoodsIn": "goods_in_charge",
    "Collections": "collection_charge",
    "Other": "other_charge",
}
#: Storage costs on a page.
MOST_STORAGE = 1000


# Invoices


@invoices.get("/api/Accounting/Invoice/List")
def list_invoices() -> Response:
    """A page of confirmed invoices by ID."""
    account = this_account()
    rows = account.own_records("invoice")
    wanted: list[Filter] = []
    if client := whole("ClientId"):
        wanted.append(equals("ClientId", client))
    if since := moment("SinceDate"):
        wanted.append(at_or_after("Date", since))
    for only in wanted:
        rows = only(rows)
    return answer([as_set(row) for row in page(rows, account.settings.invoice_limit)])


@invoices.get("/api/Accounting/Invoice/All")
def all_invoices() -> Response:
    """Every confirmed invoice."""
    return answer([as_set(row) for row in this_account().own_records("invoice")])


@invoices.get("/api/Accounting/Invoice/<invoice_id>")
def one_invoice(invoice_id: str) -> Response:
    """A confirmed invoice."""
    return answer(as_set(invoice_or_404(invoice_id)))


def invoice_or_404(invoice_id: str) -> Document:
    """The confirmed invoice of a path."""
    return this_account().record("invoice", path_id(invoice_id)) or not_found()


@invoices.get(f"/api/Accounting/Invoice/<invoice_id>/<any({','.join(SHOWN)}):name>")
def breakdown(invoice_id: str, name: str) -> Response:
    """The charges of one kind that an invoice is made of."""
    invoice = invoice_or_404(invoice_id)
    rows = this_account().records(SHOWN[name])
    return answer([as_set(row) for row in rows if row["InvoiceSummaryId"] == invoice["ID"]])


@invoices.get("/api/Accounting/Invoice/Orders/<order_id>")
def charge_of_order(order_id: str) -> Response:
    """What one order costs its client."""
    wanted = path_id(order_id)
    for row in this_account().own_records("charge"):
        if row["OrderId"] == wanted:
            return answer(as_set(row))
    return not_found()


def as_set(row: Document) -> Document:
    """A record as it is shown: `PostageCost` may have the VAT-free postage in it."""
    if "VatFreePostageCost" not in row or not this_account().settings.postage_includes_vat_free:
        return row
    both = money(row["PostageCost"]) + money(row["VatFreePostageCost"])
    return {**row, "PostageCost": number(both)}


# What is not confirmed yet


@invoices.get("/api/Account/Invoice/GetUnconfirmedInvoiceSummary")
def unconfirmed_summary() -> Response:
    """The sums of what is not confirmed; the invoice that it will be has the ID 0."""
    account = this_account()
    rows = unconfirmed(account, asked_client(), *asked_dates())
    orders = {order["ID"]: order for order in account.all_orders()}
    return answer(as_set({**costs(rows, orders), "ID": 0, **account.stamps()}))


@invoices.get("/api/Account/Invoice/GetUnconfirmedInvoiceStorageCosts")
def unconfirmed_storage() -> Response:
    """A page of storage charges that are not confirmed."""
    account = this_account()
    rows = unconfirmed(account, asked_client(), *asked_dates())["storage_charge"]
    limit = account.settings.invoice_limit
    return answer(page(rows, limit, names=("pageNo", "limit"), most=MOST_STORAGE))


def asked_client() -> int:
    """The client that the query names; one that the user may not see isn't there."""
    wanted = whole("clientID")
    if not wanted:
        invalid()
    account = this_account()
    if not account.user.admin and wanted != account.own_client():
        not_found()
    return wanted


def asked_dates() -> tuple[str, str]:
    """The first moment that counts, and the last; a date without time is the whole day."""
    first, last = moment("fromDate"), moment("toDate")
    if first is None or last is None:
        invalid()
    return first, f"{last[:10]}T23:59:59.9999999" if last.endswith("T00:00:00") else last


def unconfirmed(
    account: Account, client_id: int, first: str = "", last: str = "9999"
) -> dict[str, list[Document]]:
    """A client's charges that belong to no invoice yet, by kind."""
    return {
        kind: [
            row
            for row in account.records(kind)
            if not row["InvoiceSummaryId"]
            and row["ClientId"] == client_id
            and first <= row["InvoiceDate"] <= last
        ]
        for kind in BREAKDOWN
    }


@invoices.post("/api/Account/Invoice/AddAdditionalInvoiceItem")
def add_item() -> Response:
    """Charge a client for something else, all by query parameters; the result has its ID."""
    account = this_account()
    if not account.user.admin:
        return unauthorised()
    kind_name, when = text("Type"), moment("InvoiceDate") or invalid()
    cost = Members({"Amount": text("Amount")}).money("Amount")
    with account.store.changing():
        kind = account.named("invoice_item_type", kind_name)
        client = account.record("client", whole("ClientId"))
        warehouse = account.record("warehouse", whole("WarehouseId"))
        if kind is None or client is None:
            refuse(f"{'Client' if client is None else 'Type'} not found")
        charge = other_json(
            charge_id=account.new_id("other_charge"),
            client_id=client["ID"],
            kind=kind,
            cost=cost,
            invoiced=when,
        )
        charge |= {
            "AddedBy": account.user.username,
            "Comments": given("Comment") or None,
            "Warehouse": warehouse,
            "WarehouseId": warehouse and warehouse["ID"],
        }
        account.write("other_charge", charge)
    return result(charge["ID"])


@invoices.post("/api/Accounting/AddCourierCost")
def add_courier_cost() -> Response:
    """Price an order for which no price was found: INVOICEFAILED becomes INVOICED."""
    account = this_account()
    if not account.user.admin:
        return unauthorised()
    members = sent()
    with account.store.changing():
        order = named_order(account, members) or not_found()
        if order["OrderStatusId"] not in (INVOICED, FAILED):
            refuse(f"Order is {STATUS_NAMES[order['OrderStatusId']]} and has no charge")
        postage = members.money("PostageCost")
        if not 0 <= postage < MOST_MONEY:
            refuse("PostageCost must not be negative")
        charge = next(
            (row for row in account.records("charge") if row["OrderId"] == order["ID"]), None
        )
        if charge and charge["InvoiceSummaryId"]:
            refuse("The charge is in a confirmed invoice")
        charge = charge or new_charge(account, order)
        free = members.flag("VatFree")
        priced = with_postage(
            charge,
            ZERO if free else postage,
            vat_free=postage if free else ZERO,
            cost=members.money("CostPostageCost") if members.has("CostPostageCost") else None,
        )
        account.write("charge", priced)
        if order["OrderStatusId"] == FAILED:
            set_status(account, order, INVOICED)
    return result(charge["ID"])


def named_order(account: Account, members: Members) -> Document | None:
    """The order that is named by ID, by number and client's short name, or by tracking number."""
    if order_id := members.whole("OrderId"):
        return account.order(order_id)
    order_number, client = (
        members.text("OrderNumber"),
        account.named("client", members.text("Client")),
    )
    tracking = members.text("TrackingNumber")
    for order in account.orders():
        if order_number and client:
            if (order["OrderNumber"], order["ClientId"]) == (order_number, client["ID"]):
                return order
        elif tracking and order["TrackingNumber"] == tracking:
            return order
    return None


def new_charge(account: Account, order: Document) -> Document:
    """The charge for an order that has none yet."""
    charge_id = account.new_id("charge")
    return charge_json(order, charge_id=charge_id, invoiced=account.stamp())


# What a person does, and the nightly run


def auto_invoice(account: Account, orders: Iterable[Document], *, fail: bool) -> list[int]:
    """Charge orders that were despatched: they become INVOICED, or INVOICEFAILED."""
    done = []
    for order in orders:
        if order["OrderStatusId"] not in (STATUS_IDS["DESPATCHED"], FAILED):
            continue
        if not fail:
            account.write("charge", new_charge(account, order), by="SYSTEM")
        set_status(account, order, FAILED if fail else INVOICED, by="SYSTEM")
        done.append(order["ID"])
    return done


def confirm(account: Account, client: Document, *, name: str | None = None) -> Document | None:
    """Confirm everything that a client owes as one invoice; None if there is nothing."""
    rows = unconfirmed(account, client["ID"])
    if not any(rows.values()):
        return None
    orders = {order["ID"]: order for order in account.all_orders()}
    now = account.stamp()
    invoice = account.write(
        "invoice",
        {
            "ClientId": client["ID"],
            "Date": now,
            "Name": name or f"{client['Name']} {now[:10]}",
            "Comments": None,
            **costs(rows, orders),
        },
        by="person",
    )
    for kind, charges in rows.items():
        for charge in charges:
            account.write(kind, {**charge, "InvoiceSummaryId": invoice["ID"]}, by="person")
    return invoice
