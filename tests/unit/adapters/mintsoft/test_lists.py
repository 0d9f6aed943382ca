import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.api.errors import NotAllowed
from .....adapters.mintsoft.choices import MintsoftLists
from .....adapters.mintsoft.source import MintsoftSource
from .....plugin.ports.choices import Listed, SourceLists
from .server import Scripted, answered

ANSWERS = {
    "/api/Warehouse": [{"ID": 4, "Name": "Main", "Code": "MAIN", "Active": True}],
    "/api/Order/Channels": [{"ID": 9, "Name": "Old", "Active": False}, {"ID": 7, "Name": "Shop"}],
    "/api/RefData/Countries": [{"ID": 1, "Name": "United Kingdom", "Code": "GB"}],
    "/api/RefData/Currencies": [{"ID": 2, "Name": "Euro", "Code": "EUR"}, {"ID": 5}],
    "/api/Courier/Services": [{"ID": 12, "Name": "DPD", "ActiveB": False}],
    "/api/ASN/GoodsInTypes": [{"ID": 1, "Name": "Pallet"}],
    "/api/ASN/Statuses": [{"ID": 2, "Name": "AWAITNGAPPROVAL"}],
    "/api/Client": [
        {"ID": 8, "Name": "Nova Ltd", "Code": None, "ShortName": "NOVA", "CurrencyId": 2},
        {"ID": 3, "Name": "Acme", "Code": "ACME", "CurrencyId": 77, "VatExempt": True},
    ],
}


def answer(request: Request) -> Response:
    rows = ANSWERS[request.path]
    return answered(rows if request.args.get("pageNo", "1") == "1" else [])


def test_lists_to_choose_from(server: Scripted, client: MintsoftClient) -> None:
    """Each list has ids, codes and names; what can't be chosen any more is marked."""
    server.answer = answer
    lists = MintsoftLists(client)
    assert lists.warehouses() == [Listed(id="4", code="MAIN", name="Main")]
    assert [(x.id, x.active) for x in lists.channels()] == [("7", True), ("9", False)]
    assert lists.countries() == [Listed(id="1", code="GB", name="United Kingdom")]
    assert [x.code for x in lists.currencies()] == ["EUR"]
    assert lists.courier_services() == [Listed(id="12", code="", name="DPD", active=False)]
    assert [x.name for x in lists.goods_in_types()] == ["Pallet"]
    assert [x.name for x in lists.asn_statuses()] == ["AWAITNGAPPROVAL"]


def test_clients_with_their_currencies(server: Scripted, client: MintsoftClient) -> None:
    """A client's currency is a code; one that is not in the list is not known."""
    server.answer = answer
    acme, nova = MintsoftLists(client).clients()
    assert (acme.client_id, acme.code, acme.currency, acme.vat_exempt) == ("3", "ACME", "", True)
    assert (nova.code, nova.name, nova.currency) == ("NOVA", "Nova Ltd", "EUR")


def test_a_user_who_may_not_list_clients(server: Scripted, client: MintsoftClient) -> None:
    """A 401 for the list of clients is about permissions, not the login."""
    server.answer = lambda r: Response(status=401) if r.path == "/api/Client" else answer(r)
    with pytest.raises(NotAllowed):
        MintsoftLists(client).clients()
    assert MintsoftLists(client).warehouses()


def test_lists_of_a_source(server: Scripted, client: MintsoftClient) -> None:
    """A source offers its lists to choose from, of its one client where it has one."""
    server.answer = answer
    source = MintsoftSource(client, zone="Europe/London", client_id="3")
    assert isinstance(source, SourceLists)
    assert [(x.id, x.active) for x in source.channels()] == [("7", True), ("9", False)]
    assert [(x.id, x.code) for x in source.warehouses()] == [("4", "MAIN")]
    assert [x.code for x in source.clients()] == ["ACME"]
    server.answer = lambda r: Response(status=401) if r.path == "/api/Client" else answer(r)
    assert source.clients() == []
