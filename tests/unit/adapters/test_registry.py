"""The registry finds adapters of other packages by their metadata, and loads them when asked."""

from pathlib import Path

import pytest

from ....adapters.registry import GROUP, sources, targets
from ....plugin.errors import SettingsError


@pytest.fixture
def announce(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Return what puts a package with entry points where Python finds it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(package: str, *lines: str) -> None:
        info = tmp_path / f"{package}-2.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 2.0\n")
        (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]))

    return put


def test_a_broken_package_costs_nobody_else_anything(announce: object) -> None:
    """What can't be imported is named, and refused, only when it is asked for."""
    announce("bad", "source.bad = no_such_module_at_all:Adapter")  # type: ignore[operator]
    found = sources()
    assert {"mintsoft", "bad"} <= set(found)
    assert found["mintsoft"].title == "Mintsoft"
    with pytest.raises(SettingsError, match=r"source\.bad of the package bad 2\.0") as refused:
        found["bad"]
    assert "pip uninstall bad" in refused.value.fix


def test_what_is_no_adapter_is_refused(announce: object) -> None:
    """An object that lacks what an adapter must have is refused with what it lacks."""
    announce("odd", "target.odd = types:SimpleNamespace")  # type: ignore[operator]
    with pytest.raises(SettingsError, match=r"it has no consent_address, consent_given"):
        targets()["odd"]


def test_a_name_is_one_packages(announce: object) -> None:
    """Two packages with one name are both named; ours is never taken from us."""
    announce("one", "target.books = json:loads", "target.xero = json:loads")  # type: ignore[operator]
    announce("two", "target.books = json:dumps")  # type: ignore[operator]
    found = targets()
    assert found["xero"].title == "Xero"
    with pytest.raises(SettingsError, match="in several packages: one, two"):
        found["books"]
