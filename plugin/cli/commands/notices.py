"""`mintsoft-xero notices ...`: what the commands are called and take."""

from typing import TYPE_CHECKING

import click

from ..group import name, with_plugin

if TYPE_CHECKING:
    from ...services.container import Container

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def notices() -> None:
    """What people are told by e-mail and by webhook."""


@notices.command("list")
@click.argument("name", metavar="[NAME]", required=False)
@as_json
@with_plugin
def list_(plugin: "Container", name: str | None, *, as_json: bool) -> None:
    """List the newest notices of a connection, or of all, and what became of each."""
    from ..printing.notices import list_notices

    list_notices(plugin, name, as_json=as_json)


@notices.command()
@name
@as_json
@with_plugin
def test(plugin: "Container", name: str, *, as_json: bool) -> None:
    """Send a notice now, and say what each receiver answered.

    Exits with 1 when one of them did not take it.
    """
    from ..printing.notices import try_ways

    if not try_ways(plugin, name, as_json=as_json):
        click.get_current_context().exit(1)


@notices.command()
@name
@as_json
@with_plugin
def secret(plugin: "Container", name: str, *, as_json: bool) -> None:
    """Make a new secret that posted notices are signed with, and print it this once.

    The one before it signs too for another day.
    """
    from ..printing.notices import make_secret

    make_secret(plugin, name, as_json=as_json)
