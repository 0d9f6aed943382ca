"""A person may say of a document that equals another one that it is a sale of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_EXPORT = "mintsoft_xero_export"


def upgrade() -> None:
    """Room for who said it, and when."""
    who = sa.Column("single_by", sa.String(length=100), nullable=False, server_default="")
    op.add_column(_EXPORT, who)
    op.add_column(_EXPORT, sa.Column("single_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take it away."""
    op.drop_column(_EXPORT, "single_at")
    op.drop_column(_EXPORT, "single_by")
