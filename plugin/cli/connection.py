"""`mintsoft-xero connection ...`: what the commands are called and take."""

from typing import TYPE_CHECKING

import click

from .group import with_plugin

if TYPE_CHECKING:
    from ..joined import Plugin

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
name = click.argument("name")


def pairs(texts: tuple[str, ...]) -> dict[str, str]:
    """KEY=VALUE words as a dictionary. Raises UsageError for any other word, or a key twice."""
    found: dict[str, str] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not (key and sign):
            raise click.UsageError(f"{text!r} is not KEY=VALUE.")
        if found.setdefault(key.strip(), value) is not value:
            raise click.UsageError(f"{key} is given twice.")
    return found


@click.group()
def connection() -> None:
    """Mintsoft accounts joined to Xero organisations."""


@connection.command()
@name
@click.option("--mode", type=click.Choice(["accounting"]), default="accounting", show_default=True)
@click.option("--mintsoft-username", required=True, metavar="U", help="User name in Mintsoft.")
@click.option("--mintsoft-client", default="", metavar="CODE", help="One client's orders alone.")
@click.option("--xero-client-id", required=True, metavar="ID", help="Client id of the Xero app.")
@click.option("--source", default="mintsoft", metavar="ADAPTER", help="Where orders come from.")
@click.option("--target", default="xero", metavar="ADAPTER", help="Where invoices go to.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="See connection set.")
@as_json
@with_plugin
def add(
    plugin: "Plugin",
    name: str,
    *,
    mode: str,
    mintsoft_username: str,
    mintsoft_client: str,
    xero_client_id: str,
    source: str,
    target: str,
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Add a connection; a failed attempt leaves nothing.

    The secrets come from MINTSOFT_PASSWORD (or MINTSOFT_API_KEY) and XERO_CLIENT_SECRET, else
    they are asked for on the terminal. Another adapter than Mintsoft's or Xero's takes the same
    options, and names its own secrets when one is missing.
    """
    from .asking import read_secrets
    from .connecting import add as work

    given = pairs(settings)
    work(
        plugin,
        name=name,
        mode=mode,
        mintsoft_username=mintsoft_username,
        mintsoft_client=mintsoft_client,
        xero_client_id=xero_client_id,
        settings=given,
        secrets=read_secrets(plugin.wanted_secrets(source, target)),
        source=source,
        target=target,
        as_json=as_json,
    )


@connection.command("list")
@as_json
@with_plugin
def list_(plugin: "Plugin", *, as_json: bool) -> None:
    """List all connections."""
    from .showing import list_all

    list_all(plugin, as_json=as_json)


@connection.command()
@name
@as_json
@with_plugin
def show(plugin: "Plugin", name: str, *, as_json: bool) -> None:
    """Show a connection: state, settings, mapping, and what is missing."""
    from .showing import show as work

    work(plugin, name, as_json=as_json)


@connection.command("set")
@name
@click.argument("settings", metavar="KEY=VALUE...", nargs=-1, required=True)
@as_json
@with_plugin
def set_(plugin: "Plugin", name: str, settings: tuple[str, ...], *, as_json: bool) -> None:
    """Change settings: all that are given, or none."""
    from .connecting import change_settings

    change_settings(plugin, name, pairs(settings), as_json=as_json)


@connection.command("map")
@name
@click.argument("kind")
@click.argument("source")
@click.argument("target")
@as_json
@with_plugin
def map_(
    plugin: "Plugin",
    name: str,
    kind: str,
    source: str,
    target: str,
    *,
    as_json: bool,
) -> None:
    """Map a channel, a tax rate and the like to Xero."""
    from .connecting import map_one

    map_one(plugin, name, kind, source, target, as_json=as_json)


@connection.command()
@name
@as_json
@with_plugin
def pause(plugin: "Plugin", name: str, *, as_json: bool) -> None:
    """Stop a connection until it is resumed; nothing fails meanwhile."""
    from .connecting import pause as work

    work(plugin, name, as_json=as_json)


@connection.command()
@name
@as_json
@with_plugin
def resume(plugin: "Plugin", name: str, *, as_json: bool) -> None:
    """Let a paused connection run again."""
    from .connecting import resume as work

    work(plugin, name, as_json=as_json)


@connection.command()
@name
@as_json
@with_plugin
def connect(plugin: "Plugin", name: str, *, as_json: bool) -> None:
    """Print the address at which a person allows access in Xero."""
    from .connecting import connect as work

    work(plugin, name, as_json=as_json)
