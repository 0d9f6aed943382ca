"""What a shop asks for beside its goods: which charges, how large, and with which sign."""

from dataclasses import dataclass
from fractions import Fraction
from random import Random

from .charges import AT_MAIN_RATE, IN_PROPORTION, UNTAXED, Charge, Shares, charged
from .exact import PENNY, ZERO, rounded

SHIPPING, DISCOUNT, SURCHARGE, WITH_MINUS = (
    "shipping",
    "discount",
    "surcharge",
    "discount with a minus",
)
#: A discount whose sign only the total tells must be so many times what rounding may hide.
_CLEAR = 2

_MANNERS = (IN_PROPORTION, IN_PROPORTION, AT_MAIN_RATE, UNTAXED)


@dataclass(frozen=True, kw_only=True)
class Extra:
    """A charge, and what it is to the order."""

    what: str
    manner: str
    charge: Charge

    @property
    def sign(self) -> int:
        """Whether it adds to the order or is taken off."""
        return 1 if self.what in {SHIPPING, SURCHARGE} else -1

    @property
    def written(self) -> int:
        """With which sign it is written: a surcharge is a discount below nothing."""
        return -1 if self.what in {SURCHARGE, WITH_MINUS} else 1


@dataclass(frozen=True, kw_only=True)
class Till:
    """Asks for shipping and gives discounts on one basket."""

    random: Random
    #: Whether amounts hold the tax.
    with_tax: bool
    #: What the goods come to at each rate without tax, and all with tax.
    goods: Shares
    gross: Fraction
    #: What rounding may hide in the rows.
    hidden: Fraction

    def extras(self) -> list[Extra]:
        """Shipping on most orders, a discount or a surcharge on some."""
        if not self.goods:
            return []
        extras = []
        if self.random.random() < 0.6:
            amount = self.random.choice((299, 395, 499, 500, 1000, self._pennies(3000))) * PENNY
            extras.append(self._extra(SHIPPING, amount, self.random.choice(_MANNERS)))
        if self.random.random() < 0.3:
            extras += self._discount()
        return extras

    def _discount(self) -> list[Extra]:
        what = self.random.choice((DISCOUNT, DISCOUNT, DISCOUNT, SURCHARGE, WITH_MINUS))
        manner = self.random.choice(_MANNERS)
        extra = self._extra(what, self._size(what, manner), manner)
        if what == DISCOUNT or extra.charge.gross > _CLEAR * self.hidden + 10 * PENNY:
            return [extra] if extra.charge.net else []
        return []

    def _size(self, what: str, manner: str) -> Fraction:
        """A gift card may pay for all; a discount with tax is a part of what bears the tax."""
        if what == SURCHARGE:
            return self._pennies(500) * PENNY
        if manner == UNTAXED:
            part = self.random.choice((Fraction(1), Fraction(19, 20), Fraction(1, 3)))
            return rounded(max(self.gross, ZERO) * part)
        nets = self.goods.values()
        most = max(nets) if manner == AT_MAIN_RATE else sum(nets, ZERO)
        return rounded(most * self.random.choice((5, 10, 15, 50)) / 100)

    def _extra(self, what: str, amount: Fraction, manner: str) -> Extra:
        charge = charged(amount, self.goods, manner, with_tax=self.with_tax)
        return Extra(what=what, manner=manner, charge=charge)

    def _pennies(self, most: int) -> int:
        return self.random.randint(50, most)
