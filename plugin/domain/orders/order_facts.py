"""The facts of an order: what rules may see of it, and of each of its lines."""

from dataclasses import dataclass
from datetime import date

from ..decisions.facts import FactType, FactValue, LineFacts, by_name, fact, percent
from ..money import ZERO, to_penny
from ..taxes.difference_cause import difference_cause
from ..taxes.figures import unexplained
from ..taxes.tax_sources import postcode_area
from .order import Order, OrderLine

#: Read from the order itself; kept in the ledger with the decision.
ORDER_FACTS = (
    fact("number", FactType.TEXT, "the order's number", "WEB-1001"),
    fact("status", FactType.TEXT, "name of the order's status in Mintsoft", "DESPATCHED"),
    fact("client", FactType.TEXT, "code of the client whose order it is", "ACME"),
    fact("channel", FactType.TEXT, "name of the sales channel, empty when none", "Shopify"),
    fact("channel_id", FactType.TEXT, "id of the sales channel, empty when none", "7"),
    fact("warehouse", FactType.TEXT, "code of the warehouse", "MAIN"),
    fact("warehouse_id", FactType.TEXT, "id of the warehouse, empty when unknown", "3"),
    fact("country", FactType.TEXT, "two-letter country of delivery, empty when unknown", "GB"),
    fact("currency", FactType.TEXT, "three-letter currency of all amounts", "GBP"),
    fact("tags", FactType.TEXTS, "labels on the order in Mintsoft", "[vip, gift]"),
    fact("order_date", FactType.DATE, "day the order was placed", "2026-06-01"),
    fact("line_count", FactType.NUMBER, "how many lines the order has", "3", "lines"),
    fact("quantity", FactType.NUMBER, "units on all lines together", "12", "units"),
    fact("goods_net", FactType.MONEY, "all lines without tax, before any discount", "200.00"),
    fact("shipping_net", FactType.MONEY, "shipping without tax", "16.66"),
    fact("line_discount_net", FactType.MONEY, "discounts on lines, without tax; positive", "5.00"),
    fact("order_discount_net", FactType.MONEY, "discount on the whole order, without tax", "9.99"),
    fact("discount_net", FactType.MONEY, "all discounts together, without tax; positive", "14.99"),
    fact(
        "discount_percent",
        FactType.MONEY,
        "discount_net as part of before_discount_net; 0 of nothing",
        "6.92",
        "per cent",
    ),
    fact("before_discount_net", FactType.MONEY, "goods and shipping without tax", "216.66"),
    fact("total_net", FactType.MONEY, "goods and shipping less discounts, no tax", "201.67"),
    fact("goods_tax", FactType.MONEY, "tax on all lines, after their discounts", "39.00"),
    fact("shipping_tax", FactType.MONEY, "tax on shipping", "3.33"),
    fact("order_discount_tax", FactType.MONEY, "tax that the order's discount takes off", "2.00"),
    fact("total_tax", FactType.MONEY, "tax on goods and shipping less discounts", "40.33"),
    fact("stated_gross", FactType.MONEY, "what Mintsoft says it all comes to, with tax", "242.00"),
    fact(
        "gross_of_lines", FactType.MONEY, "lines, shipping, discounts added up with tax", "242.00"
    ),
    fact(
        "total_difference",
        FactType.MONEY,
        "stated_gross less gross_of_lines, without its sign",
        "0.00",
    ),
    fact(
        "unexplained_difference",
        FactType.MONEY,
        "what rounding does not explain of total_difference: half a penny for each line and charge",
        "0.00",
    ),
    fact(
        "difference_cause",
        FactType.TEXT,
        "what an unexplained_difference is likely to be; empty where there is none",
        "The total seems to be without tax.",
    ),
    fact(
        "order_discount_gross",
        FactType.MONEY,
        "discount on the whole order with tax; negative for a surcharge",
        "11.99",
    ),
    fact(
        "gross_before_order_discount",
        FactType.MONEY,
        "goods and shipping with tax, less discounts of lines",
        "253.99",
    ),
    fact("is_credit", FactType.YES_NO, "it comes to less than nothing", "no"),
    fact("has_negative_lines", FactType.YES_NO, "a voucher or a return is among its lines", "no"),
    fact("has_vat_number", FactType.YES_NO, "the customer gave a VAT number", "no"),
    fact("postcode_area", FactType.TEXT, "letters that the post code begins with", "BT"),
    fact("prices_with_tax", FactType.YES_NO, "its channel records prices that hold tax", "no"),
    fact("is_split_part", FactType.YES_NO, "the order was split, and this is one part", "no"),
    fact("merged", FactType.YES_NO, "several orders were merged into this one", "no"),
    fact("personal_data_removed", FactType.YES_NO, "Mintsoft has removed the customer", "no"),
    fact("customer_known", FactType.YES_NO, "the order names its customer", "yes"),
    fact("came_from_accounting", FactType.YES_NO, "the order was made from a Xero invoice", "no"),
    fact("lines", FactType.LINES, "the order's lines, for `any line` and `all lines`", ""),
)


#: Of each line.
LINE_FACTS = (
    fact("sku", FactType.TEXT, "stock keeping unit of the line, may be empty", "WID-1"),
    fact("description", FactType.TEXT, "what the invoice line will say", "Blue widget"),
    fact("quantity", FactType.NUMBER, "units ordered", "2", "units"),
    fact("unit_price", FactType.MONEY, "one unit without tax, with all its places", "50.0000"),
    fact("exact_discount", FactType.MONEY, "discount with all its places", "114.0000"),
    fact("exact_tax", FactType.MONEY, "tax with all its places", "20.0000"),
    fact("exact_rate", FactType.MONEY, "tax_rate with all its places", "20.0000", "per cent"),
    fact("unit_tax", FactType.MONEY, "tax that is stated for one unit; 0 for none", "10.00"),
    fact("before_discount", FactType.MONEY, "the line without tax, before its discount", "100.00"),
    fact("discount", FactType.MONEY, "discount on the line without tax; positive", "114.00"),
    fact(
        "discount_percent",
        FactType.MONEY,
        "discount as part of before_discount; 0 of nothing",
        "114.00",
        "per cent",
    ),
    fact("net", FactType.MONEY, "the line without tax after its discount", "-14.00"),
    fact("tax", FactType.MONEY, "tax on the line after its discount", "20.00"),
    fact("tax_rate", FactType.MONEY, "tax rate in per cent", "20.00", "per cent"),
)


#: Read from the ledger, the connection and the organisation: made new at every decision.
SURROUNDING_FACTS = (
    fact("document_date", FactType.DATE, "despatch date, else order date", "2026-06-02"),
    fact("today", FactType.DATE, "the day of the decision in the connection's zone", "2026-06-03"),
    fact("invoice_date", FactType.DATE, "the date that the invoice gets", "2026-06-02"),
    fact("before_start_date", FactType.YES_NO, "document_date is before start_date", "no"),
    fact("outside_channels", FactType.YES_NO, "its channel is not one to export from", "no"),
    fact("outside_warehouses", FactType.YES_NO, "its warehouse is not one to export from", "no"),
    fact("already_exported", FactType.YES_NO, "its invoice is in Xero, sent by us", "no"),
    fact("edited_since_export", FactType.YES_NO, "changed in Mintsoft after we exported it", "no"),
    fact("already_in_xero", FactType.YES_NO, "Xero has its number from somebody else", "no"),
    fact(
        "duplicate_of",
        FactType.TEXT,
        "id of an order under way with the same client, number and content; else empty",
        "9001",
    ),
    fact(
        "billed_with",
        FactType.TEXT,
        "id of the order on whose invoice its goods are, before a split or merger; else empty",
        "9001",
    ),
    fact("currency_subscribed", FactType.YES_NO, "the organisation uses the currency", "yes"),
    fact("period_locked", FactType.YES_NO, "invoice_date lies in a locked period", "no"),
    fact(
        "cancels_out",
        FactType.YES_NO,
        "it comes to nothing at each tax rate and on each account",
        "no",
    ),
    fact("tax_fits", FactType.YES_NO, "a rate mapped for its country gives each line's tax", "yes"),
    fact("contact_policy", FactType.TEXT, "whose contact the invoice gets", "channel"),
    fact("discount_repair", FactType.TEXT, "what becomes of too large a discount", "refuse"),
)


CATALOGUE = by_name(*ORDER_FACTS, *SURROUNDING_FACTS)


LINE_CATALOGUE = by_name(*LINE_FACTS)


@dataclass(frozen=True, kw_only=True)
class DecisionContext:
    """What is known about a document from outside of it, at one moment."""

    document_date: date
    today: date
    invoice_date: date
    before_start_date: bool
    #: None where what is stored of the document is too old to tell.
    outside_channels: bool | None
    outside_warehouses: bool | None
    already_exported: bool
    edited_since_export: bool
    already_in_xero: bool
    duplicate_of: str
    billed_with: str
    currency_subscribed: bool
    period_locked: bool
    cancels_out: bool | None
    tax_fits: bool | None
    contact_policy: str
    discount_repair: str

    def facts(self) -> dict[str, FactValue]:
        """The same as facts, one for each entry of `SURROUNDING_FACTS`.

        One that is None can't be decided on: its document is read again then.
        """
        return dict(self.__dict__)


def facts_of_order(order: Order, order_date: date) -> dict[str, FactValue]:
    """The facts that the order itself gives, one for each entry of `ORDER_FACTS`."""
    goods = sum((line.before_discount for line in order.lines), ZERO)
    line_discount = sum((line.discount_net for line in order.lines), ZERO)
    discount = line_discount + order.discount.net
    goods_tax = sum((line.tax for line in order.lines), ZERO)
    beyond = unexplained(order)
    # Where the total fits it goes before what was rounded.
    before = order.gross_of_lines if beyond else order.stated_gross
    money = {
        "goods_net": goods,
        "shipping_net": order.shipping.net,
        "line_discount_net": line_discount,
        "order_discount_net": order.discount.net,
        "discount_net": discount,
        "before_discount_net": goods + order.shipping.net,
        "total_net": goods + order.shipping.net - discount,
        "goods_tax": goods_tax,
        "shipping_tax": order.shipping.tax,
        "order_discount_tax": order.discount.tax,
        "total_tax": goods_tax + order.shipping.tax - order.discount.tax,
        "stated_gross": order.stated_gross,
        "gross_of_lines": order.gross_of_lines,
        "total_difference": abs(order.stated_gross - order.gross_of_lines),
        "unexplained_difference": beyond,
        "order_discount_gross": order.discount.gross,
        "gross_before_order_discount": before + order.discount.gross,
    }
    return {
        **{name: to_penny(amount) for name, amount in money.items()},
        "discount_percent": percent(discount, goods + order.shipping.net),
        "number": order.number,
        "status": order.status,
        "client": order.client,
        "channel": order.channel,
        "channel_id": order.channel_id,
        "warehouse": order.warehouse,
        "warehouse_id": order.warehouse_id,
        "country": order.country,
        "currency": order.currency,
        "tags": order.tags,
        "order_date": order_date,
        "line_count": len(order.lines),
        "quantity": sum(line.quantity for line in order.lines),
        "difference_cause": difference_cause(order) if beyond else "",
        "is_credit": to_penny(order.stated_gross) < 0,
        "has_negative_lines": any(line.before_discount < 0 for line in order.lines),
        "has_vat_number": order.has_vat_number,
        "postcode_area": postcode_area(order.customer_postcode),
        "prices_with_tax": order.prices_with_tax,
        "is_split_part": order.parts > 1,
        "merged": order.merged,
        "personal_data_removed": order.personal_data_removed,
        "customer_known": bool(order.customer),
        "came_from_accounting": order.came_from_accounting,
        "lines": tuple(_facts_of_line(line) for line in order.lines),
    }


def _facts_of_line(line: OrderLine) -> LineFacts:
    return {
        "sku": line.sku,
        "description": line.description,
        "quantity": line.quantity,
        "unit_price": line.unit_net,
        "exact_discount": line.discount_net,
        "exact_tax": line.tax,
        "exact_rate": line.tax_rate,
        "unit_tax": line.unit_tax or ZERO,
        "before_discount": to_penny(line.before_discount),
        "discount": to_penny(line.discount_net),
        "discount_percent": percent(line.discount_net, line.before_discount),
        "net": to_penny(line.net),
        "tax": to_penny(line.tax),
        "tax_rate": to_penny(line.tax_rate),
    }
