"""The ledger's small ports: one file each, and one of the same name in the database for it."""

import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from ....plugin.database.imports import SqlImports
from ....plugin.database.ledger import SqlLedger
from ....plugin.ports import ledger as ports
from ....plugin.ports.imports import ImportLedger
from ....plugin.ports.ledger.ledger import Ledger
from ....plugin.ports.notifications import NoticeLedger

HERE = Path(ports.__path__[0])
NAMES = sorted(x.stem for x in HERE.glob("*.py") if x.stem not in {"__init__", "ledger"})

#: Each sum of ports, and the class that is all of them.
SUMS = [(Ledger, SqlLedger), (NoticeLedger, SqlLedger), (ImportLedger, SqlImports)]


def classes(module: ModuleType, prefix: str = "") -> list[type]:
    """The classes of a module that are ports, or that implement one."""
    defined = [x for x in vars(module).values() if isinstance(x, type)]
    own = [x for x in defined if x.__module__ == module.__name__]
    if prefix:
        return [x for x in own if x.__name__.startswith(prefix)]
    return [x for x in own if getattr(x, "_is_protocol", False)]


def port_of(name: str) -> type:
    """The one port of a file."""
    (port,) = classes(import_module(f"{ports.__name__}.{name}"))
    return port


def implementation_of(name: str) -> type:
    """The one class of the database file of the same name that is called as the port is."""
    module = SqlLedger.__module__.rpartition(".")[0]
    (found,) = classes(import_module(f"{module}.{name}"), "Sql")
    return found


def methods(port: type) -> dict[str, object]:
    """The methods that a port itself has."""
    return {
        name: x
        for name, x in vars(port).items()
        if inspect.isfunction(x) and not name.startswith("_")
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_port_is_found_by_its_name(name: str) -> None:
    """A port is called as its file, and what implements it as the port, in such a file too."""
    called = "".join(word.capitalize() for word in name.split("_"))
    assert (port_of(name).__name__, implementation_of(name).__name__) == (called, f"Sql{called}")


@pytest.mark.parametrize("name", NAMES)
def test_a_port_is_implemented_in_one_place(name: str) -> None:
    """Each method of a port is defined by its own file of the database and by no other part."""
    port, own = port_of(name), implementation_of(name)
    whole = [joined for sum_of, joined in SUMS if port in sum_of.__mro__]
    assert methods(port)
    assert whole
    defined = {
        method: {x.__name__ for joined in whole for x in joined.__mro__ if method in vars(x)}
        for method in methods(port)
    }
    assert defined == {method: {own.__name__} for method in methods(port)}


@pytest.mark.parametrize("name", NAMES)
def test_a_port_is_implemented_as_it_is_written(name: str) -> None:
    """What implements a port takes and gives what the port says, by the same names."""
    own = implementation_of(name)
    written = {x: inspect.signature(vars(port_of(name))[x]) for x in methods(port_of(name))}
    assert {x: inspect.signature(getattr(own, x)) for x in written} == written


@pytest.mark.parametrize(("sum_of", "joined"), SUMS, ids=lambda x: x.__name__)
def test_a_sum_of_ports_adds_none_of_its_own(sum_of: type, joined: type) -> None:
    """`Ledger` and its like are sums of small ports, and what joins the parts has them all."""
    parts = {port_of(name): implementation_of(name) for name in NAMES}
    small = set(sum_of.__bases__) & set(parts)
    assert methods(sum_of) == {}
    assert small
    assert {x.__name__ for x in sum_of.__bases__} - {x.__name__ for x in small} == {"Protocol"}
    assert {parts[port] for port in small} <= set(joined.__mro__)


def test_every_port_is_part_of_a_sum() -> None:
    """No port is left over: each is what pipelines, imports or notices need of the database."""
    used = {port for sum_of, _ in SUMS for port in sum_of.__bases__}
    assert [name for name in NAMES if port_of(name) not in used] == []
