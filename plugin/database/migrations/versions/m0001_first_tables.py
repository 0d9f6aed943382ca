"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "mintsoft_xero_call",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("organisation_id", sa.String(length=50), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "mintsoft_xero_contact",
        sa.Column("organisation_id", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("contact_id", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "name"),
    )
    op.create_table(
        "mintsoft_xero_grant",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "mintsoft_xero_lease",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "mintsoft_xero_limit_block",
        sa.Column("organisation_id", sa.String(length=50), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id"),
    )
    op.create_table(
        "mintsoft_xero_limit_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=50), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_mintsoft_xero_limit_call",
        "mintsoft_xero_limit_call",
        ["organisation_id", "started_at"],
        unique=False,
    )
    op.create_table(
        "mintsoft_xero_number",
        sa.Column("organisation_id", sa.String(length=50), nullable=False),
        sa.Column("invoice_id", sa.String(length=50), nullable=False),
        sa.Column("number_key", sa.String(length=255), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "invoice_id"),
    )
    op.create_index(
        "ix_mintsoft_xero_number_key",
        "mintsoft_xero_number",
        ["organisation_id", "number_key"],
        unique=False,
    )
    op.create_table(
        "mintsoft_xero_secret",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("ciphertext", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "mintsoft_xero_connection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("paused_because", sa.Text(), nullable=False),
        sa.Column("mintsoft_username", sa.String(length=200), nullable=False),
        sa.Column("mintsoft_client", sa.String(length=50), nullable=False),
        sa.Column("grant_id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.String(length=50), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("organisation", sa.JSON(), nullable=True),
        sa.Column("started", sa.Boolean(), nullable=False),
        sa.Column("next_sync_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("orders_read_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("numbers_read_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'needs_consent', 'paused')", name="ck_mintsoft_xero_state_3"
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["mintsoft_xero_grant.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "mintsoft_xero_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("mintsoft_account", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.String(length=50), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.String(length=50), nullable=False),
        sa.Column("number", sa.String(length=250), nullable=False),
        sa.Column("client", sa.String(length=100), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("split", sa.Boolean(), nullable=False),
        sa.Column("document_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("evaluated_by", sa.String(length=100), nullable=False),
        sa.Column("book", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invoice", sa.JSON(), nullable=True),
        sa.Column("invoice_number", sa.String(length=255), nullable=True),
        sa.Column("invoice_number_key", sa.String(length=255), nullable=True),
        sa.Column("invoice_id", sa.String(length=50), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=100), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_key", sa.String(length=128), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tagged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("write_back_owed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'skipped', 'refused', 'cleared', 'ready', 'claimed', 'later',"
            " 'unknown', 'exported')",
            name="ck_mintsoft_xero_state_9",
        ),
        sa.ForeignKeyConstraint(["connection_id"], ["mintsoft_xero_connection.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mintsoft_account", "organisation_id", "kind", "source_id"),
        sa.UniqueConstraint("organisation_id", "invoice_number_key"),
    )
    op.create_index(
        "ix_mintsoft_xero_export_changed",
        "mintsoft_xero_export",
        ["connection_id", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_mintsoft_xero_export_content", "mintsoft_xero_export", ["content"], unique=False
    )
    op.create_index(
        "ix_mintsoft_xero_export_number",
        "mintsoft_xero_export",
        ["connection_id", "number"],
        unique=False,
    )
    op.create_index(
        "ix_mintsoft_xero_export_owed",
        "mintsoft_xero_export",
        ["connection_id", "write_back_owed"],
        unique=False,
    )
    op.create_index(
        "ix_mintsoft_xero_export_state",
        "mintsoft_xero_export",
        ["connection_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "mintsoft_xero_mapping",
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["mintsoft_xero_connection.id"]),
        sa.PrimaryKeyConstraint("connection_id", "kind", "source"),
    )
    op.create_table(
        "mintsoft_xero_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["export_id"], ["mintsoft_xero_export.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_mintsoft_xero_event_export_id"), "mintsoft_xero_event", ["export_id"], unique=False
    )


def downgrade() -> None:
    """Remove the tables and all that is in them."""
    op.drop_index(op.f("ix_mintsoft_xero_event_export_id"), table_name="mintsoft_xero_event")
    op.drop_table("mintsoft_xero_event")
    op.drop_table("mintsoft_xero_mapping")
    op.drop_index("ix_mintsoft_xero_export_state", table_name="mintsoft_xero_export")
    op.drop_index("ix_mintsoft_xero_export_owed", table_name="mintsoft_xero_export")
    op.drop_index("ix_mintsoft_xero_export_number", table_name="mintsoft_xero_export")
    op.drop_index("ix_mintsoft_xero_export_content", table_name="mintsoft_xero_export")
    op.drop_index("ix_mintsoft_xero_export_changed", table_name="mintsoft_xero_export")
    op.drop_table("mintsoft_xero_export")
    op.drop_table("mintsoft_xero_connection")
    op.drop_table("mintsoft_xero_secret")
    op.drop_index("ix_mintsoft_xero_number_key", table_name="mintsoft_xero_number")
    op.drop_table("mintsoft_xero_number")
    op.drop_index("ix_mintsoft_xero_limit_call", table_name="mintsoft_xero_limit_call")
    op.drop_table("mintsoft_xero_limit_call")
    op.drop_table("mintsoft_xero_limit_block")
    op.drop_table("mintsoft_xero_lease")
    op.drop_table("mintsoft_xero_grant")
    op.drop_table("mintsoft_xero_contact")
    op.drop_table("mintsoft_xero_call")
