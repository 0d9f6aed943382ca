"""Random orders for the benchmark, from a seed, as plain JSON that every engine can be given.

Amounts are whole pennies and days are yyyymmdd, so that no engine meets a fraction that it can't
hold. About one order in 25 lacks a fact, which is either absent or null. Unusual, but right: no
lines, no tags, negative and very large amounts, texts in odd capitals, with spaces around them, or
in other alphabets.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from ....plugin.domain.decisions.facts import Fact, Facts, FactType
from ....rules.engine.language.kinds import ORDERS
from ....rules.engine.language.values import fold

Json = dict[str, Any]

ORDERS_MADE = 2_000
SEED = 12
MISSING = 0.04
#: What each rule of the policy looks at, with a value that makes it fire, and how often.
_TROUBLE: tuple[tuple[float, Json], ...] = (
    (0.15, {"status": "PICKED"}),
    (0.02, {"status": ""}),
    (0.04, {"document_date": 20251231}),
    (0.03, {"came_from_accounting": True}),
    (0.02, {"stated_gross": 0, "gross_of_lines": 0}),
    (0.05, {"already_exported": True}),
    (0.02, {"already_in_xero": True}),
    (0.02, {"duplicate_of": "9001"}),
    (0.03, {"order_discount_net": 10**13}),
    (0.03, {"stated_gross": -5}),
    (0.02, {"currency_subscribed": False}),
    (0.03, {"currency": "JPY"}),
    (0.06, {"total_net": 99_999_999_999_999}),
    (0.04, {"customer_known": False}),
    (0.03, {"customer_known": False, "channel": " samples "}),
)
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "status": ("DESPATCHED", "INVOICED", " Despatched ", "invoiced"),
    "channel": ("Shopify", "Amazon UK", "", "straße 日本 🎁", "eBay"),
    "currency": ("GBP", "GBP", "eur", "USD"),
    "client": ("ACME", "GLOBEX", "Ünïcode"),
}
_TAGS = ("vip", "Approved", "gift", "", "日本", "warranty")


def random_orders(count: int = ORDERS_MADE, seed: int = SEED) -> list[Json]:
    """So many orders with all facts of an order, except where one is missing."""
    random = Random(seed)
    return [_order(random, number) for number in range(count)]


def as_facts(order: Json) -> Facts:
    """An order as our decision gets it: amounts as `Decimal`, days as `date`."""
    facts = _read(order, ORDERS.facts)
    lines = tuple(_read(line, ORDERS.line_facts) for line in order.get("lines") or ())
    return {**facts, "lines": lines} if order.get("lines") is not None else facts


def as_given(order: Json) -> Json:
    """An order as the other engines get it: texts in the form in which ours compares them."""
    return {name: _folded(value) for name, value in order.items()}


def _order(random: Random, number: int) -> Json:
    lines = [_line(random) for _ in range(random.choice((0, 1, 1, 2, 3, 5, 8)))]
    goods = sum(line["before_discount"] for line in lines)
    discount = sum(line["discount"] for line in lines)
    gross = random.randrange(1, 500_000)
    order = {name: _plain(value) for name, value in ORDERS.good.items()}
    order |= {name: random.choice(texts) for name, texts in _TEXTS.items()}
    order |= {
        "number": f"WEB-{number}",
        "tags": random.sample(_TAGS, random.randrange(4)),
        "goods_net": goods,
        "line_discount_net": discount,
        "total_net": random.choice((goods - discount, 1_000_000, 1_000_001, 0)),
        "gross_of_lines": gross,
        "stated_gross": gross + random.choice((0, 0, 0, 5, -5)),
        "lines": lines,
    }
    for chance, change in _TROUBLE:
        if random.random() < chance:
            order |= change
    if random.random() < MISSING:
        _lose(random, order)
    return order


def _line(random: Random) -> Json:
    line = {name: _plain(value) for name, value in ORDERS.good_line.items()}
    worth = random.choice((0, 1, 999, 20_000, 123_456))
    discount = worth + 1 if random.random() < 0.02 else random.choice((0, 0, worth))
    return line | {"before_discount": worth, "discount": discount, "net": worth - discount}


def _lose(random: Random, order: Json) -> None:
    """Take one fact that the policy reads out of an order, or leave null in its place."""
    lines = order["lines"]
    among = random.choice(lines) if lines and random.random() < 0.3 else order
    names = ("discount", "before_discount") if among is not order else _READ
    name = random.choice(names)
    if random.random() < 0.5:
        among[name] = None
    else:
        del among[name]


_READ = ("status", "total_net", "tags", "lines", "duplicate_of", "already_exported", "currency")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value * 100)
    if isinstance(value, date):
        return value.year * 10_000 + value.month * 100 + value.day
    return list(value) if isinstance(value, tuple) else value


def _read(values: Json, catalogue: Mapping[str, Fact]) -> Json:
    return {
        name: None if values[name] is None else _value(values[name], fact.type)
        for name, fact in catalogue.items()
        if name in values and fact.type is not FactType.LINES
    }


def _value(value: Any, fact_type: FactType) -> Any:
    if fact_type is FactType.MONEY:
        return Decimal(value).scaleb(-2)
    if fact_type is FactType.DATE:
        return date(value // 10_000, value // 100 % 100, value % 100)
    return tuple(value) if fact_type is FactType.TEXTS else value


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, list):
        return [as_given(x) if isinstance(x, dict) else _folded(x) for x in value]
    return value
