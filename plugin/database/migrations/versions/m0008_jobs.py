"""What each connection does by the clock, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_JOB, _CONNECTION, _EXPORT = (
    "mintsoft_xero_job",
    "mintsoft_xero_connection",
    "mintsoft_xero_export",
)

_moment = sa.DateTime(timezone=True)

_connection = sa.table(
    _CONNECTION,
    sa.column("id", sa.Integer()),
    sa.column("started", sa.Boolean()),
    sa.column("created_at", _moment),
    sa.column("next_sync_at", _moment),
    sa.column("next_reconcile_at", _moment),
)

_job = sa.table(
    _JOB,
    sa.column("connection_id", sa.Integer()),
    sa.column("job", sa.String()),
    sa.column("switch", sa.String()),
    sa.column("next_at", _moment),
    sa.column("planned_at", _moment),
    sa.column("running_by", sa.String()),
    sa.column("result", sa.Text()),
    sa.column("code", sa.String()),
    sa.column("counts", sa.JSON()),
    sa.column("seconds", sa.Integer()),
)

_NAMES = (
    "export_orders",
    "import_sales_invoices",
    "import_purchase_orders",
    "catalogue",
    "reconcile",
    "keep_alive",
)

#: Those that a connection has going which was exported by hand before there were jobs.
_GOING = ("export_orders", "catalogue", "reconcile", "keep_alive")


def upgrade() -> None:
    """A row for each job of each connection (of one mode so far); what was planned stays so."""
    op.create_table(
        _JOB,
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=30), nullable=False),
        sa.Column("switch", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer()),
        sa.Column("next_at", _moment),
        sa.Column("planned_at", _moment),
        sa.Column("told_at", _moment),
        sa.Column("running_by", sa.String(length=100), nullable=False),
        sa.Column("running_since", _moment),
        sa.Column("begun_at", _moment),
        sa.Column("ended_at", _moment),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["connection_id"], [f"{_CONNECTION}.id"]),
        sa.PrimaryKeyConstraint("connection_id", "job"),
    )
    op.create_index(f"ix_{_JOB}", _JOB, ["switch", "next_at"])
    op.create_index("ix_mintsoft_xero_export_again", _EXPORT, ["connection_id", "decide_again_at"])
    for name in _NAMES:
        _carry_over(name)
    for name in ("next_sync_at", "next_reconcile_at"):
        op.drop_column(_CONNECTION, name)


def _carry_over(name: str) -> None:
    """The rows of one job, as far on as the connections were."""
    of, moments = _connection.c, {"export_orders": "next_sync_at", "reconcile": "next_reconcile_at"}
    going = sa.case((of.started, "on"), else_="waits") if name in _GOING else sa.literal("waits")
    # What was planned was planned some time ago: the first tick plans the rest.
    next_at = of[moments[name]] if name in moments else sa.null()
    planned_at = sa.case((next_at.is_not(None), of.created_at)) if name in moments else sa.null()
    rows = sa.select(
        of.id,
        sa.literal(name),
        going,
        next_at,
        planned_at,
        *(sa.literal("") for _ in range(3)),
        sa.literal({}, sa.JSON()),
        sa.literal(540),
    )
    op.execute(_job.insert().from_select([column.name for column in _job.columns], rows))


def downgrade() -> None:
    """Back to two moments; intervals of a person's own, and what runs came to, are lost."""
    for name, job in (("next_sync_at", "export_orders"), ("next_reconcile_at", "reconcile")):
        op.add_column(_CONNECTION, sa.Column(name, sa.DateTime(timezone=True)))
        mine = (_job.c.connection_id == _connection.c.id) & (_job.c.job == job)
        planned = sa.select(_job.c.next_at).where(mine).scalar_subquery()
        op.execute(_connection.update().values({name: planned}))
    op.drop_index("ix_mintsoft_xero_export_again", _EXPORT)
    op.drop_index(f"ix_{_JOB}", _JOB)
    op.drop_table(_JOB)
