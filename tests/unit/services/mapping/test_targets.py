"""What entries of the mapping may lead to, and what becomes of them when Xero changes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from .....plugin.database.json_columns import organisation_from_json, organisation_to_json
from .....plugin.domain.client_invoices.client_invoice import CostCentre
from .....plugin.domain.connections.mapping import KINDS, Entry, Mapping
from .....plugin.domain.connections.organisation import (
    Account,
    BrandingTheme,
    Organisation,
    TaxRate,
    TrackingCategory,
)
from .....plugin.errors import NeedsPerson, SettingsError
from .....plugin.services.mapping.targets import check_target, doubt_of, name_of, problem_of
from .....plugin.testing.target import an_organisation

THEME = "22222222-2222-2222-2222-222222222222"


def an_account(code: str, name: str = "", group: str = "REVENUE", **changes: object) -> Account:
    """An active account of revenue, changed as a test needs."""
    account = Account(
        code=code, name=name, account_class=group, active=True, system_account="", tax_type=""
    )
    return replace(account, **changes)  # type: ignore[arg-type]


def here() -> Organisation:
    """An organisation with all that may be chosen."""
    ordinary = an_organisation()
    purchases = TaxRate(
        tax_type="INPUT2",
        name="20% (VAT on Expenses)",
        rate=Decimal(20),
        active=True,
        applies_to_revenue=False,
        account_classes=("EXPENSE",),
    )
    return replace(
        ordinary,
        accounts=(
            *ordinary.accounts,
            an_account("210", "Old sales", active=False),
            an_account("429", "General expenses", "EXPENSE"),
            an_account("610", "Debtors", "ASSET", system_account="DEBTORS"),
            an_account("9/1", "Bank", "ASSET", account_type="BANK"),
        ),
        tax_rates=(*ordinary.tax_rates, purchases),
        tracking=(TrackingCategory(category_id="t", name="Region", options=("North", "South")),),
        branding_themes=(BrandingTheme(theme_id=THEME, name="Plain"),),
    )


@pytest.mark.parametrize(
    ("kind", "source", "target", "words"),
    [
        ("sales_account", "default", "201", "is unknown, did you mean '200'"),
        ("sales_account", "default", "210", "is archived"),
        ("sales_account", "default", "610", "the system's own"),
        ("shipping_account", "default", "9/1", "a bank account"),
        ("tax_rate", "20", "OUTPUT3", "no tax type 'OUTPUT3', did you mean 'OUTPUT2'"),
        ("tax_rate", "20", "RROUTPUT", "stands for 5 %"),
        ("tax_rate", "sku:BOOK:20", "RROUTPUT", "stands for 5 %"),
        ("exchange_rate", "EUR", "1,17", "is no exchange rate"),
        ("exchange_rate", "EUR", "0", "is no exchange rate"),
        ("tracking", "default", "Region", "not a tracking category with its option"),
        ("tracking", "default", "Regoin=North", "did you mean 'Region'"),
        ("tracking", "default", "Region=Nort", "did you mean 'North'"),
        ("branding_theme", "channel:7", "Plan", "did you mean 'Plain'"),
        ("cost_centre", "picking", "200", "not an account with its tax type"),
        ("cost_centre", "picking", "200/", "not an account with its tax type"),
        ("cost_centre", "picking", "210/OUTPUT2", "is archived"),
        ("cost_centre", "picking", "200/NOTHING", "no tax type 'NOTHING'"),
        ("cost_centre", "picking", "200/INPUT2", "can't be used with account 200"),
    ],
)
def test_what_the_organisation_does_not_have(
    kind: str, source: str, target: str, words: str
) -> None:
    """What is unknown, archived, reserved or of another rate is refused, with what is right."""
    with pytest.raises(SettingsError) as caught:
        check_target(here(), kind, source, target)
    assert words in caught.value.message
    assert caught.value.fix
    assert problem_of(here(), kind, source, target) == caught.value.message


@pytest.mark.parametrize(
    ("kind", "target", "kept", "called"),
    [
        ("sales_account", "200", "200", "Sales"),
        ("rounding_account", "860", "860", "Rounding"),
        ("tracking", "Region=North", "Region=North", "Region=North"),
        ("branding_theme", "Plain", THEME, "Plain"),
        ("branding_theme", THEME, THEME, "Plain"),
        ("cost_centre", "200/OUTPUT2", "200/OUTPUT2", "Sales, OUTPUT2"),
        ("cost_centre", " 200 / NONE ", "200/NONE", "Sales, NONE"),
        ("cost_centre", "429/INPUT2", "429/INPUT2", "General expenses, 20% (VAT on Expenses)"),
    ],
)
def test_what_it_has(kind: str, target: str, kept: str, called: str) -> None:
    """What is there is kept by its id or code, and shown by its name."""
    assert check_target(here(), kind, "default", target) == kept
    assert name_of(here(), kind, kept).replace("No tax", "NONE") == called


def test_unusual_account_is_said_and_taken() -> None:
    """Sales may go to an account of expenses, since Xero takes that; it is said."""
    assert problem_of(here(), "sales_account", "default", "429") == ""
    assert "EXPENSE" in doubt_of(here(), "sales_account", "429")
    assert doubt_of(here(), "sales_account", "200") == ""
    assert "can't be used with accounts of revenue" in doubt_of(here(), "tax_rate", "INPUT2")
    assert doubt_of(here(), "tax_rate", "OUTPUT2") == ""


def test_cost_centre_gives_account_and_tax_type() -> None:
    """An account's code may hold a slash, a tax type never does; unmapped, a person is told."""
    mapping = Mapping({("cost_centre", "picking"): Entry(target="20/0/OUTPUT2")})
    assert mapping.cost_centre(CostCentre.PICKING) == ("20/0", "OUTPUT2")
    with pytest.raises(NeedsPerson) as caught:
        mapping.cost_centre(CostCentre.GOODS_IN)
    assert caught.value.code == "MX-321"
    assert "cost_centre goods_in" in caught.value.fix
    assert all(centre in KINDS["cost_centre"] for centre in CostCentre)


def test_snapshots_of_an_earlier_version_are_read() -> None:
    """What was stored before tracking and themes were read has neither, and refuses none."""
    kept = organisation_to_json(here())
    assert organisation_from_json(kept) == here()
    del kept["tracking"], kept["branding_themes"]
    old = organisation_from_json(kept)
    assert (old.tracking, old.branding_themes) == (None, None)
    assert problem_of(old, "tracking", "default", "Any=Thing") == ""
    assert problem_of(old, "branding_theme", "channel:7", THEME) == ""
