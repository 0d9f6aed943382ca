"""Notices in the ledger: what was noticed, and what people are told."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection
from ..domain.notifications.notice import (
    ATTEMPT,
    MOST_ATTEMPTS,
    Channel,
    Draft,
    Notice,
    Noticed,
    NoticeKind,
    NoticeState,
    wait_after,
)
from .base import LedgerPart
from .import_tables import import_
from .tables import export, notice, noticed

#: What was not tried after all is due again so much later.
PUT_BACK = timedelta(minutes=1)


class RacedError(Exception):
    """Another process noticed it first."""


class SqlNotices(LedgerPart):
    """Implements `ports.ledger.Notices`."""

    def noticed(self, connection: Connection) -> dict[str, Noticed]:
        """See `ports.ledger.Notices`."""
        query = select(noticed).where(noticed.c.connection_id == connection.connection_id)
        with self._database.transaction() as transaction:
            rows = transaction.execute(query).mappings().all()
        names = ("thing", "since", "told_at", "gone_at", "version")
        return {row["thing"]: Noticed(**{name: row[name] for name in names}) for row in rows}

    def note(
        self,
        connection: Connection,
        noticed: Sequence[Noticed],
        drafts: Sequence[tuple[Draft, Sequence[Channel]]],
    ) -> bool:
        """See `ports.ledger.Notices`."""
        try:
            with self._database.transaction() as transaction:
                # By one order, or two could wait for each other.
                for one in sorted(noticed, key=lambda x: x.thing):
                    _keep(transaction, connection.connection_id, one)
                for draft, channels in drafts:
                    self._write(transaction, connection, draft, channels)
        except (IntegrityError, RacedError):
            return False
        return True

    def write_notice(self, connection: Connection, draft: Draft, channel: Channel) -> Notice:
        """Write a notice whose first attempt begins now, and nobody else makes it."""
        with self._database.transaction() as transaction:
            self._write(transaction, connection, draft, [channel])
            mine = (notice.c.key == draft.key) & (notice.c.channel == channel)
            begun = {"attempts": 1, "again_at": self._clock.now() + ATTEMPT}
            transaction.execute(update(notice).where(mine).values(begun))
            return _notice(transaction.execute(select(notice).where(mine)).mappings().one())

    def take_notices(self, limit: int) -> list[Notice]:
        """See `ports.ledger.Notices`."""
        now, table = self._clock.now(), notice
        due = (table.c.state == NoticeState.NEW) & (table.c.again_at <= now)
        taken = []
        with self._database.transaction() as transaction:
            # Its processes died in each attempt.
            lost = {"state": NoticeState.FAILED}
            worn = due & (table.c.attempts >= MOST_ATTEMPTS)
            transaction.execute(update(table).where(worn).values(lost))
            query = select(table).where(due).order_by(table.c.again_at, table.c.id).limit(limit)
            for row in transaction.execute(query).mappings().all():
                same = (table.c.id == row["id"]) & (table.c.again_at == row["again_at"]) & due
                begun = {"attempts": row["attempts"] + 1, "again_at": now + ATTEMPT}
                if transaction.execute(update(table).where(same).values(begun)).rowcount == 1:
                    taken.append(_notice({**row, **begun}))
        return taken

    def end_attempt(self, notice: Notice, answer: str, *, sent: bool, gone: bool = False) -> None:
        """See `ports.ledger.Notices`."""
        now = self._clock.now()
        values: dict[str, Any] = {"answer": answer}
        if sent:
            values |= {"state": NoticeState.SENT, "sent_at": now}
        elif gone or notice.attempts >= MOST_ATTEMPTS:
            values["state"] = NoticeState.FAILED
        else:
            values["again_at"] = now + wait_after(notice.attempts, notice.notice_id)
        self._end(notice, values)

    def put_back(self, notices: Sequence[Notice]) -> None:
        """See `ports.ledger.Notices`."""
        for one in notices:
            again_at = self._clock.now() + PUT_BACK
            self._end(one, {"attempts": one.attempts - 1, "again_at": again_at})

    def forget_notices(self, before: datetime) -> None:
        """See `ports.ledger.Notices`."""
        ended = (notice.c.state != NoticeState.NEW) & (notice.c.created_at < before)
        old = noticed.c.gone_at < before
        with self._database.transaction() as transaction:
            transaction.execute(delete(notice).where(ended))
            transaction.execute(delete(noticed).where(old))

    def notices(self, connection: Connection | None = None, limit: int = 100) -> list[Notice]:
        """What was written, of one connection or of all; the newest first."""
        query = select(notice).order_by(notice.c.id.desc()).limit(limit)
        if connection is not None:
            query = query.where(notice.c.connection_id == connection.connection_id)
        with self._database.transaction() as transaction:
            return [_notice(row) for row in transaction.execute(query).mappings().all()]

    def changed_since(self, connection: Connection, moment: datetime) -> bool:
        """See `ports.ledger.Notices`."""
        with self._database.transaction() as transaction:
            for table in (export, import_):
                mine = table.c.connection_id == connection.connection_id
                query = select(func.max(table.c.updated_at)).where(mine)
                newest: datetime | None = transaction.scalar(query)
                if newest is not None and newest >= moment:
                    return True
        return False

    def _write(
        self,
        transaction: Transaction,
        connection: Connection,
        draft: Draft,
        channels: Sequence[Channel],
    ) -> None:
        now = self._clock.now()
        dialect = postgresql if transaction.dialect.name == "postgresql" else sqlite
        for channel in channels:
            values = {
                "notice_id": f"notice_{uuid.uuid4().hex}",
                "connection_id": connection.connection_id,
                "key": draft.key,
                "channel": channel,
                "kind": draft.kind,
                "subject": draft.subject,
                "text": draft.text,
                "data": dict(draft.data),
                "state": NoticeState.NEW,
                "attempts": 0,
                "again_at": now,
                "created_at": now,
                "answer": "",
            }
            # The key: the same thing is never told twice.
            transaction.execute(dialect.insert(notice).values(values).on_conflict_do_nothing())

    def _end(self, one: Notice, values: dict[str, Any]) -> None:
        # Not when the attempt was taken for abandoned, and another one has begun.
        mine = (
            (notice.c.id == one.row_id)
            & (notice.c.attempts == one.attempts)
            & (notice.c.state == NoticeState.NEW)
        )
        with self._database.transaction() as transaction:
            transaction.execute(update(notice).where(mine).values(values))


def _keep(transaction: Transaction, connection_id: int, one: Noticed) -> None:
    values = {"since": one.since, "told_at": one.told_at, "gone_at": one.gone_at}
    version = {"version": one.version + 1}
    if one.version == 0:
        key = {"connection_id": connection_id, "thing": one.thing}
        transaction.execute(insert(noticed).values(**key, **values, **version))
        return
    same = (
        (noticed.c.connection_id == connection_id)
        & (noticed.c.thing == one.thing)
        & (noticed.c.version == one.version)
    )
    if transaction.execute(update(noticed).where(same).values(**values, **version)).rowcount != 1:
        raise RacedError


def _notice(row: Any) -> Notice:
    names = (
        "notice_id", "connection_id", "subject", "text", "data", "attempts", "again_at",
        "created_at", "sent_at", "answer",
    )  # fmt: skip
    return Notice(
        row_id=row["id"],
        channel=Channel(row["channel"]),
        kind=NoticeKind(row["kind"]),
        state=NoticeState(row["state"]),
        **{name: row[name] for name in names},
    )
