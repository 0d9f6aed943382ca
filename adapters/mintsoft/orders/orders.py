"""Raw JSON of an order -> Order. Pure: no call, no clock (mintsoft.md 2.3).

Order totals of Mintsoft are not trusted: the order is built from its lines, shipping and
discount, and what Mintsoft states is kept beside it in `Order.stated_gross`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from ....plugin.domain.money import ZERO, to_penny
from ....plugin.domain.orders.order import Charge, Order, OrderLine
from ....plugin.domain.taxes.rounding import HIGHEST_RATE
from ....plugin.ports.source import Unreadable
from ..api.fields import MISSING, name_of
from ..api.shapes import ORDER, unreadable, utc
from .statuses import status_name

Fields = Mapping[str, Any]

#: Whether ``Discount`` of a line is meant for each unit of it. Not known (mintsoft.md 2.3), and
#: asked only where Mintsoft leaves out ``DiscountNet``, ``DiscountTax`` and ``DiscountGross``.
#: A wrong guess can't reach Xero: the order's total would not be what its lines come to.
DISCOUNT_IS_PER_UNIT = False
#: Between the labels of ``Tags``: assumed, since new orders take them so (mintsoft.md 2.3).
TAG_SEPARATOR = ","
#: What is stated for one unit of a line, beside its price.
OF_A_UNIT = ("Tax", "Vat")


def read_order(raw: Any, *, statuses: Mapping[int, str], zone: ZoneInfo) -> Order | Unreadable:
    """The order that a row of ``Order/List`` or ``Order/{id}`` describes.

    Args:
        raw: parsed JSON of any shape.
        statuses: names of statuses by id.
        zone: in which the account writes its times (mintsoft.md 1.4).

    Returns:
        The order; or why it can't be read (MX-501), with the field but not its value.
    """
    try:
        return _order(ORDER.load(raw), statuses, zone)
    except ValidationError as fault:
        return unreadable(raw, "order", "OrderNumber", fault)


def _order(raw: Fields, statuses: Mapping[int, str], zone: ZoneInfo) -> Order:
    return Order(
        source_id=str(raw["ID"]),
        number=raw["OrderNumber"],
        external_reference=raw["ExternalOrderReference"] or "",
        client=raw["CLIENT_CODE"] or _id(raw["ClientId"]) or _refuse("ClientId", MISSING),
        status=status_name(raw["OrderStatusId"], statuses),
        channel_id=_id(raw["ChannelId"]),
        channel=(raw["Channel"] or {}).get("Name") or "",
        warehouse=raw["WAREHOUSE_CODE"] or _id(raw["WarehouseId"]),
        warehouse_id=_id(raw["WarehouseId"]),
        country=_country(raw),
        currency=_currency(raw),
        ordered_at=utc(raw, "OrderDate", zone),
        despatched_at=utc(raw, "DespatchDate", zone) if raw["DespatchDate"] else None,
        changed_at=utc(raw, "LastUpdated", zone),
        part=_count(raw, "Part"),
        parts=_count(raw, "NumberOfParts"),
        tags=_tags(raw["Tags"] or ""),
        merged=_merged(raw["OrderNameValues"] or []),
        personal_data_removed=bool(raw["PIIRemoved"]),
        customer=_customer(raw),
        customer_email=raw["Email"] or "",
        customer_postcode=raw["PostCode"] or "",
        customer_town=name_of(raw["Town"] or ""),
        lines=tuple(_line(f"OrderItems[{i}]", item) for i, item in enumerate(raw["OrderItems"])),
        shipping=_charge(
            raw, "ShippingNet", "ShippingTotalExVat", "ShippingTax", "ShippingTotalVat"
        ),
        discount=_discount(raw),
        stated_gross=_stated_gross(raw),
        has_vat_number=any(x.isdigit() for x in raw["VATNumber"] or ""),
    )


def _refuse(field: str, problem: str) -> NoReturn:
    raise ValidationError({field: [problem]})


def _id(value: int | None) -> str:
    """An id as text; null and 0 both mean that there is none."""
    return str(value) if value else ""


def _code(raw: Fields, name: str) -> str:
    return ((raw[name] or {}).get("Code") or "").upper()


def _country(raw: Fields) -> str:
    code = _code(raw, "Country")
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""  # noqa: PLR2004


def _currency(raw: Fields) -> str:
    """Empty where it is missing: a connection may have a currency for such orders."""
    code = _code(raw, "Currency")
    known = not code or (len(code) == 3 and code.isascii() and code.isalpha())  # noqa: PLR2004
    return code if known else _refuse("Currency.Code", "is not a three-letter code")


def _count(raw: Fields, name: str) -> int:
    number: int = raw[name] or 1
    return number if number > 0 else _refuse(name, "is negative")


def _tags(text: str) -> tuple[str, ...]:
    labels = (label.strip() for label in text.split(TAG_SEPARATOR))
    return tuple(dict.fromkeys(label for label in labels if label))


def _merged(name_values: list[Fields]) -> bool:
    return any(
        pair["Name"] == "MergedOrder" and (pair["Value"] or "").lower() == "true"
        for pair in name_values
    )


def _customer(raw: Fields) -> str:
    names = (name_of(raw[part] or "") for part in ("CompanyName", "FirstName", "LastName"))
    company, *person = names
    return company or " ".join(part for part in person if part)


def _first(raw: Fields, *names: str) -> Decimal | None:
    """The first of these amounts that is given; 0 is given, null is not."""
    return next((raw[name] for name in names if raw[name] is not None), None)


def _charge(raw: Fields, net: str, older_net: str, tax: str, older_tax: str) -> Charge:
    return Charge(net=_first(raw, net, older_net) or ZERO, tax=_first(raw, tax, older_tax) or ZERO)


def _discount(raw: Fields) -> Charge:
    """The discount on the whole order, with the sign that the channel writes: either may be one."""
    return _charge(raw, "DiscountNet", "DiscountTotalExVat", "DiscountTax", "DiscountTotalVat")


def _stated_gross(raw: Fields) -> Decimal:
    gross: Decimal | None = raw["TotalOrderGross"]
    net: Decimal | None = raw["TotalOrderNet"]
    tax: Decimal | None = raw["TotalOrderTax"]
    if gross is not None:
        return gross
    return net + tax if net is not None and tax is not None else _refuse("TotalOrderGross", MISSING)


def _line(place: str, item: Fields) -> OrderLine:
    quantity, unit_net = item["Quantity"], _first(item, "PriceNet", "Price")
    if unit_net is None:
        _refuse(f"{place}.PriceNet", MISSING)
    if quantity < 0:
        # Returned units: as many at the price with a minus.
        item = {**item, **{name: _negative(item[name]) for name in OF_A_UNIT}}
        item, quantity, unit_net = {**item, "Quantity": -quantity}, -quantity, -unit_net
    rate = _tax_rate(place, item, unit_net)
    discount_net = _line_discount(item)
    return OrderLine(
        line_id=str(item["ID"]),
        sku=item["SKU"] or "",
        description=item["Details"] or item["SKU"] or "",
        quantity=quantity,
        unit_net=unit_net,
        tax_rate=rate,
        discount_net=discount_net,
        tax=_line_tax(item, _discount_tax(item, discount_net, rate)),
        unit_tax=_first(item, "Tax", "Vat"),
        states_tax=_first(item, "TaxPaid", "TotalTax", "Tax", "Vat") is not None,
        states_rate=_states_rate(item),
    )


def _negative(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount


def _states_rate(item: Fields) -> bool:
    """Whether a rate is given; one that no law could name is damage, and price and tax tell it."""
    return item["TaxRate"] is not None and abs(item["TaxRate"]) <= HIGHEST_RATE


def _tax_rate(place: str, item: Fields, unit_net: Decimal) -> Decimal:
    """In per cent, as given, else from the tax and price of one unit."""
    if _states_rate(item):
        given: Decimal = item["TaxRate"]
        return given
    if unit_net == 0:
        return ZERO
    rate = (_first(item, "Tax", "Vat") or ZERO) * 100 / unit_net
    if abs(rate) > HIGHEST_RATE:
        _refuse(f"{place}.Tax", "does not fit the price")
    return to_penny(rate)


def _line_discount(item: Fields) -> Decimal:
    """On the whole line, without tax, with the sign that the channel writes."""
    net: Decimal | None = item["DiscountNet"]
    gross: Decimal | None = item["DiscountGross"]
    tax: Decimal | None = item["DiscountTax"]
    if net is None and gross is not None and tax is not None:
        net = gross - tax
    if net is None:
        units = item["Quantity"] if DISCOUNT_IS_PER_UNIT else 1
        net = (_first(item, "Discount") or ZERO) * units
    return net


def _discount_tax(item: Fields, discount_net: Decimal, rate: Decimal) -> Decimal:
    """Tax that the line's discount saves, positive; at the line's own rate where it isn't given."""
    tax: Decimal | None = item["DiscountTax"]
    gross: Decimal | None = item["DiscountGross"]
    if tax is not None:
        return abs(tax)
    if gross is not None:
        return abs(gross) - abs(discount_net)
    return to_penny(abs(discount_net) * rate / 100)


def _line_tax(item: Fields, discount_tax: Decimal) -> Decimal:
    """Tax on the whole line after its discount."""
    paid: Decimal | None = item["TaxPaid"]
    before_discount: Decimal | None = item["TotalTax"]
    if paid is not None:
        return paid
    if before_discount is None:
        before_discount = (_first(item, "Tax", "Vat") or ZERO) * item["Quantity"]
    return before_discount - discount_tax
