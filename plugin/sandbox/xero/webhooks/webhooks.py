"""Webhooks: who subscribes to them, and what the sandbox's documents tell (xero.md 11)."""

from datetime import datetime
from typing import Any

from ...store import Document, Store
from ..access.tokens import Tokens
from ..protocol.envelope import milliseconds
from ..tenants import Tenants
from . import webhook_events
from .webhook_delivery import TAKEN, Delivery
from .webhook_post import Target, post, target
from .webhook_queue import Queue

#: The POSTs of the intent to receive: whether each is signed as it should be.
_INTENT = (True, False, True, False)
_REFUSED = range(401, 402)


class Webhooks:
    """The sandbox's one subscription: hears of changes in the Store, and has them delivered."""

    def __init__(self, store: Store, tenants: Tenants, tokens: Tokens) -> None:
        self._tenants = tenants
        self._tokens = tokens
        self._queue = Queue(store, tenants.first.clock)
        self._delivery = Delivery(self._queue, lambda: self._setting("webhooks_twice"))
        store.listener = self.hear
        self.wake()

    def _setting(self, name: str) -> bool:
        return bool(self._tenants.first.settings[name])

    def wake(self) -> None:
        """The clock has moved: send what is due."""
        self._delivery.wake()

    def stop(self) -> None:
        """Send nothing any more, as after the end of the process."""
        self._delivery.stop()

    def subscribe(self, url: str, key: str | None, app: str | None) -> dict[str, Any]:
        """Prove the receiver's intent, and send it the events from now on.

        A receiver that fails gets none. Subscribing anew keeps the events that wait.

        Args:
            url: http on the loopback.
            key: for the signatures; None for a new one.
            app: only organisations connected to this app are told of; None for all.

        Returns:
            As `shown`, with the key.

        Raises:
            ValueError: the url is another; the sentence says so.
        """
        where = target(url)
        key = key or webhook_events.new_key()
        self._queue.subscribe(url, key, app, _intent(where, key))
        self.wake()
        return self.shown() | {"key": key}

    def unsubscribe(self) -> None:
        """Forget the subscription and its events; the thread ends."""
        self._queue.clear()
        self.wake()

    def replay(self, since: datetime | None) -> None:
        """Send the events since a moment again, in their order; None for all that are kept.

        Raises:
            ValueError: there is no subscription that takes events.
        """
        self._queue.replay(0 if since is None else milliseconds(since))
        self.wake()

    def shown(self, wait: float = 0) -> dict[str, Any]:
        """The subscription and its events, once all that is due was tried, or after `wait` s."""
        self._delivery.settle(wait)
        return self._queue.shown()

    def hear(self, kind: str, before: Document | None, now: Document) -> None:
        """The Store's listener: keeps the event that a change makes, in its transaction."""
        part, _, name = kind.rpartition(" ")
        if name not in webhook_events.CATEGORIES:
            return
        subscription = self._queue.subscription()
        if subscription is None or subscription["status"] == "refused":
            return
        tenant_id = part or self._tenants.first.id
        payments = self._setting("payment_fires_webhook")
        event_type = webhook_events.event_type(before, now, payments=payments)
        if event_type is None or not self._is_told_of(subscription, tenant_id):
            return
        at = self._tenants.first.clock()
        self._queue.add(
            webhook_events.event(name, now, event_type=event_type, tenant_id=tenant_id, at=at)
        )
        self.wake()

    def _is_told_of(self, subscription: Document, tenant_id: str) -> bool:
        """Whether the subscription's app is connected to the organisation."""
        app = subscription["app"]
        return app is None or any(
            row["tenantId"] == tenant_id for row in self._tokens.connections(app)
        )


def _intent(where: Target, key: str) -> str | None:
    """Send the POSTs of the intent to receive; the sentence on the first wrong answer, if any."""
    for number, right in enumerate(_INTENT, 1):
        raw = webhook_events.body([], 0, 0)
        sign = webhook_events.signature if right else webhook_events.wrong_signature
        problem = post(where, raw, sign(key, raw), wanted=TAKEN if right else _REFUSED)
        if problem is not None:
            how = "correctly" if right else "wrongly"
            return f"POST {number} of {len(_INTENT)} ({how} signed): {problem}"
    return None
