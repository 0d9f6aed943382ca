"""`mintsoft-xero client-invoices ...`: what the commands are called and take."""

from typing import TYPE_CHECKING

import click

from ..group import name, with_plugin

if TYPE_CHECKING:
    from ...services.container import Container

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("client-invoices")
def client_invoices() -> None:
    """What a fulfilment house bills its clients."""


@client_invoices.command("list")
@name
@click.option("--client", default="", metavar="CODE", help="Of this client alone.")
@click.option("--state", metavar="STATE", help="Those in this state alone.")
@as_json
@with_plugin
def list_(plugin: "Container", name: str, *, client: str, state: str | None, as_json: bool) -> None:
    """List the confirmed invoices per client, with their cost centres and where each stands.

    Those that the last sync saw: `export NAME --dry-run` reads Mintsoft and sends nothing.
    """
    from ..printing.client_invoices import list_invoices

    list_invoices(plugin, name, client=client, state=state, as_json=as_json)


@client_invoices.command()
@name
@click.argument("invoice", metavar="ID")
@click.option("--centre", default="", metavar="CENTRE", help="All charges of this cost centre.")
@as_json
@with_plugin
def show(plugin: "Container", name: str, invoice: str, *, centre: str, as_json: bool) -> None:
    """Show one invoice: its cost centres, and the orders and charges that each is made of.

    Reads what it is made of from Mintsoft, in five calls. Mintsoft has none of storage.
    """
    from ..printing.client_invoices import show_invoice

    show_invoice(plugin, name, invoice, centre=centre, as_json=as_json)
