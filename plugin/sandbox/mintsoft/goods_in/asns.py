"""Advanced shipping notices: goods on their way in (mintsoft.md 4).

The header's `Quantity` counts packages, not units. Which status leads where is ASSUMED.
"""

from dataclasses import dataclass

from flask import Blueprint, Response

from ...day.charges import goods_in_json
from ...day.lists import ASN_STATUS_IDS, ASN_STATUS_NAMES
from ...day.stock import asn_item_json, asn_json
from ...store import Document
from ..account import Account, this_account
from ..orders.parts import find_product
from ..protocol.answers import answer, forbidden, invalid, not_found, refuse, result
from ..protocol.body import Members, sent, sent_rows
from ..protocol.query import (
    at_or_after,
    at_or_before,
    equals,
    flag,
    given,
    moment,
    page,
    path_id,
    sent_moment,
    whole,
)
from .stock import put_in

asns = Blueprint("mintsoft_sandbox_asns", __name__)

DONE = frozenset({ASN_STATUS_IDS["BOOKEDIN"], ASN_STATUS_IDS["COMPLETE"]})
MOST_SUPPLIER = 250
BOOKED = "BookedInDate"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A change of an ASN's status that the API offers."""

    #: The status to which it leads.
    to: str
    #: The statuses from which it is allowed; None: from all but those that end it.
    of: frozenset[str] | None = None
    #: ``all`` expected goods are booked in, what was ``received``, or nothing (None).
    books: str | None = None
    #: Whether only administrators may.
    admin: bool = True


#: By the last part of the address.
STEPS = {
    "Confirm": Step(to="AWAITINGDELIVERY", of=frozenset({"NEW", "AWAITNGAPPROVAL"}), admin=False),
    "BookIn": Step(to="BOOKEDIN", books="all"),
    "BookInPartial": Step(to="BOOKEDIN-PARTIAL", books="received"),
    "PartBook": Step(to="PARTIALLYBOOKED", books="received"),
    "MarkAwaitingPutAway": Step(to="AWAITINGPUTAWAY"),
    "MarkPutAwayComplete": Step(
        to="COMPLETE", of=frozenset({"AWAITINGPUTAWAY", "ROBOTPUTAWAY"}), books="all"
    ),
}


@asns.get("/api/ASN/List")
def list_asns() -> Response:
    """A page of ASNs by ID; `Items` is null unless asked for."""
    account = this_account()
    rows = account.own_records("asn")
    if statuses := status_ids(given("ASNStatusId") or ""):
        rows = [row for row in rows if row["ASNStatusId"] in statuses]
    for name in ("ClientId", "WarehouseId"):
        if wanted := whole(name):
            rows = equals(name, wanted)(rows)
    for name, prop in (("SinceLastUpdated", "LastUpdated"), ("BookedInStartInterval", BOOKED)):
        if since := moment(name):
            rows = at_or_after(prop, since)(rows)
    if until := moment("BookedInEndInterval"):
        rows = at_or_before(BOOKED, until)(rows)
    rows = page(rows, account.settings.asn_limit)
    return answer(rows if flag("IncludeASNItems") else [{**row, "Items": None} for row in rows])


def status_ids(text: str) -> frozenset[int]:
    """The IDs in a list such as ``1;2;4``; what is no status is left out."""
    parts = {part.strip() for part in text.split(";")}
    return frozenset(number for number in ASN_STATUS_NAMES if str(number) in parts)


@asns.get("/api/ASN/<asn_id>")
def one_asn(asn_id: str) -> Response:
    """An ASN with its items."""
    return answer(asn_or_404(asn_id))


def asn_or_404(asn_id: str) -> Document:
    """The ASN of a path."""
    return this_account().record("asn", path_id(asn_id)) or not_found()


@asns.put("/api/ASN")
def create_asn() -> Response:
    """A new ASN with status NEW; the result carries its ID."""
    members = sent()
    account = this_account()
    with account.store.changing():
        client = members.whole("ClientId") if account.user.admin else None
        owner = account.record("client", client or account.own_client())
        warehouse = account.record("warehouse", members.whole("WarehouseId") or 0)
        if owner is None:
            refuse("Client not found")
        if warehouse is None:
            refuse("Warehouse not found")
        asn_id = account.new_id("asn")
        asn = asn_json(
            asn_id=asn_id,
            client=owner,
            warehouse=warehouse["ID"],
            status=status(account, "NEW"),
            items=[],
        )
        changed = {**asn, **header(account, members)}
        changed["Items"] = asn_items(account, members, asn_id)
        if not changed["Items"]:
            refuse("Items are required")
        account.write("asn", changed)
    return result(asn_id)


def header(account: Account, members: Members) -> Document:
    """What is sent of an ASN's header."""
    texts = ("POReference", "Supplier", "SupplierNotes", "Comments", "GoodsInType")
    found: Document = {name: members.text(name) for name in texts if members.has(name)}
    if len(found.get("Supplier") or "") > MOST_SUPPLIER:
        refuse(f"Supplier must be at most {MOST_SUPPLIER} characters")
    if kind := found.get("GoodsInType"):
        record = account.named("goods_in_type", kind)
        if record is None:
            refuse("GoodsInType not found")
        found["GoodsInType"] = record["Name"]
    if members.has("EstimatedDelivery"):
        found["EstimatedDelivery"] = sent_moment(members, "EstimatedDelivery")
    if members.has("Quantity"):
        packages = members.whole("Quantity") or 0
        if packages < 0:
            refuse("Quantity must not be negative")
        found["Quantity"] = packages
    if number := members.whole("ProductSupplierId"):
        supplier = account.record("supplier", number)
        if supplier is None:
            refuse("ProductSupplier not found")
        found |= {"ProductSupplierId": number, "ProductSupplier": supplier["Name"]}
        found["Supplier"] = found.get("Supplier") or supplier["Name"]
    return found


def asn_items(account: Account, members: Members, asn_id: int) -> list[Document]:
    """The rows that are sent; each product must be known."""
    found = []
    for row in members.parts("Items"):
        product, quantity = find_product(account, row), row.whole("Quantity") or 0
        if product is None:
            refuse(f"Product {row.text('SKU') or row.whole('ProductId')} not found")
        if quantity < 1:
            refuse(f"Quantity of {product['SKU']} must be at least 1")
        item = asn_item_json(
            product, item_id=account.new_id("asn_item"), asn_id=asn_id, quantity=quantity
        )
        extra = {name: row.text(name) for name in ("SourceLineId", "SSCCNumber")}
        found.append({**item, **extra, **account.stamps()})
    return found


def status(account: Account, name: str) -> Document:
    """The record of an ASN's status."""
    return account.store.table("asn_status")[str(ASN_STATUS_IDS[name])]


@asns.post("/api/ASN/<asn_id>")
def update_asn(asn_id: str) -> Response:
    """Change what is sent of an ASN that hasn't come yet.

    Whether items that are sent replace the old is not known (mintsoft.md 4): a setting says so.
    """
    members = sent()
    account = this_account()
    with account.store.changing():
        asn = asn_or_404(asn_id)
        if any(item["QuantityBooked"] for item in asn["Items"]) or asn["ASNStatusId"] in DONE:
            refuse(f"ASN is {ASN_STATUS_NAMES[asn['ASNStatusId']]} and can't be changed")
        changed = {**asn, **header(account, members)}
        items = asn_items(account, members, asn["ID"])
        if items and account.settings.asn_update_lines == "replaced":
            changed["Items"] = items
        account.write("asn", changed)
    return result(asn["ID"])


@asns.delete("/api/ASN/<asn_id>")
def delete_asn(asn_id: str) -> Response:
    """Delete an ASN for good, unless something of it was booked in."""
    account = this_account()
    with account.store.changing():
        asn = asn_or_404(asn_id)
        if any(item["QuantityBooked"] for item in asn["Items"]):
            refuse(f"ASN is {ASN_STATUS_NAMES[asn['ASNStatusId']]} and can't be deleted")
        account.destroy("asn", asn["ID"])
    return result(asn["ID"])


@asns.get(f"/api/ASN/<asn_id>/<any({','.join(STEPS)}):name>")
def take_step(asn_id: str, name: str) -> Response:
    """A GET that changes the ASN."""
    step = STEPS[name]
    account = this_account()
    if step.admin and not account.user.admin:
        forbidden()
    with account.store.changing():
        asn = asn_or_404(asn_id)
        now = ASN_STATUS_NAMES[asn["ASNStatusId"]]
        allowed = now in step.of if step.of else asn["ASNStatusId"] not in DONE
        if not allowed:
            refuse(f"ASN is {now} and can't become {step.to}")
        to = status(account, step.to)
        changed = {**asn, "ASNStatus": to, "ASNStatusId": to["ID"]}
        if step.books:
            changed |= booked(account, asn, everything=step.books == "all")
        changed = account.write("asn", changed)
        if step.books:
            finish_booking(account, changed, fully=step.books == "all")
    return result(asn["ID"])


def booked(account: Account, asn: Document, *, everything: bool) -> Document:
    """Book goods in: the stock grows by what is new."""
    items = []
    for item in asn["Items"]:
        expected, before = item["QuantityExpected"] or 0, item["QuantityBooked"] or 0
        came = max(expected, item["QuantityReceieved"]) if everything else item["QuantityReceieved"]
        product = account.store.table("product").get(str(item["ProductId"]))
        if product is not None and came > before:
            put_in(account, product, asn["WarehouseId"], more=came - before)
        booked_in = {
            "QuantityReceieved": came,
            "QuantityBooked": came,
            "OnOrder": max(0, expected - came),
            "Complete": came >= expected,
        }
        items.append({**item, **booked_in, **account.stamps()})
    return {"Items": items, "BookedInDate": account.stamp()}


def finish_booking(account: Account, asn: Document, *, fully: bool) -> None:
    """Charge the client for a delivery that is complete, and call who wanted to know."""
    if fully and not any(r["ASNId"] == asn["ID"] for r in account.records("goods_in_charge")):
        number = account.new_id("goods_in_charge")
        charge = goods_in_json(asn, charge_id=number, invoiced=account.stamp())
        account.write("goods_in_charge", charge)
    if not fully and not account.settings.partial_book_in_calls:
        return
    for action in account.attached("asn_action", asn["ID"]):
        if (action["Type"] or "").upper() == "API":
            account.callbacks.call(
                action["ExtraCode1"],
                asn,
                event="booked in",
                record_id=asn["ID"],
                authorization=action["ExtraCode4"],
            )


@asns.post("/api/ASN/<asn_id>/Items/Receive")
def receive(asn_id: str) -> Response:
    """Count goods that came: `ASNItemId` or product, and `Quantity`, are added up."""
    if not this_account().user.admin:
        forbidden()
    rows = sent_rows()
    account = this_account()
    with account.store.changing():
        asn = asn_or_404(asn_id)
        items = {item["ID"]: item for item in asn["Items"]}
        for row in rows:
            item, quantity = received_item(asn, row), row.whole("Quantity") or 0
            if quantity < 1:
                invalid()
            came = items[item["ID"]]["QuantityReceieved"] + quantity
            items[item["ID"]] = {**items[item["ID"]], "QuantityReceieved": came}
        account.write("asn", {**asn, "Items": list(items.values())})
    return result(asn["ID"])


def received_item(asn: Document, row: Members) -> Document:
    """The row of an ASN that goods belong to."""
    wanted = (row.whole("ASNItemId"), row.whole("ProductId"), (row.text("SKU") or "").lower())
    items: list[Document] = asn["Items"]
    for item in items:
        own = (item["ID"], item["ProductId"], item["SKU"].lower())
        if any(one == other for one, other in zip(wanted, own, strict=True)):
            return item
    return refuse("ASNItem not found")


@asns.put("/api/ASN/<asn_id>/ConnectActions")
def add_action(asn_id: str) -> Response:
    """Ask to be called when goods are booked in; `ExtraCode4` becomes the Authorization."""
    members = sent()
    account = this_account()
    with account.store.changing():
        asn = asn_or_404(asn_id)
        names = ("Type", "SourceASNId", "ExtraCode1", "ExtraCode2", "ExtraCode3", "ExtraCode4")
        document = {name: members.text(name) for name in names}
        if document["Type"] is None:
            refuse("Type is required")
        added = account.attach("asn_action", asn["ID"], document)
    return result(added["ID"])
