"""What tests of client invoices share."""

from collections.abc import Iterator

import pytest

from .samples import InvoiceWorld, worlds


@pytest.fixture
def house(database_url: str) -> Iterator[InvoiceWorld]:
    """Return a world of a fulfilment house, once on SQLite and once on PostgreSQL."""
    yield from worlds(database_url)
