"""The registry finds adapters of other packages by their metadata, and loads them when asked."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from ....adapters.registry import GROUP, sources, targets, useless
from ....plugin.config import read_environment
from ....plugin.errors import SettingsError
from ....plugin.services.container import Container

Announce = Callable[..., None]


@pytest.fixture
def announce(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Announce:
    """Return what puts a package with entry points where Python finds it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(package: str, *lines: str) -> None:
        info = tmp_path / f"{package}-2.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 2.0\n")
        (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]))

    return put


def test_a_broken_package_costs_nobody_else_anything(announce: Announce) -> None:
    """What can't be imported is named, and refused, only when it is asked for."""
    announce("bad", "source.bad = no_such_module_at_all:Adapter")
    found = sources()
    assert {"mintsoft", "bad"} <= set(found)
    assert found["mintsoft"].title == "Mintsoft"
    with pytest.raises(SettingsError, match=r"source\.bad of the package bad 2\.0") as refused:
        found["bad"]
    assert "pip uninstall bad" in refused.value.fix


@pytest.mark.parametrize("ending", ["raise OSError('two\\nlines')", "raise SystemExit(3)"])
def test_a_broken_package_is_tried_once(announce: Announce, tmp_path: Path, ending: str) -> None:
    """However a module fails, it is run once and told of in one line each time: anybody may ask."""
    (tmp_path / "failing.py").write_text(
        f"with open({str(tmp_path / 'ran')!r}, 'a') as ran:\n    ran.write('x')\n{ending}\n"
    )
    announce("failing", "target.failing = failing:Adapter")
    found = targets()
    for _ in range(2):
        with pytest.raises(SettingsError, match=r"target\.failing") as refused:
            found["failing"]
        assert "\n" not in refused.value.message
    assert (tmp_path / "ran").read_text() == "x"


def test_what_is_no_adapter_is_refused(announce: Announce) -> None:
    """An object that lacks what an adapter must have is refused with what it lacks."""
    announce("odd", "target.odd = types:SimpleNamespace")
    with pytest.raises(SettingsError, match=r"it has no consent_address, consent_given"):
        targets()["odd"]


def test_a_name_is_one_packages(announce: Announce) -> None:
    """Two packages with one name are both named; ours is never taken from us."""
    announce("one", "target.books = json:loads", "target.xero = json:loads")
    announce("two", "target.books = json:dumps")
    found = targets()
    assert found["xero"].title == "Xero"
    with pytest.raises(SettingsError, match="in several packages: one, two"):
        found["books"]


def test_what_nobody_can_ask_for_is_told_of(
    announce: Announce, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A name that is ours, or that leads nowhere, is logged with its package and what to do."""
    announce("greedy", "target.xero = json:loads", "source.xero = json:loads")
    announce("typo", "sources.shelf = json:loads")
    misnamed, taken = sorted(useless())
    assert taken.startswith("The adapter target.xero of the package greedy 2.0 is not used")
    assert misnamed.startswith("The adapter sources.shelf of the package typo 2.0 is not used")
    assert "pip uninstall typo" in misnamed
    with caplog.at_level(logging.WARNING, "mintsoft_xero.adapters"):
        Container(read_environment({"MINTSOFT_XERO_HOME": str(tmp_path / "home")}))
    assert sorted(caplog.messages) == [misnamed, taken]
