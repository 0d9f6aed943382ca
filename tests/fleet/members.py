"""The members of the fleet: twenty connections, and where each one's documents belong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Raw = Mapping[str, Any]

#: Mintsoft accounts by user name, each with the first ID of its orders; every ID is one order's.
ACCOUNTS: Mapping[str, int] = {
    "north": 109_001,
    "south": 209_001,
    "east": 309_001,
    "west": 409_001,
    "centre": 509_001,
    "isle": 609_001,
}
#: The organisation that a custom connection opens; all others are added to it.
DEMO = "Demo Company"
CUSTOM = "custom"
CLIENTS: Mapping[str, int] = {"ACME": 3, "FERN": 5, "JUNI": 8}
ACCOUNTING, FULFILMENT = "accounting", "fulfilment"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One connection of the fleet."""

    name: str
    #: User name of its Mintsoft account.
    account: str
    #: Name of its organisation in Xero.
    organisation: str
    #: Client id of its app in Xero; those of one app share its Grant.
    app: str
    mode: str = ACCOUNTING
    #: Code of its client in Mintsoft; empty for all of the account.
    client: str = ""
    #: Codes of its warehouses, and ids of its channels; all where there are none.
    warehouses: Sequence[str] = ()
    channels: Sequence[int] = ()
    #: What it imports: ``sales_invoice``, ``purchase_order``.
    imports: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    def takes(self, raw: Raw) -> bool:
        """Whether an order of its account, or a client's invoice, is its business."""
        return (
            (not self.client or raw["ClientId"] == CLIENTS[self.client])
            and (not self.warehouses or raw["WAREHOUSE_CODE"] in self.warehouses)
            and (not self.channels or raw["ChannelId"] in self.channels)
        )


def _house(name: str, account: str, organisation: str, app: str, client: str = "") -> Member:
    return Member(
        name=name,
        account=account,
        organisation=organisation,
        app=app,
        mode=FULFILMENT,
        client=client,
        settings={"create_client_contacts": "yes", "number_prefix": "F-"},
    )


#: Of those that import.
INTO = {"import_warehouse": "MAIN", "goods_in_type": "Pallet"}
BOTH = ("sales_invoice", "purchase_order")


def _shop(name: str, organisation: str, app: str, **more: Any) -> Member:
    return Member(
        name=name,
        account=name.partition("-")[0],
        organisation=organisation,
        app=app,
        settings=INTO if more.get("imports") else {},
        **more,
    )


#: Some share an organisation, some a Grant, some a Mintsoft account, some an order.
FLEET: Sequence[Member] = (
    _shop("north-acme", "Acme Books", "app-a", client="ACME", imports=BOTH),
    _shop("north-fern", "Fern Books", "app-a", client="FERN"),
    _shop("north-juni", "Juniper Books", "app-b", client="JUNI"),
    _shop("north-group", "Group Books", "app-c"),
    _shop("south-web", "South Web", "app-b", channels=(7, 8, 9), imports=("sales_invoice",)),
    _shop("south-trade", "South Trade", "app-b", channels=(10, 11)),
    _shop("east-main", "East Main", "app-c", warehouses=("MAIN",), imports=("purchase_order",)),
    _shop("east-north", "West All", "app-d", warehouses=("NORTH",)),
    _shop("west-all", "West All", "app-d", imports=BOTH),
    _shop("centre-acme", "Centre Retail", "app-e", client="ACME", imports=BOTH),
    _shop("centre-fern", "Centre Retail", "app-e", client="FERN"),
    _shop("centre-juni", "Centre Kids", "app-e", client="JUNI"),
    _shop("isle-all", DEMO, CUSTOM, imports=BOTH),
    _house("north-house", "north", "North House", "app-a"),
    _house("south-acme-bills", "south", "South House", "app-f", "ACME"),
    _house("south-fern-bills", "south", "South House", "app-f", "FERN"),
    _house("east-house", "east", "East Main", "app-c"),
    _house("west-house", "west", "West House", "app-f"),
    _house("centre-house", "centre", "Centre House", "app-g"),
    _house("isle-house", "isle", DEMO, CUSTOM),
)
APPS: Sequence[str] = sorted({member.app for member in FLEET})


def organisations() -> list[str]:
    """Names of all organisations, the first one first."""
    return [DEMO, *sorted({member.organisation for member in FLEET} - {DEMO})]


def sharing(app: str, members: Sequence[Member]) -> list[Member]:
    """Those whose access is one Grant."""
    return [member for member in members if member.app == app]


#: Enough to share an account, an organisation and a Grant, in both modes: for a short run.
FEW: Sequence[Member] = [
    member
    for member in FLEET
    if member.account in {"north", "south", "isle"} and member.app in {"app-a", "app-f", CUSTOM}
]
