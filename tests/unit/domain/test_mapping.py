"""Mapping: what a new connection may assume, and what it must leave to a person."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ....plugin.domain.connections.mapping import Entry, Mapping, assumptions, rate_text
from ....plugin.domain.connections.organisation import Account, Organisation, TaxRate
from ....plugin.testing.target import an_organisation


def account(code: str, **changes: Any) -> Account:
    """An active account of revenue."""
    values: dict[str, Any] = {
        "code": code,
        "name": code,
        "account_class": "REVENUE",
        "active": True,
        "system_account": "",
        "tax_type": "",
    }
    return Account(**{**values, **changes})


def rate(tax_type: str, percent: int, **changes: Any) -> TaxRate:
    """An active tax rate for revenue."""
    values: dict[str, Any] = {"active": True, "applies_to_revenue": True, **changes}
    return TaxRate(tax_type=tax_type, name=tax_type, rate=Decimal(percent), **values)


def assumed(**changes: Any) -> dict[tuple[str, str], str]:
    """What is assumed of an organisation like this."""
    found = assumptions(replace(an_organisation(), **changes))
    assert all(entry.assumed for entry in found.values())
    return {key: entry.target for key, entry in found.items()}


def test_great_britain() -> None:
    """A British organisation has sales, rounding and the three ordinary rates."""
    assert assumed() == {
        ("sales_account", "default"): "200",
        ("rounding_account", "default"): "860",
        ("tax_rate", "20"): "OUTPUT2",
        ("tax_rate", "5"): "RROUTPUT",
        ("tax_rate", "0"): "ZERORATEDOUTPUT",
    }


@pytest.mark.parametrize(
    ("accounts", "sales"),
    [
        ([account("400"), account("200"), account("260")], "200"),
        ([account("400")], "400"),
        ([account("400"), account("500")], None),
        ([account("400"), account("200", active=False)], "400"),
        ([account("400"), account("200", account_class="EXPENSE")], "400"),
        ([account("200", system_account="UNREALISEDCURRENCYGAIN"), account("400")], "400"),
        ([account("400"), account("500"), account("200", active=False)], None),
        ([], None),
    ],
)
def test_sales_account(accounts: list[Account], sales: str | None) -> None:
    """Sales go to 200 where that may be, else to the only revenue account, else nowhere."""
    assert assumed(accounts=tuple(accounts)).get(("sales_account", "default")) == sales


def test_rounding_only_to_the_active_system_account() -> None:
    """Rounding goes to the system's own account, wherever it is, and to no archived one."""
    system = {"account_class": "EXPENSE", "system_account": "ROUNDING"}
    for active, found in ((True, "999"), (False, None)):
        accounts = (account("999", active=active, **system), account("860"))
        assert assumed(accounts=accounts).get(("rounding_account", "default")) == found


def test_tax_of_the_account_goes_first() -> None:
    """The sales account's own tax type is taken for its rate, if the rate agrees."""
    rates = (*an_organisation().tax_rates, rate("TAX001", 20))
    own = assumed(accounts=(account("200", tax_type="TAX001"),), tax_rates=rates)
    assert (own["tax_rate", "20"], own["tax_rate", "5"]) == ("TAX001", "RROUTPUT")
    other = (*an_organisation().tax_rates, rate("TAX001", 17))
    assert (
        assumed(accounts=(account("200", tax_type="TAX001"),), tax_rates=other)["tax_rate", "20"]
        == "OUTPUT2"
    )


@pytest.mark.parametrize(
    "tax_type", ["DRCHARGE20", "DRCHARGE5", "DRCHARGESUPPLY20", "REVERSECHARGES", "ECACQUISITIONS"]
)
@pytest.mark.parametrize("percent", [0, 5, 20])
def test_never_a_reverse_charge(tax_type: str, percent: int) -> None:
    """A reverse charge is never assumed, not even when it is the sales account's own type."""
    rates = (*an_organisation().tax_rates, rate(tax_type, percent))
    found = assumed(accounts=(account("200", tax_type=tax_type),), tax_rates=rates)
    assert tax_type not in found.values()
    only = assumed(tax_rates=(rate(tax_type, percent),))
    assert tax_type not in only.values()
    named = replace(rate("TAX001", percent), name="Domestic Reverse Charge")
    found = assumed(accounts=(account("200", tax_type="TAX001"),), tax_rates=(named,))
    assert "TAX001" not in found.values()


def test_type_that_is_not_for_revenue() -> None:
    """The account's own type is not assumed when Xero would refuse it on revenue."""
    rates = (*an_organisation().tax_rates, rate("INPUT2", 20, applies_to_revenue=False))
    found = assumed(accounts=(account("200", tax_type="INPUT2"),), tax_rates=rates)
    assert found["tax_rate", "20"] == "OUTPUT2"


@pytest.mark.parametrize("country", ["US", "", "DE"])
def test_elsewhere_no_tax_is_assumed(country: str) -> None:
    """Where there is no ordinary answer, a person maps the taxes."""
    assert not [key for key in assumed(country=country) if key[0] == "tax_rate"]


def test_inactive_or_changed_rates_are_not_assumed() -> None:
    """A type that is archived, or stands for another rate than usual, is left to a person."""
    rates = (rate("OUTPUT2", 20, active=False), rate("RROUTPUT", 6), rate("ZERORATEDOUTPUT", 0))
    taxes = {k[1]: v for k, v in assumed(tax_rates=rates).items() if k[0] == "tax_rate"}
    assert taxes == {"0": "ZERORATEDOUTPUT"}


def test_what_a_person_mapped_stays() -> None:
    """Assumptions fill gaps, and never replace what a person has chosen."""
    organisation: Organisation = an_organisation()
    mine = Entry(target="400")
    mapping = Mapping({("sales_account", "default"): mine}).with_assumptions(organisation)
    assert mapping.entries["sales_account", "default"] == mine
    assert mapping.entries["tax_rate", "20"].assumed


def test_rates_as_people_write_them() -> None:
    """20.00 is 20, 12.50 is 12.5, and 100 stays 100."""
    assert [rate_text(Decimal(x)) for x in ("20.00", "12.50", "100", "0.0")] == [
        "20",
        "12.5",
        "100",
        "0",
    ]


def test_an_organisation_without_tax() -> None:
    """Who pays no tax maps what bears none to NONE, and nothing else."""
    found = assumptions(replace(an_organisation(), pays_tax=False))
    assert found["tax_rate", "0"].target == "NONE"
    assert [source for kind, source in found if kind == "tax_rate"] == ["0"]


def test_exchange_rate() -> None:
    """A currency has the rate that is mapped for it, else none of ours."""
    mapping = Mapping({("exchange_rate", "EUR"): Entry(target="1.1712")})
    assert [mapping.exchange_rate(x) for x in ("EUR", "USD")] == [Decimal("1.1712"), None]
