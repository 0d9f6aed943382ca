"""Documents that come from the accounting side."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

IMPORT, EVENT, CURSOR = (
    "mintsoft_xero_import",
    "mintsoft_xero_import_event",
    "mintsoft_xero_import_cursor",
)
STATES = ("waiting", "skipped", "refused", "ready", "unknown", "later", "imported", "cleared")


def upgrade() -> None:
    """Room for imports."""
    states = ", ".join(f"'{state}'" for state in STATES)
    op.create_table(
        IMPORT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("mintsoft_account", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.String(length=50), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.String(length=50), nullable=False),
        sa.Column("number", sa.String(length=250), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("document_date", sa.Date()),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("decide_again_at", sa.DateTime(timezone=True)),
        sa.Column("made_id", sa.String(length=50), nullable=False),
        sa.Column("made_content", sa.String(length=64), nullable=False),
        sa.Column("made_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("first_called_at", sa.DateTime(timezone=True)),
        sa.Column("called_at", sa.DateTime(timezone=True)),
        sa.Column("again_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["mintsoft_xero_connection.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mintsoft_account", "organisation_id", "kind", "source_id"),
        sa.CheckConstraint(f"state IN ({states})", name="ck_mintsoft_xero_import_state"),
    )
    op.create_index(
        "ix_mintsoft_xero_import_state", IMPORT, ["connection_id", "kind", "state", "id"]
    )
    op.create_index("ix_mintsoft_xero_import_number", IMPORT, ["connection_id", "number"])
    op.create_table(
        EVENT,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], [f"{IMPORT}.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mintsoft_xero_import_event", EVENT, ["import_id", "id"])
    op.create_table(
        CURSOR,
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("read_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["mintsoft_xero_connection.id"]),
        sa.PrimaryKeyConstraint("connection_id", "kind"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table(CURSOR)
    op.drop_index("ix_mintsoft_xero_import_event", EVENT)
    op.drop_table(EVENT)
    op.drop_index("ix_mintsoft_xero_import_number", IMPORT)
    op.drop_index("ix_mintsoft_xero_import_state", IMPORT)
    op.drop_table(IMPORT)
