"""The faults of a rule file, gathered so that its author sees all of them at once."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from ....plugin.errors import RuleFault, RuleFileError

#: More than this help nobody; the rest shows when these are mended.
MAX_FAULTS = 100
_LONGEST_SHOWN = 60


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands in a file; both from 1."""

    line: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Faults:
    """Collects the faults of one file."""

    #: The file as its user named it.
    path: str
    found: list[RuleFault] = field(default_factory=list)

    def add(self, place: Place, message: str) -> None:
        """Note one fault at its place."""
        self.found.append(
            RuleFault(path=self.path, line=place.line, column=place.column, message=message)
        )

    def raise_if_any(self) -> None:
        """End the check here if anything was found.

        Raises:
            RuleFileError: with all faults, in the order of the file.
        """
        if self.found:
            ordered = sorted(self.found, key=lambda fault: (fault.line, fault.column))
            raise RuleFileError(ordered[:MAX_FAULTS])


def quoted(text: str) -> str:
    """A word of the file for a message: in quotes, and not endless."""
    short = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
    return repr(short)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` (did you mean ...?)`` with the closest known word, or nothing."""
    if len(word) > _LONGEST_SHOWN:
        return ""
    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
