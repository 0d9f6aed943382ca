"""The Celery app: the names of tasks and queues, and how they are run. Names never change."""

from celery import Celery

from ..domain.connections.job import USUAL_SECONDS

#: Seconds between two ticks of the beat.
TICK = 5.0


#: Seconds between two looks at what people are to be told.
NOTIFY_EVERY = 60.0


EXPORT_BATCH = "mintsoft_xero.export_batch"


SYNC = "mintsoft_xero.sync"


SETTLE = "mintsoft_xero.settle"


WRITE_BACK = "mintsoft_xero.write_back"


RECONCILE = "mintsoft_xero.reconcile"


IMPORT_DOCUMENTS = "mintsoft_xero.import_documents"


CLIENT_INVOICES = "mintsoft_xero.client_invoices"


CATALOGUE = "mintsoft_xero.catalogue"


KEEP_ALIVE = "mintsoft_xero.keep_alive"


NOTIFY = "mintsoft_xero.notify"


TICK_TASK = "mintsoft_xero.tick"


QUEUES = {
    EXPORT_BATCH: "mintsoft_xero.export",
    SYNC: "mintsoft_xero.sync",
    WRITE_BACK: "mintsoft_xero.sync",
    RECONCILE: "mintsoft_xero.sync",
    IMPORT_DOCUMENTS: "mintsoft_xero.sync",
    CLIENT_INVOICES: "mintsoft_xero.sync",
    CATALOGUE: "mintsoft_xero.sync",
    KEEP_ALIVE: "mintsoft_xero.sync",
    SETTLE: "mintsoft_xero.settle",
    NOTIFY: "mintsoft_xero.settle",
    TICK_TASK: "mintsoft_xero.settle",
}


def make_celery(broker: str) -> Celery:
    """The Celery app: acknowledged late, one task at a time per process, no results kept."""
    app = Celery("mintsoft_xero", broker=broker, set_as_current=False)
    app.conf.update(
        task_routes={name: {"queue": queue} for name, queue in QUEUES.items()},
        task_default_queue="mintsoft_xero.settle",
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        task_soft_time_limit=USUAL_SECONDS,
        task_time_limit=USUAL_SECONDS + 60,
        # Longer than a task, or a running one would be given out again. A job that was given
        # more time may be: it is marked as running, and the second message changes nothing.
        broker_transport_options={
            "visibility_timeout": 900,
            "unacked_restore_interval": 15,
            "unacked_restore_throttle": 1,
            "socket_timeout": 30,
            "socket_keepalive": True,
        },
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=5,
        worker_send_task_events=True,
        task_send_sent_event=True,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        # The host's logging is the host's.
        worker_hijack_root_logger=False,
        beat_schedule={
            "tick": {"task": TICK_TASK, "schedule": TICK, "options": {"expires": TICK}},
            "notify": {
                "task": NOTIFY,
                "schedule": NOTIFY_EVERY,
                "options": {"expires": NOTIFY_EVERY},
            },
        },
    )
    return app
