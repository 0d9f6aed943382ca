"""The lists that orders refer to, and the clients (mintsoft.md 3)."""

from flask import Blueprint, Response

from ..day.reference import CLIENTS
from ..store import Document
from .account import this_account
from .protocol.answers import answer, not_found, refuse, result, unauthorised
from .protocol.body import Members, sent
from .protocol.query import at_or_after, moment, page, path_id

reference_data = Blueprint("mintsoft_sandbox_reference_data", __name__)

#: Lists without pages, by the kind of their records.
LISTS = {
    "/api/Order/Statuses": "status",
    "/api/Order/Channels": "channel",
    "/api/Order/Documents/DocumentTypes": "document_type",
    "/api/Order/Documents/PaperSizes": "paper_size",
    "/api/Warehouse": "warehouse",
    "/api/RefData/Currencies": "currency",
    "/api/RefData/Countries": "country",
    "/api/Courier/Services": "courier_service",
    "/api/Courier/ServiceTypes": "courier_service_type",
    "/api/ASN/Statuses": "asn_status",
    "/api/ASN/GoodsInTypes": "goods_in_type",
    "/api/Account/Invoice/InvoiceItemTypes": "invoice_item_type",
}


def whole_list(kind: str) -> Response:
    """All records of a kind: these lists have no pages."""
    return answer(this_account().own_records(kind))


for address, kind in LISTS.items():
    reference_data.add_url_rule(address, f"all_{kind}", whole_list, defaults={"kind": kind})


@reference_data.get("/api/Courier/Services/<service_id>")
def courier_service(service_id: str) -> Response:
    """One service of a courier."""
    return answer(this_account().record("courier_service", path_id(service_id)) or not_found())


@reference_data.get("/api/Client")
def clients() -> Response:
    """Whose orders they are; 401, not 403, for a user who is no administrator."""
    account = this_account()
    if not account.user.admin:
        return unauthorised()
    rows = account.records("client")
    if since := moment("sinceLastUpdated"):
        rows = at_or_after("LastUpdated", since)(rows)
    return answer(page(rows, account.settings.client_limit, names=("pageNo", "limit")))


@reference_data.post("/api/Client")
def create_client() -> Response:
    """A new client; its short name must be the only one."""
    account = this_account()
    if not account.user.admin:
        return unauthorised()
    members = sent()
    with account.store.changing():
        values = client_values(members)
        if not values.get("ShortName") or not values.get("Name"):
            refuse("ShortName and Name are required")
        if any(row["ShortName"] == values["ShortName"] for row in account.records("client")):
            refuse(f"Client {values['ShortName']} already exists")
        plain = {**dict.fromkeys(CLIENTS[0]), "VatExempt": False, "OnStop": False, "Active": "True"}
        client = account.write("client", {**plain, "ID": None, "CurrencyId": 1, **values})
    return result(client["ID"])


@reference_data.post("/api/Client/UpdateClient")
def update_client() -> Response:
    """Change what is sent of a client."""
    account = this_account()
    if not account.user.admin:
        return unauthorised()
    members = sent()
    with account.store.changing():
        client = account.record("client", members.whole("ID") or 0)
        if client is None:
            refuse("Client not found")
        values = {name: value for name, value in client_values(members).items() if value}
        account.write("client", {**client, **values})
    return result(client["ID"])


def client_values(members: Members) -> Document:
    """What is sent of a client, as far as it can be read again."""
    known = CLIENTS[0].keys() - {"ID", "LastUpdated", "LastUpdatedByUser", "CurrencyId", "Active"}
    found: Document = {}
    for name in sorted(known):
        if not members.has(name):
            continue
        if name in {"VatExempt", "OnStop"}:
            found[name] = members.flag(name)
        else:
            found[name] = members.whole(name) if name == "CountryId" else members.text(name)
    if isinstance(kind := found.get("AccountingIntegrationType"), str) and len(kind) > 100:  # noqa: PLR2004
        refuse("AccountingIntegrationType must be at most 100 characters")
    return found


@reference_data.get("/api/Client/SubClients")
def sub_clients() -> Response:
    """The clients of a client."""
    return answer(this_account().records("sub_client"))


@reference_data.post("/api/Client/SubClients")
def add_sub_client() -> Response:
    """A new client of a client."""
    members = sent()
    account = this_account()
    with account.store.changing():
        name, short = members.text("Name"), members.text("ShortName")
        if name is None or short is None:
            refuse("Name and ShortName are required")
        number = account.new_id("sub_client")
        document = {"Name": name, "ShortName": short, "Code": members.text("Code")}
        account.store.put("sub_client", str(number), {"ID": number, **document, "Master": False})
    return result(number)
