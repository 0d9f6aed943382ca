"""A client invoice as an accounting document: equal to its cost centres, to the penny."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ....plugin.domain.client_invoices.client_invoice import Breakdown, CostCentre, OtherCharge
from ....plugin.domain.client_invoices.client_invoice_building import (
    InvoicingTerms,
    build_client_invoice,
)
from ....plugin.domain.connections.mapping import Entry, Mapping
from ....plugin.domain.invoices.invoice import Invoice
from ....plugin.errors import NeedsPerson
from ....plugin.testing.target import an_organisation
from ..exports.client_invoices.samples import ACCOUNTS, a_client, an_invoice, made_of

RATES = {"OUTPUT2": 20, "RROUTPUT": 5, "ZERORATEDOUTPUT": 0}

TERMS = InvoicingTerms(
    contact="Acme Ltd",
    contact_id="c-1",
    date=an_invoice().dated_on,
    due_date=an_invoice().dated_on,
    status="AUTHORISED",
)

pennies = st.integers(-50_000, 500_000).map(lambda x: Decimal(x).scaleb(-2))


def build(
    costs: dict[str, str],
    *,
    entries: dict[tuple[str, str], Entry] | None = None,
    breakdown: Breakdown | None = None,
    terms: InvoicingTerms = TERMS,
    **client: object,
) -> Invoice:
    """The document for these costs."""
    mapping = Mapping(ACCOUNTS if entries is None else entries)
    bill = an_invoice(costs=costs)
    return build_client_invoice(
        bill, a_client(**client), breakdown, mapping, an_organisation(), terms
    )


def penny(amount: Decimal) -> Decimal:
    """Half a penny away from nothing, as Xero rounds a line's tax (xero.md 5.1)."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@given(
    st.dictionaries(st.sampled_from([str(x) for x in CostCentre]), pennies, min_size=1),
    st.lists(st.sampled_from(list(RATES)), min_size=11, max_size=11),
    st.sampled_from(["yes", "no"]),
)
def test_the_total_is_the_cost_centres_and_their_tax(
    costs: dict[str, Decimal], types: list[str], within: str
) -> None:
    """Whatever was billed: net is the sum of the cost centres, and each bears its own tax."""
    type_of = dict(zip([str(x) for x in CostCentre], types, strict=True))
    expected, net = Decimal(0), Decimal(0)
    for centre, cost in costs.items():
        amount = cost
        if centre == "postage" and within == "yes":
            amount -= costs.get("postage_vat_free", Decimal(0))
        net += amount
        expected += amount + penny(amount * RATES[type_of[centre]] / 100)
    if within == "yes" and "postage" not in costs:
        free = costs.get("postage_vat_free", Decimal(0))
        net -= free
        expected += -free + penny(-free * RATES[type_of["postage"]] / 100)
    entries = {
        ("cost_centre", centre): Entry(target=f"2{place:02}/{type_of[centre]}")
        for place, centre in enumerate(type_of)
    }
    terms = replace(TERMS, postage_includes_vat_free=within)
    given_costs = {k: str(v) for k, v in costs.items()}
    if expected < 0 or not any(costs.values()):
        with pytest.raises(NeedsPerson) as caught:
            build(given_costs, entries=entries, terms=terms)
        assert caught.value.code == ("MX-213" if expected < 0 else "MX-307")
        return
    built = build(given_costs, entries=entries, terms=terms)
    assert built.total == expected
    assert sum(line.net for line in built.lines) == net
    accounts = [line.account_code for line in built.lines]
    assert len(accounts) == len(set(accounts)), "one line for each cost centre"


def test_lines_say_what_was_done_how_often() -> None:
    """A line has its cost centre's name, and how many orders or deliveries it is for."""
    bill = an_invoice(costs={"picking": "10", "storage": "3", "goods_in": "4"})
    charges = tuple(
        OtherCharge(
            charge_id=str(n),
            centre=CostCentre.GOODS_IN,
            about_id=str(70 + n),
            description="pallets",
            amount=Decimal(2),
        )
        for n in range(2)
    )
    breakdown = replace(made_of(bill), others=charges)
    costs = {"picking": "10", "storage": "3", "goods_in": "4"}
    built = build(costs, breakdown=breakdown)
    said = ["Picking, 1 order", "Storage", "Goods in, 2 deliveries"]
    assert sorted(line.description for line in built.lines) == sorted(said)
    each = build(costs, breakdown=breakdown, terms=replace(TERMS, lines="charges"))
    assert "Goods in, delivery 71, pallets" in [line.description for line in each.lines]
    assert each.total == built.total


def test_a_breakdown_that_differs_gives_one_line() -> None:
    """By charge only what adds up to the cost centre: else the document would be another."""
    charge = OtherCharge(
        charge_id="1",
        centre=CostCentre.OTHER,
        about_id="",
        description="labels",
        amount=Decimal("3.99"),
    )
    breakdown = Breakdown(orders=(), others=(charge,))
    built = build({"other": "4.00"}, breakdown=breakdown, terms=replace(TERMS, lines="charges"))
    assert [line.net for line in built.lines] == [Decimal("4.00")]


@pytest.mark.parametrize(
    ("setting", "told", "net"),
    [
        ("ask", True, "10.00"),
        ("ask", False, "14.00"),
        ("yes", None, "10.00"),
        ("no", None, "14.00"),
        ("yes", True, "10.00"),
    ],
)
def test_vat_free_postage_counts_once(*, setting: str, told: bool | None, net: str) -> None:
    """Postage with the VAT-free in it is not billed twice; without it, both are billed."""
    costs = {"postage": "10.00", "postage_vat_free": "4.00"}
    breakdown = made_of(an_invoice(costs=costs), within=told)
    terms = replace(TERMS, postage_includes_vat_free=setting)
    built = build(costs, breakdown=breakdown, terms=terms)
    assert sum(line.net for line in built.lines) == Decimal(net)


@pytest.mark.parametrize(
    ("setting", "told", "code", "said"),
    [
        ("yes", False, "MX-331", "postage comes to 10.00, but to 14.00"),
        ("no", True, "MX-331", "postage comes to 14.00, but to 10.00"),
        ("ask", None, "MX-332", "10.00"),
    ],
)
def test_postage_that_is_not_as_set_is_refused(
    *, setting: str, told: bool | None, code: str, said: str
) -> None:
    """The setting against the orders' own totals: refused with both figures and the fix."""
    costs = {"postage": "10.00", "postage_vat_free": "4.00"}
    breakdown = made_of(an_invoice(costs=costs), within=told)
    terms = replace(TERMS, postage_includes_vat_free=setting)
    with pytest.raises(NeedsPerson) as caught:
        build(costs, breakdown=breakdown, terms=terms)
    assert caught.value.code == code
    assert said in caught.value.message
    assert "postage_includes_vat_free=" in caught.value.fix


def test_a_client_exempt_from_vat_pays_none() -> None:
    """A client that Mintsoft calls exempt gets the tax type that is mapped for rate 0."""
    entries = {**ACCOUNTS, ("tax_rate", "0"): Entry(target="ZERORATEDOUTPUT")}
    built = build({"picking": "10.00"}, entries=entries, vat_exempt=True)
    assert [(x.tax_type, x.tax) for x in built.lines] == [("ZERORATEDOUTPUT", Decimal(0))]


def test_what_is_missing_is_named() -> None:
    """An unmapped cost centre, a tax type without a rate, an unknown currency: nothing is built."""
    gone = {**ACCOUNTS, ("cost_centre", "picking"): Entry(target="200/GONE")}
    for entries, code in [({}, "MX-321"), (gone, "MX-333")]:
        with pytest.raises(NeedsPerson) as caught:
            build({"picking": "1.00"}, entries=entries)
        assert caught.value.code == code
    with pytest.raises(NeedsPerson) as caught:
        build({"picking": "1.00"}, currency="")
    assert caught.value.code == "MX-206"
