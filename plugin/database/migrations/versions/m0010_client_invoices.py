"""Invoices of a fulfilment house to its clients.

They are rows of the table of exports with a kind of their own, which its unique key has from
the beginning; nothing is to be changed for them.
"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing."""


def downgrade() -> None:
    """Nothing."""
