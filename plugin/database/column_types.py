"""Column types that keep the domain's promises on every database."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from ..domain.money import to_penny


class UtcMoment(TypeDecorator[datetime]):
    """An aware UTC time. SQLite has no zones, so it keeps the same time without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time rather than store one that nobody can read for sure."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Pence(TypeDecorator[Decimal]):
    """An amount to the penny, kept as a whole number of hundredths so that sums are exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Hundredths of the amount, rounded to the penny."""
        del dialect
        return None if value is None else int(to_penny(value) * 100)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The amount with its two places."""
        del dialect
        return None if value is None else Decimal(value).scaleb(-2)
