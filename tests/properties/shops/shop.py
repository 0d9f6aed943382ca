"""Orders as shops make them, each with what is true of it; the same seed makes the same ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from .baskets import GIFT_CARD, Buyer
from .charges import AT_MAIN_RATE, UNTAXED, parts_of
from .charging import Extra, Till
from .exact import HUNDRED, PENNY, ZERO, places_of, rounded
from .raw import raw_order
from .regimes import REGIMES, Regime
from .rows import FULL, NOMINAL, OLDER, SPARSE, WRITINGS, Row, Writer, is_clear
from .truth import ROUNDING, Bounds, Part, Truth
from .ways import WAYS, Figures, Sold, Way

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
class _Rung:
    """A row as it was sold, with the figures that the shop makes of it."""

    sold: Sold
    figures: Figures
    part: Part


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
        rung = [self._rung(sold) for sold in basket.rows]
        till = self._till(rung)
        extras = till.extras()
        odd = {*basket.odd, *(f"{x.what}, {x.manner}" for x in extras)}
        left = self._total(rung, extras)
        if self.random.random() < 0.05 and left > 1:
            rung.append(self._rung(buyer.gift_card(left)))
            odd.add(GIFT_CARD)
        total = self._total(rung, extras)
        odd_pennies = abs(total - self._unrounded(rung, extras))
        truth = Truth.of(total, self._parts(rung, extras, till)).within(odd_pennies)
        if total < 0 or not _is_something(truth) or (clear and not self._all_clear(rung)):
            return None
        rows = self._rows(rung)
        raw = raw_order(self.random, number, self.regime, rows, extras, total)
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

    def _rung(self, sold: Sold) -> _Rung:
        figures = self.way.figures(sold, self.random.choice(self.way.places))
        return _Rung(sold=sold, figures=figures, part=part_of(sold, figures, self.way))

    def _all_clear(self, rung: Sequence[_Rung]) -> bool:
        return all(is_clear(self.way, self._rates, x.sold, x.figures) for x in rung)

    @property
    def _rates(self) -> tuple[Fraction, ...]:
        return tuple({*self.regime.rates, *self.mapped, ZERO})

    def _till(self, rung: Sequence[_Rung]) -> Till:
        goods: dict[Fraction, Fraction] = {}
        for row in rung:
            if row.figures.charged > 0:
                net = _net(row.sold, row.figures, self.way)
                goods[row.sold.rate] = goods.get(row.sold.rate, ZERO) + net
        return Till(
            random=self.random,
            with_tax=self.way.retail,
            goods=goods,
            gross=sum((row.figures.charged for row in rung), ZERO),
            hidden=sum((_hidden(row) for row in rung), ZERO),
        )

    def _total(self, rung: Sequence[_Rung], extras: Sequence[Extra]) -> Fraction:
        """What the customer is charged: where rows are not rounded, the whole order is."""
        return rounded(self._unrounded(rung, extras))

    def _unrounded(self, rung: Sequence[_Rung], extras: Sequence[Extra]) -> Fraction:
        goods = sum((row.figures.charged for row in rung), ZERO)
        return goods + sum((x.sign * x.charge.gross for x in extras), ZERO)

    def _parts(self, rung: Sequence[_Rung], extras: Sequence[Extra], till: Till) -> list[Part]:
        parts = [row.part for row in rung]
        worth = sum(till.goods.values(), ZERO)
        rates = {row.sold.rate for row in rung}
        plain = all(row.figures.charged >= 0 for row in rung)
        for extra in extras:
            told = extra.manner == UNTAXED or (plain and extra.manner != AT_MAIN_RATE)
            blur = till.hidden / worth if worth else ZERO
            found = parts_of(extra.charge, rates, told=told, blur=blur)
            parts += [x if extra.sign > 0 else -x for x in found]
        return parts

    def _rows(self, rung: Sequence[_Rung]) -> list[Row]:
        writer = Writer(
            random=self.random,
            way=self.way,
            writing=self.writing,
            members=self.random.choice((FULL, FULL, SPARSE, OLDER)),
            rates=self._rates,
            stated=self.regime.stated,
        )
        return [writer.row(row.sold, row.figures) for row in rung]


def _net(sold: Sold, figures: Figures, way: Way) -> Fraction:
    """What the customer pays for a row without its tax, before anything is rounded."""
    if way.retail:
        return figures.charged * HUNDRED / (HUNDRED + sold.rate)
    return figures.charged - figures.tax


def _hidden(rung: _Rung) -> Fraction:
    """What rounding might hide in a row: it may have been rounded to what places it shows."""
    step = Fraction(1, 10 ** places_of(rung.figures.unit_net))
    shown = 2 * (rung.sold.quantity * step + PENNY)
    return max(rung.part.net.width + rung.part.tax.width, shown)


def part_of(sold: Sold, figures: Figures, way: Way) -> Part:
    """What a row adds: as it was charged, as it is stated, and as its price without tax has it."""
    paid = _net(sold, figures, way)
    stated = figures.unit_net * sold.quantity - figures.discount_net
    taxes = (paid * sold.rate / HUNDRED, figures.tax, stated * sold.rate / HUNDRED)
    nets = (paid, stated, *(figures.charged - tax for tax in taxes))
    # A document rounds a row, its discount, and the tax of what it has rounded.
    within = ROUNDING * (3 if figures.discount_net else 2)
    return Part(
        rate=sold.rate,
        net=Bounds.around(*nets, within=within),
        tax=Bounds.around(*taxes, within=ROUNDING + within * sold.rate / HUNDRED),
    )


def _is_something(truth: Truth) -> bool:
    """Whether anything is left at some rate, so that there is something to invoice."""
    found = (*truth.net.values(), *truth.tax.values())
    return truth.total > 0 or any(x.low > _SOMETHING or x.high < -_SOMETHING for x in found)
