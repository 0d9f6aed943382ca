"""The tables. Names are literals that begin with ``mintsoft_xero_``: a host's database is shared.

Migrations make them; a test compares the two, so a change here needs a migration there.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from ..domain.connections.connection import ConnectionState
from ..domain.exports.export import ExportState
from .column_types import Pence, UtcMoment

metadata = MetaData()


def _one_of(
    column: str, values: type[ExportState] | tuple[ConnectionState, ...]
) -> CheckConstraint:
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(
        f"{column} IN ({words})", name=f"ck_mintsoft_xero_{column}_{len(values)}"
    )


secret = Table(
    "mintsoft_xero_secret",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("ciphertext", Text, nullable=False),
)

lease = Table(
    "mintsoft_xero_lease",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("owner", String(100), nullable=False),
    Column("expires_at", UtcMoment, nullable=False),
)

access_grant = Table(
    "mintsoft_xero_grant",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("client_id", String(200), nullable=False),
    Column("created_at", UtcMoment, nullable=False),
)

connection = Table(
    "mintsoft_xero_connection",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("mode", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    # Says more than `state` does: ``disconnected`` or ``needs_organisation``; else null.
    Column("standing", String(20)),
    Column("paused_because", Text, nullable=False, default=""),
    Column("mintsoft_username", String(200), nullable=False),
    Column("mintsoft_client", String(50), nullable=False, default=""),
    # Names in the registry of adapters.
    Column("source", String(50), nullable=False, server_default="mintsoft"),
    Column("target", String(50), nullable=False, server_default="xero"),
    Column("grant_id", ForeignKey("mintsoft_xero_grant.id"), nullable=False),
    Column("organisation_id", String(50)),
    Column("settings", JSON, nullable=False),
    Column("organisation", JSON),
    # Schedules are off until a person has exported once.
    Column("started", Boolean, nullable=False, default=False),
    Column("orders_read_until", UtcMoment),
    Column("numbers_read_until", UtcMoment),
    Column("contacts_read_until", UtcMoment),
    # While a side is away: until when, why, and after how many failures in a row.
    Column("held_until", UtcMoment),
    Column("held_because", Text, nullable=False, server_default=""),
    Column("failures", Integer, nullable=False, server_default="0"),
    # The first by the source's clock, the second the same moment by ours.
    Column("changes_read_until", UtcMoment),
    Column("looked_at", UtcMoment),
    Column("created_at", UtcMoment, nullable=False),
    _one_of(
        "state",
        (ConnectionState.ACTIVE, ConnectionState.NEEDS_CONSENT, ConnectionState.PAUSED),
    ),
)

#: What each connection does by the clock; a row for each job there is.
job = Table(
    "mintsoft_xero_job",
    metadata,
    Column("connection_id", ForeignKey("mintsoft_xero_connection.id"), primary_key=True),
    Column("job", String(30), primary_key=True),
    Column("switch", String(10), nullable=False),
    # Null for the usual interval.
    Column("minutes", Integer),
    # Compare-and-set. Planned and null: never. Not planned yet: the next tick does that.
    Column("next_at", UtcMoment),
    Column("planned_at", UtcMoment),
    # When a worker was told of a run that has not begun; what is lost is told again.
    Column("told_at", UtcMoment),
    Column("running_by", String(100), nullable=False),
    Column("running_since", UtcMoment),
    Column("begun_at", UtcMoment),
    Column("ended_at", UtcMoment),
    Column("result", Text, nullable=False),
    Column("code", String(10), nullable=False),
    Column("counts", JSON, nullable=False),
    Column("seconds", Integer, nullable=False),
    Index("ix_mintsoft_xero_job", "switch", "next_at"),
)

mapping = Table(
    "mintsoft_xero_mapping",
    metadata,
    Column("connection_id", ForeignKey("mintsoft_xero_connection.id"), primary_key=True),
    Column("kind", String(30), primary_key=True),
    Column("source", String(200), primary_key=True),
    Column("target", String(200), nullable=False),
    Column("assumed", Boolean, nullable=False),
)

contact = Table(
    "mintsoft_xero_contact",
    metadata,
    Column("organisation_id", String(50), primary_key=True),
    # A sales channel's name, or a customer's key: nothing of a person.
    Column("key", String(255), primary_key=True),
    # Empty while it is not known: it may have been made by a call whose answer was lost.
    Column("contact_id", String(50), nullable=False),
    Index("ix_mintsoft_xero_contact_id", "organisation_id", "contact_id"),
)

#: The mirror of the contacts in an organisation, whoever made them. Names are digests.
known_contact = Table(
    "mintsoft_xero_known_contact",
    metadata,
    Column("organisation_id", String(50), primary_key=True),
    Column("contact_id", String(50), primary_key=True),
    Column("key", String(50), nullable=False),
    Column("name", String(64), nullable=False),
    Column("email", String(64), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("merged_into", String(50), nullable=False),
    Index("ix_mintsoft_xero_known_contact_key", "organisation_id", "key"),
    Index("ix_mintsoft_xero_known_contact_name", "organisation_id", "name"),
)

#: One row per document and organisation; the unique keys are what makes doubles impossible.
export = Table(
    "mintsoft_xero_export",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("connection_id", ForeignKey("mintsoft_xero_connection.id"), nullable=False),
    Column("mintsoft_account", String(200), nullable=False),
    Column("organisation_id", String(50), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("source_id", String(50), nullable=False),
    Column("number", String(250), nullable=False),
    Column("client", String(100), nullable=False),
    # What was last seen of the document: what was sold, what matters, and with its status.
    Column("content", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("seen", String(64), nullable=False),
    Column("split", Boolean, nullable=False),
    Column("document_at", UtcMoment),
    # The decision, and what it rested on.
    Column("state", String(20), nullable=False),
    Column("code", String(10), nullable=False, default=""),
    Column("message", Text, nullable=False, default=""),
    Column("fix", Text, nullable=False, default=""),
    Column("decided_by", String(100), nullable=False, default=""),
    Column("evaluated_by", String(100), nullable=False, default=""),
    Column("book", String(64), nullable=False, default=""),
    Column("basis", String(64), nullable=False, default=""),
    Column("facts", JSON),
    Column("reasons", JSON),
    Column("decided_at", UtcMoment),
    Column("decide_again_at", UtcMoment),
    # The invoice, built and checked, and its passage.
    Column("invoice", JSON),
    Column("invoice_number", String(255)),
    Column("invoice_number_key", String(255)),
    Column("invoice_id", String(50), nullable=False, default=""),
    Column("total", Pence, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("generation", Integer, nullable=False, default=1),
    # A person chose its invoice number: it is kept.
    Column("number_given", Boolean, nullable=False, server_default=false()),
    # When a worker was last told of it; what a lost message leaves behind is told again.
    Column("dispatched_at", UtcMoment),
    Column("claimed_by", String(100), nullable=False, default=""),
    Column("claimed_at", UtcMoment),
    Column("call_started_at", UtcMoment),
    Column("call_key", String(128), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("again_at", UtcMoment),
    # What is still to be written to the source: a comment, then a label.
    Column("commented_at", UtcMoment),
    Column("tagged_at", UtcMoment),
    Column("write_back_owed", Boolean, nullable=False, default=False),
    # `Identity.seen` of the document as it was last read while a worker held the row.
    Column("newest", String(64), nullable=False, server_default=""),
    # What differs since the export: the order as it was edited, the document as it is there now.
    Column("edited", JSON),
    Column("target_now", JSON),
    # Who said of one that equals another that it is a sale of its own, and when.
    Column("single_by", String(100), nullable=False, server_default=""),
    Column("single_at", UtcMoment),
    Column("created_at", UtcMoment, nullable=False),
    Column("updated_at", UtcMoment, nullable=False),
    UniqueConstraint("mintsoft_account", "organisation_id", "kind", "source_id"),
    UniqueConstraint("organisation_id", "invoice_number_key"),
    _one_of("state", ExportState),
    Index("ix_mintsoft_xero_export_state", "connection_id", "state", "id"),
    Index("ix_mintsoft_xero_export_number", "connection_id", "number"),
    Index("ix_mintsoft_xero_export_owed", "connection_id", "write_back_owed"),
    Index("ix_mintsoft_xero_export_content", "content"),
    Index("ix_mintsoft_xero_export_changed", "connection_id", "updated_at", "id"),
    Index("ix_mintsoft_xero_export_invoice", "organisation_id", "invoice_id"),
    Index("ix_mintsoft_xero_export_again", "connection_id", "decide_again_at"),
)

event = Table(
    "mintsoft_xero_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("export_id", ForeignKey("mintsoft_xero_export.id"), nullable=False, index=True),
    Column("at", UtcMoment, nullable=False),
    Column("who", String(100), nullable=False),
    Column("before", String(20), nullable=False),
    Column("after", String(20), nullable=False),
    Column("why", Text, nullable=False),
)

#: One HTTP attempt that may create documents, written before it goes out.
call = Table(
    "mintsoft_xero_call",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("organisation_id", String(50), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("documents", Integer, nullable=False),
    Column("started_at", UtcMoment, nullable=False),
    Column("ended_at", UtcMoment),
)

#: The mirror of the invoices in an organisation, whoever made them: what their number is, and
#: of which document they are if they bear our mark.
number = Table(
    "mintsoft_xero_number",
    metadata,
    Column("organisation_id", String(50), primary_key=True),
    Column("invoice_id", String(50), primary_key=True),
    Column("number_key", String(255), nullable=False),
    Column("alive", Boolean, nullable=False),
    # Empty for those without our mark.
    Column("kind", String(20), nullable=False, server_default=""),
    Column("source_id", String(50), nullable=False, server_default=""),
    # As the target has them.
    Column("number", String(255), nullable=False, server_default=""),
    Column("status", String(20), nullable=False, server_default=""),
    Column("total", Pence),
    Column("currency", String(3), nullable=False, server_default=""),
    Index("ix_mintsoft_xero_number_key", "organisation_id", "number_key"),
    Index("ix_mintsoft_xero_number_source", "organisation_id", "kind", "source_id"),
)

#: What periods came to, Mintsoft x ledger x Xero; the last few of each connection.
reconciliation = Table(
    "mintsoft_xero_reconciliation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("connection_id", ForeignKey("mintsoft_xero_connection.id"), nullable=False),
    Column("at", UtcMoment, nullable=False),
    Column("who", String(100), nullable=False),
    Column("findings", Integer, nullable=False),
    Column("result", JSON, nullable=False),
    Index("ix_mintsoft_xero_reconciliation", "connection_id", "id"),
)

#: Every activation of a rule book; of each kind the one with the highest version decides.
book = Table(
    "mintsoft_xero_book",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(30), nullable=False),
    # From 1; the unique key lets one of two that replace the same version win.
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("activated_at", UtcMoment, nullable=False),
    Column("activated_by", String(100), nullable=False),
    Column("note", Text, nullable=False),
    UniqueConstraint("kind", "version"),
)

#: What is the matter with a connection, as far as it was noticed: so that nobody hears it twice.
noticed = Table(
    "mintsoft_xero_noticed",
    metadata,
    Column("connection_id", ForeignKey("mintsoft_xero_connection.id"), primary_key=True),
    Column("thing", String(200), primary_key=True),
    Column("since", UtcMoment, nullable=False),
    Column("told_at", UtcMoment),
    Column("gone_at", UtcMoment),
    # Compare-and-set: of two that notice the same change, one writes the notice.
    Column("version", Integer, nullable=False),
)

#: What people are told by e-mail and by webhook: written first, sent afterwards.
notice = Table(
    "mintsoft_xero_notice",
    metadata,
    Column("id", Integer, primary_key=True),
    # The same on each attempt, so that a receiver can drop what comes twice.
    Column("notice_id", String(40), nullable=False),
    Column("connection_id", ForeignKey("mintsoft_xero_connection.id"), nullable=False),
    Column("key", String(200), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", String(250), nullable=False),
    Column("text", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("again_at", UtcMoment, nullable=False),
    Column("created_at", UtcMoment, nullable=False),
    Column("sent_at", UtcMoment),
    Column("answer", Text, nullable=False),
    UniqueConstraint("key", "channel"),
    Index("ix_mintsoft_xero_notice_due", "state", "again_at"),
    Index("ix_mintsoft_xero_notice_connection", "connection_id", "id"),
)

#: Calls to a target, for the limits where no Redis can be reached.
limit_call = Table(
    "mintsoft_xero_limit_call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", String(50), nullable=False),
    Column("started_at", UtcMoment, nullable=False),
    # Null while the call is out; a dead caller's place frees itself at lease_until.
    Column("ended_at", UtcMoment),
    Column("lease_until", UtcMoment, nullable=False),
    Index("ix_mintsoft_xero_limit_call", "organisation_id", "started_at"),
)

limit_block = Table(
    "mintsoft_xero_limit_block",
    metadata,
    Column("organisation_id", String(50), primary_key=True),
    Column("until", UtcMoment, nullable=False),
)
