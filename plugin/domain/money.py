"""Money: Decimal amounts, rounded as accounting does. A document names its currency once."""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
PENNY = Decimal("0.01")
UNIT_PRICE_STEP = Decimal("0.0001")


def to_penny(amount: Decimal) -> Decimal:
    """Round to 2 places, half away from zero (xero.md 5.1 rule 5)."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def to_unit_price(amount: Decimal) -> Decimal:
    """Round to the 4 places that a unit price may have (xero.md 5.1 rule 1, ``unitdp=4``)."""
    return amount.quantize(UNIT_PRICE_STEP, rounding=ROUND_HALF_UP)


def share(amount: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """Split an amount to the penny in proportion to weights; the parts add up to the amount.

    What rounding leaves over goes along from part to part, so that nothing is lost or made and,
    with weights to the penny that come to no less than the amount, no part exceeds its weight.
    With weights that add up to nothing, the last part takes all.
    """
    total = sum(weights, ZERO)
    if not weights or total == 0:
        return [ZERO] * (len(weights) - 1) + [to_penny(amount)] if weights else []
    parts, weighed, given = [], ZERO, ZERO
    for weight in weights:
        weighed += weight
        parts.append(to_penny(amount * weighed / total) - given)
        given += parts[-1]
    return parts


def require_decimal(owner: object, *names: str) -> None:
    """Refuse a float (or anything but a finite Decimal) in a money field.

    Raises:
        TypeError: a named field of `owner` is not a finite Decimal. Our bug, not the user's.
    """
    for name in names:
        value = getattr(owner, name)
        if not isinstance(value, Decimal) or not value.is_finite():
            raise TypeError(f"{type(owner).__name__}.{name} must be a finite Decimal")
