"""Output: what commands print, for people and for programs.

Customers write what they like into an order. Nothing of it may steer a terminal: whatever is
printed for people goes through `clean`, and JSON is plain ASCII.
"""

import json
import sys
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click

#: Unicode categories that are not printed: controls, invisible format marks (they may turn the
#: direction of writing), surrogates, unassigned, line and paragraph separators.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean(text: str) -> str:
    """The text in one line, without anything that a terminal would obey."""
    spaced = (" " if letter.isspace() else letter for letter in text)
    return "".join(x for x in spaced if unicodedata.category(x) not in _UNPRINTABLE)


def say(text: str = "") -> None:
    """One line of the answer."""
    click.echo(clean(text))


def note(text: str) -> None:
    """One line beside the answer, on standard error."""
    click.echo(clean(text), err=True)


def print_json(value: Any, *, one_line: bool = False) -> None:
    """JSON: amounts as decimal strings, moments in UTC with Z."""
    click.echo(json.dumps(value, default=_plain, indent=None if one_line else 2))


def _plain(value: object) -> str:
    from ..domain.times import to_text

    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no JSON form")


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[int] = ()
) -> None:
    """A table; drawn on a terminal, else in columns that are never cut. `right`: numbers."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(headings, cleaned, right)
        return
    columns = list(zip(headings, *cleaned, strict=True))
    widths = [max(map(len, column)) for column in columns]
    for row in [list(headings), *cleaned]:
        cells = [
            cell.rjust(width) if position in right else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def _draw(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table()
    for position, heading in enumerate(headings):
        drawn.add_column(heading, justify="right" if position in right else "left")
    for row in rows:
        # Text, and not str: square brackets in it are no markup.
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)
