"""What customers buy: from one thing to six hundred, with vouchers, returns and gift cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from .exact import PENNY, ZERO, rounded
from .ways import Sold, Way

#: How many rows an order has: so many, and how often.
_SIZES = ((1, 34), (2, 22), (3, 14), (5, 14), (9, 10), (20, 4), (60, 1), (600, 0.15))
_QUANTITIES = ((1, 60), (2, 15), (3, 8), (14, 6), (144, 4), (1000, 1), (5000, 1))
_PERCENTAGES = (5, 10, 15, 20, 33, 50, 100)
#: The least that a unit costs whose pennies are rounded by themselves.
_LEAST_UNIT = 50
_MANY = 100
#: The dearest things of shops, in pennies.
_DEAREST = (300, 2_000, 20_000)

VOUCHER, RETURN, GIFT_CARD, FREE, NO_UNITS, PERCENT_OFF = (
    "voucher",
    "return",
    "gift card",
    "free row",
    "row of no units",
    "per cent off",
)


@dataclass(frozen=True, kw_only=True)
class Basket:
    """Rows of an order, and what is odd in it."""

    rows: tuple[Sold, ...]
    odd: frozenset[str]


def _chosen(random: Random, weighed: Sequence[tuple[int, float]]) -> int:
    values, weights = zip(*weighed, strict=True)
    chosen: int = random.choices(values, weights)[0]
    return chosen


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Fills baskets in one shop."""

    random: Random
    way: Way
    #: What goods may bear here.
    rates: tuple[Fraction, ...]

    def basket(self) -> Basket:
        """Some goods, and in every third basket something odd."""
        most = _chosen(self.random, _SIZES)
        count = self.random.randint(max(1, most * 2 // 3), most)
        rates = self.random.sample(self.rates, self.random.randint(1, len(self.rates)))
        goods = [self._goods(self.random.choice(rates)) for _ in range(count)]
        odd = set()
        if self._chance(0.15):
            goods = [self._discounted(x) for x in goods]
            odd.add(PERCENT_OFF)
        for name, make in (
            (VOUCHER, self._voucher),
            (RETURN, self._return),
            (FREE, self._free),
            (NO_UNITS, self._no_units),
        ):
            if self._chance(0.05):
                goods.insert(self.random.randint(0, len(goods)), make(goods))
                odd.add(name)
        return Basket(rows=tuple(goods), odd=frozenset(odd))

    def gift_card(self, most: Fraction) -> Sold:
        """A row of its own that pays for something, or for all, and bears no tax."""
        part = self.random.choice((Fraction(1), Fraction(1, 2), Fraction(1, 7)))
        return Sold(quantity=1, price=-rounded(most * part), rate=ZERO)

    def _goods(self, rate: Fraction) -> Sold:
        quantity = _chosen(self.random, _QUANTITIES)
        return Sold(quantity=quantity, price=self._price(quantity), rate=rate)

    def _price(self, quantity: int) -> Fraction:
        """As a price list has it: often just below a round figure, cheaper where many are sold."""
        many = quantity >= _MANY
        least = 1 if many and not self.way.per_unit else _LEAST_UNIT
        most = 500 if many else self.random.choice(_DEAREST)
        pennies = self.random.randint(least, most)
        if not many and self._chance(0.5):
            pennies = max(pennies // 100 * 100 - self.random.choice((1, 5)), _LEAST_UNIT)
        if self.way.retail:
            return pennies * PENNY
        places = self.random.choice(self.way.places)
        tail = self.random.randrange(10 ** (places - 2))
        return pennies * PENNY + Fraction(tail, 10**places)

    def _discounted(self, sold: Sold) -> Sold:
        off = self.random.choice(_PERCENTAGES)
        return Sold(quantity=sold.quantity, price=sold.price, rate=sold.rate, off=off)

    def _voucher(self, goods: list[Sold]) -> Sold:
        """Taken off before tax: it bears the rate of some of the goods."""
        worth = self._part_of(goods)
        return Sold(quantity=1, price=-worth, rate=self.random.choice(goods).rate)

    def _return(self, goods: list[Sold]) -> Sold:
        """Sent back in an exchange."""
        return Sold(quantity=1, price=-self._part_of(goods), rate=self.random.choice(goods).rate)

    def _part_of(self, goods: list[Sold]) -> Fraction:
        worth = sum((x.price * x.quantity * (100 - x.off) / 100 for x in goods), ZERO)
        part = rounded(worth * self.random.randint(1, 40) / 100)
        return max(part, _LEAST_UNIT * PENNY)

    def _free(self, goods: list[Sold]) -> Sold:
        return Sold(quantity=3, price=ZERO, rate=self.random.choice(goods).rate)

    def _no_units(self, goods: list[Sold]) -> Sold:
        return Sold(quantity=0, price=Fraction(5), rate=self.random.choice(goods).rate)

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability
