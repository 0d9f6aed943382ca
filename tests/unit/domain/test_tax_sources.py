"""Tax sources: which tax types serve whom."""

from decimal import Decimal
from typing import Any

import pytest

from ....plugin.domain.taxes.tax_sources import (
    TaxPlace,
    TaxSources,
    TaxTypes,
    postcode_area,
    tax_source,
)

MAPPED = {
    "20": "HOME20",
    "0": "HOME0",
    "GB:5": "HOME5",
    "DE:19": "DE19",
    "US:*": "LOCAL",
    "sku:BOOK-1:0": "BOOKS",
    "sku:SET:A:20": "SETS",
    "channel:7:20": "SHOP",
    "account:260:20": "POSTAGE",
    "postcode:BT:20": "NI",
    "has_vat_number:20": "BUSINESS",
    "IE:has_vat_number:0": "REVERSE",
}


def types(country: str, *, sku: str = "", account: str = "", **place: Any) -> TaxTypes:
    """The tax types for a line of an order to a country, of a British organisation."""
    where = TaxPlace(country=country, home="GB", **place)
    return TaxSources.of(MAPPED.items()).serving(where).types(where, sku, account)


@pytest.mark.parametrize(
    ("country", "rates"),
    [
        ("GB", {"20": "HOME20", "5": "HOME5", "0": "HOME0"}),
        ("", {"20": "HOME20", "0": "HOME0"}),
        ("DE", {"19": "DE19"}),
        ("FR", {"20": "HOME20", "0": "HOME0"}),
        ("US", {}),
        ("IE", {}),
    ],
)
def test_a_rate_never_serves_another_country(country: str, rates: dict[str, str]) -> None:
    """Bare rates serve the own country, unknown ones, and those of which nothing is mapped."""
    assert types(country).by_rate == {Decimal(rate): x for rate, x in rates.items()}


def test_any_rate() -> None:
    """A star serves what no rate of its country explains, there alone."""
    assert [types(x).of_any_rate for x in ("US", "GB", "DE")] == ["LOCAL", "", ""]


def test_precedence() -> None:
    """SKU goes before channel, account, VAT number and post code area, and these before a rate."""
    twenty = Decimal(20)
    place: dict[str, Any] = {"channel_id": "7", "postcode_area": "BT", "has_vat_number": True}
    said = [types("GB", sku="SET:A", account="260", **place).by_rate[twenty]]
    for name in ("", "channel_id", "account", "has_vat_number", "postcode_area"):
        place.pop(name, None)
        account = "260" if name in {"", "channel_id"} else "200"
        said.append(types("GB", account=account, **place).by_rate[twenty])
    assert said == ["SETS", "SHOP", "POSTAGE", "BUSINESS", "NI", "HOME20"]
    assert types("GB", sku="book-1").by_rate[Decimal(0)] == "BOOKS"
    assert types("IE", has_vat_number=True).by_rate == {Decimal(0): "REVERSE"}


@pytest.mark.parametrize(
    "text",
    ["", "GB", "gb:20", "20%", "101", "GB:", "shop:7:20", "sku:20", "*:20", "-1", "GB:DE:20"],
)
def test_what_is_no_source(text: str) -> None:
    """A source is a rate, with what may stand before it, and nothing else."""
    with pytest.raises(ValueError, match="no source"):
        tax_source(text)
    assert TaxSources.of([(text, "T")]).entries == ()


def test_postcode_area() -> None:
    """The area is what stands before the first digit; a foreign code has none."""
    codes = ("bt1 1aa", "M1 1AA", " LS2 7UE", "10115", "", "D02 X285", "WELLINGTON")
    assert [postcode_area(x) for x in codes] == ["BT", "M", "LS", "", "", "D", ""]
