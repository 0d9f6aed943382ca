"""What people are told, once each."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


NOTICED, NOTICE = "mintsoft_xero_noticed", "mintsoft_xero_notice"


def upgrade() -> None:
    """Room for notices, and for what was noticed."""
    op.create_table(
        NOTICED,
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["mintsoft_xero_connection.id"]),
        sa.PrimaryKeyConstraint("connection_id", "thing"),
    )
    op.create_table(
        NOTICE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.String(length=40), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], ["mintsoft_xero_connection.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", "channel"),
    )
    op.create_index("ix_mintsoft_xero_notice_due", NOTICE, ["state", "again_at"])
    op.create_index("ix_mintsoft_xero_notice_connection", NOTICE, ["connection_id", "id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_mintsoft_xero_notice_connection", NOTICE)
    op.drop_index("ix_mintsoft_xero_notice_due", NOTICE)
    op.drop_table(NOTICE)
    op.drop_table(NOTICED)
