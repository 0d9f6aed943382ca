"""What a decision rests on beside the order itself: settings, mapping, organisation, neighbours."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from .domain.connection import Connection
from .domain.considered import Identity
from .domain.contact import recipient_of
from .domain.export import ExportState
from .domain.facts import Surroundings
from .domain.invoice import Terms
from .domain.moment import local_date
from .domain.order import Order
from .parts import Parts
from .ports import Known, Overrides


def basis_of(connection: Connection, book: str) -> str:
    """Digest of all that a decision rests on beside the order: when it changes, decide again."""
    settings, organisation = connection.settings, connection.organisation_known
    content = [
        book,
        settings.export_statuses,
        settings.start_date,
        settings.invoice_status,
        settings.number_prefix,
        settings.contact_policy,
        settings.timezone,
        settings.due_days,
        settings.rounding_limit,
        settings.discount_repair,
        settings.gross_channels,
        settings.items,
        settings.line_detail,
        sorted((*key, entry.target) for key, entry in connection.mapping.entries.items()),
        [organisation.accounts, organisation.tax_rates, sorted(organisation.currencies)],
        organisation.locked_until,
    ]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def surroundings(
    parts: Parts,
    connection: Connection,
    documents: Sequence[tuple[Identity, datetime, str]],
    known: Mapping[str, Known],
) -> list[Surroundings]:
    """What is known about documents (identity, dating moment, currency) from outside of them.

    `known`: their rows by source id, as the ledger had them.
    """
    identities = [identity for identity, _, _ in documents]
    twins = parts.ledger.twins(connection, identities)
    taken = parts.ledger.taken(connection, identities)
    settings, organisation = connection.settings, connection.organisation_known
    today = local_date(parts.clock.now(), settings.timezone)
    around = []
    for identity, document_at, currency in documents:
        day = local_date(document_at, settings.timezone)
        row = known.get(identity.source_id)
        exported = row if row and row.state is ExportState.EXPORTED else None
        around.append(
            Surroundings(
                document_date=day,
                today=today,
                before_start_date=settings.start_date is not None and day < settings.start_date,
                already_exported=exported is not None,
                edited_since_export=exported is not None
                and exported.fingerprint != identity.fingerprint,
                already_in_xero=identity.source_id in taken,
                duplicate_of=twins.get(identity.source_id, ""),
                currency_subscribed=connection.mapping.currency(currency)
                in organisation.currencies,
                period_locked=organisation.locked_until is not None
                and day <= organisation.locked_until,
                contact_policy=settings.contact_policy,
                discount_repair=settings.discount_repair,
            )
        )
    return around


def overrides(connection: Connection) -> Overrides:
    """What the connection puts in place of the book's own lists and amounts."""
    settings = connection.settings
    return {
        "export_statuses": settings.export_statuses,
        "rounding_limit": settings.rounding_limit,
    }


def terms_of(connection: Connection, order: Order) -> Terms:
    """What the order's invoice takes from its connection."""
    settings = connection.settings
    day = local_date(order.document_at, settings.timezone)
    recipient = recipient_of(order, settings.contact_policy, connection.mapping.entries)
    return Terms(
        contact=recipient.name,
        contact_id=recipient.contact_id,
        customer=recipient.customer,
        date=day,
        due_date=day + timedelta(days=settings.due_days),
        status=settings.invoice_status,
        rounding_limit=settings.rounding_limit,
        discount_repair=settings.discount_repair,
        line_detail=settings.line_detail,
        with_items=settings.items != "none",
    )
