"""``python -m mintsoft_xero.tests.fleet``: one run, what happened in it, exit 1 if it is red."""

import signal
import sys
from pathlib import Path

import click

from ..chaos.sabotage import WITHOUT
from ..chaos.session import DATABASES, world_of
from .run import SIMULATORS, Asked, lines_of, run


@click.command()
@click.option("--syncs", default=1000, show_default=True, help="Runs to be made in the storm.")
@click.option("--orders", type=click.IntRange(40), default=60, show_default=True, help="Each.")
@click.option("--seed", default=1, show_default=True)
@click.option("--seconds", default=1800.0, show_default=True, help="The storm at the longest.")
@click.option("--database", type=click.Choice(DATABASES), default="sqlite", show_default=True)
@click.option("--swapped", is_flag=True, help="Give two connections each other's organisation.")
@click.option("--without", type=click.Choice(["", *WITHOUT]), default="", help="Take it out.")
@click.option("--keep", type=click.Path(path_type=Path), help="Leave everything in this folder.")
def main(
    *,
    syncs: int,
    orders: int,
    seed: int,
    seconds: float,
    database: str,
    swapped: bool,
    without: str,
    keep: Path | None,
) -> None:
    """Have twenty connections work through a storm, and judge by the simulators' documents."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # nothing is left behind
    asked = Asked(
        syncs=syncs, orders=orders, seed=seed, seconds=seconds, swapped=swapped, without=without
    )
    with world_of(database, keep, simulators=SIMULATORS) as world:
        result = run(world, asked)
    for line in lines_of(result):
        click.echo(line)
    few = result.syncs < syncs
    if few:
        click.echo(f"only {result.syncs} of {syncs} runs were made in {seconds:g} s")
    sys.exit(1 if result.judgement.wrong or few else 0)


if __name__ == "__main__":
    main()
