"""Job: one thing that a connection does by the clock, and when it does it next."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..exports.export import DocumentKind
from ..times import local_date
from .settings import Settings

#: The night's run begins in these hours of the connection's zone: at a minute of its own.
NIGHT_BEGINS, NIGHT_MINUTES = time(1), 240

#: Seconds that a run may take at first, and the most that one is ever given.
USUAL_SECONDS, MOST_SECONDS = 540, 3600

_DAY = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class JobName(StrEnum):
    """What a connection does by the clock."""

    EXPORT_ORDERS = "export_orders"
    IMPORT_SALES_INVOICES = "import_sales_invoices"
    IMPORT_PURCHASE_ORDERS = "import_purchase_orders"
    EXPORT_CLIENT_INVOICES = "export_client_invoices"
    CATALOGUE = "catalogue"
    RECONCILE = "reconcile"
    KEEP_ALIVE = "keep_alive"

    @property
    def label(self) -> str:
        """What a person reads."""
        return _LABELS[self]

    @property
    def follows_setting(self) -> bool:
        """Whether the setting `sync_minutes` is its usual interval: it looks for documents."""
        return self in (*EXPORTS, *IMPORTS)


_LABELS = {
    JobName.EXPORT_ORDERS: "Export orders",
    JobName.IMPORT_SALES_INVOICES: "Import sales invoices",
    JobName.IMPORT_PURCHASE_ORDERS: "Import purchase orders",
    JobName.EXPORT_CLIENT_INVOICES: "Export client invoices",
    JobName.CATALOGUE: "Read accounts and tax rates",
    JobName.RECONCILE: "Reconcile",
    JobName.KEEP_ALIVE: "Keep the access alive",
}

EXPORTS = (JobName.EXPORT_ORDERS, JobName.EXPORT_CLIENT_INVOICES)
IMPORTS = (JobName.IMPORT_SALES_INVOICES, JobName.IMPORT_PURCHASE_ORDERS)

#: What begins together with a person's first run of a job: what that job needs.
BESIDE = {
    JobName.EXPORT_ORDERS: (JobName.CATALOGUE, JobName.RECONCILE, JobName.KEEP_ALIVE),
    JobName.IMPORT_SALES_INVOICES: (JobName.CATALOGUE, JobName.KEEP_ALIVE),
    JobName.IMPORT_PURCHASE_ORDERS: (JobName.CATALOGUE, JobName.KEEP_ALIVE),
    JobName.EXPORT_CLIENT_INVOICES: (JobName.CATALOGUE, JobName.RECONCILE, JobName.KEEP_ALIVE),
}

#: The job that exports a kind by the clock.
EXPORTS_OF = {
    DocumentKind.ORDER: JobName.EXPORT_ORDERS,
    DocumentKind.CLIENT_INVOICE: JobName.EXPORT_CLIENT_INVOICES,
}

#: Whose first run by hand a mode's schedules wait for; a mode without one has none by the clock.
FIRST_OF_MODE = {kind.traits.mode: job for kind, job in EXPORTS_OF.items()}

#: What connections of a mode can do by the clock.
JOBS_OF = {
    kind.traits.mode: tuple(
        x for x in JobName if x not in EXPORTS or x is FIRST_OF_MODE.get(kind.traits.mode)
    )
    for kind in DocumentKind.exported()
}


class Switch(StrEnum):
    """Whether the clock may run a job."""

    #: For a person's first export or import of the kind.
    WAITS = "waits"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job of one connection: what was asked, what is next, and what the last run came to."""

    connection_id: int
    name: JobName
    switch: Switch
    #: Minutes between two runs as a person set them; None for the usual.
    minutes: int | None
    #: When the clock runs it next; None while that is not planned, and for never.
    next_at: datetime | None
    #: When a worker was told of a run that has not begun yet.
    told_at: datetime | None
    #: Since when it runs; None when it does not.
    running_since: datetime | None
    #: When the last run began, and when it ended.
    begun_at: datetime | None
    ended_at: datetime | None
    #: What the last run came to, in a sentence; empty before the first.
    result: str
    #: The code of what stopped it; empty when nothing did.
    code: str
    #: What it counted: documents by state, findings and the like.
    counts: Mapping[str, int]
    #: Seconds that its next run may take.
    seconds: int


def every(job: JobName, minutes: int | None, settings: Settings) -> int:
    """Minutes between two runs; 0 for never."""
    if minutes is not None:
        return minutes
    if job.follows_setting:
        return settings.sync_minutes
    return 60 if job is JobName.CATALOGUE else _DAY


def is_nightly(job: JobName, minutes: int | None) -> bool:
    """Whether it runs once a night, and not at intervals."""
    return job is JobName.RECONCILE and minutes is None


def next_run(
    job: JobName, *, connection_id: int, minutes: int | None, settings: Settings, now: datetime
) -> datetime | None:
    """When a job runs next (UTC, later than now); None for never.

    Each connection and job has a phase of its own within the interval, always the same, so
    that a thousand connections don't call at once and a late run moves no later one.
    """
    phase = _phase(connection_id, job)
    if is_nightly(job, minutes):
        return _next_night(phase % NIGHT_MINUTES, settings.timezone, now)
    step = timedelta(minutes=every(job, minutes, settings))
    if not step:
        return None
    first = _EPOCH + timedelta(seconds=phase % step.total_seconds())
    return first + step * ((now - first) // step + 1)


def _phase(connection_id: int, job: JobName) -> int:
    digest = hashlib.sha256(f"{connection_id}:{job}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _next_night(minute: int, zone: str, now: datetime) -> datetime:
    """The next night's moment; a clock that is put forward or back makes neither two nor none."""
    today = local_date(now, zone)
    walls = (
        datetime.combine(day, NIGHT_BEGINS) + timedelta(minutes=minute)
        for day in (today, today + timedelta(days=1))
    )
    nights = (wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for wall in walls)
    return next(night for night in nights if night > now)
