"""What an answer of Mintsoft (or none) means: one table from what came to the error it is.

    what came        at login      to a read     to a mark     to a change
    not sent         TryLater      TryLater      TryLater      TryLater       MX-105
    no answer        TryLater      TryLater      TryLater      Unknown        MX-105, MX-603
    not JSON, other  TryLater      TryLater      TryLater      Unknown        MX-602, MX-603
    429              TryLater      TryLater      TryLater      TryLater       MX-601
    400              Disconnected  TryLater      NeedsPerson   NeedsPerson    MX-102, MX-602, MX-502
    401, 403         Disconnected  NotAllowed    NeedsPerson   NeedsPerson    MX-102, MX-102, MX-502
    404              TryLater      NeedsPerson   NeedsPerson   NeedsPerson    MX-602, MX-503
    Success: false   -             -             NeedsPerson   NeedsPerson    MX-502

A *mark* (comment, tag) is safe to try later: a comment is looked for before it is written, and a
tag may be put twice. A *change* is not: after `Unknown` it must be looked up. Bodies never get
into an error, but for the ``Message`` with which Mintsoft refuses a write (mintsoft.md 1.5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum

from ....plugin.errors import Disconnected, NeedsPerson, PluginError, TryLater, Unknown

SERVICE = "Mintsoft"
#: The code of a document that is not there any more.
GONE = "MX-503"
#: Seconds until a call is worth another try when Mintsoft doesn't say.
PAUSE = 60.0
#: No wait that is asked for is believed beyond this.
LONGEST_WAIT = 3600.0
#: A refusal is shown to this length.
LONGEST_ANSWER = 300


class NotAllowed(TryLater):
    """The user may not read this; or a never-expiring key is not accepted any more.

    One such answer is no verdict, since what stands between gives it as well: it is an outage like
    another, which says what to do if it stays.
    """

    default_code = "MX-102"

    def __init__(self, message: str, **rest: object) -> None:
        """Nothing was done; worth another try soon."""
        super().__init__(message, after=PAUSE, service=SERVICE, **rest)


class UnlistedCallError(AssertionError):
    """Our bug: a call that is not on the list of those that this adapter may make."""


class Side(Enum):
    """What a call is for: the column of the table."""

    LOGIN = 0
    READ = 1
    #: A write that may be sent again without harm.
    MARK = 2
    #: A write that may not.
    CHANGE = 3


class Came(Enum):
    """What came back when it was no plain success: the row of the table."""

    NOT_SENT = "not sent"
    NO_ANSWER = "no answer"
    NOT_JSON = "something else than the JSON expected"
    OTHER = "an unexpected answer"
    BUSY = "429"
    INVALID = "400"
    NOT_ALLOWED = "401 or 403"
    GONE = "404"
    REFUSED = "Success: false"


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A call that failed, without anything secret or personal."""

    side: Side
    came: Came
    #: Host and port that were asked.
    host: str
    #: Method and path template, with the status or the kind of failure; for the log.
    detail: str
    #: What the call was about, as the end of "the ...".
    noun: str = "order"
    #: Why there was no answer, as the end of a sentence.
    reason: str = ""
    #: Mintsoft's own words.
    answer: str = ""
    #: Seconds that Mintsoft asks to wait, and the moment at which they were counted.
    wait: float = PAUSE
    now: datetime
    #: True for a never-expiring key: then a 401 may mean the key itself.
    static_key: bool = False


def error_of(failed: Failed) -> PluginError:
    """The error that the table gives for a failed call."""
    return _TABLE[failed.came][failed.side.value](failed)


def came_with(status: int, *, names_document: bool) -> Came:
    """The row for a status other than 200; `names_document`: it is about one."""
    if status == 404 and not names_document:  # noqa: PLR2004
        return Came.OTHER
    return _STATUS.get(status, Came.OTHER)


def seconds_to_wait(retry_after: str, now: datetime) -> float:
    """Seconds of a ``Retry-After`` header (seconds or a date); `PAUSE` when it says nothing."""
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(retry_after) - now).total_seconds()
        except (ValueError, TypeError):
            return PAUSE
    return min(max(seconds, 1.0), LONGEST_WAIT) if seconds == seconds else PAUSE  # noqa: PLR0124


def _unreachable(failed: Failed) -> PluginError:
    return TryLater(
        after=PAUSE,
        code="MX-105",
        detail=failed.detail,
        service=SERVICE,
        reason=f"{failed.host} {failed.reason}",
    )


def _broken(failed: Failed) -> PluginError:
    return TryLater(after=PAUSE, code="MX-602", detail=failed.detail, service=SERVICE)


def _lost(failed: Failed) -> PluginError:
    return Unknown(
        f"Mintsoft's answer was lost; the {failed.noun} may have been written.",
        fix="Nothing: Mintsoft is asked before anything is sent again.",
        detail=failed.detail,
    )


def _busy(failed: Failed) -> PluginError:
    until = failed.now + timedelta(seconds=failed.wait)
    return TryLater(
        after=failed.wait,
        code="MX-601",
        detail=failed.detail,
        service=SERVICE,
        time=f"{until:%H:%M:%S} UTC",
    )


def _wrong_login(failed: Failed) -> PluginError:
    return Disconnected(code="MX-102", detail=failed.detail, service=SERVICE)


def _not_allowed(failed: Failed) -> PluginError:
    if failed.static_key:
        return NotAllowed(
            "Mintsoft did not accept the key, or its user may not do this.",
            fix="Check its permissions, or give a new one: mintsoft-xero connection login NAME.",
            detail=failed.detail,
        )
    return NotAllowed(
        "Mintsoft does not let this user do this.",
        fix="Give the user the permission in Mintsoft, or connect with another user.",
        detail=failed.detail,
    )


def _forbidden(failed: Failed) -> PluginError:
    """A write that the user may not do; with a key that can't be renewed, perhaps no login."""
    if failed.static_key:
        return _not_allowed(failed)
    answer = "its user may not do this."
    return NeedsPerson(code="MX-502", detail=failed.detail, answer=answer)


def _refused(failed: Failed) -> PluginError:
    answer = failed.answer or "it gave no reason."
    return NeedsPerson(code="MX-502", detail=failed.detail, answer=answer[:LONGEST_ANSWER])


def _gone(failed: Failed) -> PluginError:
    if failed.noun == "order":
        return NeedsPerson(code=GONE, detail=failed.detail)
    return NeedsPerson(f"The {failed.noun} is gone from Mintsoft.", code=GONE, detail=failed.detail)


_STATUS = {
    400: Came.INVALID,
    401: Came.NOT_ALLOWED,
    403: Came.NOT_ALLOWED,
    404: Came.GONE,
    429: Came.BUSY,
}

_Make = Callable[[Failed], PluginError]
_TABLE: Mapping[Came, tuple[_Make, _Make, _Make, _Make]] = {
    #                 login         read          mark        change
    Came.NOT_SENT: (_unreachable, _unreachable, _unreachable, _unreachable),
    Came.NO_ANSWER: (_unreachable, _unreachable, _unreachable, _lost),
    Came.NOT_JSON: (_broken, _broken, _broken, _lost),
    Came.OTHER: (_broken, _broken, _broken, _lost),
    Came.BUSY: (_busy, _busy, _busy, _busy),
    Came.INVALID: (_wrong_login, _broken, _refused, _refused),
    Came.NOT_ALLOWED: (_wrong_login, _not_allowed, _forbidden, _forbidden),
    Came.GONE: (_broken, _gone, _gone, _gone),
    Came.REFUSED: (_broken, _broken, _refused, _refused),
}
#: Worth one more try at once, when it happens to a read.
PASSING = frozenset({Came.NOT_SENT, Came.NO_ANSWER, Came.NOT_JSON, Came.OTHER})
