"""A connection may be disconnected, or wait for its organisation to be chosen.

A column of its own: SQLite can't change the check on `state` while other tables refer to it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_CONNECTION = "mintsoft_xero_connection"


def upgrade() -> None:
    """Room for it."""
    op.add_column(_CONNECTION, sa.Column("standing", sa.String(length=20)))


def downgrade() -> None:
    """Take it away."""
    op.drop_column(_CONNECTION, "standing")
