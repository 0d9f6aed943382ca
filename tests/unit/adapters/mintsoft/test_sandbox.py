"""Orders, ASNs, products and client invoices, end to end over the Mintsoft sandbox."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.choices import MintsoftLists
from .....adapters.mintsoft.client_invoices.charges import MintsoftClientInvoices
from .....adapters.mintsoft.goods_in.catalogue import MintsoftProducts
from .....adapters.mintsoft.goods_in.goods_in import MintsoftGoodsIn
from .....adapters.mintsoft.orders.writer import MintsoftOrders
from .....adapters.mintsoft.source import MintsoftSource
from .....plugin.domain.client_invoices.client_invoice import ClientInvoice
from .....plugin.domain.orders.order import Order
from .....plugin.domain.warehouse.goods_in import Asn
from .....plugin.domain.warehouse.new_order import NewOrder, OrderChange
from .....plugin.domain.warehouse.product import Product
from .....plugin.errors import NeedsPerson, Unknown
from .....plugin.sandbox.day import make_day
from .....plugin.sandbox.mintsoft import create_app
from .....plugin.sandbox.mintsoft.control.settings import Settings
from .....plugin.sandbox.store import Store
from .....plugin.testing.infrastructure import FakeClock, FakeLeases, FakeLimiter, FakeVault
from .samples import NEW_ASN, NEW_ORDER, NEW_PRODUCT
from .server import serving

#: What may come of a write whose answer is lost: it was carried out, and it was not.
LOST = {"drop": True, "error_after": True, "truncate": True, "error": False, "drop_before": False}


class Sandbox:
    """A sandbox that is served, and a client of it."""

    def __init__(self, doing: ExitStack, settings: Settings) -> None:
        self.clock = FakeClock()
        day = make_day(orders=60, seed=3, today=self.clock.now().date() - timedelta(days=1))
        app = create_app(Store(), day=day, clock=self.clock.now, settings=settings)
        self.control: FlaskClient = app.test_client()
        self.client = MintsoftClient(
            doing.enter_context(serving(app)),
            "sandbox",
            vault=FakeVault(**{"mintsoft:sandbox:password": "sandbox"}),
            leases=FakeLeases(),
            clock=FakeClock(),
            limiter=FakeLimiter(FakeClock()),
        )
        doing.callback(self.client.close)
        lists = MintsoftLists(self.client)
        self.lists = lists
        self.client_id = lists.clients()[0].client_id
        self.warehouse = lists.warehouses()[0].id
        self.orders = MintsoftOrders(self.client)
        zoned: dict[str, Any] = {"zone": "Europe/London", "client_id": self.client_id}
        self.source = MintsoftSource(self.client, **zoned)
        self.goods_in = MintsoftGoodsIn(self.client, **zoned)
        self.products = MintsoftProducts(self.client, **zoned)
        self.invoices = MintsoftClientInvoices(self.client, **zoned)

    def new_order(self) -> NewOrder:
        place = {"client_id": self.client_id, "warehouse_id": self.warehouse, "channel_id": ""}
        return replace(NEW_ORDER, **place)  # type: ignore[arg-type]

    def fault(self, kind: str) -> None:
        rows = [{"kind": kind, "method": "PUT", "times": 1}]
        assert self.control.post("/_sandbox/faults", json={"faults": rows}).status_code == 200

    def do(self, what: str, **body: Any) -> Any:
        answer = self.control.post(f"/_sandbox/{what}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.get_json()


@pytest.fixture
def new_sandbox() -> Iterator[Callable[..., Sandbox]]:
    with ExitStack() as doing:
        yield lambda **settings: Sandbox(doing, Settings(**settings))


@pytest.fixture
def sandbox(new_sandbox: Callable[..., Sandbox]) -> Sandbox:
    return new_sandbox()


@pytest.mark.parametrize("created", ["array", "object"])
def test_an_order_comes_back_as_it_was_made(
    new_sandbox: Callable[..., Sandbox], created: str
) -> None:
    """What is made of an accounting document is read again to the penny, and known as such."""
    sandbox = new_sandbox(created=created)
    new = sandbox.new_order()
    made = sandbox.orders.make(new)
    order = sandbox.source.order(made.order_id)
    assert isinstance(order, Order)
    assert (order.number, order.external_reference) == (new.number, new.external_reference)
    assert order.came_from_accounting
    assert order.gross_of_lines == new.gross
    assert order.tags == new.tags
    assert [(x.sku, x.quantity) for x in order.lines] == [("WID-1", 2), ("WID-2", 1)]
    sandbox.orders.change(made.order_id, OrderChange(external_reference="xero:other"))
    changed = sandbox.source.order(made.order_id)
    assert isinstance(changed, Order)
    assert changed.external_reference == "xero:other"
    assert changed.lines == order.lines


@pytest.mark.parametrize("duplicates", ["refused", "accepted"])
@pytest.mark.parametrize("kind", LOST)
def test_an_order_is_made_once_whatever_is_lost(
    new_sandbox: Callable[..., Sandbox], kind: str, duplicates: str
) -> None:
    """A lost answer is looked up, and only what is not there is made again: one order it is.

    So it does not matter whether Mintsoft refuses duplicates (mintsoft.md 2.4, CONFLICT).
    """
    sandbox = new_sandbox(duplicates=duplicates)
    new = sandbox.new_order()
    sandbox.fault(kind)
    with pytest.raises(Unknown):
        sandbox.orders.make(new)
    found = sandbox.orders.find(new)
    assert bool(found) is LOST[kind]
    if not found:
        sandbox.orders.make(new)
    every = [order for page in sandbox.source.changed_since(None) for order in page]
    assert [order.number for order in every].count(new.number) == 1


def test_an_order_that_was_made_is_found_by_its_duplicate(sandbox: Sandbox) -> None:
    """Made a second time, the order is the one that is there; another's number needs a person."""
    new = sandbox.new_order()
    made = sandbox.orders.make(new)
    again = sandbox.orders.make(new)
    assert (again.order_id, again.found) == (made.order_id, True)
    with pytest.raises(NeedsPerson, match="already exists"):
        sandbox.orders.make(replace(new, external_reference="xero:another"))


@pytest.mark.parametrize("kind", LOST)
def test_an_asn_is_made_once_whatever_is_lost(sandbox: Sandbox, kind: str) -> None:
    """A lost ASN is found by its marks among those of the same number, or made again."""
    goods_type = sandbox.lists.goods_in_types()[0].name
    place = {"client_id": sandbox.client_id, "warehouse_id": sandbox.warehouse}
    line = NEW_ASN.lines[0]
    skus = [page[0] for page in sandbox.products.changed_since(None)]
    assert isinstance(skus[0], Product)
    line = replace(line, sku=skus[0].sku)
    new = replace(NEW_ASN, goods_in_type=goods_type, lines=(line,), **place)  # type: ignore[arg-type]
    part = replace(new, lines=(replace(line, source_line_id="xero:po9:9"),))
    sandbox.goods_in.make(part)
    sandbox.fault(kind)
    with pytest.raises(Unknown):
        sandbox.goods_in.make(new)
    asked: dict[str, Any] = {"number": new.po_reference, "asked_at": sandbox.clock.now()}
    found = sandbox.goods_in.find("xero:po1:", **asked)
    assert (found is not None) is LOST[kind]
    asn_id = found.asn_id if found else sandbox.goods_in.make(new)
    sandbox.goods_in.change(asn_id, replace(new, supplier="Another"))
    asn = sandbox.goods_in.asn(asn_id)
    assert isinstance(asn, Asn)
    assert (asn.supplier, asn.packages, asn.untouched) == ("Another", 2, True)
    assert asn.expected_on == new.expected_on
    assert [(x.sku, x.expected) for x in asn.lines] == [(line.sku, 100)]
    every = [x for page in sandbox.goods_in.changed_since(None) for x in page]
    assert sum(isinstance(x, Asn) and x.made_from("xero:po1:") for x in every) == 1


@pytest.mark.parametrize("kind", LOST)
def test_a_product_is_made_once_whatever_is_lost(sandbox: Sandbox, kind: str) -> None:
    """A lost product is found by its SKU, or made again; a change loses nothing of it."""
    new = replace(NEW_PRODUCT, sku="NEW-1", client_id=sandbox.client_id)
    sandbox.fault(kind)
    with pytest.raises(Unknown):
        sandbox.products.make(new)
    found = sandbox.products.find("new-1")
    assert (found is not None) is LOST[kind]
    if found is None:
        sandbox.products.make(new)
        found = sandbox.products.find("NEW-1")
    assert isinstance(found, Product)
    assert (found.name, found.price) == ("Blue widget", Decimal("10.25"))
    sandbox.products.change(found.product_id, replace(new, name="Red widget", price=None))
    changed = sandbox.products.product(found.product_id)
    assert isinstance(changed, Product)
    assert (changed.name, changed.price) == ("Red widget", Decimal("10.25"))
    with pytest.raises(NeedsPerson, match="already exists"):
        sandbox.products.make(new)


def test_a_client_invoice_and_its_breakdown(sandbox: Sandbox) -> None:
    """A confirmed invoice is listed, read, and agrees with what it is made of."""
    sandbox.do("despatch")
    sandbox.do("invoice")
    confirmed = sandbox.do("confirm-invoice", client=int(sandbox.client_id), name="June")
    (page,) = sandbox.invoices.dated_since(sandbox.clock.now() - timedelta(days=40))
    invoice = page[-1]
    assert isinstance(invoice, ClientInvoice)
    assert (invoice.source_id, invoice.name) == (str(confirmed["ID"]), "June")
    assert sandbox.invoices.invoice(invoice.source_id) == invoice
    breakdown = sandbox.invoices.breakdown(invoice.source_id)
    assert breakdown.orders
    assert invoice.differences(breakdown) == {}
    one = breakdown.orders[0]
    assert sandbox.invoices.charges_of(one.order_id) == one


def test_every_list_can_be_read(sandbox: Sandbox) -> None:
    """Each list to choose from has entries with ids and names."""
    lists = sandbox.lists
    for read in (
        *(lists.warehouses, lists.channels, lists.countries, lists.currencies),
        *(lists.courier_services, lists.goods_in_types, lists.asn_statuses),
    ):
        found = read()
        assert found, read.__name__
        assert all(choice.id and choice.name for choice in found)
    assert all(len(client.currency) == 3 for client in lists.clients())
