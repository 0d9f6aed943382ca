"""Orders in Mintsoft: put there, changed, split and merged, as a shop and its warehouse do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import requests

from ...plugin.sandbox.day.reference import CLIENTS, GBP, SHOPIFY, UNITED_KINGDOM, WAREHOUSES
from ...plugin.sandbox.mintsoft.orders.figures import item_figures, order_figures
from ..guide.walk import TIMEOUT, Walk

Json = Mapping[str, Any]


@dataclass(kw_only=True)
class Placed:
    """An order that a case has in Mintsoft."""

    order_id: int
    number: str
    #: What may have been rounded by itself: its rows, its shipping and its discount.
    lines: int
    #: As it was put.
    row: Json = field(default_factory=dict)


class Warehouse:
    """A Mintsoft account, and the people who work with it."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._numbers, self._items = count(1001), count(1)

    def put(self, asked: Json) -> Placed:
        """Put an order there: its members are laid over those of an ordinary one."""
        row = {**ordinary(), "OrderNumber": f"MC-{next(self._numbers)}", **asked.get("fields", {})}
        row["OrderItems"] = list(self._rows(asked["items"]))
        if asked.get("whole_rows"):
            row = whole(row)
        told = self._walk.tell(f"{self._address}/orders", {"orders": [row]})
        return Placed(
            order_id=told["ids"][0], number=row["OrderNumber"], lines=_lines(row), row=row
        )

    def change(self, placed: Placed, asked: Json) -> None:
        """Change members of an order; `keep` names those that stay, whatever the change."""
        changes = {**asked.get("set", {}), **{x: placed.row[x] for x in asked.get("keep", ())}}
        if "items" in asked:
            changes["OrderItems"] = list(self._rows(asked["items"]))
        self._walk.tell(f"{self._address}/edit", {"id": placed.order_id, "set": changes})

    def split(self, placed: Placed, asked: Json) -> Placed:
        """Split units of some rows off onto a new order, which has the same number."""
        rows = self._walk.mintsoft(f"/api/Order/{placed.order_id}")["OrderItems"]
        body = [
            {"OrderItemId": rows[x["row"] - 1]["ID"], "QuantityToDespatch": x["quantity"]}
            for x in asked["rows"]
        ]
        answer = requests.post(
            f"{self._walk.mintsoft_url}/api/Order/{placed.order_id}/SplitOrderItems",
            json=body,
            headers={"ms-apikey": self._walk.mintsoft_key()},
            timeout=TIMEOUT,
        )
        told = answer.json()
        assert told["Success"], told
        return Placed(order_id=told["ID"], number=placed.number, lines=placed.lines, row=placed.row)

    def merge(self, into: Placed, absorbed: Placed) -> None:
        """Merge two orders: the second is gone, the first has the numbers of both."""
        document = {"into": into.order_id, "absorb": absorbed.order_id}
        merged = self._walk.tell(f"{self._address}/merge", document)
        into.number, into.lines = merged["OrderNumber"], into.lines + absorbed.lines

    @property
    def _address(self) -> str:
        return f"{self._walk.mintsoft_url}/_sandbox"

    def _rows(self, asked: list[Json]) -> Iterator[Json]:
        for item in asked:
            own = {name: value for name, value in item.items() if name != "times"}
            for _ in range(item.get("times", 1)):
                number = next(self._items)
                yield {"ID": 70000 + number, "SKU": f"SKU-{number}", "Details": "Goods", **own}


def ordinary() -> dict[str, Any]:
    """An order of a shop that left the warehouse yesterday; nothing says what it costs."""
    now = datetime.now(UTC).astimezone(ZoneInfo("Europe/London")).replace(tzinfo=None)
    return {
        "ClientId": CLIENTS[0]["ID"],
        "CLIENT_CODE": CLIENTS[0]["Code"],
        "WarehouseId": WAREHOUSES[0]["ID"],
        "WAREHOUSE_CODE": WAREHOUSES[0]["Code"],
        "ChannelId": SHOPIFY["ID"],
        "Channel": SHOPIFY,
        "Country": UNITED_KINGDOM,
        "Currency": GBP,
        "OrderStatusId": 4,
        "OrderDate": (now - timedelta(days=2)).isoformat(),
        "DespatchDate": (now - timedelta(days=1)).isoformat(),
        "ExternalOrderReference": None,
        "FirstName": "Ada",
        "LastName": "Example",
        "Email": "ada@mail.example",
        "PostCode": "ZZ3 3CC",
        "Tags": None,
        "OrderNameValues": [],
        "Part": 1,
        "NumberOfParts": 1,
    }


def whole(row: Json) -> dict[str, Any]:
    """An order with every sum that Mintsoft keeps of its rows and of itself."""
    items = [{**_sums_of_row(item), **item} for item in row["OrderItems"]]
    sums = order_figures(
        items, shipping=_charge(row, "Shipping"), discount=_charge(row, "Discount")
    )
    return {**sums, **row, "OrderItems": items}


def _sums_of_row(item: Json) -> Json:
    sums = item_figures(
        quantity=item["Quantity"],
        net=_money(item, "PriceNet"),
        tax=_money(item, "Tax"),
        rate=_money(item, "TaxRate"),
        off=_money(item, "DiscountNet"),
        tax_off=_money(item, "DiscountTax"),
    )
    return {**sums, "Allocated": item["Quantity"], "Commited": 0, "OnBackOrder": 0}


def _charge(row: Json, name: str) -> tuple[Decimal, Decimal]:
    return _money(row, f"{name}Net"), _money(row, f"{name}Tax")


def _money(row: Json, name: str) -> Decimal:
    return Decimal(str(row.get(name) or 0))


def _lines(row: Json) -> int:
    charges = sum(1 for name in ("ShippingNet", "DiscountNet") if row.get(name))
    return len(row["OrderItems"]) + charges
