"""The sentences of rules: ``{names}`` are filled with the document's own values."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from ....plugin.domain.decisions.facts import Facts, FactType, LineFacts
from .faults import Faults, Place, did_you_mean, quoted
from .kinds import Kind
from .values import show
from .words import Book

#: What a message calls the facts of the line that a rule found, and the line's own number.
LINE = "line."
POSITION = "line.position"

_NAME = re.compile(r"\{([^{}]*)\}")


def names_in(template: str) -> tuple[str, ...]:
    """The names that a template fills in."""
    return tuple(_NAME.findall(template))


def check(template: str, known: Collection[str], place: Place, faults: Faults) -> None:
    """Note every name of a template that is not known, and braces that do not pair."""
    for name in names_in(template):
        if name not in known:
            said = f"the message names {quoted(name)}, which is no fact, list or amount here"
            faults.add(place, said + did_you_mean(name, known))
    if set(_NAME.sub("", template)) & set("{}"):
        faults.add(place, "a brace is left over: names are written {status}")


def known_names(kind: Kind, names: Iterable[str], *, about_lines: bool) -> Iterator[str]:
    """All that a message may name; a line's facts only where the rule looks at lines."""
    yield from (fact.name for fact in kind.facts.values() if fact.type is not FactType.LINES)
    yield from names
    if about_lines:
        yield from (LINE + name for name in kind.line_facts)
        yield POSITION


def fill(template: str, facts: Facts, book: Book, found: tuple[int, LineFacts] | None) -> str:
    """The sentence for one document.

    Args:
        template: as the rule has it, checked.
        facts: the document.
        book: settled, for its lists and amounts.
        found: position (from 1) and facts of the line that made the rule fire, if one did.
    """
    if "{" not in template:
        return template
    pieces = _pieces(template)
    filled = list(pieces)
    filled[1::2] = [_value(name, facts, book, found) for name in pieces[1::2]]
    return "".join(filled)


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str, ...]:
    """A template cut at its names: every second piece is one."""
    return tuple(_NAME.split(template))


def _value(name: str, facts: Facts, book: Book, found: tuple[int, LineFacts] | None) -> str:
    if name.startswith(LINE):
        line: Mapping[str, object] = {"position": found[0], **found[1]} if found else {}
        value = line.get(name.removeprefix(LINE), "?")
        return show(value)  # type: ignore[arg-type]
    if name in book.lists:
        return show(book.lists[name])
    return show(book.amounts[name] if name in book.amounts else facts[name])
