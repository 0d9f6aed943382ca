from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.goods_in.catalogue import MintsoftProducts
from .....adapters.mintsoft.goods_in.products import changed_product_body, read_product
from .....plugin.domain.warehouse.product import NewProduct, Product
from .....plugin.errors import NeedsPerson, TryLater, Unknown
from .....plugin.ports.source import Unreadable
from .raw import LONDON, utc
from .samples import NEW_PRODUCT, raw_product
from .server import Scripted, answered, dropped


def products(client: MintsoftClient, client_id: str = "") -> MintsoftProducts:
    return MintsoftProducts(client, zone="Europe/London", client_id=client_id)


def shelf(server: Scripted, *rows: dict[str, Any], looked_up: Response | None = None) -> None:
    """Products by id; the look-up answers as told, and the search finds whatever holds the text."""

    def answer(request: Request) -> Response:
        match request.path:
            case "/api/Product/LookupProductId":
                return looked_up or answered(0)
            case "/api/Product/Search":
                text = request.args["Search"].lower()
                assert request.args["IncludeDiscontinued"] == "true"
                return answered([row for row in rows if text in row["SKU"].lower()])
        found = [row for row in rows if request.path == f"/api/Product/{row['ID']}"]
        return answered(found[0]) if found else Response(status=404)

    server.answer = answer


def test_a_product_in_our_words() -> None:
    """A price may be missing; SKU and id may not."""
    found = read_product(raw_product(), LONDON)
    assert isinstance(found, Product)
    assert (found.product_id, found.client_id, found.sku) == ("501", "3", "WID-1")
    assert (str(found.price), found.cost_price) == ("10.25", None)
    assert found.changed_at == utc(2026, 6, 8, 11, 13, 13, 706000)
    for damage in ({"SKU": " "}, {"LastUpdated": None}, {"Price": "x"}):
        assert isinstance(read_product(raw_product(**damage), LONDON), Unreadable)


@pytest.mark.parametrize(
    "looked_up",
    [answered(501), answered(0), Response(status=400), Response(status=404), answered(502)],
)
def test_a_product_is_found_by_its_sku(
    server: Scripted, client: MintsoftClient, looked_up: Response
) -> None:
    """Whatever the look-up says of an unknown SKU, or of another system's, the SKU itself counts.

    What it answers when it finds nothing is not known (mintsoft.md 3): 0, 400 and 404 are alike.
    """
    shelf(server, raw_product(SKU="WID-10", ID=500), raw_product(), looked_up=looked_up)
    found = products(client).find("wid-1 ")
    assert isinstance(found, Product)
    assert found.product_id == "501"


def test_no_product_is_certain(server: Scripted, client: MintsoftClient) -> None:
    """Another client's product, or one whose SKU only looks alike, is none; an outage no answer."""
    shelf(server, raw_product(SKU="WID-10"), raw_product(ClientId=8), looked_up=answered(501))
    assert products(client, "3").find("WID-1") is None
    shelf(server, looked_up=Response("<html>", 502))
    with pytest.raises(TryLater):
        products(client).find("WID-1")


def test_a_lost_product_is_unknown_until_found(server: Scripted, client: MintsoftClient) -> None:
    """A product is made once; a lost answer, or one without an id, leads to the SKU."""
    for answer in (dropped, lambda _: answered({"Success": True, "SKU": "WID-1"})):
        server.answer = answer
        with pytest.raises(Unknown):
            products(client).make(NEW_PRODUCT)
    server.answer = lambda _: answered({"Success": True, "ProductId": 501})
    assert products(client).make(NEW_PRODUCT) == "501"
    assert server.bodies[-1]["Weight"] == 0.25
    server.answer = lambda _: answered({"Success": False, "Message": "SKU exists"})
    with pytest.raises(NeedsPerson, match="SKU exists"):
        products(client).make(NEW_PRODUCT)


def test_a_change_loses_nothing_of_a_product(server: Scripted, client: MintsoftClient) -> None:
    """All plain fields go back as they were read, with the changes on them.

    Whether ``POST /api/Product`` leaves alone what is not sent is not known (mintsoft.md 3), so
    nothing is left out that could be lost.
    """
    shelf(server, raw_product())
    reading = server.answer
    server.answer = lambda r: reading(r) if r.method == "GET" else answered({"Success": True})
    products(client).change("501", NewProduct(sku="WID-1", name="Red widget"))
    (body,) = server.bodies
    assert (body["ID"], body["Name"], body["Price"]) == (501, "Red widget", 10.25)
    assert body["PackingInstructions"] == "With care"
    assert body["Weight"] == 0.25
    others = {"CountryOfManufacture", "ProductSuppliers", "LastUpdated", "LastUpdatedByUser"}
    assert others.isdisjoint(body)
    assert changed_product_body(raw_product(), NEW_PRODUCT)["ClientId"] == 3
    with pytest.raises(NeedsPerson, match="The product is gone"):
        products(client).change("9", NEW_PRODUCT)


def test_changed_products_are_listed(server: Scripted, client: MintsoftClient) -> None:
    """Products changed since a moment come in pages, unreadable ones beside the others."""
    asked: list[dict[str, str]] = []

    def answer(request: Request) -> Response:
        asked.append(request.args.to_dict())
        first = [raw_product(), raw_product(ID=502, SKU=None), raw_product(ID=503, ClientId=8)]
        return answered(first if request.args["PageNo"] == "1" else [])

    server.answer = answer
    (page,) = products(client, "3").changed_since(utc(2026, 6, 1))
    assert [type(one) for one in page] == [Product, Unreadable]
    assert asked[0]["SinceLastUpdated"] == "2026-06-01T01:00:00"
