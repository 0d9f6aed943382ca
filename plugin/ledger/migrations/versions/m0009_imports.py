"""Documents that come from the accounting side."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Room for imports."""


def downgrade() -> None:
    """Take it away."""
