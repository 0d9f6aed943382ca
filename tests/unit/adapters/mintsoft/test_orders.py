import json
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .....adapters.mintsoft.orders.orders import read_order
from .....adapters.mintsoft.orders.statuses import STATUS_NAMES, read_statuses
from .....plugin.domain.orders.order import Charge, Order
from .....plugin.domain.orders.order_facts import facts_of_order
from .....plugin.ports.source import Unreadable
from .raw import LONDON, PERSONAL, order, raw_item, raw_order, understood, unreadable, utc


def line_of(**changes: Any) -> Any:
    """The line that an item with only these amounts becomes."""
    bare = {"ID": 1, "Quantity": 2, "SKU": "A"}
    return order(OrderItems=[{**bare, **changes}]).lines[0]


def test_an_order_in_our_words() -> None:
    """Every part of an order is taken from its field, times in UTC, amounts exact."""
    found = order()
    assert (found.source_id, found.number, found.client) == ("9001", "WEB-1001", "ACME")
    assert (found.status, found.channel_id, found.channel) == ("DESPATCHED", "7", "Shopify")
    assert (found.warehouse, found.country, found.currency) == ("MAIN", "GB", "GBP")
    assert found.ordered_at == utc(2026, 6, 1, 9, 25, 36, 795175)
    assert found.despatched_at == found.changed_at == utc(2026, 6, 2, 14, 1, 12, 123000)
    assert found.tags == ("vip", "xero")
    assert found.customer == f"{PERSONAL} Byron"
    assert found.customer_email == f"{PERSONAL}@example.com"
    lives = order(PostCode=" YO1 1AA ", Town="York")
    assert (lives.customer_postcode, lives.customer_town) == ("YO1 1AA", "York")
    assert found.shipping == Charge(net=Decimal("16.66"), tax=Decimal("3.32"))
    assert found.stated_gross == Decimal("259.98")
    line = found.lines[1]
    assert (line.line_id, line.sku, line.description) == ("70002", "WID-1", "Blue widget")
    assert [line.quantity, line.unit_net, line.tax_rate, line.tax] == [2, 100, 20, 40]


def test_what_may_miss_may_be_null_or_left_out() -> None:
    """Null and missing are alike, and neither matters where an order can do without."""
    needed = {"ID", "OrderNumber", "ClientId", "OrderStatusId", "Currency", "OrderDate"}
    needed |= {"LastUpdated", "OrderItems", "TotalOrderGross"}
    full = raw_order()
    nulls = {name: value if name in needed else None for name, value in full.items()}
    short = {name: value for name, value in full.items() if name in needed}
    found = [read_order(raw, statuses=STATUS_NAMES, zone=LONDON) for raw in (nulls, short)]
    assert found[0] == found[1]
    assert isinstance(found[0], Order)
    assert (found[0].client, found[0].channel_id, found[0].part) == ("3", "", 1)
    assert (found[0].despatched_at, found[0].customer, found[0].tags) == (None, "", ())


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2012-06-19T20:26:50", utc(2012, 6, 19, 19, 26, 50)),
        ("2022-12-08T12:13:13.7061351", utc(2022, 12, 8, 12, 13, 13, 706135)),
        ("2026-03-29T01:30:00", utc(2026, 3, 29, 1, 30)),  # skipped by the clocks
        ("2026-10-25T01:30:00", utc(2026, 10, 25, 0, 30)),  # comes twice
        ("2026-06-01T10:00:00+02:00", utc(2026, 6, 1, 8)),
    ],
)
def test_times_are_the_accounts_own(text: str, moment: object) -> None:
    """A time without offset is in the account's zone, clock changes included."""
    assert order(LastUpdated=text).changed_at == moment


def test_the_year_one_is_never() -> None:
    """.NET's smallest date means that there is none."""
    assert order(DespatchDate="0001-01-01T00:00:00").despatched_at is None
    assert "LastUpdated is missing" in unreadable(LastUpdated="0001-01-01T00:00:00").error.message


def test_times_at_the_end_of_the_calendar() -> None:
    """A date that has no moment in UTC makes the order unreadable, not the program."""
    raw = raw_order(LastUpdated="9999-12-31T23:59:59")
    found = read_order(raw, statuses={}, zone=ZoneInfo("America/New_York"))
    assert isinstance(found, Unreadable)


def test_statuses_are_named_by_id() -> None:
    """A status is what the account's table calls its id, never its outside name."""
    names = read_statuses([{"ID": 6, "Name": "INVOICEFAILED", "ExternalName": "DESPATCHED"}, 7])
    assert names == {6: "INVOICEFAILED"}
    raw = raw_order(OrderStatusId=6)
    found = read_order(raw, statuses=names, zone=LONDON)
    assert isinstance(found, Order)
    assert found.status == "INVOICEFAILED"
    assert order(OrderStatusId=99).status == "STATUS-99"


@pytest.mark.parametrize(
    ("item", "unit_net", "rate", "discount", "tax"),
    [
        # all given; amounts as text
        (
            {"PriceNet": "100.00", "TaxRate": "20", "DiscountNet": "5", "TaxPaid": "39"},
            100,
            20,
            5,
            39,
        ),
        # the older names; the rate follows from the tax, the discount carries it too
        ({"Price": 10, "Vat": 2, "Discount": 1}, 10, 20, 1, "3.80"),
        # the trio without its net part
        ({"PriceNet": 10, "Tax": 2, "DiscountGross": 6, "DiscountTax": 1}, 10, 20, 5, 3),
        ({"PriceNet": 10, "TotalTax": 4, "TaxRate": 20, "DiscountTax": 1}, 10, 20, 0, 3),
        # 0 is given, null is not
        ({"PriceNet": 0, "Price": 9, "Tax": 0}, 0, 0, 0, 0),
        ({"PriceNet": None, "Price": 9, "Tax": None, "Vat": "0.45"}, 9, 5, 0, "0.90"),
        ({"PriceNet": "3.3333", "Tax": "0.6667"}, "3.3333", "20.00", 0, "1.3334"),
    ],
)
def test_money_of_a_line(item: Any, unit_net: Any, rate: Any, discount: Any, tax: Any) -> None:
    """Each amount of a line comes from the most explicit field that is given."""
    line = line_of(**item)
    found = (line.unit_net, line.tax_rate, line.discount_net, line.tax)
    assert found == tuple(Decimal(x) for x in (unit_net, rate, discount, tax))


def test_money_of_an_order() -> None:
    """Charges fall back to the older names; a discount keeps its sign; the total may be summed."""
    found = order(
        ShippingNet=None,
        ShippingTax=None,
        DiscountNet=-5,
        DiscountTax="-1.00",
        TotalOrderGross=None,
    )
    assert found.shipping == Charge(net=Decimal("16.66"), tax=Decimal("3.32"))
    assert found.discount == Charge(net=Decimal(-5), tax=Decimal(-1))
    assert found.stated_gross == Decimal("259.98")


def test_returned_units_are_a_negative_line() -> None:
    """A negative quantity is as many units at the price with a minus, with their tax."""
    line = line_of(Quantity=-2, PriceNet="10.00", Tax="2.00", TaxPaid=None, TotalTax=None)
    assert (line.quantity, line.unit_net, line.tax) == (2, Decimal(-10), Decimal(-4))
    assert line.net == Decimal(-20)


def test_what_is_left_out_is_known_for_left_out() -> None:
    """A missing tax, rate or currency, and a VAT number, are told from a stated nothing."""
    silent = line_of(PriceNet=10, TaxRate=None, Tax=None, Vat=None, TaxPaid=None, TotalTax=None)
    assert (silent.states_rate, silent.states_tax) == (False, False)
    told = line_of(PriceNet=10, TaxRate=0, Tax=0)
    assert (told.states_rate, told.states_tax) == (True, True)
    assert order(Currency=None).currency == ""
    assert [order(VATNumber=x).has_vat_number for x in ("GB123", " ", None)] == [True, False, False]


def test_split_merged_and_scrubbed_orders() -> None:
    """Parts, the mark of a merge, and the removal of the customer are seen."""
    merge = [{"Name": "MergedOrder", "Value": "True"}, {"Name": None, "Value": None}]
    found = order(Part=2, NumberOfParts=3, OrderNameValues=merge, PIIRemoved=True, FirstName=None)
    assert (found.part, found.parts, found.merged) == (2, 3, True)
    assert found.personal_data_removed
    assert order(CompanyName=" Acme Ltd ").customer == "Acme Ltd"


@pytest.mark.parametrize(
    ("first", "last", "customer"),
    [
        ("Zoe\u0308", "Mu\u0308ller", "Zo\u00eb M\u00fcller"),
        ("Zo\u200b\u00eb\u00ad", "\u202eM\u00fcller\u2069", "Zo\u00eb M\u00fcller"),
        ("\u200b\u2060", "\u00c5ke", "\u00c5ke"),
        ("\u200d", "\u3164 \u2800", ""),
        ("\u0645\u06cc\u200c\u0646\u0627", None, "\u0645\u06cc\u200c\u0646\u0627"),
    ],
    ids=["decomposed", "invisible", "first name of nothing", "nothing", "joined"],
)
def test_a_name_is_what_people_read(first: str, last: str | None, customer: str) -> None:
    """One name however its letters are composed; invisible signs are not of it, nor make one."""
    read = order(CompanyName="\ufeff", FirstName=first, LastName=last, Town="Malmo\u0308")
    assert (read.customer, read.customer_town) == (customer, "Malm\u00f6")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"OrderNumber": " "}, "OrderNumber is missing."),
        ({"Currency": {"Code": PERSONAL}}, "Currency.Code is not a three-letter code."),
        ({"Currency": PERSONAL}, "Currency is not an object."),
        ({"OrderDate": PERSONAL}, "OrderDate is not a date and time."),
        ({"OrderItems": None}, "OrderItems is missing."),
        ({"OrderItems": [raw_item(), PERSONAL]}, "OrderItems[1] is not an object."),
        ({"OrderItems": [raw_item(Quantity=1.5)]}, "OrderItems[0].Quantity is not a whole number."),
        ({"OrderItems": [raw_item(PriceNet=PERSONAL)]}, "OrderItems[0].PriceNet is not an amount."),
        ({"OrderItems": [raw_item(Tax=Decimal("NaN"))]}, "OrderItems[0].Tax is not an amount."),
        ({"OrderItems": [raw_item(Tax=float("inf"))]}, "OrderItems[0].Tax is not an amount."),
        ({"OrderItems": [raw_item(Tax=10**12)]}, "OrderItems[0].Tax is too large an amount."),
        (
            {"OrderItems": [raw_item(TaxRate=None, Price=1, PriceNet="0.001")]},
            "OrderItems[0].Tax does not fit the price.",
        ),
        (
            {"OrderItems": [raw_item(Price=None, PriceNet=None)]},
            "OrderItems[0].PriceNet is missing.",
        ),
        ({"TotalOrderGross": None, "TotalOrderTax": None}, "TotalOrderGross is missing."),
        ({"CLIENT_CODE": None, "ClientId": 0}, "ClientId is missing."),
        ({"PIIRemoved": PERSONAL}, "PIIRemoved is neither true nor false."),
    ],
)
def test_an_unreadable_order_names_the_field(changes: Any, sentence: str) -> None:
    """What can't be read is said by field and problem, without the value."""
    found = unreadable(**changes)
    assert found.error.code == "MX-501"
    assert found.error.message == f"The order can't be read: {sentence}"
    assert found.source_id == "9001"
    assert PERSONAL not in found.error.message + found.error.fix + found.error.detail


def test_damaged_text_can_be_stored() -> None:
    """Control characters and halves of characters don't get past the reader."""
    found = order(OrderNumber="A\x00\ud800\x1b-1")
    assert found.number.encode() == b"A?-1"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2026-06-01T10:00:00", "1e999", "GBP", Decimal("NaN"), Decimal("1E-400")])
    | st.decimals(allow_nan=True, allow_infinity=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
PLACES = st.sampled_from([name for name in raw_order() if name != "OrderItems"])
ITEM_PLACES = st.sampled_from(list(raw_item()))


@settings(deadline=None)
@given(JSON)
def test_any_json_is_an_order_or_unreadable(raw: Any) -> None:
    """No shape of JSON makes the reader fail."""
    found = read_order(raw, statuses=STATUS_NAMES, zone=LONDON)
    assert isinstance(found, Order | Unreadable)


@settings(deadline=None)
@given(
    st.dictionaries(PLACES, JSON, max_size=3),
    st.dictionaries(ITEM_PLACES, JSON, max_size=3),
)
def test_any_damage_to_an_order_is_survived(changes: Any, item_changes: Any) -> None:
    """An order with any values in some fields is refused, or good for all that follows."""
    found = understood(**{"OrderItems": [raw_item(**item_changes)], **changes})
    if isinstance(found, Order):
        assert found.fingerprint
        json.dumps([found.number, found.customer], ensure_ascii=False).encode()
        facts_of_order(found, found.document_at.date())
