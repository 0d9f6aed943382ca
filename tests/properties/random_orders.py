"""Random orders as shops make them: priced without tax or with it, with discounts too large."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from ...plugin.domain.money import ZERO, to_penny
from ...plugin.domain.orders.order import NO_CHARGE, Charge, Order, OrderLine

DAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
#: The sales channel that records prices with tax.
GROSS_CHANNEL = "7"
RATES = (Decimal(20), Decimal(20), Decimal(20), Decimal(5), ZERO)


@dataclass
class RandomOrders:
    """A source of orders; the same seed makes the same ones."""

    random: Random

    def order(self, number: int) -> Order:
        """Make one; a third comes from the channel whose prices hold the tax."""
        gross = self.random.random() < 0.33
        lines = [self._line(self._in_price if gross else self._on_top) for _ in range(self._few())]
        shipping = self._charge(15, gross=gross) if self._chance(0.6) else NO_CHARGE
        discount = self._discount(lines, gross=gross) if self._chance(0.4) else NO_CHARGE
        goods = sum((x.net + (ZERO if gross else x.tax) for x in lines), ZERO)
        charges = [(shipping, 1), (discount, -1)]
        total = goods + sum((sign * (x.net if gross else x.gross) for x, sign in charges), ZERO)
        off = self.random.choice((0, 0, 0, 0, 1, -2, 5, 6, 300)) * Decimal("0.01")
        return Order(
            source_id=str(number),
            number=f"N-{number}",
            external_reference="",
            client="ACME",
            status="DESPATCHED",
            channel_id=GROSS_CHANNEL if gross else "3",
            channel="Shop",
            warehouse="MAIN",
            country="GB",
            currency=self.random.choice(("GBP", "EUR", "STG")),
            ordered_at=DAY,
            despatched_at=DAY,
            changed_at=DAY,
            part=1,
            parts=1,
            tags=(),
            merged=False,
            personal_data_removed=False,
            customer="",
            lines=tuple(lines),
            shipping=shipping,
            discount=discount,
            stated_gross=to_penny(total) + off,
        )

    def _line(self, tax_of: Callable[[Decimal, Decimal], Decimal]) -> OrderLine:
        quantity = self.random.choice((1, 1, 2, 3, 12, 144))
        places = self.random.choice((0, 2, 2, 4))
        unit = Decimal(self.random.randrange(10 ** (places + 2))).scaleb(-places)
        rate = self.random.choice(RATES)
        part = self.random.choice((0, 0, 0, 10, 33, 100, 130))
        discount = to_penny(quantity * unit * part / 100)
        return OrderLine(
            line_id=str(quantity),
            sku=self.random.choice(("", "WID-1", "X" * 40)),
            description=self.random.choice(("", "Blue widget")),
            quantity=quantity,
            unit_net=unit,
            tax_rate=rate if tax_of == self._on_top or self._chance(0.5) else ZERO,
            discount_net=discount,
            tax=tax_of(quantity * unit - discount, rate),
        )

    def _discount(self, lines: list[OrderLine], *, gross: bool) -> Charge:
        """Sometimes more than there is; its tax is in proportion, or at a rate of its own."""
        goods = sum((max(x.net, ZERO) for x in lines), ZERO)
        net = to_penny(goods * self.random.choice((5, 10, 50, 100, 120)) / 100)
        if gross:
            return Charge(net=net, tax=ZERO)
        tax = sum((max(x.tax, ZERO) for x in lines), ZERO)
        in_proportion = to_penny(tax * net / goods) if goods else ZERO
        return Charge(net=net, tax=in_proportion if self._chance(0.8) else to_penny(net / 5))

    def _charge(self, most: int, *, gross: bool) -> Charge:
        net = Decimal(self.random.randrange(most * 100)).scaleb(-2)
        tax_of = self._in_price if gross else self._on_top
        return Charge(net=net, tax=tax_of(net, Decimal(20)) if self._chance(0.8) else ZERO)

    def _on_top(self, amount: Decimal, rate: Decimal) -> Decimal:
        return to_penny(amount * rate / 100)

    def _in_price(self, amount: Decimal, rate: Decimal) -> Decimal:
        """Not broken down, or what is in the price."""
        return ZERO if self._chance(0.5) else to_penny(amount * rate / (100 + rate))

    def _few(self) -> int:
        return self.random.choice((1, 1, 2, 3, 5))

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability
