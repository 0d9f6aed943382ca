"""The mirror of invoices knows which of them bear our mark; a number may be one that was given."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NUMBER, _EXPORT = "mintsoft_xero_number", "mintsoft_xero_export"
_INDEX = "ix_mintsoft_xero_number_source"
_TEXTS = {"kind": 20, "source_id": 50, "number": 255, "status": 20, "currency": 3}


def upgrade() -> None:
    """Room for it; the mirror is read once more, since what is in it knows no marks."""
    for name, length in _TEXTS.items():
        column = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column(_NUMBER, column)
    op.add_column(_NUMBER, sa.Column("total", sa.BigInteger()))
    op.create_index(_INDEX, _NUMBER, ["organisation_id", "kind", "source_id"])
    op.add_column(
        _EXPORT,
        sa.Column("number_given", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE mintsoft_xero_connection SET numbers_read_until = NULL")


def downgrade() -> None:
    """Take it away."""
    op.drop_column(_EXPORT, "number_given")
    op.drop_index(_INDEX, _NUMBER)
    for name in ("total", *_TEXTS):
        op.drop_column(_NUMBER, name)
