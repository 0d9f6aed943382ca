"""Order: what makes it the same, and what makes it an edited one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from ....plugin.domain.exports.claim import NUMBER_LENGTH, plain_number
from ....plugin.domain.orders.order import Charge
from ....plugin.domain.times import from_text, to_text
from ..orders import DAY, a_line, an_order


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "INVOICED"},
        {"tags": ("xero", "vip")},
        {"changed_at": DAY + timedelta(days=1)},
        {"customer": "", "personal_data_removed": True},
        {"warehouse": "OTHER"},
        {"lines": (a_line(unit_net=Decimal("10.0"), tax=Decimal(4)),)},
        {"lines": (a_line(line_id="99"),)},
        {"stated_gross": Decimal(24)},
    ],
)
def test_what_is_no_edit(changes: dict[str, Any]) -> None:
    """Status, tags, the removal of the customer, or 10.0 for 10.00 leave an invoice as it is."""
    assert an_order(**changes).fingerprint == an_order().fingerprint
    assert an_order(**changes).content == an_order().content


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": (a_line(quantity=3),)},
        {"lines": (a_line(unit_net=Decimal("10.01")),)},
        {"lines": (a_line(description="Red widget"),)},
        {"lines": (a_line(), a_line())},
        {"shipping": Charge(net=Decimal(1), tax=Decimal("0.20"))},
        {"discount": Charge(net=Decimal(1), tax=Decimal("0.20"))},
        {"stated_gross": Decimal("24.01")},
        {"currency": "EUR"},
        {"number": "OTHER"},
        {"client": "OTHER"},
    ],
)
def test_what_is_an_edit(changes: dict[str, Any]) -> None:
    """Whatever is on the invoice makes another order of it: another content and fingerprint."""
    assert an_order(**changes).fingerprint != an_order().fingerprint
    assert an_order(**changes).content != an_order().content


@pytest.mark.parametrize(
    "changes",
    [
        {"despatched_at": DAY + timedelta(days=1)},
        {"country": "IE"},
        {"channel_id": "8"},
        {"external_reference": "PO 7"},
        {"parts": 2},
    ],
)
def test_same_content_of_another_sale(changes: dict[str, Any]) -> None:
    """Date, country, channel and parts matter to the invoice, not to what was sold."""
    assert an_order(**changes).fingerprint != an_order().fingerprint
    assert an_order(**changes).content == an_order().content


def test_content_is_of_the_order_not_of_its_id() -> None:
    """An order entered twice has one content, though every id differs."""
    twice = replace(an_order("2"), number=an_order("1").number)
    assert twice.content == an_order("1").content


def test_broken_text_has_a_fingerprint() -> None:
    """Half a character in a description stops nobody."""
    assert an_order(lines=(a_line(description="\ud83d"),)).fingerprint


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 6, 15), datetime(2026, 6, 15, tzinfo=timezone(timedelta(hours=1)))],  # noqa: DTZ001
)
def test_times_are_utc(moment: datetime) -> None:
    """A time without a zone, or in another one, is refused where it enters the domain."""
    with pytest.raises(ValueError, match=r"Order\.ordered_at"):
        an_order(ordered_at=moment)


def test_moments_as_text() -> None:
    """A moment is written with Z and read back equal, in UTC."""
    moment = datetime(2026, 6, 15, 12, 0, 0, 5, tzinfo=UTC)
    assert to_text(moment) == "2026-06-15T12:00:00.000005Z"
    assert from_text(to_text(moment)) == moment
    assert from_text(to_text(moment)).tzinfo is UTC


@pytest.mark.parametrize(
    ("prefix", "number", "plain"),
    [("MS-", "A 1", "MS-A 1"), ("", " é/7 ", "_/7"), ("", "N" * 999, "N" * NUMBER_LENGTH)],
)
def test_invoice_number_of_an_order(prefix: str, number: str, plain: str) -> None:
    """An invoice number is printable ASCII, and leaves room for an id behind it."""
    assert plain_number(prefix, number) == plain
