"""Contacts by what tells customers apart."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CONTACT, _KNOWN = "mintsoft_xero_contact", "mintsoft_xero_known_contact"


def upgrade() -> None:
    """Contacts by key instead of name, and the mirror of an organisation's contacts."""
    op.alter_column(_CONTACT, "name", new_column_name="key")
    op.create_index("ix_mintsoft_xero_contact_id", _CONTACT, ["organisation_id", "contact_id"])
    op.create_table(
        _KNOWN,
        sa.Column("organisation_id", sa.String(length=50), nullable=False),
        sa.Column("contact_id", sa.String(length=50), nullable=False),
        sa.Column("key", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "contact_id"),
    )
    for column in ("key", "name"):
        op.create_index(f"ix_{_KNOWN}_{column}", _KNOWN, ["organisation_id", column])
    moment = sa.Column("contacts_read_until", sa.DateTime(timezone=True))
    op.add_column("mintsoft_xero_connection", moment)


def downgrade() -> None:
    """Take it away; contacts by customer are found again."""
    op.execute("DELETE FROM mintsoft_xero_contact WHERE contact_id = ''")
    op.drop_column("mintsoft_xero_connection", "contacts_read_until")
    op.drop_table(_KNOWN)
    op.drop_index("ix_mintsoft_xero_contact_id", _CONTACT)
    op.alter_column(_CONTACT, "key", new_column_name="name")
