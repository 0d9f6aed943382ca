"""What reconciliations came to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_RECONCILIATION, _CONNECTION = "mintsoft_xero_reconciliation", "mintsoft_xero_connection"


def upgrade() -> None:
    """The last results of each connection, and when the next night's run is due."""
    op.create_table(
        _RECONCILIATION,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], [f"{_CONNECTION}.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(f"ix_{_RECONCILIATION}", _RECONCILIATION, ["connection_id", "id"])
    op.add_column(_CONNECTION, sa.Column("next_reconcile_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take it away."""
    op.drop_column(_CONNECTION, "next_reconcile_at")
    op.drop_table(_RECONCILIATION)
