"""What the sandbox does with tax rates (xero.md 6)."""

from decimal import Decimal
from typing import Any

import pytest

from .....plugin.sandbox.store import Store
from .....plugin.sandbox.xero.organisation import chart
from .conftest import Time, Xero, a_line, an_invoice


def _rate(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    (rate,) = answer.json["TaxRates"]
    return rate


def _refused(answer: Any) -> list[str]:
    assert (answer.status_code, answer.json["ErrorNumber"]) == (400, 10)
    (element,) = answer.json["Elements"]
    return [error["Message"] for error in element["ValidationErrors"]]


def _new(**changes: Any) -> dict[str, Any]:
    rate = {
        "Name": "Jersey GST",
        "ReportTaxType": "OUTPUT",
        "TaxComponents": [{"Name": "GST", "Rate": 5}],
    }
    return rate | changes


@pytest.mark.parametrize(
    ("country", "sales", "percent", "purchases"),
    [
        ("GB", "OUTPUT2", "20.0000", "INPUT2"),
        ("AU", "OUTPUT", "10.0000", "INPUT"),
        ("NZ", "OUTPUT2", "15.0000", "INPUT2"),
        ("US", "TAX001", "8.2500", "INPUT"),
        ("ZA", "OUTPUT3", "15.0000", "INPUT3"),
    ],
)
def test_the_same_word_means_another_rate_elsewhere(
    country: str, sales: str, percent: str, purchases: str
) -> None:
    """Each country has its own defaults; sales rates never go on expenses, nor the reverse."""
    rates = {rate["TaxType"]: rate for rate in chart.tax_rates(country)}
    assert rates[sales]["EffectiveRate"] == percent
    assert (rates[sales]["CanApplyToRevenue"], rates[sales]["CanApplyToExpenses"]) == (True, False)
    bought = rates[purchases]
    assert (bought["CanApplyToRevenue"], bought["CanApplyToExpenses"]) == (False, True)


def test_new_rates_are_numbered_and_used(xero: Xero) -> None:
    """PUT of a list gives TAX001, TAX002...; a sales line computes with the new rate."""
    body = {"TaxRates": [_new(), _new(Name="Guernsey")]}
    answer = xero.call("PUT", "TaxRates", body).json["TaxRates"]
    assert [each["TaxType"] for each in answer] == ["TAX001", "TAX002"]
    (invoice,) = xero.put(an_invoice(LineItems=[a_line(TaxType="TAX001")]))
    assert invoice["TotalTax"] == 0.5
    assert xero.errors(LineItems=[a_line(TaxType="TAX003")])


def test_us_rates_go_on_after_their_own(time: Time) -> None:
    """Where TAX001 is there from the beginning, the next is TAX002."""
    xero = Xero(Store(), time, country="US", limits=False)
    assert _rate(xero.call("PUT", "TaxRates", _new()))["TaxType"] == "TAX002"


def test_components_add_up_and_compound(xero: Xero) -> None:
    """A compound component is charged on the amount with the other taxes."""
    components = [
        {"Name": "GST", "Rate": "5"},
        {"Name": "PST", "Rate": "10", "IsCompound": True},
    ]
    answer = xero.call("PUT", "TaxRates", _new(TaxComponents=components))
    assert '"EffectiveRate": 15.5000' in answer.text
    assert '"DisplayTaxRate": 15.0000' in answer.text


def test_what_a_rate_is_reported_as_decides_its_accounts(xero: Xero) -> None:
    """OUTPUT goes on revenue, INPUT on expenses, a rate without it anywhere: assumed."""
    for reported, flags in (
        ("OUTPUT", (True, False)),
        ("INPUT", (False, True)),
        (None, (True,) * 2),
    ):
        rate = _rate(
            xero.call("PUT", "TaxRates", _new(Name=f"For {reported}", ReportTaxType=reported))
        )
        assert (rate["CanApplyToRevenue"], rate["CanApplyToExpenses"]) == flags


def test_a_deleted_rate_is_no_longer_used(xero: Xero) -> None:
    """POST with the status DELETED ends a rate: lines refuse it, and its name is free."""
    _rate(xero.call("PUT", "TaxRates", _new()))
    gone = {"Name": "Jersey GST", "TaxType": "TAX001", "Status": "DELETED"}
    assert _rate(xero.call("POST", "TaxRates", gone))["Status"] == "DELETED"
    assert xero.errors(LineItems=[a_line(TaxType="TAX001")]) == [
        "TaxType code TAX001 does not exist or cannot be used for this type of transaction"
    ]
    assert _rate(xero.call("GET", "TaxRates/tax001"))["Status"] == "DELETED"
    assert _rate(xero.call("PUT", "TaxRates", _new()))["TaxType"] == "TAX002"


def test_an_update_replaces_the_components(xero: Xero) -> None:
    """POST finds a rate by TaxType, else by Name; components that aren't sent are gone."""
    components = [{"Name": "A", "Rate": 5}, {"Name": "B", "Rate": 2}]
    _rate(xero.call("PUT", "TaxRates", _new(TaxComponents=components)))
    changed = _rate(xero.call("POST", "TaxRates", _new(TaxComponents=components[:1])))
    assert (changed["TaxType"], changed["EffectiveRate"]) == ("TAX001", 5)
    renamed = _rate(xero.call("POST", "TaxRates", {"TaxType": "TAX001", "Name": "Other"}))
    assert (renamed["Name"], len(renamed["TaxComponents"])) == ("Other", 1)


def test_xeros_own_rates_cannot_be_changed(xero: Xero) -> None:
    """A default rate is refused, and so is a TaxType that doesn't exist."""
    assert _refused(xero.call("POST", "TaxRates", {"TaxType": "OUTPUT2", "Status": "DELETED"})) == [
        "System defined tax rates cannot be updated."
    ]
    assert xero.call("POST", "TaxRates", {"TaxType": "TAX999"}).status_code == 400
    assert xero.errors() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"TaxComponents": []},
        {"TaxComponents": [{"Name": "GST"}]},
        {"TaxComponents": [{"Name": "GST", "Rate": -1}]},
        {"Name": "20% (vat on income)"},
        {"Name": " "},
    ],
)
def test_what_a_rate_cannot_be(xero: Xero, wrong: Any) -> None:
    """A rate has a name of its own and at least one component that is not negative."""
    before = xero.call("GET", "TaxRates").json["TaxRates"]
    assert len(_refused(xero.call("PUT", "TaxRates", _new(**wrong)))) == 1
    assert xero.call("GET", "TaxRates").json["TaxRates"] == before


def test_rates_are_filtered(xero: Xero) -> None:
    """Where and order work on what a mapping page asks for."""
    where = 'Status=="ACTIVE" AND CanApplyToRevenue==true AND EffectiveRate>0'
    found = xero.http.get(
        "/api.xro/2.0/TaxRates",
        query_string={"where": where, "order": "EffectiveRate"},
        headers=xero.headers,
    ).json["TaxRates"]
    assert [each["TaxType"] for each in found] == ["RROUTPUT", "OUTPUT2"]
    assert Decimal(str(found[1]["DisplayTaxRate"])) == 20
