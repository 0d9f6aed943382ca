"""A reconciliation against both simulators: each class happens there by their own means."""

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.source import MintsoftSource
from .....plugin.domain.reconciliation.reconciliation import Reconciliation
from .....plugin.exports.reconcile import reconcile
from .....plugin.sandbox.mintsoft import create_app
from .....plugin.sandbox.store import Store
from .....plugin.testing.infrastructure import FakeClock, FakeLeases, FakeLimiter, FakeVault
from ...adapters.mintsoft.raw import raw_item, raw_order
from ...adapters.mintsoft.server import serving
from ...adapters.xero import sandbox as xero_sandbox
from ...world import World

LONDON = ZoneInfo("Europe/London")


class Both:
    """Mintsoft and Xero as simulators, and a ledger between them."""

    def __init__(self, doing: ExitStack, world: World) -> None:
        self.world, clock = world, world.clock
        self.xero = doing.enter_context(xero_sandbox.serving(clock, limits=False))
        self.target = self.xero.target()
        self.store = Store()
        app = create_app(self.store, clock=clock.now)
        self._mintsoft = app.test_client()
        client = MintsoftClient(
            doing.enter_context(serving(app)),
            "sandbox",
            vault=FakeVault(**{"mintsoft:sandbox:password": "sandbox"}),
            leases=FakeLeases(),
            clock=FakeClock(),
            limiter=FakeLimiter(FakeClock()),
        )
        doing.callback(client.close)
        source = MintsoftSource(client, zone="Europe/London")
        world.target.here = self.target.organisation()
        world.parts = replace(world.parts, source=source, target=self.target)
        world.connection = world.connect("both")
        self.ids: dict[str, int] = {}

    def add(self, *numbers: str, **changes: Any) -> None:
        """Add orders of a minute ago."""
        stamp = self.local(minutes=-1)
        plain = {"Tags": None, "OrderItems": [raw_item()]}
        dates = {"OrderDate": stamp, "DespatchDate": stamp, "LastUpdated": stamp}
        rows = [raw_order(OrderNumber=x, **{**plain, **dates, **changes}) for x in numbers]
        for row in rows:
            del row["ID"]
        ids = self.mintsoft("orders", orders=rows)["ids"]
        self.ids |= dict(zip(numbers, ids, strict=True))

    def local(self, **off: float) -> str:
        """A moment as Mintsoft writes it."""
        moment = self.world.clock.now() + timedelta(**off)
        return moment.astimezone(LONDON).replace(tzinfo=None).isoformat()

    def mintsoft(self, what: str, **body: Any) -> Any:
        """Do something at Mintsoft as a person does."""
        answer = self._mintsoft.post(f"/_sandbox/{what}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def edit(self, number: str, **changes: str) -> None:
        """Change an invoice at Xero as a person does."""
        self.xero.control("edit", invoice=number, set=changes)

    def as_another_user(self, number: str, **changes: Any) -> None:
        """Change an invoice through Xero's API, as another program does."""
        document = self.target.find([number])[number]
        body = json.dumps({"InvoiceID": document.invoice_id, **changes}).encode()
        client = self.xero.client()
        reply = client.post(f"Invoices/{document.invoice_id}", body, uuid.uuid4().hex)
        assert reply.status == 200, reply.body

    def reconcile(self) -> Reconciliation:
        """Reconcile the last days."""
        connection = self.world.connections.named("both")
        return reconcile(self.world.parts, connection)


@pytest.fixture
def both(world: World) -> Iterator[Both]:
    """Return simulators that are served until the test ends."""
    with ExitStack() as doing:
        yield Both(doing, world)


def test_each_class_is_found(both: Both) -> None:
    """What happened at either side is found, each in its class, and nothing else is."""
    world = both.world
    both.add("FINE", "PAID", "VOID", "DELETE", "DEARER", "REDATED", "RENAMED")
    both.add("GONE", "REPRICED", "RETOLD")
    both.add("NEW", OrderStatusId=1, DespatchDate=None)
    world.export()
    assert sorted(world.states().values()) == ["exported"] * 10 + ["waiting"]
    assert both.reconcile().findings == ()

    world.clock.advance(hours=2)
    both.edit("PAID", Status="PAID")
    both.edit("VOID", Status="VOIDED")
    both.edit("DELETE", Status="DELETED")
    line = {"Description": "More", "Quantity": 1, "UnitAmount": 500, "AccountCode": "200"}
    both.as_another_user("DEARER", LineItems=[line])
    both.edit("REDATED", Date="2026-02-03")
    both.edit("RENAMED", InvoiceNumber="INV-0815", Date="2026-02-03")
    both.store.delete("order", str(both.ids["GONE"]))
    both.mintsoft("edit", id=both.ids["REPRICED"], set={"TotalOrderGross": 300.0})
    both.mintsoft("edit", id=both.ids["RETOLD"], set={"ExternalOrderReference": "other"})
    fine = both.target.find(["FINE"])["FINE"]
    contact = {"ContactID": fine.contact_id}
    copy = {"Type": "ACCREC", "Contact": contact, "LineItems": [line], "Date": "2026-06-15"}
    bodies = [
        {**copy, "InvoiceNumber": "COPY", "Reference": fine.reference},
        {**copy, "InvoiceNumber": "THEIRS", "Reference": "by hand"},
    ]
    client, body = both.xero.client(), json.dumps({"Invoices": bodies}).encode()
    assert client.put("Invoices", {}, body, uuid.uuid4().hex).status == 200
    world.sync()
    both.add("UNSEEN", LastUpdated=both.local(hours=-1), OrderDate=both.local(hours=-1))

    result = both.reconcile()
    assert sorted((str(x.what), x.number) for x in result.findings) == [
        ("amount", "DEARER"),
        ("amount", "REPRICED"),
        ("deleted", "DELETE"),
        ("edited", "REDATED"),
        ("edited", "RENAMED"),
        ("extra", "FINE"),
        ("gone", "GONE"),
        ("order_edited", "RETOLD"),
        ("unseen", "UNSEEN"),
        ("voided", "VOID"),
    ]
    assert {state for state, _ in result.standing} == {"exported", "waiting", "unseen"}


def test_bulk_calls(both: Both) -> None:
    """A period is read in pages: no call of Xero's is made for a single document."""
    both.add(*(f"N-{x}" for x in range(120)))
    both.world.export()
    assert set(both.world.states().values()) == {"exported"}
    before = both.xero.state()["calls_total"]
    assert both.reconcile().findings == ()
    assert both.xero.state()["calls_total"] - before <= 1
