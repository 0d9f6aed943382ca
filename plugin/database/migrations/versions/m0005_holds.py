"""Connections hold on while a side is away."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLE = "mintsoft_xero_connection"


def upgrade() -> None:
    """Room for until when, why, and after how many failures."""
    op.add_column(_TABLE, sa.Column("held_until", sa.DateTime(timezone=True)))
    op.add_column(_TABLE, sa.Column("held_because", sa.Text(), nullable=False, server_default=""))
    op.add_column(_TABLE, sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take it away."""
    for name in ("failures", "held_because", "held_until"):
        op.drop_column(_TABLE, name)
