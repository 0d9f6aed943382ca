"""Queue: what workers are told, and through which queue. Ids only, never data."""

from collections.abc import Collection

from kombu.exceptions import OperationalError

from ..domain.connections.job import JobName
from ..errors import TryLater
from .celery_app import (
    CATALOGUE,
    CLIENT_INVOICES,
    IMPORT_DOCUMENTS,
    KEEP_ALIVE,
    RECONCILE,
    SYNC,
    TICK,
)
from .container import Container

#: The task that runs a job, and what it is given after the connection's id.
JOB_TASKS: dict[JobName, tuple[str, tuple[str, ...]]] = {
    JobName.EXPORT_ORDERS: (SYNC, ()),
    JobName.IMPORT_SALES_INVOICES: (IMPORT_DOCUMENTS, ("sales_invoice",)),
    JobName.IMPORT_PURCHASE_ORDERS: (IMPORT_DOCUMENTS, ("purchase_order",)),
    JobName.EXPORT_CLIENT_INVOICES: (CLIENT_INVOICES, ()),
    JobName.CATALOGUE: (CATALOGUE, ()),
    JobName.RECONCILE: (RECONCILE, ()),
    JobName.KEEP_ALIVE: (KEEP_ALIVE, ()),
}


def send(
    plugin: Container,
    name: str,
    *arguments: object,
    countdown: float | None = None,
    expires: float | None = None,
    seconds: int | None = None,
) -> None:
    """Send one task message, to be worked on in `countdown` seconds, and not after `expires`.

    `seconds`: how long the task may take; without it as long as all may.

    Raises:
        TryLater: the broker can't be reached.
    """
    try:
        when: dict[str, float | None] = {"countdown": countdown, "expires": expires}
        if seconds is not None:
            when |= {"soft_time_limit": seconds, "time_limit": seconds + 60}
        plugin.celery.send_task(name, list(arguments), retry=False, **when)
    except (OperationalError, OSError) as error:
        raise TryLater(
            code="MX-105",
            after=TICK,
            service="The broker",
            reason="no Redis answers at MINTSOFT_XERO_REDIS_URL",
            detail=type(error).__name__,
        ) from None


def workers(plugin: Container, seconds: float) -> int:
    """How many workers answer within so many seconds."""
    try:
        answers: Collection[object] = plugin.celery.control.ping(timeout=seconds)
    except (OperationalError, OSError):
        return 0
    return len(answers)
