"""The way of a client invoice: what a fulfilment house bills its clients, into the target.

    sync_client_invoices    fetch -> normalise -> decide -> build -> check    each gets a row
    export_batch, settle    as for orders: `pipeline`

A row has the kind ``client_invoice`` and the invoice's id at the source, which is its number too.
"""

from collections.abc import Iterator
from datetime import date, datetime

from ..domain.client_invoices.client_invoice import ClientInvoice
from ..domain.connections.connection import Connection
from ..domain.times import midnight
from ..ports.client_invoices import EARLIER
from ..ports.source import Unreadable
from .client_invoice_decide import (
    clients_by_id,
    consider_invoices,
    decide_invoices_again,
    read_and_consider_invoices,
)
from .context import ClientInvoiceContext
from .order_inputs import basis_of
from .pipeline import mirror_numbers


def sync_client_invoices(
    parts: ClientInvoiceContext, connection: Connection, *, since: date | None = None
) -> None:
    """Fetch, normalise, decide, build and check: every confirmed invoice has a row afterwards.

    Calls to the source: one for each page of the list, two for the clients, and five for each
    invoice that is to go out and is new or changed (what it is made of). `since` reads those
    from that day on again, and leaves the cursor.

    Raises:
        TryLater: either side can't be reached; what was recorded stays, the cursor too.
        Disconnected: either side refuses access.
    """
    begun = parts.clock.now()
    basis = basis_of(connection, parts.decider.digest)
    mirror_numbers(parts, connection)
    clients = clients_by_id(parts)
    for page in fetch_invoices(parts, connection, since, basis):
        consider_invoices(parts, connection, page, clients, basis, begun=begun)
    if since is None:
        parts.ledger.move_orders_cursor(connection, begun)
    decide_invoices_again(parts, connection, basis)
    edited = parts.ledger.edited_meanwhile(connection)
    read_and_consider_invoices(parts, connection, edited, basis)


def fetch_invoices(
    parts: ClientInvoiceContext, connection: Connection, since: date | None, basis: str
) -> Iterator[list[ClientInvoice | Unreadable]]:
    """Pages of invoices: from the cursor on, or those of a day and later.

    All are listed again when settings, mapping or rules have changed: pages are cheaper than
    one call for each.
    """
    zone = connection.settings.timezone
    if since is not None:
        for page in parts.invoices.dated_since(midnight(since, zone) - EARLIER):
            yield [x for x in page if isinstance(x, Unreadable) or x.dated_on >= since]
        return
    start = connection.settings.start_date
    first = midnight(start, zone) if start else None
    changed = parts.ledger.due_again(connection, basis, after=0, limit=1)
    cursor = None if changed else parts.ledger.orders_read_until(connection)
    yield from parts.invoices.dated_since(_earlier(cursor or first))


def _earlier(moment: datetime | None) -> datetime | None:
    return moment - EARLIER if moment else None
