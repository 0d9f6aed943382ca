"""The subscription and its events as they are kept, so that no restart loses one (xero.md 11).

Events are numbered from 1. Those up to the subscription's ``delivered`` were taken, those up to
``tried`` were sent in vain: a replay only has to set ``delivered`` back.
"""

import uuid
from datetime import timedelta
from itertools import islice
from typing import Any

from ...store import Document, Store
from ..protocol.envelope import milliseconds, moment_of
from ..tenant import Clock

#: After the immediate second attempt; then so often until it is given up.
PAUSE = timedelta(minutes=15).total_seconds()
GIVEN_UP = timedelta(hours=24).total_seconds()
#: How long events can be sent again.
KEPT = timedelta(days=31)
#: At most so many events come in one POST (an assumption).
A_BATCH = 50
_KIND, _KEY, _EVENTS = "xero_webhook", "subscription", "xero_webhook_event"
_NO_EVENTS = {"last": 0, "delivered": 0, "tried": 0}
_NO_FAILURE = {"problem": None, "failing_since": None, "next_attempt": 0}


class Queue:
    """One subscription at most, and the events that wait for it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def now(self) -> float:
        """The sandbox's time in seconds since 1970."""
        return self._clock().timestamp()

    def subscription(self) -> Document | None:
        """The subscription; its ``status`` is ok, refused or disabled."""
        return self._store.table(_KIND).get(_KEY)

    def _change(self, subscription: Document, **changes: Any) -> None:
        self._store.put(_KIND, _KEY, subscription | changes)

    def subscribe(self, url: str, key: str, app: str | None, problem: str | None) -> None:
        """Keep a subscription, refused if there is a problem; the events that wait stay."""
        status = "refused" if problem else "ok"
        told = {"id": str(uuid.uuid4()), "url": url, "key": key, "app": app, "status": status}
        with self._store.changing():
            before = self.subscription() or _NO_EVENTS
            self._change(before, **told, **_NO_FAILURE | {"problem": problem})

    def clear(self) -> None:
        """Forget the subscription and its events."""
        with self._store.changing():
            self._store.delete(_KIND, _KEY)
            for number in list(self._store.table(_EVENTS)):
                self._store.delete(_EVENTS, number)

    def add(self, event: Document) -> None:
        """Keep an event that has just happened; for a subscription that takes some."""
        with self._store.changing():
            subscription = self.subscription()
            if subscription is not None:
                number = subscription["last"] + 1
                kept = {"at": milliseconds(self._clock()), "event": event}
                self._store.put(_EVENTS, str(number), kept)
                self._change(subscription, last=number)

    def batch(self, subscription: Document) -> dict[int, Document]:
        """The next events by number, oldest first; what is too old is forgotten before."""
        table = self._store.table(_EVENTS)
        oldest = milliseconds(self._clock() - KEPT)
        # The lock waits for the end of a call that is writing: its events come together.
        with self._store.changing():
            while (key := next(iter(table), None)) and table[key]["at"] < oldest:
                self._store.delete(_EVENTS, key)
            first = max(subscription["delivered"] + 1, int(next(iter(table), "0")))
            last = (self.subscription() or subscription)["last"]
            numbers = islice(range(first, last + 1), A_BATCH)
            return {n: table[str(n)]["event"] for n in numbers if str(n) in table}

    def record(self, sent: Document, last: int, problem: str | None) -> None:
        """Keep what became of a batch, unless the subscription was changed meanwhile.

        Args:
            sent: The subscription as it was when the batch was taken.
            last: The batch's last number.
            problem: Why it failed, else None.
        """
        with self._store.changing():
            now = self.subscription()
            if now is None or any(now[name] != sent[name] for name in ("id", "delivered")):
                return
            if problem is None:
                self._change(now, delivered=last, **_NO_FAILURE)
                return
            since = now["failing_since"] or self.now()
            over = self.now() - since >= GIVEN_UP
            self._change(
                now,
                tried=last,
                problem=problem,
                failing_since=since,
                status="disabled" if over else "ok",
                next_attempt=0 if over else self.now() + PAUSE,
            )

    def replay(self, since_ms: int) -> None:
        """Have the events since then sent again. Raises ValueError: nobody takes any."""
        with self._store.changing():
            subscription = self.subscription()
            if subscription is None or subscription["status"] != "ok":
                raise ValueError("There is no subscription that takes events; POST a url first.")
            again = (int(n) for n, e in self._store.table(_EVENTS).items() if e["at"] >= since_ms)
            first = next(again, subscription["last"] + 1)
            delivered = min(first - 1, subscription["delivered"])
            self._change(subscription, delivered=delivered, next_attempt=0)

    def shown(self) -> dict[str, Any]:
        """The subscription without its key, and how many events are queued, sent and failed."""
        subscription = self.subscription()
        if subscription is None:
            return {"subscription": None}
        told = {name: subscription[name] for name in ("url", "app", "status", "problem")}
        attempt = subscription["next_attempt"]
        told["next_attempt"] = moment_of(int(attempt * 1000)).isoformat() if attempt else None
        sent = subscription["delivered"]
        failed = max(subscription["tried"] - sent, 0)
        queued = subscription["last"] - sent - failed
        return {
            "subscription": told,
            "events": {"queued": queued, "sent": sent, "failed": failed},
        }
