"""The command line: what each command is called and takes. What it does is in its own file.

This file and `connection.py` import nothing heavy, so that `--help` is fast and needs nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from ..domain.exports.export import DocumentKind
from .commands.access import connection
from .commands.client_invoices import client_invoices
from .commands.imports import import_, imports
from .commands.mapping import mapping
from .commands.notices import notices
from .commands.rules import rules
from .commands.schedule import schedule
from .commands.vault import vault
from .group import Commands, Installation, name, with_plugin

if TYPE_CHECKING:
    from flask import Flask

    from ..services.container import Container

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
numbers = click.argument("numbers", metavar="[NUMBER]...", nargs=-1)


def commands(join: "Callable[[], Container]", make_app: "Callable[[], Flask]") -> click.Group:
    """All our commands, as one group that may stand alone or in another one.

    Args:
        join: makes the plugin; called when a command needs it.
        make_app: makes the Flask app of the web process.
    """
    group = Commands(
        name="mintsoft-xero",
        join=join,
        make_app=make_app,
        help="Takes orders from Mintsoft into Xero.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    orders = (export, import_, outcomes, explain, errors, retry, clear, number, reconcile)
    groups = (connection, client_invoices, db, imports, mapping, notices, rules, schedule, vault)
    for command in (*groups, *orders):
        group.add_command(command)
    return group


@click.command()
@name
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in DocumentKind.exported()]),
    help="Which documents; those of the connection's mode.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Read orders of documents from this day on again.",
)
@click.option("--only", metavar="NUMBER", multiple=True, help="Send this order alone; repeatable.")
@click.option("--dry-run", is_flag=True, help="Decide, build and check; send nothing.")
@click.option("--inline", is_flag=True, help="Send in this process: no broker, no worker.")
@click.option("--strict", is_flag=True, help="Exit with 1 when an order needs attention.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait when no answer comes any more.",
)
@as_json
@with_plugin
def export(
    plugin: "Container",
    name: str,
    *,
    kind: str | None,
    since: datetime | None,
    only: tuple[str, ...],
    dry_run: bool,
    inline: bool,
    strict: bool,
    wait: float,
    as_json: bool,
) -> None:
    """Export what is due, and print counts per state."""
    from ..services.export_run import ExportRequest
    from .printing.export import export as work

    wish = ExportRequest(
        since=since.date() if since else None,
        only=only,
        dry_run=dry_run,
        inline=inline,
        wait=wait,
    )
    if work(plugin, name, kind, wish, as_json=as_json) and strict:
        click.get_current_context().exit(1)


@click.command()
@name
@click.option("--state", metavar="STATE", help="Those in this state alone.")
@as_json
@with_plugin
def outcomes(plugin: "Container", name: str, state: str | None, *, as_json: bool) -> None:
    """Print every order that was seen, and where it stands.

    As JSON: one object a line, ordered by source_id.
    """
    from .printing.outcomes import outcomes as work

    work(plugin, name, state, as_json=as_json)


@click.command()
@name
@click.argument("number")
@as_json
@with_plugin
def explain(plugin: "Container", name: str, number: str, *, as_json: bool) -> None:
    """Say why an order is where it is, and what would change it."""
    from .printing.explain import explain as work

    work(plugin, name, number, as_json=as_json)


@click.command()
@name
@as_json
@with_plugin
def errors(plugin: "Container", name: str, *, as_json: bool) -> None:
    """Print what needs attention, by cause, and what to do."""
    from .printing.errors import errors as work

    work(plugin, name, as_json=as_json)


@click.command()
@name
@numbers
@click.option("--code", metavar="CODE", help="All that need attention for this reason (MX-...).")
@click.option("--cause", metavar="CAUSE", help="All that wait for one thing, as `errors` names it.")
@click.option("--all", "every", is_flag=True, help="All that need attention.")
@click.option("--again", is_flag=True, help="Exported ones whose invoice was voided or deleted.")
@click.option("--single", is_flag=True, help="Each is a sale of its own, though it equals another.")
@as_json
@with_plugin
def retry(
    plugin: "Container",
    name: str,
    numbers: tuple[str, ...],
    *,
    code: str | None,
    cause: str | None,
    every: bool,
    again: bool,
    single: bool,
    as_json: bool,
) -> None:
    """Have orders decided again at the next export.

    NUMBER is an order's number; with --single Mintsoft's id will do, too.
    """
    from .printing.errors import retry as work

    if again and (code or cause or every or not numbers):
        raise click.UsageError("--again needs the NUMBERs of exported orders, and nothing else.")
    if single and (again or code or cause or every or not numbers):
        raise click.UsageError("--single needs the NUMBERs of orders, and nothing else.")
    if sum((bool(numbers), bool(code), bool(cause), every)) != 1:
        raise click.UsageError("Give NUMBERs, or --cause, or --code, or --all.")
    work(plugin, name, numbers, code, cause, again=again, single=single, as_json=as_json)


@click.command()
@name
@click.argument("order", metavar="ORDER")
@click.argument("new", metavar="[NEW]", required=False, default="")
@as_json
@with_plugin
def number(plugin: "Container", name: str, order: str, new: str, *, as_json: bool) -> None:
    """Give an order another invoice number; without NEW its own, with its id behind it."""
    from .printing.number import give_number as work

    work(plugin, name, order, new, as_json=as_json)


@click.command()
@name
@click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True)
@as_json
@with_plugin
def clear(plugin: "Container", name: str, numbers: tuple[str, ...], *, as_json: bool) -> None:
    """Clear errors: the orders rest until they change."""
    from .printing.errors import clear as work

    work(plugin, name, numbers, as_json=as_json)


@click.command()
@name
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Documents from this day on; 30 days before the last.",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Documents up to this day; today.",
)
@as_json
@with_plugin
def reconcile(
    plugin: "Container",
    name: str,
    *,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Hold Mintsoft, the ledger and Xero against each other; changes nothing in either.

    Exits with 1 when something does not agree.
    """
    from .printing.reconcile import reconcile as work

    first, last = since and since.date(), until and until.date()
    if first and last and first > last:
        raise click.UsageError("--until lies before --since.")
    if work(plugin, name, first, last, as_json=as_json):
        click.get_current_context().exit(1)


@click.group()
def db() -> None:
    """The database."""


@db.command()
@as_json
@click.pass_obj
def upgrade(installation: Installation, *, as_json: bool) -> None:
    """Bring the database's tables to the newest version."""
    from .printing.database import upgrade as work

    work(installation.plugin(), as_json=as_json)
