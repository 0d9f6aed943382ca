from decimal import Decimal
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.client_invoices.charges import MintsoftClientInvoices
from .....adapters.mintsoft.client_invoices.client_invoices import read_client_invoice
from .....plugin.domain.client_invoices.client_invoice import Breakdown, ClientInvoice, CostCentre
from .....plugin.errors import NeedsPerson
from .....plugin.ports.source import Unreadable
from .raw import LONDON, utc
from .samples import raw_charges, raw_invoice
from .server import Scripted, answered

BREAKDOWN: dict[str, Any] = {
    "Orders": [raw_charges()],
    "Returns": [{"ID": 1, "ReturnId": 55, "Cost": 1.5, "Comments": "Damaged"}],
    "GoodsIn": [
        {
            "ID": 2,
            "ASNId": 6114,
            "DeliverySizeCost": 5.0,
            "AdminCost": 1.0,
            "UnitCost": 0.1,
            "NumberOfUnits": 20,
            "TotalUnitCost": 2.0,
            "TotalPerSkuCost": 1.0,
            "Note": "Pallet",
        }
    ],
    "Collections": [{"ID": 3, "CollectionId": 7, "Cost": 2.0}],
    "Other": [
        {"ID": 4, "Cost": 9.0, "Comments": "June", "InvoiceItemType": {"Name": "Desk"}},
        {"ID": 5, "Cost": -2.0, "Comments": None, "InvoiceItemType": None},
    ],
}


def invoices(client: MintsoftClient, client_id: str = "") -> MintsoftClientInvoices:
    return MintsoftClientInvoices(client, zone="Europe/London", client_id=client_id)


def test_a_client_invoice_in_our_words() -> None:
    """Each cost centre has its field; null is nothing, and the date is the account's day."""
    found = read_client_invoice(raw_invoice(Date="2026-05-31T23:30:00"), LONDON)
    assert isinstance(found, ClientInvoice)
    assert (found.source_id, found.client_id, found.name) == ("3", "8", "May")
    assert found.dated_on.isoformat() == "2026-05-31"
    assert found.costs[CostCentre.REWORK] == 0
    assert found.costs[CostCentre.POSTAGE_VAT_FREE] == Decimal("5.25")
    assert found.costs[CostCentre.STORAGE] == 100
    assert sum(found.costs.values()) == Decimal("178.25")


@pytest.mark.parametrize(
    "damage", [{"ID": None}, {"ClientId": None}, {"Date": None}, {"PickingCost": "x"}]
)
def test_an_unreadable_client_invoice_is_kept(damage: Any) -> None:
    """An invoice with damage comes as such, never with a cost left out."""
    assert isinstance(read_client_invoice(raw_invoice(**damage), LONDON), Unreadable)


def test_an_invoice_agrees_with_its_breakdown(server: Scripted, client: MintsoftClient) -> None:
    """The five lists come together; all cost centres but storage can be compared."""

    def answer(request: Request) -> Response:
        if request.path == "/api/Accounting/Invoice/3":
            return answered(raw_invoice())
        return answered(BREAKDOWN[request.path.rpartition("/")[2]])

    server.answer = answer
    one = invoices(client).invoice("3")
    assert isinstance(one, ClientInvoice)
    breakdown = invoices(client).breakdown("3")
    assert one.differences(breakdown) == {}
    assert breakdown.cost(CostCentre.GOODS_IN) == 9
    assert [x.description for x in breakdown.others][:2] == ["Damaged", "Pallet"]
    assert [x.about_id for x in breakdown.others] == ["55", "6114", "7", "", ""]
    assert breakdown.others[3].description == "Desk: June"
    assert breakdown.vat_free_is_within_postage is False


def test_a_damaged_breakdown_is_none(server: Scripted, client: MintsoftClient) -> None:
    """A breakdown is whole or an error: a row left out would make a wrong invoice."""
    server.answer = lambda r: answered([{"ID": None}] if r.path.endswith("Other") else [])
    with pytest.raises(NeedsPerson) as raised:
        invoices(client).breakdown("3")
    assert raised.value.code == "MX-501"
    server.answer = lambda _: answered([])
    assert invoices(client).breakdown("3") == Breakdown(orders=(), others=())


def test_what_one_order_costs(server: Scripted, client: MintsoftClient) -> None:
    """The charges of an order are read by its id; none yet is no error, another's is one."""
    server.answer = lambda r: (
        answered(raw_charges())
        if r.path.startswith("/api/Accounting/Invoice/Orders/900")
        else Response(status=404)
    )
    charges = invoices(client).charges_of("9001")
    assert charges is not None
    assert charges.picking == Decimal("10.5")
    assert invoices(client).charges_of("8000") is None
    with pytest.raises(NeedsPerson):
        invoices(client).charges_of("9002")


def test_invoices_are_listed_since_a_date(server: Scripted, client: MintsoftClient) -> None:
    """The list is asked by client and date, and another client's invoice is left out."""
    asked: list[dict[str, str]] = []

    def answer(request: Request) -> Response:
        asked.append(request.args.to_dict())
        first = [raw_invoice(), raw_invoice(ID=4, ClientId=9), raw_invoice(ID=5, Name=None)]
        return answered(first if request.args["PageNo"] == "1" else [])

    server.answer = answer
    (page,) = invoices(client, "8").dated_since(utc(2026, 5, 1))
    assert [one.source_id for one in page] == ["3", "5"]
    assert asked[0]["SinceDate"] == "2026-05-01T01:00:00"
    assert asked[0]["ClientId"] == "8"
