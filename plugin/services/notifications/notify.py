"""Notify: what is new is written down once, then sent until its receiver has it.

    look     each connection: errors, whether it runs, the day's figures -> notices in the ledger
    send     what is due, by e-mail and by webhook, for a short while

Exports know nothing of it. A notice may arrive twice, when a process dies between the receiver's
answer and our noting it: then with the same id.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ...domain.connections.connection import Connection
from ...domain.notifications.notice import Draft, Notice, Noticed, channels
from ...domain.notifications.notice_texts import (
    digest_notice,
    errors_notice,
    held_notice,
    paused_notice,
    running_notice,
)
from ...domain.notifications.notice_triggers import (
    DIGEST,
    ERROR,
    HELD,
    HELD_LONG,
    PAUSED,
    look_at_clock,
    look_at_errors,
    look_at_state,
    stopped,
)
from ...ports.notifications import Answer, NotificationContext

log = logging.getLogger("mintsoft_xero.notices")

#: How long one turn sends at the most: workers have more important things to do.
SENDS_FOR = timedelta(seconds=20)

#: How many notices are taken at once.
AT_ONCE = 5

#: How long what was sent or given up is kept.
KEPT = timedelta(days=90)

#: Changes of documents that were under way during the last look are looked at again.
OVERLAP = timedelta(minutes=2)

LOOKED = "looked"

#: The time that figures are of: since the last ones, a day at first, never more than a week.
DAY, LONGEST_DIGEST = timedelta(days=1), timedelta(days=7)

Known = Mapping[str, Noticed]

#: What is to be kept of a look, and what of it is told.
Found = tuple[list[Noticed], list[Draft]]


def notify(parts: NotificationContext, connections: Sequence[Connection], now: datetime) -> int:
    """Look at every connection, then send what is due; how many notices were sent.

    Raises:
        TryLater: the database is away; a later turn does it.
    """
    for connection in connections:
        look(parts, connection, now)
    parts.ledger.forget_notices(now - KEPT)
    return send_due(parts, connections)


def look(parts: NotificationContext, connection: Connection, now: datetime) -> None:
    """Write notices of what is new; what nobody wants to be told is noted all the same."""
    known = parts.ledger.noticed(connection)
    found = [
        _errors(parts, connection, known, now),
        _running(parts, connection, known, now),
        _figures(parts, connection, known, now),
    ]
    noticed = [x for some, _ in found for x in some]
    drafts = [(x, channels(connection.settings, x.kind)) for _, some in found for x in some]
    if noticed and not parts.ledger.note(connection, noticed, drafts):
        log.info("connection %d: somebody else has just looked", connection.connection_id)


def send_due(parts: NotificationContext, connections: Sequence[Connection]) -> int:
    """Send what is due, a receiver that does not answer once only; how many were sent."""
    of = {x.connection_id: x for x in connections}
    end, sent, deaf = parts.clock.now() + SENDS_FOR, 0, set()
    while parts.clock.now() < end and (notices := parts.ledger.take_notices(AT_ONCE)):
        left = []
        for notice in notices:
            way = (notice.connection_id, notice.channel)
            if way in deaf or parts.clock.now() >= end or notice.connection_id not in of:
                left.append(notice)
            elif attempt(parts, of[notice.connection_id], notice).taken:
                sent += 1
            else:
                deaf.add(way)
        parts.ledger.put_back(left)
    return sent


def attempt(parts: NotificationContext, connection: Connection, notice: Notice) -> Answer:
    """Send a notice once whose attempt has begun, and keep what the receiver said."""
    answer = parts.senders[notice.channel].send(connection, notice)
    words = (notice.notice_id, notice.channel, notice.attempts, answer.words)
    log.info("notice %s by %s, attempt %d: %s", *words)
    parts.ledger.end_attempt(notice, answer.words, sent=answer.taken, gone=answer.gone)
    return answer


def _errors(
    parts: NotificationContext, connection: Connection, known: Known, now: datetime
) -> Found:
    """New kinds of errors, in one notice; they are read when a document has changed."""
    before = known.get(LOOKED)
    if before and not parts.ledger.changed_since(connection, before.since - OVERLAP):
        return [], []
    looked = replace(before, since=now) if before else Noticed(thing=LOOKED, since=now)
    causes = {f"{cause.state}:{cause.key}": cause for cause in parts.ledger.all_causes(connection)}
    changes = look_at_errors(known, causes, now)
    began = {x.noticed.thing for x in changes if x.begins}
    new = [cause for key, cause in causes.items() if f"{ERROR}{key}" in began]
    noticed = [looked, *(x.noticed for x in changes)]
    return noticed, [errors_notice(connection, new, now)] if new else []


def _running(
    parts: NotificationContext, connection: Connection, known: Known, now: datetime
) -> Found:
    """Whether it stopped, or a side has been away for long; and that it goes on."""
    is_stopped = stopped(connection)
    hold = None if is_stopped else parts.ledger.held(connection)
    changes = look_at_state(known.get(PAUSED), PAUSED, now, is_so=is_stopped, after=timedelta(0))
    if not is_stopped:
        held = known.get(HELD)
        changes += look_at_state(held, HELD, now, is_so=hold is not None, after=HELD_LONG)
    drafts = []
    if ended := [x.noticed for x in changes if x.ends]:
        longest = min(ended, key=lambda x: x.since)
        drafts.append(running_notice(connection, longest.thing, longest.since))
    for change in changes:
        thing, since = change.noticed.thing, change.noticed.since
        if change.begins and thing == PAUSED:
            drafts.append(paused_notice(connection, connection.may_run()[1], since))
        elif change.begins and hold is not None:
            drafts.append(held_notice(connection, hold.because, since, since))
    return [x.noticed for x in changes], drafts


def _figures(
    parts: NotificationContext, connection: Connection, known: Known, now: datetime
) -> Found:
    """The day's figures, when their hour has come."""
    before = known.get(DIGEST)
    changes = look_at_clock(before, connection, now)
    drafts = []
    if before and any(x.begins for x in changes):
        begin = max(before.told_at or before.since - DAY, before.since - LONGEST_DIGEST)
        digest = parts.ledger.digest(connection, begin, now)
        # One that is still being set up has no figures to tell.
        if connection.started or digest.imported:
            drafts.append(digest_notice(connection, digest))
    return [x.noticed for x in changes], drafts
