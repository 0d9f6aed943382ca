"""Rows: one document as the orders page shows it, in words and in its connection's time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ...domain.connections.connection import Connection
from ...domain.exports.export import Export, ExportState


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table; texts are ready to be read, and empty where there is nothing."""

    export_id: int
    connection_id: int
    number: str
    client: str
    connection: str
    #: The state's own word, for the style, and what a person reads.
    state: str
    label: str
    code: str
    message: str
    fix: str
    #: With its currency, ``1,234.50 GBP``.
    total: str
    #: Number in Xero of an exported document, and where it is seen there.
    invoice_number: str
    link: str
    #: When it changed last: for machines (UTC), and in the connection's zone.
    moment: str
    changed: str
    may_retry: bool
    may_clear: bool


def row_of(export: Export, connection: Connection, link: Callable[[str], str]) -> Row:
    """The row of an export. `link`: where an invoice id is seen in Xero."""
    zone = ZoneInfo(connection.settings.timezone)
    exported = export.state is ExportState.EXPORTED
    return Row(
        export_id=export.export_id,
        connection_id=connection.connection_id,
        number=export.number or f"id {export.source_id}",
        client=export.client,
        connection=connection.name,
        state=export.state.value,
        label=_label(export, zone),
        code=export.code,
        message=export.message,
        fix=export.fix,
        total=f"{export.total:,.2f} {export.currency}" if export.currency else "",
        invoice_number=export.invoice_number if exported else "",
        link=link(export.invoice_id) if exported and export.invoice_id else "",
        moment=export.updated_at.isoformat(timespec="seconds"),
        changed=_local(export.updated_at, zone),
        may_retry=export.may_be_retried,
        may_clear=export.may_be_cleared,
    )


def _label(export: Export, zone: ZoneInfo) -> str:
    """The state's label; "Retrying" says when."""
    if export.state is ExportState.LATER and export.again_at:
        return f"{export.state.label} at {export.again_at.astimezone(zone):%H:%M}"
    return export.state.label


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d %b %Y, %H:%M %Z}"
