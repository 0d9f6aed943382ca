"""Webhook queue: what Xero's events bring about, behind the answer, so that the answer never waits.

Events only bring near what the clock would find anyway (xero.md 11), so they are kept in memory:
what a dying process loses, or a database that is away does not take, the next sync finds.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Any

from ..errors import PluginError

log = logging.getLogger("mintsoft_xero.webhooks")

#: How soon a sync follows an event. Our own invoices cause events too, so not at once.
WITHIN = timedelta(minutes=1)

#: How many events are remembered: one that comes again is not looked at again.
REMEMBERED = 10_000

#: How many organisations wait for the database at the most.
WAITING = 10_000


class WebhookQueue:
    """The organisations in which something has happened, and one thread that passes them on.

    However many events come, the thread makes one call for all that came during the last one.
    """

    def __init__(self, hasten: Callable[[Collection[str]], None]) -> None:
        """`hasten`: brings near what these organisations' connections do by the clock."""
        self._hasten = hasten
        self._changed = threading.Condition()
        self._waiting: set[str] = set()
        self._seen: OrderedDict[Any, None] = OrderedDict()
        self._thread: threading.Thread | None = None

    def want(self, events: Iterable[tuple[str, Any]]) -> int:
        """Take events, each an organisation's id and what an event that comes again equals.

        Returns how many of them were new. Never waits for anything but another such call.
        """
        fresh = 0
        with self._changed:
            for organisation_id, key in events:
                if key in self._seen:
                    continue
                fresh += 1
                self._seen[key] = None
                if len(self._waiting) < WAITING:
                    self._waiting.add(organisation_id)
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
            # In a process that was forked meanwhile, the parent's thread is not alive.
            if self._waiting and not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(target=self._pass_on, name="hasten", daemon=True)
                self._thread.start()
        return fresh

    def settled(self, seconds: float) -> bool:
        """Wait until all is passed on, for so long at the most; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._thread is None, seconds)

    def _pass_on(self) -> None:
        while organisations := self._next():
            try:
                self._hasten(organisations)
            except PluginError as error:
                log.warning("webhook left to the clock: %s %s", error.code, error.message)
            except Exception:
                # A bug, or a database that is away in a new way: the clock finds all of it.
                log.exception("webhook left to the clock")

    def _next(self) -> set[str]:
        with self._changed:
            organisations, self._waiting = self._waiting, set()
            if not organisations:
                self._thread = None
                self._changed.notify_all()
            return organisations
