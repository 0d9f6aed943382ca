"""The orders page: where each order is, why, and what is in Xero. It reads the ledger only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for

from ...domain.connections.connection import Connection
from ...domain.exports.export import Export, ExportState
from ...errors import PluginError, SettingsError
from ..guard import needs
from ..site import current_user, site
from ..users import Role
from .order_rows import Row, row_of

#: Documents on one page.
SIZE = 50

#: The longest order number that is looked for.
_LONGEST_NUMBER = 250


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What is asked for; empty fields ask for all."""

    connection: str = ""
    state: str = ""
    #: What order numbers begin with.
    number: str = ""
    #: `Page.next` of the page before.
    after: str = ""

    def address(self, **changes: str) -> str:
        """The page with other filters, from its beginning."""
        asked = {"connection": self.connection, "state": self.state, "number": self.number}
        given: dict[str, Any] = {k: v for k, v in {**asked, **changes}.items() if v}
        return url_for("mintsoft_xero.orders", **given)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One connection, and how many of its documents are in each state."""

    connection: Connection
    #: States that it has documents in: word, label, how many.
    counts: tuple[tuple[str, str, int], ...]
    documents: int
    #: Why it does not run; empty when it does.
    stopped: str


@needs(Role.VIEW)
def orders() -> str:
    """The page: connections with their counts, then the documents that the filters let through."""
    asked, user = _filter(), current_user()
    connections = site().plugin.connections.all()
    chosen = _chosen(connections, asked)
    rows, following = _rows(chosen, asked)
    return render_template(
        "mintsoft_xero/orders.html",
        summaries=_summaries(connections),
        asked=asked,
        states=list(ExportState),
        rows=rows,
        next=asked.address(after=following) if following else "",
        person=user,
        may_operate=user is not None and Role.OPERATE in user.roles,
        here=request.full_path.rstrip("?"),
        several=len(chosen) > 1,
    )


def _filter() -> Filter:
    texts = {name: request.args.get(name, "").strip() for name in Filter.__dataclass_fields__}
    # No database keeps a zero character, and PostgreSQL does not even compare with one.
    texts["number"] = texts["number"].replace("\x00", "")[:_LONGEST_NUMBER]
    return Filter(**texts)


def _chosen(connections: Sequence[Connection], asked: Filter) -> list[Connection]:
    """The connections that are asked for; an unknown one, or an unknown state, ends here."""
    if asked.state and asked.state not in set(ExportState):
        abort(404, description=f"There is no state {asked.state!r}.")
    chosen = [x for x in connections if asked.connection in {"", x.name}]
    if asked.connection and not chosen:
        abort(404, description=f"There is no connection {asked.connection!r}.")
    return chosen


def _rows(connections: Sequence[Connection], asked: Filter) -> tuple[list[Row], str]:
    """The page's documents, and the place where the next page begins."""
    if not connections:
        return [], ""
    try:
        page = site().plugin.ledger.page(
            connections,
            state=ExportState(asked.state) if asked.state else None,
            number=asked.number,
            after=asked.after,
            limit=SIZE,
        )
    except SettingsError as error:
        abort(404, description=f"{error.message}. {error.fix}")
    of = {connection.connection_id: connection for connection in connections}
    return [_row(export, of[export.connection_id]) for export in page.exports], page.next


def _row(export: Export, connection: Connection) -> Row:
    def link(invoice_id: str) -> str:
        try:
            return site().plugin.link(connection, invoice_id)
        except PluginError:
            return ""  # the mark is shown without its link

    return row_of(export, connection, link)


def _summaries(connections: Sequence[Connection]) -> list[Summary]:
    counts = site().plugin.ledger.counts_by_connection()
    return [_summary(x, counts.get(x.connection_id, {})) for x in connections]


def _summary(connection: Connection, counts: Mapping[ExportState, int]) -> Summary:
    return Summary(
        connection=connection,
        counts=tuple((x.value, x.label, counts[x]) for x in ExportState if x in counts),
        documents=sum(counts.values()),
        stopped=connection.may_run()[1],
    )
