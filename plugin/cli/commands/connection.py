"""`mintsoft-xero connection ...`: what the commands are called and take.

Those that begin and end access are in `access.py`.
"""

from typing import TYPE_CHECKING

import click

from ..group import name, with_plugin

if TYPE_CHECKING:
    from ...services.container import Container

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
dry_run = click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
organisation = click.option(
    "--organisation",
    default="",
    metavar="ID|NAME",
    help="Which Xero organisation, where the access opens several.",
)


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


class _NamesSettings(click.Command):
    """A command whose help ends with all settings, by what they are for."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Below the options."""
        del ctx
        from ...domain.connections.setting import GROUPS, settings_of
        from ...domain.connections.settings import Settings

        declared = settings_of(Settings).items()
        for group, title in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(x, said.meaning) for x, said in declared if said.group == group]
                )


@click.group()
def connection() -> None:
    """Mintsoft accounts joined to Xero organisations."""


@connection.command()
@name
@click.option(
    "--mode",
    type=click.Choice(["accounting", "fulfilment"]),
    default="accounting",
    show_default=True,
    help="Orders to invoices, or a fulfilment house's invoices to its clients.",
)
@click.option("--mintsoft-username", required=True, metavar="U", help="User name in Mintsoft.")
@click.option("--mintsoft-client", default="", metavar="CODE", help="One client's orders alone.")
@click.option("--xero-client-id", default="", metavar="ID", help="Client id of the Xero app.")
@click.option(
    "--share-grant-of",
    default="",
    metavar="OTHER",
    help="Use the access that this connection has to Xero: no client id, no secret, no consent.",
)
@organisation
@click.option("--source", default="mintsoft", metavar="ADAPTER", help="Where orders come from.")
@click.option("--target", default="xero", metavar="ADAPTER", help="Where invoices go to.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="See connection set.")
@as_json
@with_plugin
def add(
    plugin: "Container",
    name: str,
    *,
    mode: str,
    mintsoft_username: str,
    mintsoft_client: str,
    xero_client_id: str,
    share_grant_of: str,
    organisation: str,
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
    from ..printing.connection_access import add as work
    from ..secret_prompt import read_secrets

    given = pairs(settings)
    if bool(xero_client_id) is bool(share_grant_of):
        raise click.UsageError("Give --xero-client-id, or --share-grant-of.")
    work(
        plugin,
        name=name,
        mode=mode,
        mintsoft_username=mintsoft_username,
        mintsoft_client=mintsoft_client,
        xero_client_id=xero_client_id,
        settings=given,
        secrets=read_secrets(plugin.wanted_secrets(source, "" if share_grant_of else target)),
        source=source,
        target=target,
        organisation=organisation,
        share_grant_of=share_grant_of,
        as_json=as_json,
    )


@connection.command("list")
@as_json
@with_plugin
def list_(plugin: "Container", *, as_json: bool) -> None:
    """List all connections."""
    from ..printing.connections import list_all

    list_all(plugin, as_json=as_json)


@connection.command()
@name
@as_json
@with_plugin
def show(plugin: "Container", name: str, *, as_json: bool) -> None:
    """Show a connection: state, settings, mapping, and what is missing."""
    from ..printing.connections import show as work

    work(plugin, name, as_json=as_json)


@connection.command("set", cls=_NamesSettings)
@name
@click.argument("settings", metavar="KEY=VALUE...", nargs=-1, required=True)
@dry_run
@as_json
@with_plugin
def set_(
    plugin: "Container", name: str, settings: tuple[str, ...], *, dry_run: bool, as_json: bool
) -> None:
    """Change settings: all that are given, or none; says how many stored orders that moves."""
    from ..printing.settings import change

    change(plugin, name, pairs(settings), dry_run=dry_run, as_json=as_json)


@connection.command("settings")
@name
@as_json
@with_plugin
def settings_(plugin: "Container", name: str, *, as_json: bool) -> None:
    """List all settings with value, default, meaning, and what is allowed."""
    from ..printing.settings import show_settings

    show_settings(plugin, name, as_json=as_json)


@connection.command("export-settings")
@name
@click.argument("file", required=False, type=click.Path(dir_okay=False))
@with_plugin
def export_settings(plugin: "Container", name: str, file: str | None) -> None:
    """Write settings, mapping and schedules to a file, without any secret.

    JSON where the FILE ends so, else YAML; without FILE, to standard output.
    """
    from ..printing.settings import export_settings as work

    work(plugin, name, file)


@connection.command("import-settings")
@name
@click.argument("file", type=click.Path(dir_okay=False))
@dry_run
@as_json
@with_plugin
def import_settings(
    plugin: "Container", name: str, file: str, *, dry_run: bool, as_json: bool
) -> None:
    """Take over settings, mapping and schedules from a file: all of it, or nothing."""
    from ..printing.settings import import_settings as work

    work(plugin, name, file, dry_run=dry_run, as_json=as_json)


@connection.command()
@click.argument("name", metavar="FROM")
@click.argument("onto", metavar="TO")
@dry_run
@as_json
@with_plugin
def clone(plugin: "Container", name: str, onto: str, *, dry_run: bool, as_json: bool) -> None:
    """Take over settings, mapping and schedules of another connection.

    What the organisation of TO does not have is listed, and left to be mapped.
    """
    from ..printing.settings import clone as work

    work(plugin, name, onto, dry_run=dry_run, as_json=as_json)


@connection.command("map")
@name
@click.argument("kind")
@click.argument("source")
@click.argument("target")
@dry_run
@as_json
@with_plugin
def map_(
    plugin: "Container",
    name: str,
    kind: str,
    source: str,
    target: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Map a channel, a tax rate and the like to Xero; says how many stored orders that moves."""
    from ..printing.mapping import map_one

    map_one(plugin, name, kind, source, target, dry_run=dry_run, as_json=as_json)
