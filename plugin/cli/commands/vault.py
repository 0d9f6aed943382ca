"""`mintsoft-xero vault ...`: what the commands are called and take."""

from typing import TYPE_CHECKING

import click

from ..group import with_plugin

if TYPE_CHECKING:
    from ...services.container import Container

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def vault() -> None:
    """The secrets that are kept encrypted in the database."""


@vault.command()
@as_json
@with_plugin
def rotate(plugin: "Container", *, as_json: bool) -> None:
    """Encrypt all secrets with the first key of MINTSOFT_XERO_SECRET_KEY.

    Everything else may run meanwhile. Say it again until it says that none is left; then the
    other keys may be taken out. Exits with 1 when none of the keys opens a secret.
    """
    from ..printing.vault import rotate as work

    if not work(plugin, as_json=as_json):
        click.get_current_context().exit(1)
