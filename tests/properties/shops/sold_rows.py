"""A row as it was sold, with the figures that the shop makes of it, and what is true of it."""

from dataclasses import dataclass
from fractions import Fraction

from .exact import HUNDRED, PENNY, places_of
from .truth import ROUNDING, Bounds, Part
from .ways import Figures, Sold, Way


@dataclass(frozen=True, kw_only=True)
class SoldRow:
    """A row of an order before it is written down."""

    sold: Sold
    figures: Figures
    #: What the customer pays for it without tax, before anything is rounded.
    paid: Fraction

    @staticmethod
    def of(sold: Sold, way: Way, places: int) -> "SoldRow":
        """What a way of rounding makes of a row; `places`: of its unit price."""
        figures = way.figures(sold, places)
        if way.retail:
            paid = figures.charged * HUNDRED / (HUNDRED + sold.rate)
        else:
            paid = figures.charged - figures.tax
        return SoldRow(sold=sold, figures=figures, paid=paid)

    @property
    def part(self) -> Part:
        """What it adds: as it was charged, as it is stated, and as its price without tax has it."""
        rate, figures = self.sold.rate, self.figures
        stated = figures.unit_net * self.sold.quantity - figures.discount_net
        taxes = (self.paid * rate / HUNDRED, figures.tax, stated * rate / HUNDRED)
        nets = (self.paid, stated, *(figures.charged - tax for tax in taxes))
        # A document rounds a row, its discount, and the tax of what it has rounded.
        within = ROUNDING * (3 if figures.discount_net else 2)
        return Part(
            rate=rate,
            net=Bounds.around(*nets, within=within),
            tax=Bounds.around(*taxes, within=ROUNDING + within * rate / HUNDRED),
        )

    @property
    def hidden(self) -> Fraction:
        """What rounding might hide in it: it may have been rounded to what places it shows."""
        step = Fraction(1, 10 ** places_of(self.figures.unit_net))
        shown = 2 * (self.sold.quantity * step + PENNY)
        return max(self.part.net.width + self.part.tax.width, shown)
