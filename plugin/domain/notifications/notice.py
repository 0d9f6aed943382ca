"""Notice: one thing that people are told about a connection, by e-mail and by webhook."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ..connections.settings import Settings
from ..times import to_text

#: After so many attempts, about a day, a notice is given up.
MOST_ATTEMPTS = 13

#: How long one attempt may take until another process takes the notice for abandoned.
ATTEMPT = timedelta(minutes=5)

#: The first wait between two attempts, and the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)


class NoticeKind(StrEnum):
    """What a notice is about."""

    #: Something stops documents that did not before.
    ERRORS = "errors"
    #: The connection was paused or disconnected.
    PAUSED = "paused"
    #: A side has been away for long.
    HELD = "held"
    #: The connection goes on after one of the two.
    RUNNING = "running"
    #: A day's figures.
    DIGEST = "digest"
    #: Sent by hand, to try the way.
    TEST = "test"


class Channel(StrEnum):
    """The way that a notice takes."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class NoticeState(StrEnum):
    """Where a notice stands."""

    #: To be sent, or to be tried again.
    NEW = "new"
    SENT = "sent"
    #: Given up.
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A notice as it is written, before it takes its ways."""

    kind: NoticeKind
    #: The same for the same thing: of two with one key only one is kept.
    key: str
    #: One line for people.
    subject: str
    #: Some lines for people.
    text: str
    #: The same for programs: JSON values only, amounts as decimal strings, moments in UTC.
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice on one of its ways."""

    #: The ledger's own.
    row_id: int
    #: What a receiver sees; the same on each attempt.
    notice_id: str
    connection_id: int
    channel: Channel
    kind: NoticeKind
    subject: str
    text: str
    data: Mapping[str, Any]
    state: NoticeState
    #: Attempts begun so far.
    attempts: int
    #: When it is tried next (UTC), while it is new.
    again_at: datetime
    created_at: datetime
    #: None until it was sent.
    sent_at: datetime | None
    #: What the receiver last said, or why it could not be reached; empty before the first attempt.
    answer: str

    def payload(self) -> dict[str, Any]:
        """What a webhook carries, for programs."""
        about = {"subject": self.subject, "text": self.text, **self.data}
        return {"type": self.kind.value, "timestamp": to_text(self.created_at), "data": about}


@dataclass(frozen=True, kw_only=True)
class Noticed:
    """Something that was the matter with a connection when it was last looked at."""

    #: ``error:CAUSE``, ``paused``, ``held``, or ``digest`` (the moment of the next one).
    thing: str
    #: Since when (UTC).
    since: datetime
    #: When people were told; None when they were not.
    told_at: datetime | None = None
    #: Since when it is not the matter any more; None while it is.
    gone_at: datetime | None = None
    #: Counts changes, for compare-and-set; 0 for one that is not kept yet.
    version: int = 0


def channels(settings: Settings, kind: NoticeKind) -> tuple[Channel, ...]:
    """The ways that notices of a kind take; none where they are switched off."""
    switch = {
        NoticeKind.ERRORS: settings.notify_errors,
        NoticeKind.DIGEST: settings.notify_digest,
        NoticeKind.TEST: "yes",
    }.get(kind, settings.notify_paused)
    if switch != "yes":
        return ()
    ways = {Channel.EMAIL: settings.notify_email, Channel.WEBHOOK: settings.notify_webhook}
    return tuple(channel for channel, address in ways.items() if address)


def wait_after(attempts: int, notice_id: str) -> timedelta:
    """How long to wait after so many failed attempts: twice as long each time, up to four hours.

    And up to a fifth beyond that, drawn from the notice's id, so that a receiver that comes back
    is not met by all of them at once.
    """
    times: int = 2 ** min(max(0, attempts - 1), 20)
    drawn = int(hashlib.sha256(f"{notice_id}:{attempts}".encode()).hexdigest()[:4], 16) / 0xFFFF
    return min(FIRST_WAIT * times, LONGEST_WAIT) * (1 + drawn / 5)
