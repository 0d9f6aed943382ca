"""An order on its way: read, decided, built, put to the simulated Xero, and judged."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from ....adapters.mintsoft.orders.orders import read_order
from ....adapters.mintsoft.orders.statuses import STATUS_NAMES
from ....adapters.xero.invoices.invoices import payload_of
from ....plugin.domain.connections.connection import Connection
from ....plugin.domain.decisions.decided_document import DecidedDocument
from ....plugin.domain.exports.export import ExportState
from ....plugin.domain.invoices.invoice import Invoice
from ....plugin.ports.target import Numbered
from ..sandbox import Answer
from .judging import booked, faults
from .office import Office
from .shop import ShopOrder
from .tally import Tally

LONDON = ZoneInfo("Europe/London")

Raw = Mapping[str, Any]


def decided(office: Office, connection: Connection, raw: Sequence[Raw]) -> list[DecidedDocument]:
    """What comes of some orders."""
    read = [read_order(x, statuses=STATUS_NAMES, zone=LONDON) for x in raw]
    return office.decided(connection, read)


def payload(number: str, invoice: Invoice) -> dict[str, Any]:
    """Return what is sent."""
    entry = Numbered(number=number, contact_id="x", invoice=invoice)
    return {**payload_of(entry), "Contact": {"Name": "Shop"}}


def judge(office: Office, batch: Sequence[ShopOrder], detail: str, tally: Tally) -> None:
    """Decide, build and send some orders of an office, and count what comes of each."""
    rows = decided(office, office.with_detail(detail), [x.raw for x in batch])
    ready = []
    for order, row in zip(batch, rows, strict=True):
        if row.invoice is not None:
            ready.append((order, payload(f"{order.number}-{detail}", row.invoice)))
        else:
            _not_exported(order, row, tally)
    answers = office.sandbox.put([sent for _, sent in ready], 4)
    for (order, sent), answer in zip(ready, answers, strict=True):
        _exported(office, order, sent, answer, tally)


def wrong_with(order: ShopOrder, sent: Raw, answer: Answer, types: Mapping[str, Any]) -> list[str]:
    """What is wrong with the document of an order; nothing where it is true."""
    if answer.sentences:
        return [f"refused by Xero: {' '.join(answer.sentences)}"]
    return faults(order.truth, booked(sent, answer), types)


def _exported(office: Office, order: ShopOrder, sent: Raw, answer: Answer, tally: Tally) -> None:
    wrong = wrong_with(order, sent, answer, office.types_of(order.regime.country))
    if order.truth.refused:
        kind = f"exported in spite of {order.truth.refused}"
        tally.distortion(order, kind, str(answer.amounts[:3]))
    elif wrong:
        tally.distortion(order, wrong[0].partition(" ")[0], "; ".join(wrong))
    else:
        tally.right(order)


def _not_exported(order: ShopOrder, row: DecidedDocument, tally: Tally) -> None:
    rule = row.decision.rule if row.decision else ""
    if not order.truth.refused:
        tally.refusal(order, row.code or f"{row.state} by {rule}", row.message)
    elif row.state is not ExportState.REFUSED or not row.code:
        tally.distortion(order, f"{row.state} by {rule}", row.message)
    elif order.truth.says not in row.message:
        tally.distortion(order, f"does not say {order.truth.refused}", row.message)
    else:
        tally.right(order)
