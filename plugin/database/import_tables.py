"""The tables of what comes in; see `tables`."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ..domain.imports.imported import ImportState
from .column_types import UtcMoment
from .tables import metadata

#: Documents of the accounting side, and what each became at the warehouse; no personal data.
import_ = Table(
    "mintsoft_xero_import",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("connection_id", ForeignKey("mintsoft_xero_connection.id"), nullable=False),
    Column("mintsoft_account", String(200), nullable=False),
    Column("organisation_id", String(50), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("source_id", String(50), nullable=False),
    Column("number", String(250), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("seen", String(64), nullable=False),
    Column("document_date", Date),
    # The decision, or what is the matter with what was imported.
    Column("state", String(20), nullable=False),
    Column("code", String(10), nullable=False),
    Column("message", Text, nullable=False),
    Column("fix", Text, nullable=False),
    Column("decided_by", String(100), nullable=False),
    Column("basis", String(64), nullable=False),
    Column("decide_again_at", UtcMoment),
    # What it became, and the calls for that.
    Column("made_id", String(50), nullable=False),
    Column("made_content", String(64), nullable=False),
    Column("made_fingerprint", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("first_called_at", UtcMoment),
    Column("called_at", UtcMoment),
    Column("again_at", UtcMoment),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcMoment, nullable=False),
    Column("updated_at", UtcMoment, nullable=False),
    UniqueConstraint("mintsoft_account", "organisation_id", "kind", "source_id"),
    CheckConstraint(
        "state IN (" + ", ".join(f"'{state}'" for state in ImportState) + ")",
        name="ck_mintsoft_xero_import_state",
    ),
    Index("ix_mintsoft_xero_import_state", "connection_id", "kind", "state", "id"),
    Index("ix_mintsoft_xero_import_number", "connection_id", "number"),
)

#: What happened to each, in order.
import_event = Table(
    "mintsoft_xero_import_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("import_id", ForeignKey("mintsoft_xero_import.id"), nullable=False),
    Column("at", UtcMoment, nullable=False),
    Column("who", String(100), nullable=False),
    Column("before", String(20), nullable=False),
    Column("after", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_mintsoft_xero_import_event", "import_id", "id"),
)

#: Until when the documents of a kind were read.
import_cursor = Table(
    "mintsoft_xero_import_cursor",
    metadata,
    Column("connection_id", ForeignKey("mintsoft_xero_connection.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("read_until", UtcMoment, nullable=False),
)
