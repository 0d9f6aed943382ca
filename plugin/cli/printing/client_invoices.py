"""What `client-invoices` prints: the ledger's rows, and what Mintsoft says they are made of."""

from collections.abc import Mapping
from typing import Any

from ...services.client_invoices import client_invoice, client_invoices
from ...services.container import Container
from ...services.documents.find import state_of
from ...services.serializers import client_invoices as serializers
from ..output import note, print_json, say, table


def list_invoices(
    plugin: Container, name: str, *, client: str, state: str | None, as_json: bool
) -> None:
    """List the client invoices of a connection, client by client.

    Raises:
        SettingsError: no such connection or state, or it exports no client invoices.
    """
    wanted = state_of(state) if state else None
    found = client_invoices(plugin, name, client=client, state=wanted)
    views = [serializers.client_invoice(x) for x in found]
    if as_json:
        print_json(views)
        return
    rows = [
        (
            x["client"] or "?",
            x["source_id"],
            str(x["date"] or ""),
            ", ".join(f"{y['cost_centre']} {y['net']}" for y in x["cost_centres"]),
            format(x["total"], "f") if x["total"] is not None else "",
            x["currency"] or "",
            x["state"].label,
            x["invoice_number"] or "",
            x["message"] or x["link"] or "",
        )
        for x in views
    ]
    heads = ("Client", "ID", "Date", "Cost centres", "Total", "", "State", "In Xero", "")
    table(heads, rows, right=[4])
    if not rows:
        note(f"Nothing was read yet: mintsoft-xero export {name} --dry-run")


def show_invoice(plugin: Container, name: str, invoice: str, *, centre: str, as_json: bool) -> None:
    """Show one client invoice and what it is made of. Raises as `client_invoice`."""
    view = serializers.made_of(client_invoice(plugin, name, invoice, centre=centre))
    if as_json:
        print_json(view)
    else:
        _print(view, everything=bool(centre))


def _print(view: Mapping[str, Any], *, everything: bool) -> None:
    say(f"Client invoice {view['source_id']} of {view['client'] or '?'}: {view['state'].label}")
    said = {"Name": "name", "Date": "date", "In Xero": "invoice_number", "Link": "link"}
    for word, key in {**said, "Why": "message", "Do": "fix"}.items():
        if view[key]:
            say(f"  {word:<10}{view[key]}")
    if view["total"] is not None:
        say(f"  {'Total':<10}{view['total']} {view['currency']}")
    say()
    rows = [
        (
            x["title"],
            format(x["net"], "f"),
            "not told" if x["difference"] is None else format(x["difference"], "f"),
            str(len(x["orders"])),
            str(len(x["charges"])),
        )
        for x in view["breakdown"]
    ]
    table(("Cost centre", "Net", "Difference", "Orders", "Charges"), rows, right=[1, 2, 3, 4])
    if not everything:
        return
    say()
    for part in view["breakdown"]:
        for order in part["orders"]:
            say(f"  order {order['order_id']}: {order['net']}")
        for charge in part["charges"]:
            about = f"{charge['about']} {charge['about_id']}" if charge["about"] else "charge"
            said_of = f" ({charge['description']})" if charge["description"] else ""
            say(f"  {about}: {charge['net']}{said_of}")
