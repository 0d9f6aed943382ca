"""`mintsoft-xero rules ...`: what the commands are called and take."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..group import Installation, with_plugin

if TYPE_CHECKING:
    from ...services.container import Container

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
files = click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
note = click.option("--note", default="", metavar="TEXT", help="Why; kept in the history.")


@click.group()
def rules() -> None:
    """The rules by which orders are exported."""


@rules.command()
@files
@as_json
@click.pass_obj
def check(installation: Installation, files: tuple[Path, ...], *, as_json: bool) -> None:
    """Check rule files; without FILE, those in use.

    Shows all faults, each as path:line:column. Needs no database.
    """
    from ..printing.rules_files import check as work

    if work(installation, files, as_json=as_json):
        click.get_current_context().exit(1)


@rules.command("test")
@files
@as_json
@click.pass_obj
def try_examples(installation: Installation, files: tuple[Path, ...], *, as_json: bool) -> None:
    """Try rule files on their own examples, one by one; without FILE, those in use.

    Names the rules that no example covers, too. Needs no database.
    """
    from ..printing.rules_files import try_examples as work

    if work(installation, files, as_json=as_json):
        click.get_current_context().exit(1)


@rules.command()
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@note
@as_json
@with_plugin
def activate(plugin: "Container", file: Path | None, note: str, *, as_json: bool) -> None:
    """Make a rule file decide, in all processes; without FILE, those in use.

    The file is checked and tried on its examples by both evaluators first. While anything is
    wrong, the book that is active stays.
    """
    from ..printing.rules_active import activate as work

    work(plugin, file, note, as_json=as_json)


@rules.command()
@click.option("--kind", default="", metavar="KIND", help="Of one kind of book alone: orders.")
@as_json
@with_plugin
def history(plugin: "Container", kind: str, *, as_json: bool) -> None:
    """List every version of the rules that was ever active."""
    from ..printing.rules_active import history as work

    work(plugin, kind, as_json=as_json)


@rules.command()
@click.argument("digest", metavar="[DIGEST]", default="")
@click.option("--kind", default="orders", show_default=True, metavar="KIND", help="Without DIGEST.")
@as_json
@with_plugin
def show(plugin: "Container", digest: str, kind: str, *, as_json: bool) -> None:
    """Print the active rules as they were activated, or an earlier version of them."""
    from ..printing.rules_active import show as work

    work(plugin, digest, kind, as_json=as_json)


@rules.command()
@click.argument("digest")
@note
@as_json
@with_plugin
def rollback(plugin: "Container", digest: str, note: str, *, as_json: bool) -> None:
    """Have an earlier version decide again, after the same checks as a new one."""
    from ..printing.rules_active import roll_back as work

    work(plugin, digest, note, as_json=as_json)


@rules.command()
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
@as_json
@with_plugin
def diff(plugin: "Container", a: str, b: str, *, name: str, since: datetime, as_json: bool) -> None:
    """Show which documents rules B decide otherwise than rules A; changes nothing.

    A and B are rule files, digests of versions that were active, or `active`. Both are held
    against the facts that are stored with each decision.
    """
    from ..printing.rules_diff import diff as work

    work(plugin, name, a, b, since=since.date(), as_json=as_json)
