"""`mintsoft-xero connection ...`: the commands that begin, stop, look at and end access."""

from typing import TYPE_CHECKING

import click

from ..group import name, with_plugin
from .connection import as_json, connection, organisation

if TYPE_CHECKING:
    from ...services.container import Container

__all__ = ["connection"]


@connection.command()
@name
@as_json
@with_plugin
def pause(plugin: "Container", name: str, *, as_json: bool) -> None:
    """Stop a connection until it is resumed; nothing fails meanwhile."""
    from ..printing.connection_access import pause as work

    work(plugin, name, as_json=as_json)


@connection.command()
@name
@as_json
@with_plugin
def resume(plugin: "Container", name: str, *, as_json: bool) -> None:
    """Let a paused connection run again."""
    from ..printing.connection_access import resume as work

    work(plugin, name, as_json=as_json)


@connection.command()
@name
@organisation
@click.option(
    "--another-organisation",
    "another",
    is_flag=True,
    help="It may be another one than before: all is read anew from the start date on.",
)
@as_json
@with_plugin
def connect(
    plugin: "Container", name: str, *, organisation: str, another: bool, as_json: bool
) -> None:
    """Print the address at which a person allows access in Xero.

    A custom connection needs nobody: it is connected at once. The organisation that it had goes
    on where it was; what was exported to another one stays with that one.
    """
    from ..printing.connection_access import connect as work

    work(plugin, name, organisation, another=another, as_json=as_json)


@connection.command("organisation")
@name
@click.argument("organisation", metavar="ID|NAME")
@as_json
@with_plugin
def organisation_(plugin: "Container", name: str, organisation: str, *, as_json: bool) -> None:
    """Choose the Xero organisation, where the access opens several."""
    from ..printing.connection_access import organisation as work

    work(plugin, name, organisation, as_json=as_json)


@connection.command()
@name
@click.option("--xero", is_flag=True, help="The secret of the Xero app instead.")
@as_json
@with_plugin
def login(plugin: "Container", name: str, *, xero: bool, as_json: bool) -> None:
    """Give a new password or key of Mintsoft, or a new secret of the Xero app.

    It is tried before it replaces the former one, for all connections that log in with it. Those
    that were paused because the login was refused run again. It comes from the same variables as
    at `connection add`, else it is asked for.
    """
    from ..printing.connection_access import renew

    renew(plugin, name, "target" if xero else "source", as_json=as_json)


@connection.command()
@name
@as_json
@with_plugin
def disconnect(plugin: "Container", name: str, *, as_json: bool) -> None:
    """End the access to the organisation; orders, settings and mapping all stay.

    Where other connections use the same access, this one stops and theirs goes on.
    """
    from ..printing.connection_access import end as work

    work(plugin, name, as_json=as_json)


@connection.command()
@name
@as_json
@with_plugin
def health(plugin: "Container", name: str, *, as_json: bool) -> None:
    """Ask both sides what a connection may do, and what is missing, with its fix.

    Exits with 1 when something that is needed is missing.
    """
    from ..printing.health import tell_health as work

    if not work(plugin, name, as_json=as_json):
        click.get_current_context().exit(1)
