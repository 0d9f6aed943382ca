"""Delivers events: one thread, outside of any lock and of any call to the API (xero.md 11).

The thread lives only while there is a subscription. All times are the sandbox's, which its
clock may move.
"""

import threading
from collections.abc import Callable, Sequence

from ...store import Document
from . import webhook_events
from .webhook_post import post, target
from .webhook_queue import Queue

TAKEN = range(200, 300)


class Delivery:
    """Sends what waits in a queue.

    Its lock is never held while the store's is asked for: the store's holder may wake it.
    """

    def __init__(self, queue: Queue, twice: Callable[[], bool]) -> None:
        """`twice` says whether each batch is sent again in another order."""
        self._queue = queue
        self._twice = twice
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False
        #: How often there was something new, and how much of that has been dealt with.
        self._wanted = self._done = 0

    def wake(self) -> None:
        """Have what is due sent: there is something new, or the clock has moved."""
        with self._changed:
            self._wanted += 1
            self._changed.notify_all()
            if self._thread is None and self._queue.subscription() and not self._stopped:
                self._thread = threading.Thread(
                    target=self._work, name="xero-webhooks", daemon=True
                )
                self._thread.start()

    def settle(self, wait: float) -> None:
        """Return once all that is due by now was tried, or after so many seconds."""
        with self._changed:
            wanted = self._wanted
            self._changed.wait_for(
                lambda: self._thread is None or self._done >= wanted, timeout=wait
            )

    def stop(self) -> None:
        """End the thread for good, as the end of the process would."""
        with self._changed:
            self._stopped = True
            thread = self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join()

    # ------------------------------------------------------------------------ the thread

    def _work(self) -> None:
        try:
            while (wanted := self._work_left()) is not None:
                pause = self._deliver()
                with self._changed:
                    self._done = wanted
                    self._changed.notify_all()
                    self._changed.wait_for(
                        lambda seen=wanted: self._stopped or self._wanted > seen,  # type: ignore[misc]
                        timeout=pause,
                    )
        finally:
            with self._changed:
                if self._thread is threading.current_thread():
                    self._thread = None
                self._changed.notify_all()

    def _work_left(self) -> int | None:
        """What `wake` has counted so far; None if the thread is to end, and then it is gone."""
        with self._changed:
            if self._queue.subscription() and not self._stopped:
                return self._wanted
            self._thread = None
            return None

    def _deliver(self) -> float | None:
        """Send batch after batch of what is due; the seconds until a failed one is due again."""
        while not self._stopped:
            subscription = self._queue.subscription()
            if subscription is None or subscription["status"] != "ok":
                return None
            pause = float(subscription["next_attempt"]) - self._queue.now()
            if pause > 0:
                return pause
            batch = self._queue.batch(subscription)
            if not batch:
                return None
            self._queue.record(subscription, max(batch), self._send(subscription, batch))
        return None

    def _send(self, subscription: Document, batch: dict[int, Document]) -> str | None:
        """POST a batch; what is wrong with the answer, if anything is."""
        events = list(batch.values())
        orders = [events, events[::-1]] if self._twice() else [events]
        for ordered in orders:
            problem = _post(subscription, ordered, min(batch), max(batch))
            if problem is not None:
                return problem
        return None


def _post(subscription: Document, events: Sequence[Document], first: int, last: int) -> str | None:
    """POST events, and at once again where that fails for the first time."""
    raw = webhook_events.body(events, first, last)
    signed = webhook_events.signature(subscription["key"], raw)
    problem: str | None = None
    for _ in range(2 if subscription["failing_since"] is None else 1):
        problem = post(target(subscription["url"]), raw, signed, wanted=TAKEN)
        if problem is None:
            break
    return problem
