"""Source statement: what the source says of a period now, to be held against both others.

An order states its gross. A client invoice states amounts without tax (mintsoft.md 5): what it
comes to is what was built of it, where it is still the same, else what would be built now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from ..domain.client_invoices.client_invoice import Client, ClientInvoice
from ..domain.client_invoices.client_invoice_building import InvoicingTerms, build_client_invoice
from ..domain.connections.connection import Connection
from ..domain.orders.order import Order
from ..domain.reconciliation.reconciliation import Booked, Stated
from ..domain.times import local_date
from ..errors import NeedsPerson
from ..ports.client_invoices import EARLIER
from ..ports.source import Unreadable
from .client_invoice_decide import clients_by_id
from .client_invoice_inputs import net_of
from .context import ClientInvoiceContext, ExportContext

#: Documents that the list does not have are looked up one by one, up to so many; when there are
#: more, the list is believed.
LOOKED_UP = 100


def stated_since(
    parts: ExportContext, connection: Connection, first: date
) -> tuple[list[Stated], frozenset[str]]:
    """All documents of the source from a day on, and ids of those that can't be read.

    Raises:
        TryLater, Disconnected: the source can't be read.
    """
    stated: dict[str, Stated] = {}
    unreadable = set()
    for document in _read(parts, connection, first):
        if isinstance(document, Stated):
            stated[document.source_id] = document
        else:
            unreadable.add(document.source_id)
    return list(stated.values()), frozenset(unreadable)


def as_built(stated: Sequence[Stated], rows: Sequence[Booked]) -> list[Stated]:
    """Client invoices with what the ledger built of them, as far as they are still the same."""
    built = {(x.source_id, x.fingerprint): x.gross for x in rows if x.own and x.gross is not None}
    same = ((x, built.get((x.source_id, x.fingerprint))) for x in stated)
    return [x if gross is None else replace(x, gross=gross) for x, gross in same]


def gone_since(parts: ExportContext, rows: Sequence[Booked]) -> frozenset[str]:
    """Ids of those rows whose document the source has no more. Raises as `stated_since`."""
    ids = [row.source_id for row in rows]
    if len(ids) > LOOKED_UP:
        return frozenset(ids)
    look = parts.invoices.invoice if isinstance(parts, ClientInvoiceContext) else parts.source.order
    return frozenset(x for x in ids if look(x) is None)


def _read(
    parts: ExportContext, connection: Connection, first: date
) -> Iterator[Stated | Unreadable]:
    zone = connection.settings.timezone
    midnight = datetime.combine(first, time.min, ZoneInfo(zone)).astimezone(UTC)
    if isinstance(parts, ClientInvoiceContext):
        clients = clients_by_id(parts)
        for invoices in parts.invoices.dated_since(midnight - EARLIER):
            for bill in invoices:
                if isinstance(bill, ClientInvoice):
                    yield _of_invoice(connection, bill, clients)
                else:
                    yield bill
        return
    # An order of a day was changed on that day or later.
    for orders in parts.source.changed_since(midnight):
        for order in orders:
            yield _of_order(order, zone) if isinstance(order, Order) else order


def _of_order(order: Order, zone: str) -> Stated:
    return Stated(
        source_id=order.source_id,
        number=order.number,
        day=local_date(order.document_at, zone),
        channel=order.channel,
        currency=order.currency,
        gross=order.stated_gross,
        fingerprint=order.fingerprint,
        changed_at=order.changed_at,
    )


def _of_invoice(
    connection: Connection, invoice: ClientInvoice, clients: Mapping[str, Client]
) -> Stated:
    client = clients.get(invoice.client_id)
    return Stated(
        source_id=invoice.source_id,
        number=invoice.source_id,
        day=invoice.dated_on,
        channel=client.code if client else "",
        currency=connection.mapping.currency(client.currency) if client else "",
        gross=_comes_to(connection, invoice, client),
        fingerprint=invoice.fingerprint,
        changed_at=invoice.changed_at,
    )


def _comes_to(connection: Connection, invoice: ClientInvoice, client: Client | None) -> Decimal:
    """With tax; without it where nobody could tell."""
    terms = InvoicingTerms(
        contact="",
        contact_id="",
        date=invoice.dated_on,
        due_date=invoice.dated_on,
        status="DRAFT",
        postage_includes_vat_free=connection.settings.postage_includes_vat_free,
    )
    try:
        if client is not None:
            mapping, organisation = connection.mapping, connection.organisation_known
            return build_client_invoice(invoice, client, None, mapping, organisation, terms).total
    except NeedsPerson:
        pass
    return net_of(connection, invoice, None)
