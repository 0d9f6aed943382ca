"""`mintsoft-xero import` and `imports ...`: what the commands are called and take."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from ..group import name, with_plugin

if TYPE_CHECKING:
    from ...services.container import Container

KINDS = ("sales_invoice", "purchase_order")

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
kind = click.option("--kind", type=click.Choice(KINDS), help="Of this kind alone.")
numbers = click.argument("numbers", metavar="[NUMBER]...", nargs=-1)


@click.command("import")
@name
@kind
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Read what changed in Xero from this day on again.",
)
@click.option("--only", metavar="NUMBER", multiple=True, help="Make this one alone; repeatable.")
@click.option("--dry-run", is_flag=True, help="Decide and build; make nothing in Mintsoft.")
@as_json
@with_plugin
def import_(
    plugin: "Container",
    name: str,
    *,
    kind: str | None,
    since: datetime | None,
    only: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take documents from Xero: sales invoices become orders, purchase orders become ASNs.

    Runs in this process. From the first time on, the clock does it as well.
    """
    from ..printing.imports import import_documents

    import_documents(
        plugin, name, kind=kind, since=since, only=only, dry_run=dry_run, as_json=as_json
    )


@click.group()
def imports() -> None:
    """What became of Xero's sales invoices and purchase orders."""


@imports.command("list")
@name
@numbers
@kind
@click.option("--state", metavar="STATE", help="Those in this state alone.")
@as_json
@with_plugin
def list_(
    plugin: "Container",
    name: str,
    numbers: tuple[str, ...],
    *,
    kind: str | None,
    state: str | None,
    as_json: bool,
) -> None:
    """List the documents that were read from Xero, where each stands, and why."""
    from ..printing.imports import list_imports

    list_imports(plugin, name, numbers, kind=kind, state=state, as_json=as_json)


@imports.command()
@name
@numbers
@kind
@click.option("--all", "everything", is_flag=True, help="All that need attention.")
@as_json
@with_plugin
def retry(
    plugin: "Container",
    name: str,
    numbers: tuple[str, ...],
    *,
    kind: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Decide documents again at the next import, after a fix."""
    from ..printing.imports import retry as work

    if bool(numbers) == everything:
        raise click.UsageError("Give NUMBERs, or --all.")
    work(plugin, name, numbers, kind=kind, as_json=as_json)


@imports.command()
@name
@click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True)
@kind
@as_json
@with_plugin
def clear(
    plugin: "Container", name: str, numbers: tuple[str, ...], *, kind: str | None, as_json: bool
) -> None:
    """Clear the errors of documents; of imported ones, accept how the two sides differ."""
    from ..printing.imports import clear as work

    work(plugin, name, numbers, kind=kind, as_json=as_json)
