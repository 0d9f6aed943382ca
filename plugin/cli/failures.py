"""Failures: what a command says when it could not do its work, and the exit code that goes with it.

0    it did its work, whatever states the documents are in
1    it could not, or a check found something
2    wrong usage, unknown NAME, NUMBER or KEY, a wrong setting
130  interrupted
"""

import errno
import re

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, OperationalError

from ..errors import PluginError, RuleFileError, SettingsError, SettingsFileError, TryLater
from ..processes.errors import ProcessError
from .output import note

_UNUSABLE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}


def explain_failure(error: Exception, name: str = "") -> int | None:
    """Say on standard error what is the matter; the exit code, or None for a bug of ours.

    `name`: of the connection that the command was about, so that a fix can be typed as it stands.
    """
    if isinstance(error, RuleFileError):
        return _say([str(fault) for fault in error.faults], error.fix, 1)
    if isinstance(error, SettingsFileError):
        return _say([str(fault) for fault in error.faults], error.fix, 2)
    if isinstance(error, TryLater) and error.code in {"MX-601", "MX-602"}:
        # Their fix is meant for a document, which is tried again; a command is not.
        return _say([error.message], "Nothing is lost: run the command again.", 1)
    if isinstance(error, PluginError):
        fix = re.sub(r"\bNAME\b", lambda _: name, error.fix) if name else error.fix
        return _say([error.message], fix, 2 if isinstance(error, SettingsError) else 1)
    if isinstance(error, ProcessError):
        first, *rest = str(error).splitlines()
        return _say([first], "\n".join(rest), 1)
    outage = _outage(error)
    return None if outage is None else _say([outage.message], outage.fix, 1)


def _outage(error: Exception) -> PluginError | None:
    """What is out of reach, where that is what the error means."""
    if isinstance(error, OperationalError) or _is_lost(error):
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        return PluginError(code="MX-105", service="The database", reason=reason)
    if isinstance(error, RedisError):
        reason = "it does not answer at MINTSOFT_XERO_REDIS_URL"
        return PluginError(code="MX-105", service="Redis", reason=reason)
    if isinstance(error, OSError) and error.errno in _UNUSABLE and error.filename:
        return PluginError(
            f"{error.filename} can't be used: {error.strerror}.",
            fix="Make it writable for this user, and see that there is space.",
        )
    return None


def _is_lost(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _say(sentences: list[str], fix: str, code: int) -> int:
    for sentence in sentences:
        note(f"Error: {sentence}")
    for line in fix.splitlines():
        note(line)
    return code
