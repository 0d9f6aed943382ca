"""YAML text as a tree of places: every scalar stays the text that was written.

YAML's own ideas of types are not used (``NO`` is a country, ``1.10`` an amount, ``5e2`` a SKU):
what a scalar means is decided by the fact it is compared with. Anchors, aliases, tags and
second documents are refused, depth and count are limited, so no file can make this tree large.
"""

from dataclasses import dataclass
from typing import NoReturn

import yaml

from .faults import Faults, Place, quoted

MAX_BYTES = 256 * 1024
MAX_DEPTH = 48
MAX_NODES = 60_000

#: What PyYAML raises on a text that is no YAML; the last three are slips of its own.
_YAML_FAULTS = (yaml.YAMLError, ValueError, OverflowError, LookupError)


@dataclass(frozen=True, kw_only=True)
class Scalar:
    """One piece of text."""

    place: Place
    text: str
    #: Written without quotes.
    plain: bool


@dataclass(frozen=True, kw_only=True)
class Sequence:
    """A list."""

    place: Place
    items: tuple["Node", ...]


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """Keys and values in the order of the file; no key twice."""

    place: Place
    entries: tuple[tuple[Scalar, "Node"], ...]

    def get(self, key: str) -> "Node | None":
        """The value of a key, or None."""
        return next((node for name, node in self.entries if name.text == key), None)


Node = Scalar | Sequence | Mapping


class _Refused(Exception):  # noqa: N818 - never leaves this file
    """The text can't be read any further; its fault is noted."""


def read_nodes(text: str, faults: Faults) -> Node | None:
    """Read a whole file; None when it can't be read, with the faults noted."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        faults.add(Place(line=1, column=1), f"the file is larger than {MAX_BYTES // 1024} KB")
        return None
    try:
        return _Tree(text, faults).read()
    except _Refused:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        place = Place(line=mark.line + 1, column=mark.column + 1) if mark else _start()
        faults.add(place, f"this is not YAML: {said}")
    except _YAML_FAULTS as error:
        faults.add(_start(), f"this is not YAML: {(str(error) or 'unreadable').splitlines()[0]}")
    return None


def _start() -> Place:
    return Place(line=1, column=1)


class _Tree:
    """Builds the tree from PyYAML's events, which come without recursion."""

    def __init__(self, text: str, faults: Faults) -> None:
        self._events = yaml.parse(text, Loader=yaml.SafeLoader)
        self._faults = faults
        self._count = 0

    def read(self) -> Node:
        """The only document of the text."""
        self._next()  # the stream starts
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            self._faults.add(_start(), "the file is empty: an empty book exports nothing")
            raise _Refused
        root = self._node(self._next(), 1)
        self._next()  # the document ends
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            self._refuse(event, "a second document begins here; a book is one document")
        return root

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _refuse(self, event: yaml.Event, message: str) -> NoReturn:
        self._faults.add(_place(event), message)
        raise _Refused

    def _node(self, event: yaml.Event, depth: int) -> Node:
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_NODES:
            self._refuse(event, "the file is nested too deeply or has too many entries")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, "anchors (&) and aliases (*) are not used in rule files")
        if getattr(event, "tag", None):
            self._refuse(event, "tags (!) are not used in rule files")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        if any("\ud800" <= letter <= "\udfff" for letter in event.value):
            self._refuse(event, "this text has half of a character pair (\\ud800 to \\udfff)")
        return Scalar(place=_place(event), text=event.value, plain=event.style is None)

    def _sequence(self, event: yaml.Event, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(inner := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(inner, depth + 1))
        return Sequence(place=_place(event), items=tuple(items))

    def _mapping(self, event: yaml.Event, depth: int) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, int] = {}
        while not isinstance(inner := self._next(), yaml.MappingEndEvent):
            key = self._node(inner, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, Scalar):
                self._faults.add(key.place, "a key must be a word")
            elif key.text in seen:
                said = f"the key {quoted(key.text)} stands already on line {seen[key.text]}"
                self._faults.add(key.place, said)
            else:
                seen[key.text] = key.place.line
                entries.append((key, value))
        return Mapping(place=_place(event), entries=tuple(entries))


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return Place(line=mark.line + 1, column=mark.column + 1) if mark else _start()
