"""What notices say, for people and for programs. No secret, and nothing of a customer's.

Amounts, causes and order numbers may be told; names and addresses may not. The target's words
about a contact may quote one, so the catalogue's own sentence stands in their place.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ...error_codes import CODES
from ..connections.connection import Connection
from ..exports.cause import Cause
from ..exports.export import ExportState
from ..times import to_text
from .digest import Digest, Passed
from .notice import Draft, NoticeKind

#: Errors about a contact: what Xero says of one may hold its name.
_ABOUT_CONTACTS = ("MX-405", "MX-408", "MX-409")

#: How many causes a text spells out.
_SPELT_OUT = 10

_ADDRESS = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+")
_STATES = {ExportState.WAITING, ExportState.READY, ExportState.LATER, ExportState.UNKNOWN}


def errors_notice(connection: Connection, causes: Sequence[Cause], now: datetime) -> Draft:
    """New kinds of errors; at least one, those that stop most first."""
    name = connection.name
    kinds = "a new kind of error" if len(causes) == 1 else f"{len(causes)} new kinds of errors"
    lines = [
        *_causes(causes),
        "",
        f"All that need attention: mintsoft-xero errors {name}",
        f"After the fix: mintsoft-xero retry {name} --cause CAUSE",
    ]
    data = {"errors": [_cause(cause) for cause in causes]}
    return _draft(connection, NoticeKind.ERRORS, now, kinds, lines, data)


def paused_notice(connection: Connection, why: str, since: datetime) -> Draft:
    """The connection does not run any more; `why` says what to do, too."""
    lines = [_safe(why), "", "Nothing fails meanwhile; it goes on where it was."]
    data = {"state": connection.state.value, "why": _safe(why)}
    return _draft(connection, NoticeKind.PAUSED, since, "the connection has stopped", lines, data)


def held_notice(connection: Connection, why: str, begun: datetime, since: datetime) -> Draft:
    """A side has been away since `begun`."""
    lines = [
        _safe(why),
        "",
        f"Nothing has been sent since {_local(connection, begun)}. It goes on by itself.",
    ]
    data = {"why": _safe(why), "since": to_text(begun)}
    return _draft(connection, NoticeKind.HELD, since, "a side is away for long", lines, data)


def running_notice(connection: Connection, thing: str, since: datetime) -> Draft:
    """It goes on after what was told of `thing`, which was so from `since` on."""
    lines = [f"It goes on. It did not run since {_local(connection, since)}."]
    data = {"after": thing, "since": to_text(since)}
    return _draft(connection, NoticeKind.RUNNING, since, "the connection goes on", lines, data)


def sample_notice(connection: Connection, now: datetime) -> Draft:
    """Sent by hand, to see whether notices arrive."""
    lines = ["This notice was sent by hand, to try the way. There is nothing to do."]
    return _draft(connection, NoticeKind.TEST, now, "a test", lines, {})


def digest_notice(connection: Connection, digest: Digest) -> Draft:
    """A day's figures."""
    day = digest.end.astimezone(ZoneInfo(connection.settings.timezone)).date()
    lines = [
        f"From {_local(connection, digest.begin)} to {_local(connection, digest.end)}:",
        *_passed("Exported", digest.exported),
        *(_passed("Imported", digest.imported) if digest.imported else []),
        "",
        "Now:",
        *(f"  {x.label}: {digest.states[x]}" for x in ExportState if x in digest.states),
        "",
        *(["Needs attention:", *_causes(digest.causes)] if digest.causes else [_FINE]),
        "",
        _reconciled(connection, digest),
    ]
    data = {
        "from": to_text(digest.begin),
        "until": to_text(digest.end),
        "exported": [_figures(x) for x in digest.exported],
        "imported": [_figures(x) for x in digest.imported],
        "states": {state.value: count for state, count in digest.states.items()},
        "waiting": sum(count for state, count in digest.states.items() if state in _STATES),
        "errors": [_cause(cause) for cause in digest.causes],
        "reconciled": digest.reconciled
        and {
            "at": to_text(digest.reconciled.at),
            "findings": digest.reconciled.findings,
            "since": digest.reconciled.first,
            "until": digest.reconciled.last,
        },
    }
    words = f"the figures of {day}"
    return _draft(connection, NoticeKind.DIGEST, digest.end, words, lines, data)


_FINE = "Nothing needs attention."


def _draft(
    connection: Connection,
    kind: NoticeKind,
    since: datetime,
    words: str,
    lines: Sequence[str],
    data: dict[str, Any],
) -> Draft:
    known = connection.organisation
    about = {"connection": connection.name, "organisation": known.name if known else None}
    return Draft(
        kind=kind,
        key=f"{kind}:{connection.connection_id}:{to_text(since)}",
        subject=f"{connection.name}: {words}"[:250],
        text="\n".join(lines),
        data={**about, **data},
    )


def _causes(causes: Sequence[Cause]) -> list[str]:
    lines = []
    for cause in causes[:_SPELT_OUT]:
        documents = "1 document" if cause.documents == 1 else f"{cause.documents} documents"
        sums = ", ".join(_amount(currency, total) for currency, total in cause.waiting)
        lines.append(f"- {cause.key}: {documents}{f', {sums}' if sums else ''}")
        lines.append(f"  {_said(cause)}")
        if cause.fix:
            lines.append(f"  {_safe(cause.fix)}")
        lines.append(f"  Such as: {', '.join(cause.numbers)}")
    if len(causes) > _SPELT_OUT:
        lines.append(f"- and {len(causes) - _SPELT_OUT} more")
    return lines


def _cause(cause: Cause) -> dict[str, Any]:
    """As ``errors --json`` has it, without what may be a customer's."""
    return {
        "cause": cause.key,
        "code": cause.code or None,
        "message": _said(cause),
        "fix": _safe(cause.fix) or None,
        "state": cause.state.value,
        "since": to_text(cause.since),
        "documents": cause.documents,
        "waiting": [{"currency": x, "total": format(y, "f")} for x, y in cause.waiting],
        "numbers": list(cause.numbers),
    }


def _said(cause: Cause) -> str:
    known = CODES.get(cause.code)
    if cause.code in _ABOUT_CONTACTS and known:
        return known.cause
    return _safe(cause.message)


def _safe(text: str) -> str:
    """The text in one line, without e-mail addresses."""
    return _ADDRESS.sub("...", " ".join(text.split()))


def _passed(word: str, entries: Sequence[Passed]) -> list[str]:
    if not entries:
        return [f"  {word}: nothing"]
    return [
        f"  {word}: {x.documents} {x.kind.replace('_', ' ')}{'s' if x.documents != 1 else ''}"
        + (f", {_amount(x.currency, x.total)}" if x.currency else "")
        for x in entries
    ]


def _figures(entry: Passed) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "currency": entry.currency or None,
        "documents": entry.documents,
        "total": format(entry.total, "f"),
    }


def _reconciled(connection: Connection, digest: Digest) -> str:
    last = digest.reconciled
    if last is None:
        return "Not reconciled yet."
    found = f"{last.findings} findings" if last.findings else "everything agreed"
    return f"Reconciled {_local(connection, last.at)}, {last.first} to {last.last}: {found}." + (
        f" See: mintsoft-xero reconcile {connection.name}" if last.findings else ""
    )


def _amount(currency: str, total: Decimal) -> str:
    return f"{currency} {total:,}"


def _local(connection: Connection, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(connection.settings.timezone)):%Y-%m-%d %H:%M %Z}"
