"""What one rule book decides otherwise than another, on the stored documents of a connection."""

from dataclasses import dataclass
from datetime import date

from ....rules.engine.language.kinds import ORDERS
from ....rules.engine.language.words import Book
from ....rules.engine.read_book import load_book
from ...database.stored_facts import StoredFacts
from ...domain.connections.connection import Connection
from ...domain.reconciliation.differences import Differences
from ...exports.order_inputs import overrides
from ..container import Container
from .backtest import backtest

#: What the book that decides is called.
ACTIVE = "active"


@dataclass(frozen=True, kw_only=True)
class NamedBook:
    """A book as somebody has named it: a file, a digest, or `ACTIVE`."""

    name: str
    #: SHA-256 of its text.
    digest: str


@dataclass(frozen=True, kw_only=True)
class BookDifferences:
    """What book B decides otherwise than book A."""

    connection: Connection
    #: The first day of the documents.
    since: date
    a: NamedBook
    b: NamedBook
    found: Differences


def book_differences(
    plugin: Container, name: str, a: str, b: str, *, since: date
) -> BookDifferences:
    """Hold two books against what is stored of a connection's documents; changes nothing.

    Raises:
        SettingsError: there is no such connection or book, or the books are of two kinds.
        RuleFileError: a file can't be read.
        TryLater: the database can't be reached.
    """
    connection = plugin.connections.named(name)
    before, after = _books(plugin, a, b)
    found = backtest(
        StoredFacts(plugin.database),
        connection,
        before,
        after,
        overrides=overrides(connection),
        since=since,
    )
    return BookDifferences(
        connection=connection,
        since=since,
        a=NamedBook(name=a, digest=before.digest),
        b=NamedBook(name=b, digest=after.digest),
        found=found,
    )


def _books(plugin: Container, a: str, b: str) -> tuple[Book, Book]:
    """Both books, checked. `ACTIVE` means the one for the other's kind of document."""
    first = None if a == ACTIVE else _book(plugin, a, "")
    second = _book(plugin, b, first.kind if first else ORDERS.name)
    return first or _book(plugin, a, second.kind), second


def _book(plugin: Container, name: str, kind: str) -> Book:
    rulebooks = plugin.rulebooks
    if name != ACTIVE:
        return load_book(rulebooks.text_of(name), name)
    rulebooks.decider(kind)  # on a first start, the file becomes the active book
    version = rulebooks.books.active(kind)
    assert version is not None
    return load_book(rulebooks.text(version), name)
