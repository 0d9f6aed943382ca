"""Taxed order: an order whose rates are found, with the tax type of each."""

from dataclasses import dataclass, replace
from decimal import Decimal

from ..connections.mapping import Mapping
from ..money import ZERO, to_penny
from ..orders.order import Charge, Order, OrderLine
from ..orders.prices_with_tax import at_rate
from ..taxes.charge_split import Split, split_charge
from ..taxes.rates import LineRate, charge_rate, charge_unexplained, line_rates
from ..taxes.tax_sources import TaxPlace, TaxSources, TaxTypes, postcode_area


@dataclass(frozen=True, kw_only=True)
class TaxedOrder:
    """An order, and what of the mapping serves it."""

    #: The rate of each of its lines is that which was found.
    order: Order
    #: Of each line, in their order.
    rates: tuple[LineRate, ...]
    mapping: Mapping
    #: Those of the mapping's tax types that may serve its country.
    sources: TaxSources
    place: TaxPlace

    def with_order(self, order: Order) -> "TaxedOrder":
        """The same of an order whose amounts were changed, and whose lines are the same."""
        return replace(self, order=order)

    def types(self, account: str) -> TaxTypes:
        """The tax types for a charge that goes to an account."""
        return self.sources.types(self.place, account=account)

    def split(self, charge: Charge, what: str, account: str) -> Split:
        """A charge by rate, so that its tax is what is stated.

        At a rate of its own where a tax type serves any rate, and no other can give its tax.

        Raises:
            NeedsPerson: MX-303, no mapped rate gives it.
        """
        types = self.types(account)
        found = split_charge(charge, self._goods(), types.by_rate)
        lacks = [rate for rate in found or () if rate not in types.by_rate]
        if found is not None and not lacks:
            return found
        if types.of_any_rate:
            return {charge_rate(charge): to_penny(charge.net)}
        raise charge_unexplained(self.order, charge, what, *lacks[:1])

    def _goods(self) -> dict[Decimal, Decimal]:
        """What the goods come to without tax, by rate."""
        sums: dict[Decimal, Decimal] = {}
        for line, found in zip(self.order.lines, self.rates, strict=True):
            if line.net and not found.sends_tax:
                sums[found.rate] = sums.get(found.rate, ZERO) + line.net
        return sums


def _at(order: Order, line: OrderLine, rate: Decimal) -> OrderLine:
    """A line at the rate that was found; the price that the customer saw stays."""
    return at_rate(line, rate) if order.prices_with_tax else replace(line, tax_rate=rate)


def taxed(order: Order, mapping: Mapping, home: str) -> TaxedOrder:
    """An order with its rates found.

    Args:
        order: its figures understood.
        mapping: of its connection.
        home: country of the organisation.

    Raises:
        NeedsPerson: MX-312, no rate that is mapped for its country explains the tax of a line;
            MX-301, a line has no account.
    """
    place = TaxPlace(
        country=order.country,
        home=home,
        channel_id=order.channel_id,
        postcode_area=postcode_area(order.customer_postcode),
        has_vat_number=order.has_vat_number,
    )
    sources = mapping.tax_sources.serving(place)
    types = [
        sources.types(place, x.sku, mapping.sales_account(order.channel_id, x.sku))
        for x in order.lines
    ]
    rates = tuple(line_rates(order, types))
    lines = tuple(
        _at(order, line, found.rate) if line.tax_rate != found.rate else line
        for line, found in zip(order.lines, rates, strict=True)
    )
    return TaxedOrder(
        order=replace(order, lines=lines),
        rates=rates,
        mapping=mapping,
        sources=sources,
        place=place,
    )
