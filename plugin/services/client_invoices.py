"""Client invoices as people ask for them: listed, and one with what it is made of."""

from dataclasses import dataclass

from ..domain.client_invoices.billed import Billed
from ..domain.client_invoices.client_invoice import Breakdown, CostCentre
from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind, ExportState
from ..domain.invoices.invoice import InvoiceLine
from ..errors import SettingsError
from .container import Container


@dataclass(frozen=True, kw_only=True)
class BilledInvoice:
    """A client invoice as the ledger has it, over one connection."""

    connection: Connection
    billed: Billed
    #: Address at which a person sees its document; empty before it is exported.
    link: str


@dataclass(frozen=True, kw_only=True)
class MadeOf:
    """A client invoice, and what it is made of."""

    invoice: BilledInvoice
    #: The lines of its document; empty where none was built.
    lines: tuple[InvoiceLine, ...]
    breakdown: Breakdown
    #: The one cost centre that was asked for; None for all.
    centre: CostCentre | None


def client_invoices(
    plugin: Container, name: str, *, client: str = "", state: ExportState | None = None
) -> list[BilledInvoice]:
    """The client invoices of a connection, client by client, the oldest first.

    Raises:
        SettingsError: there is no such connection, or it exports no client invoices.
    """
    connection = _of_fulfilment(plugin, name)
    found = plugin.ledger.client_invoices(connection, client=client, state=state)
    return sorted((_billed(plugin, connection, x) for x in found), key=_by_client_and_date)


def client_invoice(plugin: Container, name: str, invoice: str, *, centre: str = "") -> MadeOf:
    """One client invoice, and what it is made of by the source's own word.

    Raises:
        SettingsError: there is no such connection, invoice or cost centre.
        NeedsPerson: its breakdown can't be read, or it is gone.
        TryLater, Disconnected: the source can't be asked.
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
    return MadeOf(
        invoice=_billed(plugin, connection, billed),
        lines=story.invoice.lines if story.invoice else (),
        breakdown=breakdown,
        centre=chosen,
    )


def _billed(plugin: Container, connection: Connection, billed: Billed) -> BilledInvoice:
    row = billed.export
    link = plugin.link(connection, row.invoice_id) if row.invoice_id else ""
    return BilledInvoice(connection=connection, billed=billed, link=link)


def _by_client_and_date(invoice: BilledInvoice) -> tuple[str, str, int]:
    row, facts = invoice.billed.export, invoice.billed.facts
    return row.client, str(facts.get("document_date") or ""), len(row.source_id)


def _of_fulfilment(plugin: Container, name: str) -> Connection:
    connection = plugin.connections.named(name)
    if connection.kind is not DocumentKind.CLIENT_INVOICE:
        raise SettingsError(
            f"Connection {name} has the mode {connection.mode} and no client invoices",
            fix="Use a connection with the mode fulfilment.",
        )
    return connection


def _centre(word: str) -> CostCentre:
    if word not in set(CostCentre):
        raise SettingsError(
            f"There is no cost centre {word[:60]!r}", fix=f"One of: {', '.join(CostCentre)}."
        )
    return CostCentre(word)
