"""Registry: the systems that a connection may join, by the name that `connection add` takes.

Ours are listed here. Those of other packages say so in their metadata:

    [project.entry-points."mintsoft_xero.adapters"]
    "source.shelf" = "shelf.adapter:ShelfAdapter"
    "target.cash_book" = "shelf.book:BOOK"

An entry leads to an adapter, or to what makes one when it is called. It is loaded when a connection
first needs it, so that a broken package costs nobody else anything.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

from ..plugin.errors import SettingsError
from ..plugin.ports.adapter import Side, SourceAdapter, TargetAdapter
from .mintsoft.adapter import MintsoftAdapter
from .xero.adapter import XeroAdapter

#: Where packages announce adapters; names begin with ``source.`` or ``target.``.
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
        for entry in entry_points(group=GROUP):
            of, _, name = entry.name.partition(".")
            if of == side and name and name not in known:
                self._foreign.setdefault(name, []).append(entry)

    def __getitem__(self, name: str) -> Adapter:
        """Raises KeyError for an unknown one, SettingsError for one that can't be used."""
        if name not in self._known:
            self._known[name] = self._loaded(self._foreign[name])
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._known, *self._foreign]))

    def __len__(self) -> int:
        return len(set(self._known) | set(self._foreign))

    def _loaded(self, entries: list[EntryPoint]) -> Adapter:
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
        except Exception as error:  # a foreign package may raise anything
            raise _unusable(first, f"{type(error).__name__}: {error}") from error
        missing = sorted(x for x in _members(self._protocol) if not hasattr(made, x))
        if missing:
            raise _unusable(first, f"it has no {', '.join(missing)}")
        adapter: Adapter = made
        return adapter


def sources(given: Mapping[str, SourceAdapter] | None = None) -> Adapters[SourceAdapter]:
    """All sources; those that are given win over ours."""
    return Adapters("source", SourceAdapter, {**SOURCES, **(given or {})})


def targets(given: Mapping[str, TargetAdapter] | None = None) -> Adapters[TargetAdapter]:
    """All targets; those that are given win over ours."""
    return Adapters("target", TargetAdapter, {**TARGETS, **(given or {})})


def _members(protocol: type[Any]) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_")}


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.value


def _unusable(entry: EntryPoint, reason: str) -> SettingsError:
    version = f" {entry.dist.version}" if entry.dist else ""
    return SettingsError(
        f"The adapter {entry.name} of the package {_package(entry)}{version} can't be used: "
        f"{reason[:300]}",
        fix=f"Update or repair the package, or uninstall it: pip uninstall {_package(entry)}.",
    )
