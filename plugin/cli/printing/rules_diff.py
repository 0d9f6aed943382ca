"""`rules diff`: what another rule book would have decided of the documents of a connection."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..group import with_plugin

if TYPE_CHECKING:  # `--help` does without them
    from ....rules.engine.language.words import Book
    from ...domain.connections.connection import Connection
    from ...domain.reconciliation.differences import Cause, Differences, Standing, Tally
    from ...services.container import Container

ACTIVE = "active"


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--connection", "name", required=True, metavar="NAME", help="Whose documents.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    metavar="DATE",
    help="Documents dated on or after this day.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_plugin
def diff(plugin: "Container", a: str, b: str, *, name: str, since: datetime, as_json: bool) -> None:
    """Show which documents rules B decide otherwise than rules A; changes nothing.

    A and B are rule files, digests of versions that were active, or `active`. Both are held
    against the facts that are stored with each decision.
    """
    from ...database.stored_facts import StoredFacts
    from ...exports.order_inputs import overrides
    from ...services.backtest import backtest

    connection = plugin.connections.named(name)
    books = _books(plugin, a, b)
    found = backtest(
        StoredFacts(plugin.database),
        connection,
        *books,
        overrides=overrides(connection),
        since=since.date(),
    )
    if as_json:
        from ..output import print_json

        print_json(_view(connection, since, (a, b), books, found))
    else:
        _print(since, (a, b), books, found)


def _books(plugin: "Container", a: str, b: str) -> "tuple[Book, Book]":
    """Both books, checked. `active` means the one for the other's kind of document."""
    from ....rules.engine.language.kinds import ORDERS

    first = None if a == ACTIVE else _book(plugin, a, "")
    second = _book(plugin, b, first.kind if first else ORDERS.name)
    return first or _book(plugin, a, second.kind), second


def _book(plugin: "Container", name: str, kind: str) -> "Book":
    from ....rules.engine.read_book import load_book

    rulebooks = plugin.rulebooks
    if name != ACTIVE:
        return load_book(rulebooks.text_of(name), name)
    rulebooks.decider(kind)  # on a first start, the file becomes the active book
    version = rulebooks.books.active(kind)
    assert version is not None
    return load_book(rulebooks.text(version), name)


def _view(
    connection: "Connection",
    since: datetime,
    names: tuple[str, str],
    books: "tuple[Book, Book]",
    found: "Differences",
) -> dict[str, Any]:
    from ...domain.reconciliation.differences import Standing

    return {
        "connection": connection.name,
        "since": since.date(),
        "a": {"name": names[0], "digest": books[0].digest},
        "b": {"name": names[1], "digest": books[1].digest},
        "compared": found.compared,
        "changes": _causes(found, Standing.OPEN),
        "in_xero": {"documents": found.in_xero, "changes": _causes(found, Standing.IN_XERO)},
        "cleared": {"changes": _causes(found, Standing.CLEARED)},
        "incomplete": [
            {"problem": problem, "documents": count} for problem, count in _problems(found)
        ],
    }


def _causes(found: "Differences", standing: "Standing") -> list[dict[str, Any]]:
    return [
        {
            "change": cause.change,
            "rule": cause.rule,
            "of": "a" if cause.no_longer else "b",
            "documents": tally.documents,
            "amounts": dict(sorted(tally.amounts.items())),
            "numbers": tally.numbers,
        }
        for cause, tally in found.causes(standing)
    ]


def _print(
    since: datetime, names: tuple[str, str], books: "tuple[Book, Book]", found: "Differences"
) -> None:
    from ...domain.reconciliation.differences import Standing
    from ..output import say

    for letter, name, book in zip("AB", names, books, strict=True):
        say(f"{letter}: {_title(name, book)}")
    changed = sum(tally.documents for x in Standing for tally in found.changes[x].values())
    said = f"{_count(found.compared)} since {since:%Y-%m-%d} held against both"
    say(f"{said}: {changed or 'none'} decided otherwise by B.")
    _print_causes(found, Standing.OPEN)
    if found.in_xero:
        say()
        say(f"{_count(found.in_xero)} already in Xero or on the way: never sent again.")
        _print_causes(found, Standing.IN_XERO)
    if found.changes[Standing.CLEARED]:
        say()
        say("Cleared by a person, so these stay as they are until the order changes:")
        _print_causes(found, Standing.CLEARED)
    for problem, count in _problems(found):
        say(f"{_count(count)} could not be compared: {problem}, in what is stored.")


def _print_causes(found: "Differences", standing: "Standing") -> None:
    from ..output import table

    rows = [_row(cause, tally) for cause, tally in found.causes(standing)]
    if rows:
        headings = ("What changes", "Because of", "Orders", "With tax", "For example")
        table(headings, rows, right=[2])


def _row(cause: "Cause", tally: "Tally") -> tuple[str, str, str, str, str]:
    rule = f"{cause.rule} of A, no longer" if cause.no_longer else cause.rule
    more = ", ..." if tally.documents > len(tally.numbers) else ""
    examples = ", ".join(tally.numbers) + more
    return cause.change, rule, str(tally.documents), tally.said(), examples


def _problems(found: "Differences") -> list[tuple[str, int]]:
    return sorted(found.incomplete.items(), key=lambda x: (-x[1], x[0]))


def _title(name: str, book: "Book") -> str:
    known = Path(name).exists() or name == ACTIVE
    return f"{name} ({book.digest[:12]})" if known else book.digest[:12]


def _count(documents: int) -> str:
    return "1 order" if documents == 1 else f"{documents} orders"
