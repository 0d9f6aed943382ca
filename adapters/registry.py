"""Registry: the systems that a connection may join, by the name that `connection add` takes.

Ours are listed here. Those of other packages say so in their metadata:

    [project.entry-points."mintsoft_xero.adapters"]
    "source.shelf" = "shelf.adapter:ShelfAdapter"
    "target.cash_book" = "shelf.book:BOOK"

An entry leads to an adapter, or to what makes one when it is called. It is loaded when a connection
first needs it, so that a broken package costs nobody else anything; it is told of then. What nobody
can ask for, since its name is ours or leads nowhere, is told of at the start (`useless`).
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar, get_args

from ..plugin.errors import SettingsError
from ..plugin.ports.adapter import Side, SourceAdapter, TargetAdapter
from .mintsoft.adapter import MintsoftAdapter
from .xero.adapter import XeroAdapter

#: Where packages announce adapters; names are ``source.NAME`` or ``target.NAME``.
GROUP = "mintsoft_xero.adapters"

SOURCES: Mapping[str, SourceAdapter] = {
    "mintsoft": MintsoftAdapter(),
}

TARGETS: Mapping[str, TargetAdapter] = {
    "xero": XeroAdapter(),
}

Adapter = TypeVar("Adapter", SourceAdapter, TargetAdapter)


class Adapters(Mapping[str, Adapter], Generic[Adapter]):
    """All adapters of one side: ours and those that are given, then those of other packages.

    A name that is taken already stays with who has it: no package puts another Xero under ours.
    """

    def __init__(self, side: Side, protocol: type[Any], known: Mapping[str, Adapter]) -> None:
        self._known: dict[str, Adapter] = dict(known)
        self._protocol = protocol
        self._foreign: dict[str, list[EntryPoint]] = {}
        #: Why one can't be used: it is not tried again, whoever asks how often.
        self._refused: dict[str, SettingsError] = {}
        for entry in entry_points(group=GROUP):
            of, _, name = entry.name.partition(".")
            if of == side and name and name not in known:
                self._foreign.setdefault(name, []).append(entry)

    def __getitem__(self, name: str) -> Adapter:
        """Raises KeyError for an unknown one, SettingsError for one that can't be used."""
        if name in self._refused:
            raise self._refused[name].with_traceback(None)
        if name not in self._known:
            try:
                self._known[name] = _loaded(self._foreign[name], self._protocol)
            except SettingsError as error:
                self._refused[name] = error
                raise
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._known, *self._foreign]))

    def __len__(self) -> int:
        return len(set(self._known) | set(self._foreign))


def sources(given: Mapping[str, SourceAdapter] | None = None) -> Adapters[SourceAdapter]:
    """All sources; those that are given win over ours."""
    return Adapters("source", SourceAdapter, {**SOURCES, **(given or {})})


def targets(given: Mapping[str, TargetAdapter] | None = None) -> Adapters[TargetAdapter]:
    """All targets; those that are given win over ours."""
    return Adapters("target", TargetAdapter, {**TARGETS, **(given or {})})


def useless() -> list[str]:
    """A sentence for each announcement that nobody can ask for: whose it is, why, what to do."""
    sentences = []
    for entry in entry_points(group=GROUP):
        side, _, name = entry.name.partition(".")
        if side not in get_args(Side) or not name:
            why = "its name is neither source.NAME nor target.NAME"
        elif name in (SOURCES if side == "source" else TARGETS):
            why = "its name is taken by ours"
        else:
            continue
        fix = f"Have it renamed, or uninstall the package: pip uninstall {_package(entry)}."
        sentences.append(f"The adapter {_whose(entry)} is not used: {why}. {fix}")
    return sentences


def _loaded(entries: list[EntryPoint], protocol: type[Any]) -> Any:
    """The adapter of a name. Raises SettingsError for one that can't be used."""
    first = entries[0]
    packages = sorted({_package(entry) for entry in entries})
    if len(packages) > 1:
        raise SettingsError(
            f"The adapter {first.name} is in several packages: {', '.join(packages)}",
            fix=f"Keep one of them, and uninstall the others: pip uninstall {packages[-1]}.",
        )
    try:
        found = first.load()
        made = found() if callable(found) else found
        missing = sorted(x for x in _members(protocol) if not hasattr(made, x))
    except (Exception, SystemExit) as error:  # a foreign package may raise anything
        raise _unusable(first, f"{type(error).__name__}: {error}") from error
    if missing:
        raise _unusable(first, f"it has no {', '.join(missing)}")
    return made


def _members(protocol: type[Any]) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_")}


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.value


def _whose(entry: EntryPoint) -> str:
    version = f" {entry.dist.version}" if entry.dist else ""
    return f"{entry.name} of the package {_package(entry)}{version}"


def _unusable(entry: EntryPoint, reason: str) -> SettingsError:
    return SettingsError(
        f"The adapter {_whose(entry)} can't be used: {' '.join(reason.split())[:300]}",
        fix=f"Update or repair the package, or uninstall it: pip uninstall {_package(entry)}.",
    )
