"""``python -m mintsoft_xero.tests.chaos``: runs, a line each, a table, and exit 1 if one is red."""

import signal
import sys
from pathlib import Path

import click

from .run import Asked
from .sabotage import WITHOUT
from .session import DATABASES, runs, table_of, too_rare, world_of

#: From so many runs on everything must have happened often enough.
FULL = 200


@click.command()
@click.option("--runs", "count", default=5, show_default=True, help="How many.")
@click.option("--orders", type=click.IntRange(40), default=500, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Of the first run; the next has +1.")
@click.option("--storm", default=6.0, show_default=True, help="How long it rages, in seconds.")
@click.option("--database", type=click.Choice(DATABASES), default="sqlite", show_default=True)
@click.option("--without", type=click.Choice(["", *WITHOUT]), default="", help="Take it out.")
@click.option("--marks", is_flag=True, help="Wait for the marks in Mintsoft in every run.")
@click.option("--keep", type=click.Path(path_type=Path), help="Leave everything in this folder.")
def main(
    *,
    count: int,
    orders: int,
    seed: int,
    storm: float,
    database: str,
    without: str,
    marks: bool,
    keep: Path | None,
) -> None:
    """Export under chaos, and judge by the simulators' own documents."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # nothing is left behind
    asked = Asked(orders=orders, storm=storm, marks=marks, without=without)
    with world_of(database, keep) as world:
        seeds = range(seed, seed + count)
        results = runs(world, seeds, asked, trouble=database != "sqlite", say=_say)
    for line in table_of(results):
        _say(line)
    red = any(result.judgement.wrong for result in results)
    rare = too_rare(results) if count >= FULL else []
    for line in rare:
        _say(f"fired too rarely: {line}")
    sys.exit(1 if red or rare else 0)


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
