"""Facts: the flat, typed view of a document that rules may see.

The catalogue below is the whole list: a rule that names anything else is refused when its
book is checked. Nothing is ever missing: an absent text is empty, an absent amount zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .money import ZERO, to_penny
from .order import Order, OrderLine


class FactType(StrEnum):
    """What kind of value a fact has, and so what a rule may compare it with."""

    #: Decimal in the document's currency, to the penny.
    MONEY = "money"
    #: Whole number.
    NUMBER = "number"
    TEXT = "text"
    #: Calendar date in the connection's time zone.
    DATE = "date"
    YES_NO = "yes/no"
    #: Several texts, in no order.
    TEXTS = "list of texts"
    #: The document's lines, each with the facts of `LINE_FACTS`.
    LINES = "lines"


Scalar = Decimal | int | str | date | bool
LineFacts = Mapping[str, Scalar]
FactValue = Scalar | tuple[str, ...] | tuple[LineFacts, ...]
Facts = Mapping[str, FactValue]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One entry of the catalogue."""

    name: str
    type: FactType
    #: One line: what it is, with unit and sign.
    meaning: str
    #: A value as a rule's author would write it.
    example: str


def _fact(name: str, fact_type: FactType, meaning: str, example: str) -> Fact:
    return Fact(name=name, type=fact_type, meaning=meaning, example=example)


#: Read from the order itself; kept in the ledger with the decision.
ORDER_FACTS = (
    _fact("number", FactType.TEXT, "the order's number", "WEB-1001"),
    _fact("status", FactType.TEXT, "name of the order's status in Mintsoft", "DESPATCHED"),
    _fact("client", FactType.TEXT, "code of the client whose order it is", "ACME"),
    _fact("channel", FactType.TEXT, "name of the sales channel, empty when none", "Shopify"),
    _fact("warehouse", FactType.TEXT, "code of the warehouse", "MAIN"),
    _fact("country", FactType.TEXT, "two-letter country of delivery, empty when unknown", "GB"),
    _fact("currency", FactType.TEXT, "three-letter currency of all amounts", "GBP"),
    _fact("tags", FactType.TEXTS, "labels on the order in Mintsoft", "[vip, gift]"),
    _fact("order_date", FactType.DATE, "day the order was placed", "2026-06-01"),
    _fact("line_count", FactType.NUMBER, "how many lines the order has", "3"),
    _fact("quantity", FactType.NUMBER, "units on all lines together", "12"),
    _fact("goods_net", FactType.MONEY, "all lines without tax, before any discount", "200.00"),
    _fact("shipping_net", FactType.MONEY, "shipping without tax", "16.66"),
    _fact("line_discount_net", FactType.MONEY, "discounts on lines, without tax; positive", "5.00"),
    _fact("order_discount_net", FactType.MONEY, "discount on the whole order, without tax", "9.99"),
    _fact("discount_net", FactType.MONEY, "all discounts together, without tax; positive", "14.99"),
    _fact("before_discount_net", FactType.MONEY, "goods and shipping without tax", "216.66"),
    _fact("total_net", FactType.MONEY, "goods and shipping less discounts, no tax", "201.67"),
    _fact("stated_gross", FactType.MONEY, "what Mintsoft says it all comes to, with tax", "242.00"),
    _fact(
        "gross_of_lines", FactType.MONEY, "lines, shipping, discounts added up with tax", "242.00"
    ),
    _fact(
        "total_difference",
        FactType.MONEY,
        "stated_gross less gross_of_lines, without its sign",
        "0.00",
    ),
    _fact("is_split_part", FactType.YES_NO, "the order was split, and this is one part", "no"),
    _fact("merged", FactType.YES_NO, "several orders were merged into this one", "no"),
    _fact("personal_data_removed", FactType.YES_NO, "Mintsoft has removed the customer", "no"),
    _fact("came_from_accounting", FactType.YES_NO, "the order was made from a Xero invoice", "no"),
    _fact("lines", FactType.LINES, "the order's lines, for `any line` and `all lines`", ""),
)

#: Of each line.
LINE_FACTS = (
    _fact("sku", FactType.TEXT, "stock keeping unit of the line, may be empty", "WID-1"),
    _fact("description", FactType.TEXT, "what the invoice line will say", "Blue widget"),
    _fact("quantity", FactType.NUMBER, "units ordered", "2"),
    _fact("before_discount", FactType.MONEY, "the line without tax, before its discount", "100.00"),
    _fact("discount", FactType.MONEY, "discount on the line without tax; positive", "114.00"),
    _fact("net", FactType.MONEY, "the line without tax after its discount", "-14.00"),
    _fact("tax_rate", FactType.MONEY, "tax rate in per cent", "20.00"),
)

#: Read from the ledger, the connection and the organisation: made new at every decision.
SURROUNDING_FACTS = (
    _fact("document_date", FactType.DATE, "despatch date, else order date", "2026-06-02"),
    _fact("today", FactType.DATE, "the day of the decision in the connection's zone", "2026-06-03"),
    _fact("before_start_date", FactType.YES_NO, "document_date is before start_date", "no"),
    _fact("already_in_xero", FactType.YES_NO, "Xero has its number from somebody else", "no"),
    _fact(
        "duplicate_of",
        FactType.TEXT,
        "id of an order under way with the same client, number and content; else empty",
        "9001",
    ),
    _fact("currency_subscribed", FactType.YES_NO, "the organisation uses the currency", "yes"),
    _fact("period_locked", FactType.YES_NO, "document_date lies in a locked period", "no"),
)

CATALOGUE = {fact.name: fact for fact in (*ORDER_FACTS, *SURROUNDING_FACTS)}
LINE_CATALOGUE = {fact.name: fact for fact in LINE_FACTS}


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is known about a document from outside of it, at one moment."""

    document_date: date
    today: date
    before_start_date: bool
    already_in_xero: bool
    duplicate_of: str
    currency_subscribed: bool
    period_locked: bool

    def facts(self) -> dict[str, FactValue]:
        """The same as facts, one for each entry of `SURROUNDING_FACTS`."""
        return dict(self.__dict__)


def facts_of_order(order: Order, order_date: date) -> dict[str, FactValue]:
    """The facts that the order itself gives, one for each entry of `ORDER_FACTS`."""
    goods = sum((line.before_discount for line in order.lines), ZERO)
    line_discount = sum((line.discount_net for line in order.lines), ZERO)
    discount = line_discount + order.discount.net
    money = {
        "goods_net": goods,
        "shipping_net": order.shipping.net,
        "line_discount_net": line_discount,
        "order_discount_net": order.discount.net,
        "discount_net": discount,
        "before_discount_net": goods + order.shipping.net,
        "total_net": goods + order.shipping.net - discount,
        "stated_gross": order.stated_gross,
        "gross_of_lines": order.gross_of_lines,
        "total_difference": abs(order.stated_gross - order.gross_of_lines),
    }
    return {
        **{name: to_penny(amount) for name, amount in money.items()},
        "number": order.number,
        "status": order.status,
        "client": order.client,
        "channel": order.channel,
        "warehouse": order.warehouse,
        "country": order.country,
        "currency": order.currency,
        "tags": order.tags,
        "order_date": order_date,
        "line_count": len(order.lines),
        "quantity": sum(line.quantity for line in order.lines),
        "is_split_part": order.parts > 1,
        "merged": order.merged,
        "personal_data_removed": order.personal_data_removed,
        "came_from_accounting": order.came_from_accounting,
        "lines": tuple(_facts_of_line(line) for line in order.lines),
    }


def _facts_of_line(line: OrderLine) -> LineFacts:
    return {
        "sku": line.sku,
        "description": line.description,
        "quantity": line.quantity,
        "before_discount": to_penny(line.before_discount),
        "discount": to_penny(line.discount_net),
        "net": to_penny(line.net),
        "tax_rate": to_penny(line.tax_rate),
    }
