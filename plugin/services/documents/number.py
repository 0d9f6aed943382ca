"""Number: another invoice number for one document, where what it asks for is taken."""

from dataclasses import dataclass

from ...domain.connections.connection import Connection
from ...domain.exports.claim import NUMBER_LENGTH, plain_number
from ...domain.exports.export import Export
from ...errors import SettingsError
from ..container import Container
from .find import choose


@dataclass(frozen=True, kw_only=True)
class NumberGiven:
    """A document and the invoice number that it has now."""

    connection: Connection
    #: As it was before.
    row: Export
    number: str


def give_number(
    plugin: Container, name: str, order: str, number: str = "", *, who: str
) -> NumberGiven:
    """Give a document another invoice number; the next export sends it under that.

    Without a number it gets its order's own, with its id behind it. The document that has the
    number stays as it is.

    Raises:
        SettingsError: there is no such connection or order, or several; it is exported or on its
            way; the number can't be one, or another document has it.
    """
    connection = plugin.connections.named(name)
    row = _one(plugin, connection, order)
    prefix = connection.settings.number_prefix
    wanted = number.strip() or f"{plain_number(prefix, row.number)}-{row.source_id}"
    if wanted != plain_number("", wanted):
        raise SettingsError(
            f"{number!r} can't be an invoice number",
            fix=f"Use printable ASCII, at most {NUMBER_LENGTH} characters.",
        )
    if not plugin.ledger_as(who).give_number(connection, row.export_id, wanted):
        raise SettingsError(
            f"Another document has the invoice number {wanted}, or this order is on its way",
            fix=f"Choose another number: mintsoft-xero number {name} {order} NEW.",
        )
    return NumberGiven(connection=connection, row=row, number=wanted)


def _one(plugin: Container, connection: Connection, order: str) -> Export:
    """The one document with this number that may still get another one."""
    rows = choose(plugin, connection, [order])
    open_rows = [row for row in rows if row.may_be_retried]
    if not open_rows:
        raise SettingsError(
            f"Order {order} is exported, or on its way to Xero, under {rows[0].invoice_number}",
            fix="Renumber the invoice in Xero.",
        )
    if len(open_rows) > 1:
        ids = ", ".join(row.source_id for row in open_rows)
        raise SettingsError(
            f"Several orders have the number {order} (Mintsoft {ids})",
            fix="Renumber one of them in Mintsoft.",
        )
    return open_rows[0]
