"""What `client-invoices` prints: the ledger's rows, and what Mintsoft says they are made of."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ...database.client_invoices import Billed
from ...domain.client_invoices.client_invoice import Breakdown, CostCentre
from ...domain.client_invoices.client_invoice_building import TITLES
from ...domain.connections.connection import Connection
from ...domain.connections.mapping import account_and_tax_type
from ...domain.exports.export import DocumentKind
from ...domain.money import ZERO
from ...errors import SettingsError
from ...services.container import Container
from ..output import note, print_json, say, table
from .outcomes import outcome, state_of

#: What a charge beside orders is about, by its cost centre.
_ABOUT = {
    CostCentre.RETURNS: "return",
    CostCentre.GOODS_IN: "asn",
    CostCentre.COLLECTIONS: "collection",
}


def list_invoices(
    plugin: Container, name: str, *, client: str, state: str | None, as_json: bool
) -> None:
    """List the client invoices of a connection, client by client.

    Raises:
        SettingsError: no such connection or state, or it exports no client invoices.
    """
    connection = _of_fulfilment(plugin, name)
    wanted = state_of(state) if state else None
    found = plugin.ledger.client_invoices(connection, client=client, state=wanted)
    views = [_view(plugin, connection, x) for x in found]
    views.sort(key=lambda x: (x["client"] or "", x["date"] or "", len(x["source_id"])))
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
    """Show one client invoice and what it is made of.

    Raises:
        SettingsError: no such connection, invoice or cost centre.
        NeedsPerson: its breakdown can't be read, or it is gone.
        TryLater, Disconnected: Mintsoft can't be asked.
    """
    connection = _of_fulfilment(plugin, name)
    chosen = _centre(centre) if centre else None
    billed = next(plugin.ledger.client_invoices(connection, source_id=invoice), None)
    if billed is None:
        raise SettingsError(
            f"No client invoice {invoice[:60]!r} was read",
            fix=f"Look at: mintsoft-xero client-invoices list {name}.",
        )
    breakdown = plugin.client_invoices(connection).breakdown(invoice)
    story = plugin.ledger.story(billed.export.export_id)
    lines = [
        {
            "description": line.description,
            "net": line.net,
            "tax": line.tax,
            "account_code": line.account_code,
            "tax_type": line.tax_type,
        }
        for line in (story.invoice.lines if story.invoice else ())
    ]
    made_of = [x for x in _made_of(billed, breakdown) if chosen in {None, x["cost_centre"]}]
    view = {
        **_view(plugin, connection, billed),
        "lines": lines,
        "breakdown": made_of,
        "vat_free_is_within_postage": breakdown.vat_free_is_within_postage,
    }
    if as_json:
        print_json(view)
    else:
        _print(view, everything=chosen is not None)


def _view(plugin: Container, connection: Connection, billed: Billed) -> dict[str, Any]:
    """One invoice as programs read it: its outcome, and what was billed."""
    row, facts = billed.export, billed.facts
    found = outcome(row)
    known = connection.organisation_known
    link = plugin.parts(connection).target.link(known, row.invoice_id) if row.invoice_id else None
    return {
        **{x: y for x, y in found.items() if x not in {"target_number", "target_id", "number"}},
        "client": row.client or None,
        "name": facts.get("name"),
        "date": facts.get("document_date"),
        "parcels": facts.get("parcels"),
        "items": facts.get("items"),
        "cost_centres": list(_costs(connection, facts)),
        "net": facts.get("total_net"),
        "fix": row.fix or None,
        "link": link,
    }


def _costs(connection: Connection, facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What was billed in each cost centre, and where it goes; those without a charge left out."""
    for centre in CostCentre:
        if not facts.get(centre.value):
            continue
        entry = connection.mapping.entries.get(("cost_centre", centre.value))
        account, tax_type = account_and_tax_type(entry.target) if entry else (None, None)
        yield {
            "cost_centre": centre.value,
            "title": TITLES[centre],
            "net": facts[centre.value],
            "account_code": account,
            "tax_type": tax_type,
        }


def _made_of(billed: Billed, breakdown: Breakdown) -> Iterator[dict[str, Any]]:
    """What each cost centre is made of, as far as Mintsoft tells."""
    for centre in CostCentre:
        cost = billed.facts.get(centre.value)
        net = cost if isinstance(cost, Decimal) else ZERO
        orders = [
            {"order_id": order.order_id, "net": order.cost(centre)}
            for order in breakdown.orders
            if order.cost(centre)
        ]
        charges = [
            {
                "charge_id": charge.charge_id,
                "about": _ABOUT.get(centre) if charge.about_id else None,
                "about_id": charge.about_id or None,
                "description": charge.description or None,
                "net": charge.amount,
            }
            for charge in breakdown.others
            if charge.centre is centre
        ]
        if net or orders or charges:
            known = centre is not CostCentre.STORAGE
            yield {
                "cost_centre": centre.value,
                "title": TITLES[centre],
                "net": net,
                "breakdown_net": breakdown.cost(centre) if known else None,
                "difference": net - breakdown.cost(centre) if known else None,
                "orders": orders,
                "charges": charges,
            }


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


def _of_fulfilment(plugin: Container, name: str) -> Connection:
    connection = plugin.connections.named(name)
    if connection.kind is not DocumentKind.CLIENT_INVOICE:
        raise SettingsError(
            f"Connection {name} has the mode {connection.mode} and no client invoices",
            fix="Use a connection with the mode fulfilment.",
        )
    return connection


def _centre(word: str) -> str:
    if word not in set(CostCentre):
        raise SettingsError(
            f"There is no cost centre {word[:60]!r}", fix=f"One of: {', '.join(CostCentre)}."
        )
    return word
