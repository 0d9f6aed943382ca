"""What a decision rests on beside the order itself: settings, mapping, organisation, neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from ..domain.connections.connection import Connection
from ..domain.connections.organisation import Organisation
from ..domain.connections.settings import Settings
from ..domain.decisions.decided_document import Identity
from ..domain.decisions.facts import Facts
from ..domain.exports.export import ExportState
from ..domain.invoices.contact import recipient_of
from ..domain.invoices.due import OF_ORGANISATION, due_date
from ..domain.invoices.tax_basis import no_tax_type, tax_word
from ..domain.invoices.taxed_order import taxed
from ..domain.invoices.terms import Terms
from ..domain.orders.order import Order
from ..domain.orders.order_facts import DecisionContext
from ..domain.orders.prices_with_tax import with_prices_understood
from ..domain.orders.worth import cancels_out
from ..domain.taxes.figures import with_figures_understood, without_tax
from ..domain.times import local_date
from ..errors import NeedsPerson
from ..ports.decider import Overrides
from ..ports.ledger.known_documents import KnownDocument
from .context import ExportContext

#: That nothing is mapped for is said with its own sentence.
_NO_ACCOUNT = "MX-301"


def understood(order: Order, connection: Connection) -> Order:
    """An order as its invoice is made of it.

    Its prices are without tax, its figures as its total says that they were meant; its connection
    may know the currency, and that the tax is none of ours.
    """
    settings = connection.settings
    read = with_figures_understood(with_prices_understood(order, settings.gross_channels))
    if not read.currency:
        read = replace(read, currency=settings.default_currency)
    channel, country = read.channel_id, read.country
    places = {channel, country, f"{channel}:{country}"}
    theirs = places & set(settings.tax_not_ours)
    return without_tax(read, settings.rounding_limit) if theirs else read


def is_due(order: Order, connection: Connection) -> bool:
    """Whether orders with its status are exported."""
    wanted = {status.casefold() for status in connection.settings.export_statuses}
    return order.status.casefold() in wanted


def tax_fits(order: Order, connection: Connection) -> bool:
    """Whether a rate that is mapped for its country gives the tax of each of its lines."""
    try:
        taxed(order, connection.mapping, connection.organisation_known.country)
    except NeedsPerson as error:
        return error.code == _NO_ACCOUNT
    return True


def surroundings(
    parts: ExportContext,
    connection: Connection,
    documents: Sequence[tuple[Identity, datetime, Facts]],
    known: Mapping[str, KnownDocument],
    fit: Sequence[bool | None],
) -> list[DecisionContext]:
    """What is known about documents (identity, dating moment, own facts) from outside of them.

    `known`: their rows by source id, as the ledger had them. `fit`: of each, `tax_fits`.
    """
    identities = [identity for identity, _, _ in documents]
    twins = parts.ledger.twins(connection, identities)
    taken = parts.ledger.taken(connection, identities)
    siblings = parts.ledger.siblings(connection, _of_others(documents))
    settings, organisation = connection.settings, connection.organisation_known
    today = local_date(parts.clock.now(), settings.timezone)
    around = []
    for (identity, document_at, facts), fits in zip(documents, fit, strict=True):
        day = local_date(document_at, settings.timezone)
        invoice_date = dated(settings, day, facts.get("order_date"), today)
        row = known.get(identity.source_id)
        exported = row if row and row.state is ExportState.EXPORTED else None
        around.append(
            DecisionContext(
                document_date=day,
                today=today,
                invoice_date=invoice_date,
                before_start_date=settings.start_date is not None and day < settings.start_date,
                outside_channels=outside(settings.channels, facts, "channel"),
                outside_warehouses=outside(settings.warehouses, facts, "warehouse"),
                already_exported=exported is not None,
                edited_since_export=exported is not None
                and exported.fingerprint != identity.fingerprint,
                already_in_xero=identity.source_id in taken,
                duplicate_of=twins.get(identity.source_id, ""),
                billed_with=siblings.get(identity.source_id, ""),
                currency_subscribed=connection.mapping.currency(str(facts.get("currency")))
                in organisation.currencies,
                period_locked=organisation.locked_until is not None
                and invoice_date <= organisation.locked_until,
                cancels_out=cancels_out(facts, connection.mapping),
                tax_fits=fits,
                contact_policy=settings.contact_policy,
                discount_repair=settings.discount_repair,
            )
        )
    return around


def _of_others(
    documents: Sequence[tuple[Identity, datetime, Facts]],
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Documents that hold, or were, goods of others: their client, and the others' numbers."""
    found = {}
    for identity, _, facts in documents:
        if facts.get("merged"):
            numbers = (identity.number, *(x.strip() for x in identity.number.split("+")))
            found[identity.source_id] = (identity.client, numbers)
        elif identity.split:
            found[identity.source_id] = (identity.client, (identity.number,))
    return found


def dated(settings: Settings, document_date: date, order_date: object, today: date) -> date:
    """The date that an invoice gets, by the setting `invoice_date`."""
    if settings.invoice_date == "exported":
        return today
    if settings.invoice_date == "ordered" and isinstance(order_date, date):
        return order_date
    return document_date


def due_rule(settings: Settings, organisation: Organisation) -> tuple[str, int]:
    """By which rule invoices are due: the organisation's where it has one and it is wanted."""
    own = organisation.sales_terms if settings.due == OF_ORGANISATION else None
    return own or (settings.due, settings.due_days)


def outside(chosen: Sequence[str], facts: Facts, name: str) -> bool | None:
    """Whether an order's channel or warehouse is none of those chosen; None: it can't be told.

    They are chosen by id, or by name or code however it is capitalised; none chosen are all.
    """
    if not chosen:
        return False
    if f"{name}_id" not in facts:
        return None
    own = {str(facts[f"{name}_id"]), str(facts[name]).casefold()}
    return not own & {text.casefold() for text in chosen}


def overrides(connection: Connection) -> Overrides:
    """What the connection puts in place of the book's own lists and amounts."""
    settings = connection.settings
    return {
        "export_statuses": settings.export_statuses,
        "rounding_limit": settings.rounding_limit,
    }


def terms_of(connection: Connection, order: Order, today: date) -> Terms:
    """What the order's invoice takes from its connection.

    `today`: the day of the decision, in the connection's time zone.

    Raises:
        NeedsPerson: no invoice can be of the day that it would have (MX-313).
    """
    settings, organisation = connection.settings, connection.organisation_known
    days = [local_date(x, settings.timezone) for x in (order.document_at, order.ordered_at)]
    day = dated(settings, days[0], days[1], today)
    _require_likely(settings, day, today)
    recipient = recipient_of(order, settings.contact_policy, connection.mapping.entries)
    return Terms(
        contact=recipient.name,
        contact_id=recipient.contact_id,
        customer=recipient.customer,
        date=day,
        due_date=due_date(day, *due_rule(settings, organisation)),
        status=settings.invoice_status,
        rounding_limit=settings.rounding_limit,
        home=organisation.country,
        sends_tax=settings.tax_amounts == "sent",
        discount_repair=settings.discount_repair,
        line_detail=settings.line_detail,
        with_items=settings.items != "none",
        reference=settings.reference,
        branding_theme=connection.mapping.branding_theme(order.channel_id, order.client)
        or settings.branding_theme,
        no_tax=no_tax_type(settings.tax_basis, organisation),
        tax_word=tax_word(settings.tax_basis, organisation.country),
    )


def _require_likely(settings: Settings, day: date, today: date) -> None:
    """Refuse a day that a slip of the keyboard or a clock has made, not a sale.

    Raises:
        NeedsPerson: it lies too long ago or too far ahead (MX-313).
    """
    oldest, newest = date(settings.oldest_year, 1, 1), today + timedelta(settings.days_ahead)
    if not oldest <= day <= newest:
        raise NeedsPerson(code="MX-313", day=day, oldest=oldest, newest=newest)
