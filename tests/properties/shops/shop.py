"""Orders as shops make them, each with what is true of it; the same seed makes the same ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from .baskets import GIFT_CARD, Buyer
from .charges import AT_MAIN_RATE, UNTAXED, parts_of
from .charging import Extra, Till
from .exact import ZERO, rounded
from .raw import raw_order
from .regimes import REGIMES, Regime
from .rows import FULL, NOMINAL, OLDER, SPARSE, WRITINGS, Row, Writer, is_clear
from .sold_rows import SoldRow
from .truth import Part, Truth
from .ways import WAYS, Sold, Way

#: An order of no more tax than this that is paid by gift card may be nothing at all.
_SOMETHING = Fraction(1, 10)


@dataclass(frozen=True, kw_only=True)
class ShopOrder:
    """An order as Mintsoft gives it, how it came about, and what is true of it."""

    raw: Mapping[str, Any]
    regime: Regime
    way: Way
    writing: str
    #: What is odd in it, in words.
    odd: frozenset[str]
    truth: Truth
    #: What rounding might hide in it, as far as its figures tell.
    hidden: Fraction
    #: As it is once what is wrong with it is put right in Mintsoft.
    mended: Mapping[str, Any]

    @property
    def number(self) -> str:
        """Its number, which no other has."""
        return str(self.raw["OrderNumber"])


@dataclass(frozen=True, kw_only=True)
class Shop:
    """One shop at one moment: its country, its way of rounding, and how it writes."""

    random: Random
    regime: Regime
    way: Way
    writing: str
    #: Other rates that a row must not be taken for.
    mapped: tuple[Fraction, ...] = ()

    @staticmethod
    def some(random: Random) -> "Shop":
        """Any shop."""
        return Shop.of(random, random.choice(REGIMES), random.choice(WAYS))

    @staticmethod
    def of(random: Random, regime: Regime, way: Way) -> "Shop":
        """A shop of a country that rounds in a way."""
        fixed = regime.stated is not None
        # Who cuts off and states no tax leaves the customer's pennies to nobody to find.
        writings = [x for x in WRITINGS if not way.cuts or x != WRITINGS[-1]]
        writing = NOMINAL if fixed else random.choice(writings)
        return Shop(random=random, regime=regime, way=way, writing=writing)

    def order(self, number: int, *, clear: bool = False) -> ShopOrder:
        """An order that comes to something, and not to less than nothing.

        `clear`: where each row tells its rate, whatever is written of it.
        """
        while True:
            found = self._order(number, clear=clear)
            if found is not None:
                return found

    def _order(self, number: int, *, clear: bool) -> ShopOrder | None:
        buyer = Buyer(random=self.random, way=self.way, rates=self.regime.rates)
        basket = buyer.basket()
        rows = [self._sold(sold) for sold in basket.rows]
        till = self._till(rows)
        extras = till.extras()
        odd = {*basket.odd, *(f"{x.what}, {x.manner}" for x in extras)}
        left = self._total(rows, extras)
        if self.random.random() < 0.05 and left > 1:
            rows.append(self._sold(buyer.gift_card(left)))
            odd.add(GIFT_CARD)
        total = self._total(rows, extras)
        odd_pennies = abs(total - self._unrounded(rows, extras))
        truth = Truth.of(total, self._parts(rows, extras, till)).within(odd_pennies)
        if total < 0 or not _is_something(truth) or (clear and not self._all_clear(rows)):
            return None
        raw = raw_order(self.random, number, self.regime, self._rows(rows), extras, total)
        return ShopOrder(
            raw=raw,
            regime=self.regime,
            way=self.way,
            writing=self.writing,
            odd=frozenset(odd),
            truth=truth,
            hidden=till.hidden,
            mended=raw,
        )

    def _sold(self, sold: Sold) -> SoldRow:
        return SoldRow.of(sold, self.way, self.random.choice(self.way.places))

    def _all_clear(self, rows: Sequence[SoldRow]) -> bool:
        return all(is_clear(self.way, self._rates, x.sold, x.figures) for x in rows)

    @property
    def _rates(self) -> tuple[Fraction, ...]:
        return tuple({*self.regime.rates, *self.mapped, ZERO})

    def _till(self, rows: Sequence[SoldRow]) -> Till:
        goods: dict[Fraction, Fraction] = {}
        for row in rows:
            if row.figures.charged > 0:
                goods[row.sold.rate] = goods.get(row.sold.rate, ZERO) + row.paid
        return Till(
            random=self.random,
            with_tax=self.way.retail,
            goods=goods,
            gross=sum((row.figures.charged for row in rows), ZERO),
            hidden=sum((row.hidden for row in rows), ZERO),
        )

    def _total(self, rows: Sequence[SoldRow], extras: Sequence[Extra]) -> Fraction:
        """What the customer is charged: where rows are not rounded, the whole order is."""
        return rounded(self._unrounded(rows, extras))

    def _unrounded(self, rows: Sequence[SoldRow], extras: Sequence[Extra]) -> Fraction:
        goods = sum((row.figures.charged for row in rows), ZERO)
        return goods + sum((x.sign * x.charge.gross for x in extras), ZERO)

    def _parts(self, rows: Sequence[SoldRow], extras: Sequence[Extra], till: Till) -> list[Part]:
        parts = [row.part for row in rows]
        worth = sum(till.goods.values(), ZERO)
        rates = {row.sold.rate for row in rows}
        plain = all(row.figures.charged >= 0 for row in rows)
        for extra in extras:
            told = extra.manner == UNTAXED or (plain and extra.manner != AT_MAIN_RATE)
            blur = till.hidden / worth if worth else ZERO
            found = parts_of(extra.charge, rates, told=told, blur=blur)
            parts += [x if extra.sign > 0 else -x for x in found]
        return parts

    def _rows(self, rows: Sequence[SoldRow]) -> list[Row]:
        writer = Writer(
            random=self.random,
            way=self.way,
            writing=self.writing,
            members=self.random.choice((FULL, FULL, SPARSE, OLDER)),
            rates=self._rates,
            stated=self.regime.stated,
        )
        return [writer.row(row.sold, row.figures) for row in rows]


def _is_something(truth: Truth) -> bool:
    """Whether anything is left at some rate, so that there is something to invoice."""
    found = (*truth.net.values(), *truth.tax.values())
    return truth.total > 0 or any(x.low > _SOMETHING or x.high < -_SOMETHING for x in found)
