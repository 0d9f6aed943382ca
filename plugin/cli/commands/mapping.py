"""`mintsoft-xero mapping ...`: what the commands are called and take."""

from typing import TYPE_CHECKING

import click

from ..group import name, with_plugin

if TYPE_CHECKING:
    from ...services.container import Container

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
dry_run = click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")


@click.group()
def mapping() -> None:
    """What goes to which account, tax type and contact (`connection map` makes an entry)."""


@mapping.command("list")
@name
@as_json
@with_plugin
def list_(plugin: "Container", name: str, *, as_json: bool) -> None:
    """List all entries with their names in Xero, and those that no longer hold."""
    from ..printing.mapping import list_all

    list_all(plugin, name, as_json=as_json)


@mapping.command()
@name
@click.argument("kind")
@click.option("--search", default="", metavar="TEXT", help="Those whose name or code holds TEXT.")
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=200,
    show_default=True,
    metavar="N",
    help="At most so many of each side.",
)
@as_json
@with_plugin
def choices(
    plugin: "Container", name: str, kind: str, *, search: str, most: int, as_json: bool
) -> None:
    """List what an entry of a KIND may lead from, and what it may lead to."""
    from ..printing.mapping_choices import list_choices

    list_choices(plugin, name, kind, search=search, most=most, as_json=as_json)


@mapping.command()
@name
@click.option("--apply", "apply", is_flag=True, help="Make the entries that are sure enough.")
@click.option(
    "--confidence",
    type=click.Choice(["high", "medium", "low"]),
    default="medium",
    show_default=True,
    help="How sure an entry must be for --apply.",
)
@as_json
@with_plugin
def complete(
    plugin: "Container", name: str, *, apply: bool, confidence: str, as_json: bool
) -> None:
    """Suggest what the mapping lacks, and say what is missing before an order fails."""
    from ..printing.mapping_suggestions import complete as work

    work(plugin, name, apply=apply, least=confidence, as_json=as_json)


@mapping.command()
@name
@click.argument("kind")
@click.argument("source")
@dry_run
@as_json
@with_plugin
def unmap(
    plugin: "Container", name: str, kind: str, source: str, *, dry_run: bool, as_json: bool
) -> None:
    """Remove an entry; says how many stored orders that moves."""
    from ..printing.mapping import unmap_one

    unmap_one(plugin, name, kind, source, dry_run=dry_run, as_json=as_json)
