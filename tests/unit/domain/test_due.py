"""Due dates, and what an invoice says of the tax."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ....plugin.domain.connections.organisation import TaxRate
from ....plugin.domain.invoices.due import due_date
from ....plugin.domain.invoices.reference import REFERENCE_LENGTH, problem_of, reference_of
from ....plugin.domain.invoices.tax_basis import no_tax_type, tax_word
from ....plugin.testing.target import an_organisation
from ..orders import an_order


@pytest.mark.parametrize(
    ("rule", "days", "dated", "due"),
    [
        ("days", 0, "2026-01-31", "2026-01-31"),
        ("days", 30, "2026-01-31", "2026-03-02"),
        ("month_end", 0, "2028-02-01", "2028-02-29"),
        ("month_end", 30, "2026-12-31", "2027-01-30"),
        ("next_month", 20, "2026-12-05", "2027-01-20"),
        ("next_month", 31, "2026-01-31", "2026-02-28"),
        ("next_month", 1, "2026-03-31", "2026-04-01"),
        ("this_month", 31, "2026-06-05", "2026-06-30"),
        ("this_month", 4, "2026-06-05", "2026-06-05"),
    ],
)
def test_due(rule: str, days: int, dated: str, due: str) -> None:
    """A due date is counted from the day, its month's end, or is a day of the next month."""
    assert due_date(date.fromisoformat(dated), rule, days) == date.fromisoformat(due)


def test_reference() -> None:
    """A template is filled with the order's words alone, and always ends with our mark, whole."""
    order = an_order("5", number="{channel}", external_reference="E-1", channel="  a \n b ")
    said = reference_of("{external}|{number}|{channel}|{client}|{warehouse}", order)
    assert said == "E-1|{channel}| a b |ACME|MAIN (Mintsoft 5)"
    assert reference_of("{external}", replace(order, external_reference="")).startswith("{chan")
    assert reference_of("", order) == "(Mintsoft 5)"
    long = reference_of("{external}", replace(order, external_reference="x" * 400))
    assert len(long) == REFERENCE_LENGTH
    assert long.endswith("x (Mintsoft 5)")
    assert problem_of("{external} {{}}")
    assert not problem_of("Order {external}")


def test_tax_basis() -> None:
    """What bears no tax is BAS Excluded only by GST, where the organisation has that."""
    excluded = TaxRate(
        tax_type="BASEXCLUDED",
        name="BAS Excluded",
        rate=Decimal(0),
        active=True,
        applies_to_revenue=True,
    )
    here = an_organisation()
    australia = replace(here, country="AU", tax_rates=(*here.tax_rates, excluded))
    said = [no_tax_type(x, australia) for x in ("organisation", "GST", "VAT")]
    assert said == ["BASEXCLUDED", "BASEXCLUDED", "NONE"]
    assert [no_tax_type(x, here) for x in ("organisation", "GST", "VAT")] == ["NONE"] * 3
    assert [tax_word("organisation", x) for x in ("GB", "AU", "NZ", "ZA")] == [
        *("VAT", "GST", "GST", "VAT")
    ]
