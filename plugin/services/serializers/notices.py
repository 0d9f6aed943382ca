"""Notices as programs read them."""

from typing import Any

from ..notifications.notices import Attempt, WrittenNotice


def notice(written: WrittenNotice) -> dict[str, Any]:
    """One notice and what became of it."""
    one = written.notice
    return {
        "id": one.notice_id,
        "connection": written.connection.name,
        "kind": one.kind.value,
        "channel": one.channel.value,
        "subject": one.subject,
        "text": one.text,
        "state": one.state.value,
        "attempts": one.attempts,
        "answer": one.answer or None,
        "created_at": one.created_at,
        "sent_at": one.sent_at,
        "again_at": one.again_at if one.state == "new" else None,
    }


def attempt(made: Attempt) -> dict[str, Any]:
    """What became of one test."""
    return {
        "channel": made.notice.channel.value,
        "id": made.notice.notice_id,
        "taken": made.answer.taken,
        "answer": made.answer.words,
        "code": made.answer.code or None,
        "fix": made.fix or None,
    }
