"""Purchase orders of one sandbox become ASNs of the other, over HTTP: judged from the ASNs."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from .....adapters.xero.imports.purchase_orders import XeroPurchaseOrders
from .....plugin.database.connections import Connections
from .....plugin.database.database import Database
from .....plugin.database.imports import SqlImports
from .....plugin.domain.connections.connection import Grant
from .....plugin.domain.connections.settings import Settings
from .....plugin.domain.imports.asn_building import origin_of
from .....plugin.domain.imports.imported import Import
from .....plugin.domain.imports.purchase_order import PurchaseOrder
from .....plugin.domain.warehouse.goods_in import Asn
from .....plugin.domain.warehouse.product import Product
from .....plugin.imports.pipeline import ImportContext, import_documents
from .....plugin.imports.purchase_orders import PurchaseOrderMaker
from .....plugin.sandbox.mintsoft.control.settings import Settings as SandboxSettings
from .....plugin.testing.target import FakeTarget
from ...adapters.mintsoft.test_sandbox import LOST
from ...adapters.mintsoft.test_sandbox import Sandbox as Mintsoft
from ...adapters.xero.sandbox import Sandbox as Xero
from ...adapters.xero.sandbox import serving as serving_xero
from .test_contract import receive
from .test_flow import KIND, packaged_decider


class World:
    """Both sandboxes, and an installation between them with clocks that agree."""

    def __init__(self, mintsoft: Mintsoft, xero: Xero, url: str) -> None:
        self.mintsoft, self.xero, self.clock = mintsoft, xero, mintsoft.clock
        self.source = XeroPurchaseOrders(xero.client())
        page = next(mintsoft.products.changed_since(None))
        self.skus = [x.sku for x in page if isinstance(x, Product)][:3]
        for sku in self.skus:
            self._put("Items", {"Items": [{"Code": sku, "Name": sku}]})
        contacts = self._put("Contacts", {"Contacts": [{"Name": "Acme"}]})["Contacts"]
        self.supplier = {"ContactID": contacts[0]["ContactID"]}
        self.database = Database(url)
        self.database.upgrade()
        self.ledger = SqlImports(self.database, self.clock, who="test")
        self.decider = packaged_decider()
        types = mintsoft.lists.goods_in_types()
        self.connection = Connections(self.database, self.clock).add(
            name="shop",
            mode="accounting",
            grant=Grant.new("custom", "custom"),
            mintsoft_username="sandbox",
            mintsoft_client=mintsoft.client_id,
            settings=replace(
                Settings(start_date=None),
                import_warehouse=mintsoft.warehouse,
                goods_in_type=types[0].name,
            ),
            organisation=FakeTarget(self.clock).here,
            entries={},
        )

    def order(self, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Write a purchase order in Xero, as its accountant; the answer."""
        body = {
            "Contact": self.supplier,
            "Status": "AUTHORISED",
            "Date": "2026-06-01",
            "DeliveryDate": "2026-06-20",
            "LineItems": list(lines),
            **changes,
        }
        self.clock.advance(minutes=1)  # so many calls a minute are allowed
        (order,) = self._put("PurchaseOrders", {"PurchaseOrders": [body]})["PurchaseOrders"]
        return dict(order)

    def run(self) -> None:
        """One run of the job, by a process of its own."""
        maker = PurchaseOrderMaker(
            goods_in=self.mintsoft.goods_in,
            lists=self.mintsoft.lists,
            products=self.mintsoft.products,
            clock=self.clock,
        )
        parts = ImportContext(
            kind=KIND,
            documents=self.source,
            maker=maker,
            ledger=self.ledger,
            decider=self.decider,
            clock=self.clock,
        )
        import_documents(parts, self.connection)

    def runs(self) -> None:
        """As many as any trouble needs to be over."""
        for _ in range(3):
            self.clock.advance(seconds=timedelta(minutes=6).total_seconds())
            self.run()

    def row(self, order: dict[str, Any]) -> Import:
        """Where a purchase order stands."""
        rows = self.ledger.rows(self.connection, KIND)
        (row,) = [x for x in rows if x.incoming.source_id == order["PurchaseOrderID"]]
        return row

    def asns(self, order: dict[str, Any]) -> list[Asn]:
        """The ASNs that are in Mintsoft for a purchase order."""
        source = self.source.document(order["PurchaseOrderID"])
        assert isinstance(source, PurchaseOrder)
        every = [x for page in self.mintsoft.goods_in.changed_since(None) for x in page]
        found = {x.asn_id: x for x in every if isinstance(x, Asn)}
        return [x for x in found.values() if x.made_from(origin_of(source.purchase_order_id))]

    def _put(self, path: str, body: dict[str, Any]) -> Any:
        client = self.xero.client()
        answer = requests.post(
            f"{self.xero.url}/api.xro/2.0/{path}",
            json=body,
            headers={
                "Authorization": f"Bearer {self.xero.login('custom', 'custom').token()}",
                "Xero-Tenant-Id": client.organisation_id,
                "Accept": "application/json",
            },
            timeout=60,
        )
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Yield a new Mintsoft, a new Xero, and what is between them."""
    with ExitStack() as doing:
        mintsoft = Mintsoft(doing, SandboxSettings())
        xero = doing.enter_context(serving_xero(mintsoft.clock))
        found = World(mintsoft, xero, f"sqlite:///{tmp_path / 'ledger.db'}")
        doing.callback(found.database.close)
        doing.callback(found.decider.close)
        yield found


def goods(sku: str, quantity: str) -> dict[str, Any]:
    """A line of a purchase order."""
    return {"ItemCode": sku, "Description": sku, "Quantity": quantity, "UnitAmount": "4.5"}


FREIGHT = {"Description": "Freight", "Quantity": "1", "UnitAmount": "20"}


@pytest.mark.parametrize("kind", LOST)
def test_each_order_is_one_asn_and_each_edit_is_applied_once(world: World, kind: str) -> None:
    """Whatever answer is lost, an ASN is made once, and changed to just what the order says."""
    number = f"TEST-{uuid.uuid4().hex[:8]}"
    first, second, third = world.skus
    order = world.order(
        goods(first, "3.0"), FREIGHT, goods(second, "5"), PurchaseOrderNumber=number
    )
    world.mintsoft.fault(kind)
    world.run()
    assert len(world.asns(order)) == LOST[kind]
    world.runs()
    (asn,) = world.asns(order)
    assert (asn.po_reference, asn.supplier, str(asn.expected_on)) == (number, "Acme", "2026-06-20")
    assert [(x.sku, x.expected) for x in asn.lines] == [(first, 3), (second, 5)]
    assert world.row(order).note == "Line 2 has no item and is not on the ASN."
    edited = {"PurchaseOrderID": order["PurchaseOrderID"], "PurchaseOrderNumber": number}
    world.order(goods(first, "4"), goods(third, "7"), DeliveryDate="2026-06-25", **edited)
    rows = [{"kind": kind, "method": "POST", "path": "/api/ASN/", "times": 1}]
    world.mintsoft.do("faults", faults=rows)
    world.runs()
    (changed,) = world.asns(order)
    assert (changed.asn_id, world.row(order).code) == (asn.asn_id, "")
    assert [(x.sku, x.expected) for x in changed.lines] == [(first, 4), (third, 7)]
    assert world.row(order).note == "", "what it says now is all on the ASN"
    assert str(changed.expected_on) == "2026-06-25"
    billed = {"Status": "BILLED", "DeliveryDate": "2026-06-25", **edited}
    world.order(goods(first, "4"), goods(third, "7"), **billed)
    world.runs()
    assert world.asns(order) == [changed], "that it was billed is no edit"


def test_lines_that_mintsoft_keeps_are_told(world: World) -> None:
    """Whether an update changes lines is UNKNOWN (mintsoft.md 4): where not, a person is told."""
    number = f"TEST-{uuid.uuid4().hex[:8]}"
    order = world.order(goods(world.skus[0], "3"), PurchaseOrderNumber=number)
    world.run()
    edited = {"PurchaseOrderID": order["PurchaseOrderID"], "PurchaseOrderNumber": number}
    world.order(goods(world.skus[0], "4"), **edited)
    world.mintsoft.do("settings", asn_update_lines="kept")
    world.run()
    assert world.row(order).code == "MX-527"
    (asn,) = world.asns(order)
    assert [line.expected for line in asn.lines] == [3]


def test_an_asn_that_arrives_is_left_alone(world: World) -> None:
    """One unit at the warehouse is enough: both versions are shown, and nothing is changed."""
    number = f"TEST-{uuid.uuid4().hex[:8]}"
    order = world.order(goods(world.skus[0], "3"), PurchaseOrderNumber=number)
    world.run()
    (asn,) = world.asns(order)
    receive(world.mintsoft, asn.asn_id)
    (before,) = world.asns(order)
    edited = {"PurchaseOrderID": order["PurchaseOrderID"], "PurchaseOrderNumber": number}
    world.order(goods(world.skus[0], "4"), **edited)
    world.runs()
    assert world.asns(order) == [before]
    row = world.row(order)
    assert row.code == "MX-524"
    assert f"{world.skus[0]} x 3" in row.message
    assert f"{world.skus[0]} x 4" in row.message
