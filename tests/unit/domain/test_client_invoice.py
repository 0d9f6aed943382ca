from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ....plugin.domain.client_invoices.client_invoice import (
    Breakdown,
    ClientInvoice,
    CostCentre,
    OrderCharges,
    OtherCharge,
)
from ....plugin.domain.money import ZERO

CHARGES = OrderCharges(
    order_id="9001",
    invoice_id="3",
    picking=Decimal(10),
    postage=Decimal(40),
    postage_vat_free=Decimal(5),
    packaging=ZERO,
    rework=ZERO,
    admin_fee=ZERO,
    total_postage=Decimal(45),
)
COSTS = dict.fromkeys(CostCentre, ZERO) | {
    CostCentre.PICKING: Decimal(10),
    CostCentre.POSTAGE: Decimal(40),
    CostCentre.POSTAGE_VAT_FREE: Decimal(5),
    CostCentre.STORAGE: Decimal(100),
    CostCentre.RETURNS: Decimal("1.50"),
}
INVOICE = ClientInvoice(
    source_id="3",
    client_id="8",
    name="May",
    comments="",
    dated_on=date(2026, 5, 31),
    parcels=1,
    items=2,
    costs=COSTS,
    changed_at=datetime(2026, 6, 1, tzinfo=UTC),
)
RETURN = OtherCharge(
    charge_id="1", centre=CostCentre.RETURNS, about_id="5", description="", amount=Decimal("1.5")
)


def test_an_invoice_is_compared_with_its_breakdown() -> None:
    """Each cost centre but storage, which has no breakdown, is what its parts come to."""
    whole = Breakdown(orders=(CHARGES,), others=(RETURN,))
    assert INVOICE.differences(whole) == {}
    assert INVOICE.differences(Breakdown(orders=(CHARGES,), others=())) == {
        CostCentre.RETURNS: Decimal("1.50")
    }


def test_every_cost_centre_has_a_cost() -> None:
    """A cost centre that is forgotten is our own bug, not nothing."""
    with pytest.raises(ValueError, match="every cost centre"):
        replace(INVOICE, costs={CostCentre.PICKING: ZERO})


@pytest.mark.parametrize(
    ("total", "vat_free", "within"),
    [
        (Decimal(45), Decimal(5), False),
        (Decimal(40), Decimal(5), True),
        (Decimal(99), Decimal(5), None),
        (None, Decimal(5), None),
        (Decimal(40), ZERO, None),
    ],
)
def test_each_order_tells_whether_postage_holds_what_is_free_of_vat(
    total: Decimal | None, vat_free: Decimal, within: object
) -> None:
    """Whether PostageCost includes VatFreePostageCost follows from the orders' own totals.

    Mintsoft does not say (mintsoft.md 5); where its totals don't tell either, nothing is guessed.
    """
    one = replace(CHARGES, total_postage=total, postage_vat_free=vat_free)
    assert Breakdown(orders=(one,), others=()).vat_free_is_within_postage is within


def test_orders_that_contradict_each_other_tell_nothing() -> None:
    """Two orders of different kinds leave it open."""
    other = replace(CHARGES, total_postage=Decimal(40))
    assert Breakdown(orders=(CHARGES, other), others=()).vat_free_is_within_postage is None


def test_the_fingerprint_is_of_what_is_billed() -> None:
    """1.50 and 1.5 are one amount; another amount, or another date, is another invoice."""
    same = replace(INVOICE, costs={**COSTS, CostCentre.RETURNS: Decimal("1.5")}, comments="Seen")
    assert same.fingerprint == INVOICE.fingerprint
    dearer = replace(INVOICE, costs={**COSTS, CostCentre.RETURNS: Decimal(2)})
    later = replace(INVOICE, dated_on=date(2026, 6, 30))
    assert len({INVOICE.fingerprint, dearer.fingerprint, later.fingerprint}) == 3
