"""`mintsoft-xero schedule ...`: what the commands are called and take."""

from typing import TYPE_CHECKING

import click

from ...domain.connections.job import JobName
from ..group import name, with_plugin

if TYPE_CHECKING:
    from ...services.container import Container

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
job = click.argument("job", metavar="JOB", type=click.Choice([job.value for job in JobName]))

#: The longest interval: a week.
MOST_MINUTES = 7 * 24 * 60


@click.group()
def schedule() -> None:
    """What runs by the clock, and when."""


@schedule.command("list")
@click.argument("name", required=False)
@as_json
@with_plugin
def list_(plugin: "Container", name: str | None, *, as_json: bool) -> None:
    """List the jobs of a connection, or of all: how often, the last run, the next one."""
    from ..printing.jobs import list_all

    list_all(plugin, name, as_json=as_json)


@schedule.command("set")
@name
@job
@click.option(
    "--every",
    type=click.IntRange(1, MOST_MINUTES),
    metavar="MINUTES",
    help="Minutes between two runs.",
)
@click.option("--usual", is_flag=True, help="Back to the usual interval.")
@click.option("--on/--off", "on", default=None, help="Whether it runs by the clock.")
@as_json
@with_plugin
def set_(
    plugin: "Container",
    name: str,
    job: str,
    *,
    every: int | None,
    usual: bool,
    on: bool | None,
    as_json: bool,
) -> None:
    """Change how often a job runs, or switch it; running processes follow within seconds."""
    from ..printing.jobs import change

    if every is None and not usual and on is None:
        raise click.UsageError("Give --every MINUTES, --usual, --on or --off.")
    if every is not None and usual:
        raise click.UsageError("Give --every MINUTES or --usual, not both.")
    change(plugin, name, JobName(job), minutes=every, usual=usual, on=on, as_json=as_json)


@schedule.command()
@name
@job
@click.option("--inline", is_flag=True, help="Run it in this process: no broker, no worker.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a worker to end it.",
)
@as_json
@with_plugin
def run(
    plugin: "Container", name: str, job: str, *, inline: bool, wait: float, as_json: bool
) -> None:
    """Run a job now, whatever its schedule; exits with 1 when it could not do its work."""
    from ..printing.jobs import run_now

    if not run_now(plugin, name, JobName(job), inline=inline, wait=wait, as_json=as_json):
        click.get_current_context().exit(1)
