"""Errors, grouped by what is to be done about them.

    PluginError
    ├── TryLater        time heals it: limits, outages; `after` says when
    ├── NeedsPerson     an order, a mapping or a rule must be changed first
    ├── Disconnected    the connection pauses, nothing fails
    ├── Unknown         a write whose answer was lost; look it up before sending again
    ├── RuleFileError   a rule file is wrong; the active book stays
    └── SettingsError   a setting is wrong, or a command was told something impossible

Each carries a sentence for people (`message`), what to do (`fix`), a stable code, and a
`detail` for the log; none of them holds a secret or a customer's data. Anything else that is
raised is our own bug and is not swallowed. All codes are in `plugin/error_codes.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

from .error_codes import CODES

#: No word of ours is nearly as long: nothing is looked for that resembles a longer one.
LONGEST_TYPED = 200


class PluginError(Exception):
    """An error that a person can understand: a sentence, a fix, a stable code."""

    #: Used when the raiser names no code.
    default_code: ClassVar[str] = "MX-101"

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        fix: str = "",
        detail: str = "",
        **names: object,
    ) -> None:
        """Take the sentence itself, or a code and the names that its sentence needs."""
        entry = CODES[code or self.default_code]
        self.code = entry.code
        self.message = message or entry.sentence.format(**names)
        self.fix = fix or _fill(entry.fix, names)
        #: For the log only: technical, never with a secret or a customer's data.
        self.detail = detail
        #: Which side it is about ("Xero"); empty where it is about none.
        self.service = str(names.get("service", ""))
        super().__init__(self.message)


def _fill(text: str, names: Mapping[str, object]) -> str:
    """Fill the names that are known; a fix may be shown without them."""
    return text.format(**names) if names and "{" in text else text


class TryLater(PluginError):  # noqa: N818 - named after what is to be done
    """Nothing was done; the same may work in `after` seconds."""

    default_code = "MX-602"

    def __init__(self, message: str = "", *, after: float, **rest: object) -> None:
        """`after`: seconds from now, as far as is known."""
        super().__init__(message, **rest)  # type: ignore[arg-type]
        self.after = after


class NeedsPerson(PluginError):  # noqa: N818
    """This document will not pass until a person changes something."""

    default_code = "MX-401"


class Disconnected(PluginError):  # noqa: N818
    """The connection has no access any more: it pauses, and asks to be connected again."""

    default_code = "MX-103"


class Unknown(PluginError):  # noqa: N818
    """A write went out and its answer was lost: it may have been carried out or not."""

    default_code = "MX-603"


class SettingsError(PluginError):
    """A setting, or something given to a command, is wrong. Nothing was changed."""

    default_code = "MX-101"


@dataclass(frozen=True, kw_only=True)
class RuleFault:
    """One fault of a rule file, at its place."""

    #: As the user named it.
    path: str
    #: Both from 1.
    line: int
    column: int
    #: What is wrong, and the likely mistake ("did you mean ...?").
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class SettingsFileError(SettingsError):
    """All faults of a settings file at once. Nothing was changed."""

    default_code = "MX-121"

    def __init__(self, faults: Sequence[RuleFault]) -> None:
        """`faults`: at least one."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults), code=self.default_code)


class RuleFileError(PluginError):
    """All faults of a rule file at once. The book that was active stays active."""

    default_code = "MX-104"

    def __init__(self, faults: Sequence[RuleFault]) -> None:
        """`faults`: at least one."""
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """What ends a sentence that knows no such word: ``, did you mean 'shop'?``, or nothing."""
    close = get_close_matches(word, list(known), n=1) if len(word) <= LONGEST_TYPED else []
    return f", did you mean {close[0]!r}?" if close else ""
