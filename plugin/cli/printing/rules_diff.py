"""What `rules diff` prints: what another rule book would have decided of some documents."""

from datetime import date
from pathlib import Path

from ...domain.reconciliation.differences import Cause, Differences, Standing, Tally
from ...services.container import Container
from ...services.rules.diff import ACTIVE, BookDifferences, NamedBook, book_differences
from ...services.serializers.rules import differences
from ..output import print_json, say, table


def diff(plugin: Container, name: str, a: str, b: str, *, since: date, as_json: bool) -> None:
    """Print which documents book B decides otherwise than book A. Raises as `book_differences`."""
    held = book_differences(plugin, name, a, b, since=since)
    if as_json:
        print_json(differences(held))
    else:
        _print(held)


def _print(held: BookDifferences) -> None:
    found = held.found
    for letter, book in zip("AB", (held.a, held.b), strict=True):
        say(f"{letter}: {_title(book)}")
    changed = sum(tally.documents for x in Standing for tally in found.changes[x].values())
    said = f"{_count(found.compared)} since {held.since:%Y-%m-%d} held against both"
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
    for problem, count in found.problems():
        say(f"{_count(count)} could not be compared: {problem}, in what is stored.")


def _print_causes(found: Differences, standing: Standing) -> None:
    rows = [_row(cause, tally) for cause, tally in found.causes(standing)]
    if rows:
        headings = ("What changes", "Because of", "Orders", "With tax", "For example")
        table(headings, rows, right=[2])


def _row(cause: Cause, tally: Tally) -> tuple[str, str, str, str, str]:
    rule = f"{cause.rule} of A, no longer" if cause.no_longer else cause.rule
    more = ", ..." if tally.documents > len(tally.numbers) else ""
    examples = ", ".join(tally.numbers) + more
    return cause.change, rule, str(tally.documents), tally.said(), examples


def _title(book: NamedBook) -> str:
    known = Path(book.name).exists() or book.name == ACTIVE
    return f"{book.name} ({book.digest[:12]})" if known else book.digest[:12]


def _count(documents: int) -> str:
    return "1 order" if documents == 1 else f"{documents} orders"
