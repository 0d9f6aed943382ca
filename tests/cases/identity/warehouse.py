"""Steps in Mintsoft: orders come, change their status and are split; clients are charged."""

import unicodedata
from collections.abc import Mapping
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from ....plugin.sandbox.day.reference import CHANNELS, CLIENTS, STATUS_IDS
from ..orders import Placed, Warehouse
from .world import World

Json = Mapping[str, Any]

CUSTOMER: Json = {"first": "Ada", "last": "Example", "company": None, "email": "ada@mail.example"}
#: One unit of the product that each order is over.
UNIT: Json = {"SKU": "MUG-BLU", "Details": "Mug", "PriceNet": 10, "Tax": 2, "TaxRate": 20}


class Orders:
    """The orders of a case, by the letters that it calls them."""

    def __init__(self, world: World, zone: str) -> None:
        self._world, self._zone = world, ZoneInfo(zone)
        self._warehouse = Warehouse(world.walk)
        self._numbers = count(1)
        self._placed: dict[str, Placed] = {}

    def __getitem__(self, letter: str) -> Placed:
        """The order that a case calls so."""
        return self._placed[letter]

    def ids(self) -> dict[str, str]:
        """The ids in Mintsoft, by letter."""
        return {letter: str(placed.order_id) for letter, placed in self._placed.items()}

    def order(self, step: Json) -> None:
        """An order comes into Mintsoft, last changed now."""
        fields = {
            **_of_customer({**CUSTOMER, **step.get("customer", {})}, step.get("spelled", "NFC")),
            **self._dates(step),
            "OrderNumber": step.get("number", f"MI-{next(self._numbers)}"),
            "OrderStatusId": STATUS_IDS[step.get("status", "DESPATCHED")],
            **_channel(step.get("channel", 7)),
            **_client(step.get("client", 3)),
            **step.get("fields", {}),
        }
        rows = step.get("rows") or [{**UNIT, "Quantity": step.get("quantity", 1)}]
        asked = {"fields": fields, "items": rows, "whole_rows": True}
        self._placed[step["as"]] = self._warehouse.put(asked)

    def status(self, step: Json) -> None:
        """Somebody gives an order another status."""
        placed, changes = self[step["order"]], {"OrderStatusId": STATUS_IDS[step["to"]]}
        kept = {"kept": placed.row["DespatchDate"], "dropped": None}
        if "despatch-date" in step:
            changes["DespatchDate"] = kept[step["despatch-date"]]
        self._warehouse.change(placed, {"set": changes})

    def split(self, step: Json) -> None:
        """Some units leave for a new order of the same number."""
        rows = [{"row": 1, "quantity": step["units"]}]
        self._placed[step["as"]] = self._warehouse.split(self[step["order"]], {"rows": rows})

    def client_invoice(self, step: Json) -> None:
        """What a client owes is confirmed as one invoice."""
        walk, asked = self._world.walk, {"client": step.get("client", 3), "name": step.get("name")}
        made = walk.tell(f"{walk.mintsoft_url}/_sandbox/confirm-invoice", asked)
        placed = Placed(order_id=made["ID"], number=str(made.get("Name") or ""), lines=0)
        self._placed[step["as"]] = placed

    def _dates(self, step: Json) -> Json:
        local = self._world.right.now().astimezone(self._zone).replace(tzinfo=None)
        now = local.isoformat(timespec="milliseconds")
        dates = {"OrderDate": step.get("ordered", now), "DespatchDate": step.get("despatched", now)}
        gone = step.get("status", "DESPATCHED") in {"DESPATCHED", "INVOICED", "INVOICEFAILED"}
        return dates if gone else {**dates, "DespatchDate": step.get("despatched")}


def _of_customer(customer: Json, form: Any) -> Json:
    names = {"first": "FirstName", "last": "LastName", "company": "CompanyName", "email": "Email"}
    return {
        name: unicodedata.normalize(form, customer[key]) if customer[key] else None
        for key, name in names.items()
    }


def _channel(channel_id: int) -> Json:
    (channel,) = [x for x in CHANNELS if x["ID"] == channel_id]
    return {"ChannelId": channel_id, "Channel": channel}


def _client(client_id: int) -> Json:
    (client,) = [x for x in CLIENTS if x["ID"] == client_id]
    return {"ClientId": client_id, "CLIENT_CODE": client["Code"]}
