"""Orders: how one goes from the source into an invoice; the steps of all kinds are `pipeline`'s."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import DecidedDocument, Identity
from ..domain.decisions.facts import Facts
from ..domain.exports.drift import Edit
from ..domain.exports.export import DocumentKind
from ..domain.invoices.invoice import Invoice
from ..domain.invoices.invoice_building import build_invoice
from ..domain.orders.order import Order
from ..domain.orders.order_facts import facts_of_order
from ..domain.orders.order_from_facts import stored_order
from ..domain.orders.prices_with_tax import require_rate
from ..domain.reconciliation.reconciliation import Booked, Stated
from ..domain.times import local_date
from ..errors import NeedsPerson
from ..ports.adapter import AdapterContext, SourceAdapter
from ..ports.decider import Overrides
from ..ports.ledger.due_decisions import StoredDocument
from ..ports.ledger.known_documents import KnownDocument
from ..ports.source import Unreadable
from . import order_changes
from .context import Asked, ExportContext, Head
from .order_inputs import is_due, overrides, surroundings, tax_fits, terms_of, understood


class OrderKind:
    """Implements `ExportKind`; reads the context's `Source`."""

    @classmethod
    def of(
        cls, _source: SourceAdapter, _means: AdapterContext, _connection: Connection
    ) -> "OrderKind":
        """See `ExportKind`. Every source has orders."""
        return OrderKind()

    def fetch(
        self, parts: ExportContext, connection: Connection, since: date | None, basis: str
    ) -> Iterator[list[Order | Unreadable]]:
        """See `ExportKind`."""
        return order_changes.fetch(parts, connection, since)

    def changes(
        self, parts: ExportContext, connection: Connection, since: datetime
    ) -> Iterator[list[Order | Unreadable]]:
        """See `ExportKind`."""
        return order_changes.catch_up(parts, connection, since)

    def read(
        self, parts: ExportContext, identities: Sequence[Identity]
    ) -> Iterator[Order | Unreadable | None]:
        """See `ExportKind`. One call each."""
        for identity in identities:
            yield parts.source.order(identity.source_id)

    def is_gone(self, parts: ExportContext, source_id: str) -> bool:
        """See `ExportKind`."""
        return parts.source.order(source_id) is None

    def gone(self, identity: Identity) -> DecidedDocument:
        """See `ExportKind`."""
        return DecidedDocument.refused(identity, NeedsPerson(code="MX-503"))

    def identity(self, document: Order) -> Identity:
        """See `ExportKind`."""
        return Identity.of(document)

    def unreadable(self, document: Unreadable) -> DecidedDocument:
        """See `ExportKind`."""
        nothing = Identity.unreadable(DocumentKind.ORDER, document.source_id, document.number)
        return DecidedDocument.refused(nothing, document.error)

    def edit(self, connection: Connection, document: Order) -> Edit:
        """See `ExportKind`."""
        facts = _facts(understood(document, connection), connection)
        return Edit(
            identity=self.identity(document),
            facts=facts,
            status=document.status,
            due=is_due(document, connection),
            changed_at=document.changed_at,
        )

    def groups(self, documents: Sequence[Order]) -> Iterator[list[Order]]:
        """See `ExportKind`."""
        rest = sorted(documents, key=lambda x: (len(x.source_id), x.source_id))
        while rest:
            group: dict[tuple[str, str, str], Order] = {}
            later = []
            for order in rest:
                key = (order.client, order.number.lower(), order.content)
                if group.setdefault(key, order) is not order:
                    later.append(order)
            yield list(group.values())
            rest = later

    @staticmethod
    def overrides(connection: Connection) -> Overrides:
        """See `ExportKind`."""
        return overrides(connection)

    def facts(
        self,
        parts: ExportContext,
        connection: Connection,
        documents: Sequence[Order],
        known: Mapping[str, KnownDocument],
    ) -> list[Asked]:
        """See `ExportKind`. No call."""
        orders = [understood(order, connection) for order in documents]
        own = [_facts(order, connection) for order in orders]
        read = [
            (self.identity(x), x.document_at, facts)
            for x, facts in zip(documents, own, strict=True)
        ]
        fit = [tax_fits(order, connection) for order in orders]
        around = surroundings(parts, connection, read, known, fit)
        return [
            Asked(document=order, facts={**of, **now.facts()})
            for order, of, now in zip(documents, own, around, strict=True)
        ]

    def stored_facts(
        self, parts: ExportContext, connection: Connection, rows: Sequence[StoredDocument]
    ) -> list[Facts | None]:
        """See `ExportKind`. No call; one that could not be read, or was gone, is read again."""
        dated = [(x.identity, x.document_at, x.facts) for x in rows if x.document_at is not None]
        fit = [_stored_tax_fits(connection, x, facts) for x, _, facts in dated]
        # Nothing exported is among them.
        around = iter(surroundings(parts, connection, dated, {}, fit) if dated else ())
        return [
            None if row.document_at is None else {**row.facts, **next(around).facts()}
            for row in rows
        ]

    def complete(self, parts: ExportContext, connection: Connection, asked: Asked) -> Asked:
        """See `ExportKind`. All of an order is in the list."""
        return asked

    def in_hands_until(
        self, parts: ExportContext, connection: Connection, document: Order
    ) -> datetime | None:
        """See `ExportKind`.

        A change in the future says that the source's clock is ahead, and nothing of an editor.
        """
        until = document.changed_at + timedelta(seconds=connection.settings.quiet_seconds)
        return until if document.changed_at <= parts.clock.now() < until else None

    def build(self, parts: ExportContext, connection: Connection, document: Order) -> Invoice:
        """See `ExportKind`."""
        require_rate(document, connection.settings.gross_channels)
        today = local_date(parts.clock.now(), connection.settings.timezone)
        terms = terms_of(connection, document, today)
        invoice = build_invoice(understood(document, connection), connection.mapping, terms)
        parts.target.check(invoice, connection.organisation_known)
        return invoice

    def head(self, connection: Connection, document: Order, invoice: Invoice | None) -> Head:
        """See `ExportKind`."""
        order = understood(document, connection)
        currency = connection.mapping.currency(order.currency)
        return Head(document_at=order.document_at, total=order.stated_gross, currency=currency)

    def trial(self, parts: ExportContext, connection: Connection) -> "OrderTrial":
        """See `ExportKind`."""
        return OrderTrial(kind=self, parts=parts, connection=connection)

    def unforeseen(self, before: Connection, after: Connection) -> list[str]:
        """See `ExportKind`."""
        return [
            f"What an order's amounts mean is known only when it is read again: what {name} "
            "changes is not counted here."
            for name in ("gross_channels", "tax_not_ours", "default_currency")
            if getattr(before.settings, name) != getattr(after.settings, name)
        ]

    def stated(
        self, parts: ExportContext, connection: Connection, since: datetime
    ) -> Iterator[Stated | Unreadable]:
        """See `ExportKind`. An order of a day was changed on that day or later."""
        for page in parts.source.changed_since(since):
            for order in page:
                if isinstance(order, Order):
                    yield _stated(understood(order, connection), order.fingerprint, connection)
                else:
                    yield order

    def as_built(self, stated: Sequence[Stated], rows: Sequence[Booked]) -> list[Stated]:
        """See `ExportKind`. An order states its gross itself."""
        return list(stated)


@dataclass(frozen=True, kw_only=True)
class OrderTrial:
    """Implements `Trial`."""

    kind: OrderKind
    parts: ExportContext
    connection: Connection

    def overrides(self) -> Overrides:
        """See `Trial`."""
        return self.kind.overrides(self.connection)

    def facts(self, rows: Sequence[StoredDocument]) -> list[Facts | None]:
        """See `Trial`."""
        return self.kind.stored_facts(self.parts, self.connection, rows)

    def built(self, row: StoredDocument, facts: Facts) -> Invoice:
        """See `Trial`. What its prices hold was understood when it was read."""
        zone = self.connection.settings.timezone
        order = stored_order(row.identity, facts, zone)
        terms = terms_of(self.connection, order, local_date(self.parts.clock.now(), zone))
        invoice = build_invoice(order, self.connection.mapping, terms)
        self.parts.target.check(invoice, self.connection.organisation_known)
        return invoice


def _facts(order: Order, connection: Connection) -> Facts:
    """The own facts of an order whose figures are understood; its day in the connection's zone."""
    return facts_of_order(order, local_date(order.ordered_at, connection.settings.timezone))


def _stored_tax_fits(connection: Connection, identity: Identity, facts: Facts) -> bool | None:
    """See `tax_fits`; None where an older version stored the facts, and where it can't be told.

    Facts are to the penny: what does not fit on them may fit on the order's own figures.
    """
    try:
        stored = stored_order(identity, facts, connection.settings.timezone)
        return tax_fits(stored, connection) or None
    except KeyError:
        return None


def _stated(order: Order, fingerprint: str, connection: Connection) -> Stated:
    """`fingerprint`: of the order as its source has it."""
    return Stated(
        source_id=order.source_id,
        number=order.number,
        day=local_date(order.document_at, connection.settings.timezone),
        channel=order.channel,
        currency=connection.mapping.currency(order.currency),
        gross=order.stated_gross,
        fingerprint=fingerprint,
        status=order.status,
        due=is_due(order, connection),
        changed_at=order.changed_at,
    )
