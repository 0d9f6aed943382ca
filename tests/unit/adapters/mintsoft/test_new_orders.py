from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.orders import new_orders
from .....adapters.mintsoft.orders.new_orders import new_order_body
from .....adapters.mintsoft.orders.writer import MintsoftOrders
from .....plugin.domain.warehouse.new_order import MadeOrder, OrderChange
from .....plugin.errors import NeedsPerson, TryLater, Unknown
from .raw import PERSONAL
from .samples import NEW_ORDER, RECIPIENT, order_for
from .server import Scripted, answered, dropped

MADE = {"OrderId": 9002, "DropShipOrderId": 0, "OrderNumber": "INV-7", "Success": True}
REFUSED = {"OrderId": 0, "Success": False, "Message": "Order INV-7 already exists"}


class Shop:
    """Orders that can be searched, and one answer to all writes."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.orders: list[dict[str, Any]] = []
        self.searches: list[tuple[str, str]] = []

    def __call__(self, request: Request) -> Response:
        if request.method != "GET":
            if isinstance(self.answer, Response):
                return self.answer
            return answered(self.answer)
        exact = request.args["exactMatch"]
        number = request.args["OrderNumber"]
        self.searches.append((number, exact))
        same = [x for x in self.orders if x["OrderNumber"] == number]
        loose = [x for x in self.orders if number in x["OrderNumber"]]
        return answered(same if exact == "true" else loose)


def test_a_new_order_in_mintsofts_words() -> None:
    """Everything has its field; the discount of lines is the order's, and nothing empty is sent."""
    body = new_order_body(NEW_ORDER)
    assert body["OrderNumber"] == "INV-7"
    assert body["ExternalOrderReference"] == "xero:5f2c"
    assert (body["ClientId"], body["WarehouseId"], body["ChannelId"]) == (3, 4, 7)
    assert (body["CourierService"], body["Country"], body["Currency"]) == ("AUTO", "GB", "GBP")
    assert body["Tags"] == "xero,b2b"
    first, second = body["OrderItems"]
    assert first == {
        "SKU": "WID-1",
        "Details": "Blue widget",
        "Quantity": 2,
        "UnitPrice": Decimal("10.25"),
        "UnitPriceVat": Decimal("2.05"),
    }
    assert "Details" not in second
    bare = new_order_body(order_for(client_id="", channel_id="", tags=(), comments=""))
    assert {"ClientId", "ChannelId", "Tags", "Comments"}.isdisjoint(bare)


def test_the_totals_of_a_new_order() -> None:
    """OrderValue is goods without tax; TotalVat is the tax of everything.

    Two programs that write to Mintsoft do not agree whether TotalVat holds the tax on shipping
    (mintsoft.md 2.3). Nothing that is read rests on it; TOTAL_VAT_IS_OF_ALL changes it.
    """
    body = new_order_body(NEW_ORDER)
    assert body["OrderValue"] == Decimal("25.50")
    assert body["TotalVat"] == Decimal("5.10") + Decimal("0.80") - Decimal("0.20")
    assert new_orders.TOTAL_VAT_IS_OF_ALL
    parts = body["OrderValue"] + body["ShippingTotalExVat"] - body["DiscountTotalExVat"]
    assert parts + body["TotalVat"] == NEW_ORDER.gross


@pytest.mark.parametrize(
    ("answer", "made"),
    [
        ([MADE], MadeOrder(order_id="9002")),
        (MADE, MadeOrder(order_id="9002")),
        (
            [MADE, {"OrderId": 0, "DropShipOrderId": 9003, "Success": True}],
            MadeOrder(order_id="9002", drop_ship_id="9003"),
        ),
        (
            [{"OrderId": 0, "DropShipOrderId": 9003, "Success": True}],
            MadeOrder(order_id="", drop_ship_id="9003"),
        ),
        ([{"OrderId": 0, "Success": False, "Message": "?"}, MADE], MadeOrder(order_id="9002")),
    ],
)
def test_what_became_of_a_new_order(
    server: Scripted, client: MintsoftClient, answer: Any, made: MadeOrder
) -> None:
    """The answer is an array or one object; OrderId 0 means that a supplier sends all of it."""
    server.answer = Shop(answer)
    assert MintsoftOrders(client).make(NEW_ORDER) == made
    assert server.bodies[0]["ExternalOrderReference"] == "xero:5f2c"


@pytest.mark.parametrize("answer", [[{"Success": True}], {"Success": True, "OrderId": None}, []])
def test_an_order_without_an_id_is_unknown(
    server: Scripted, client: MintsoftClient, answer: Any
) -> None:
    """Made without an id, or no result at all, is for the look-up."""
    server.answer = Shop(answer)
    with pytest.raises(Unknown):
        MintsoftOrders(client).make(NEW_ORDER)


def test_an_order_that_is_there_counts_as_made(server: Scripted, client: MintsoftClient) -> None:
    """A duplicate that carries our reference is the order that was asked for.

    Whether Mintsoft refuses duplicates is a conflict of sources (mintsoft.md 2.4): if it does,
    the refusal leads to the order; if it does not, `find` before a resend is what prevents one.
    """
    shop = server.answer = Shop([REFUSED])
    shop.orders = [{"ID": 9002, "OrderNumber": "INV-7", "ExternalOrderReference": "xero:5f2c"}]
    made = MintsoftOrders(client).make(NEW_ORDER)
    assert made == MadeOrder(order_id="9002", found=True)


def test_another_order_with_the_number_needs_a_person(
    server: Scripted, client: MintsoftClient
) -> None:
    """A duplicate under another reference, or another client's, is never taken for ours."""
    shop = server.answer = Shop([REFUSED])
    shop.orders = [
        {"ID": 1, "OrderNumber": "INV-7", "ExternalOrderReference": "shop-1"},
        {"ID": 2, "OrderNumber": "INV-7", "ExternalOrderReference": "xero:5f2c", "ClientId": 8},
        {"ID": None, "OrderNumber": "INV-7", "ExternalOrderReference": "xero:5f2c"},
    ]
    with pytest.raises(NeedsPerson, match="already exists"):
        MintsoftOrders(client).make(NEW_ORDER)
    assert shop.searches == [("INV-7", "true"), ("INV-7", "false")]


def test_a_lost_order_is_found(server: Scripted, client: MintsoftClient) -> None:
    """After a lost answer the order is found, also split in parts or merged with another one."""
    orders = MintsoftOrders(client)
    server.answer = dropped
    with pytest.raises(Unknown, match="the order may have been written"):
        orders.make(NEW_ORDER)
    shop = server.answer = Shop([])
    assert orders.find(NEW_ORDER) == ""
    ours = {"ExternalOrderReference": "XERO:5F2C", "ClientId": 3, "OrderStatusId": None}
    shop.orders = [{"ID": 9004, "OrderNumber": "INV-6+INV-7", **ours}]
    assert orders.find(NEW_ORDER) == "9004"
    shop.orders = [{"ID": one, "OrderNumber": "INV-7", **ours} for one in (9006, 9005)]
    assert orders.find(NEW_ORDER) == "9005"


def test_a_search_that_fails_is_not_nothing(server: Scripted, client: MintsoftClient) -> None:
    """A 404 of the search is no match; one about the path, or an outage, is no answer."""
    server.answer = lambda _: Response(status=404)
    assert MintsoftOrders(client).find(NEW_ORDER) == ""
    no_path = {"Message": "No HTTP resource was found."}
    for answer in (answered(no_path, 404), answered({}, 500), Response("<html>", 404)):
        server.answer = lambda _, answer=answer: answer  # type: ignore[misc]
        with pytest.raises(TryLater):
            MintsoftOrders(client).find(NEW_ORDER)


def test_only_what_is_to_be_changed_is_sent(server: Scripted, client: MintsoftClient) -> None:
    """An update holds the changed fields alone; an empty text empties a field."""
    server.answer = Shop({"Success": True})
    orders = MintsoftOrders(client)
    orders.change("9002", OrderChange(external_reference="xero:1", delivery_notes=""))
    orders.change("9002", OrderChange(recipient=replace(RECIPIENT, company="")))
    first, second = server.bodies
    assert first == {"ExternalOrderReference": "xero:1", "DeliveryNotes": ""}
    assert second["CompanyName"] == ""
    assert "OrderNumber" not in second
    assert server.calls[-1] == "POST /api/Order/9002"


def test_a_refusal_does_not_repeat_the_customer(server: Scripted, client: MintsoftClient) -> None:
    """Mintsoft's words are shown without what they quote of the recipient."""
    message = f"Address of {PERSONAL.lower()} byron, 1 High St: CourierService not found"
    server.answer = Shop([{"Success": False, "Message": message}])
    with pytest.raises(NeedsPerson, match="CourierService not found") as refused:
        MintsoftOrders(client).make(NEW_ORDER)
    assert PERSONAL.casefold() not in refused.value.message.casefold()
    assert "High St" not in refused.value.message
