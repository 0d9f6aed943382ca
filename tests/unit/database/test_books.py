"""Books: versions are only added, one at a time, and read back letter by letter."""

import hashlib
from collections.abc import Iterator
from functools import partial

import pytest

from ....plugin.database.database import Database
from ....plugin.database.rulebooks import SqlBooks
from ....plugin.errors import PluginError
from ....plugin.testing.infrastructure import FakeClock
from .at_once import at_once

TEXT = "book: orders  # caf\u00e9 \U0001f4e6\r\nmode: first\n"


@pytest.fixture
def books(database_url: str) -> Iterator[SqlBooks]:
    """Return the books of a new database."""
    database = Database(database_url)
    database.upgrade()
    yield SqlBooks(database, FakeClock())
    database.close()


def test_versions_are_kept(books: SqlBooks) -> None:
    """The newest version decides, each keeps its text to the letter, and kinds are apart."""
    assert (books.active("orders"), books.text("0" * 64), books.history()) == (None, None, [])
    one = books.activate("orders", TEXT, instead_of=None, by="ada", note="first")
    two = books.activate("orders", "other", instead_of=one, by="ben", note="")
    back = books.activate("orders", TEXT, instead_of=two, by="ada", note="as it was")
    other = books.activate("client_invoices", "a", instead_of=None, by="x" * 300, note="")
    assert books.active("orders") == back
    assert (back.version, back.digest) == (3, one.digest)
    assert one.digest == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (books.text(one.digest), books.text(two.digest)) == (TEXT, "other")
    assert books.history("orders") == [back, two, one]
    assert books.history() == [other, back, two, one]
    assert back.activated_at == FakeClock().now()


def test_two_that_replace_the_same_version(books: SqlBooks) -> None:
    """Of many that activate at the same moment one does, and the others change nothing."""
    first = books.activate("orders", TEXT, instead_of=None, by="ada", note="")
    second = books.activate("orders", "second", instead_of=first, by="ada", note="")

    def activate(text: str) -> str:
        try:
            books.activate("orders", text, instead_of=second, by=text, note="")
        except PluginError as error:
            return error.message
        return "done"

    said = at_once(*(partial(activate, f"third, by {x}") for x in range(5)))
    assert sorted(said) == [
        "Another book for orders was activated meanwhile; nothing was changed."
    ] * 4 + ["done"]
    assert [x.version for x in books.history("orders")] == [3, 2, 1]
    with pytest.raises(PluginError, match="meanwhile"):  # one who looked long ago
        books.activate("orders", "late", instead_of=first, by="ada", note="")
    with pytest.raises(PluginError, match="meanwhile"):
        books.activate("orders", "first again", instead_of=None, by="ada", note="")
