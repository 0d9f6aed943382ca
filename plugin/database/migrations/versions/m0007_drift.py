"""What changed on either side after an export."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


EXPORT, CONNECTION = "mintsoft_xero_export", "mintsoft_xero_connection"


def upgrade() -> None:
    """Room for what changed, and for how far changes were read."""
    newest = sa.Column("newest", sa.String(length=64), nullable=False, server_default="")
    op.add_column(EXPORT, newest)
    op.add_column(EXPORT, sa.Column("edited", sa.JSON()))
    op.add_column(EXPORT, sa.Column("target_now", sa.JSON()))
    key = ["organisation_id", "invoice_id"]
    op.create_index("ix_mintsoft_xero_export_invoice", EXPORT, key)
    op.add_column(CONNECTION, sa.Column("changes_read_until", sa.DateTime(timezone=True)))
    op.add_column(CONNECTION, sa.Column("looked_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take it away."""
    op.drop_column(CONNECTION, "looked_at")
    op.drop_column(CONNECTION, "changes_read_until")
    op.drop_index("ix_mintsoft_xero_export_invoice", EXPORT)
    for name in ("target_now", "edited", "newest"):
        op.drop_column(EXPORT, name)
