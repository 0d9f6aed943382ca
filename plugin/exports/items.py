"""From SKUs to items: what the lines of a batch may name of the target's price list.

An invoice is right without an item: each of its lines says account, tax type and price itself.
So whatever an item can't do (a code that is too long, one that was refused, one that is not sold)
leaves a line without its item, and never keeps an order from being exported.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from ..domain.connections.connection import Connection
from ..domain.connections.mapping import Mapping
from ..domain.invoices.invoice import InvoiceLine
from ..domain.invoices.item import Item, Trade
from ..errors import Disconnected, TryLater
from ..ports.target import Numbered
from .context import ExportContext

log = logging.getLogger("mintsoft_xero.export")


def with_items(
    parts: ExportContext, connection: Connection, batch: Sequence[Numbered]
) -> list[Numbered]:
    """The batch with the codes that its lines may name; missing items are made if that is set.

    Raises:
        TryLater, Disconnected: the price list can't be read.
    """
    how = connection.settings.items
    lines = [line for entry in batch for line in entry.invoice.lines if line.item_code]
    if how == "none" or not lines:
        return list(batch)
    wanted = {line.item_code: _item(line, connection.mapping) for line in lines}
    codes = parts.target.items(list(wanted.values()), create=how == "create")
    return [replace(entry, item_codes=codes) for entry in batch]


def make_items(parts: ExportContext, connection: Connection) -> None:
    """Make what is missing for all that is due, in as few calls as there can be, if that is set.

    `with_items` would make them too, but batch by batch. Where it can't be done now nothing is
    lost: the batches come to it again, and to whatever stands in the way.
    """
    if connection.settings.items != "create":
        return
    wanted: dict[str, Item] = {}
    for invoice in parts.ledger.invoices_due(connection):
        for line in invoice.lines:
            if line.item_code and line.item_code not in wanted:
                wanted[line.item_code] = _item(line, connection.mapping)
    try:
        if wanted:
            parts.target.items(list(wanted.values()), create=True)
    except (TryLater, Disconnected) as error:
        log.info("items are made with their invoices: %s %s", error.code, error.detail)


def _item(line: InvoiceLine, mapping: Mapping) -> Item:
    """The item that would be made for a line: for sale only, and without stock or price."""
    account = mapping.item_account(line.item_code) or line.account_code
    return Item(
        code=line.item_code,
        name=line.description,
        description=line.description,
        purchased=False,
        selling=Trade(account_code=account, tax_type=line.tax_type),
    )
