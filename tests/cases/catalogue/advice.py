"""What is printed beside a code, and the command that it names, as a person would type it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ....plugin.error_codes import CODES

#: A command ends where the sentence does, or where something is said about it.
_COMMAND = re.compile(
    r"mintsoft-xero ((?:[^.;:,()\s]|[.:,](?=\S))+(?: (?:[^.;:,()\s]|[.:,](?=\S))+)*)"
)
#: Words that stand for something that only the reader knows.
_LEFT_OPEN = re.compile(r"\[?[A-Z][A-Z_]*(?:/[A-Z]+)?\]?|\.\.\.|[A-Z]\w*=[A-Z]\w*|\w+=[A-Z_]+")


@dataclass(frozen=True, kw_only=True)
class Advice:
    """A code as a person meets it."""

    code: str
    message: str
    fix: str

    def command(self, meant: Mapping[str, str]) -> list[str]:
        """The words of the command that is named, with what a reader puts for ``NAME`` and others.

        Raises AssertionError: no command is named, or it has a word that can't be typed.
        """
        found = _COMMAND.search(self.fix)
        assert found, f"no command is named: {self.fix!r}"
        words = [self._word(word, meant) for word in found[1].split()]
        return [word for word in words if word]

    def _word(self, word: str, meant: Mapping[str, str]) -> str:
        if word in meant:
            return meant[word]
        name, equals, value = word.partition("=")
        if equals and value in meant:
            return f"{name}={meant[value]}"
        assert not _LEFT_OPEN.fullmatch(word), f"{word} can't be typed: {self.fix!r}"
        return word


def said_of(code: str, said: str) -> bool:
    """Whether a text holds the sentence of a code, whatever its names are filled in with."""
    return _pattern(CODES[code].sentence).search(_line(said)) is not None


def fix_in(code: str, said: str) -> bool:
    """Whether a text holds the fix of a code."""
    return _pattern(CODES[code].fix).search(_line(said)) is not None


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", template)
    return re.compile(".*".join(re.escape(part) for part in parts))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
