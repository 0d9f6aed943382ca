"""Lists of an account from which people choose: warehouses, channels, currencies ...

Pure functions over what `MintsoftLists` reads. These lists have no pages (mintsoft.md 3), but
for the clients.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import ValidationError

from ...plugin.domain.client_invoices.client_invoice import Client
from ...plugin.ports.choices import Listed
from .api.fields import Flag, Text, Whole
from .api.shapes import MAY_MISS, NEEDED, Shape


class ChoiceShape(Shape):
    """What all these lists have in common; none has more than it needs of it."""

    ID = Whole(**NEEDED)
    Name = Text(**NEEDED)


class CodedShape(ChoiceShape):
    """A country or a currency."""

    Code = Text(**MAY_MISS)


class WarehouseShape(CodedShape):
    """Where goods are kept."""

    Active = Flag(**MAY_MISS)


class ChannelShape(ChoiceShape):
    """Where orders come from."""

    Active = Flag(**MAY_MISS)


class CourierServiceShape(ChoiceShape):
    """Who carries orders."""

    ActiveB = Flag(**MAY_MISS)


class FullClientShape(Shape):
    """A client with what its invoices need (`Active` is a text of unknown values, left out)."""

    ID = Whole(**NEEDED)
    Name = Text(**NEEDED)
    Code = Text(**MAY_MISS)
    ShortName = Text(**MAY_MISS)
    CurrencyId = Whole(**MAY_MISS)
    VatExempt = Flag(**MAY_MISS)


CHOICE, CODED = ChoiceShape(), CodedShape()
WAREHOUSE, CHANNEL, COURIER = WarehouseShape(), ChannelShape(), CourierServiceShape()
CLIENT = FullClientShape()


def read_choices(rows: Iterable[Any], shape: Shape) -> list[Listed]:
    """The entries of a list by id; what has no id or no name can't be chosen and is left out."""
    found = []
    for row in rows:
        try:
            loaded: Mapping[str, Any] = shape.load(row)
        except ValidationError:
            continue
        active = loaded.get("Active", loaded.get("ActiveB"))
        code = loaded.get("Code") or ""
        choice = Listed(
            id=str(loaded["ID"]), code=code, name=loaded["Name"], active=active is not False
        )
        found.append(choice)
    return sorted(found, key=lambda choice: int(choice.id))


def read_clients(rows: Iterable[Any], currencies: Iterable[Listed]) -> list[Client]:
    """The clients of an account by id, their currencies by code; unreadable ones are left out."""
    codes = {choice.id: choice.code.upper() for choice in currencies}
    found = []
    for row in rows:
        try:
            loaded: Mapping[str, Any] = CLIENT.load(row)
        except ValidationError:
            continue
        client = Client(
            client_id=str(loaded["ID"]),
            code=loaded["Code"] or loaded["ShortName"] or "",
            name=loaded["Name"],
            currency=codes.get(str(loaded["CurrencyId"]), ""),
            vat_exempt=bool(loaded["VatExempt"]),
        )
        found.append(client)
    return sorted(found, key=lambda client: int(client.client_id))
