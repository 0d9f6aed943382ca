"""A connection names its adapters; those so far join Mintsoft to Xero."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLE = "mintsoft_xero_connection"


def upgrade() -> None:
    """Add the two names."""
    for name, kind in (("source", "mintsoft"), ("target", "xero")):
        column = sa.Column(name, sa.String(length=50), nullable=False, server_default=kind)
        op.add_column(_TABLE, column)


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table(_TABLE) as table:
        table.drop_column("source")
        table.drop_column("target")
