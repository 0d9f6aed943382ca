"""Adapters of another package: a folder, a line of metadata, a test class; nothing of ours."""

import json
import re
import sys
from pathlib import Path

import pytest

from .test_wheel import _run, elsewhere, wheel  # noqa: F401 - fixtures
from .tree import ROOT

#: The adapters of `tests/unit/adapters/new_adapter`, which another package would import by name.
SHELF = ROOT / "tests" / "unit" / "adapters" / "new_adapter" / "shelf.py"

PROJECT = """
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "shelf-adapters"
version = "1.0"

[project.entry-points."mintsoft_xero.adapters"]
"source.shelf" = "shelf_adapters:SHELF"
"target.cash_book" = "shelf_adapters:BOOK"
"target.torn" = "shelf_adapters:NOT_THERE"

[tool.setuptools]
packages = ["shelf_adapters"]
"""

PACKAGE = """
import datetime as dt
from decimal import Decimal

from mintsoft_xero.plugin.domain.orders.order import NO_CHARGE, Order, OrderLine
from mintsoft_xero.plugin.ports.clock import SystemClock
from mintsoft_xero.plugin.testing.source import FakeSource
from mintsoft_xero.plugin.testing.target import FakeTarget

from .shelf import CashBookAdapter, ShelfAdapter

DAY = dt.datetime(2026, 6, 15, 9, tzinfo=dt.timezone.utc)
LINE = OrderLine(
    line_id="1", sku="JAM", description="Jam", quantity=2, unit_net=Decimal("10.00"),
    tax_rate=Decimal(20), discount_net=Decimal(0), tax=Decimal("4.00"),
)
ORDER = Order(
    source_id="1", number="JAM-1", external_reference="", client="", status="DESPATCHED",
    channel_id="", channel="", warehouse="", country="GB", currency="GBP", ordered_at=DAY,
    despatched_at=DAY, changed_at=DAY, part=1, parts=1, tags=(), merged=False,
    personal_data_removed=False, customer="", lines=(LINE,), shipping=NO_CHARGE,
    discount=NO_CHARGE, stated_gross=Decimal("24.00"),
)
SHELF = ShelfAdapter(FakeSource(ORDER))
BOOK = CashBookAdapter(FakeTarget(SystemClock()))
"""

CONTRACT = """
import pytest

from mintsoft_xero.plugin.testing.contracts.target import TargetContract
from shelf_adapters import BOOK


class TestCashBook(TargetContract):
    @pytest.fixture
    def target(self):
        return BOOK.target(None, None, "")
"""


@pytest.fixture(scope="module")
def installed(elsewhere: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """Install a package of somebody else's beside ours: the folder of that environment."""
    project = tmp_path_factory.mktemp("foreign") / "shelf-adapters"
    package = project / "shelf_adapters"
    package.mkdir(parents=True)
    (project / "pyproject.toml").write_text(PROJECT)
    (package / "__init__.py").write_text(PACKAGE)
    by_name = SHELF.read_text(encoding="utf-8").replace(".....plugin", "mintsoft_xero.plugin")
    (package / "shelf.py").write_text(by_name, encoding="utf-8")
    build = f"from setuptools import build_meta as b; b.build_wheel({str(project.parent)!r})"
    _run(sys.executable, "-c", build, cwd=project)
    (built,) = project.parent.glob("*.whl")
    python = elsewhere / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install")
    _run(*pip, "--quiet", "--no-index", "--no-deps", built, cwd=project.parent)
    return elsewhere


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a new installation."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return {"MINTSOFT_XERO_HOME": str(home), "MINTSOFT_XERO_REDIS_URL": "", "SHELF_PIN": "1234"}


ADD = (
    *("connection", "add", "corner", "--source", "shelf", "--mintsoft-username", "me"),
    *("--xero-client-id", "till", "--set", "start_date=any", "--target"),
)


def test_an_order_goes_through_a_foreign_adapter(installed: Path, settings: dict[str, str]) -> None:
    """A package that only announces its adapters is added and exported through by the command."""
    command = installed / "venv" / "bin" / "mintsoft-xero"
    _run(command, *ADD, "cash_book", cwd=installed, env=settings)
    report = _run(command, "export", "corner", "--inline", "--json", cwd=installed, env=settings)
    assert json.loads(report)["counts"]["exported"] == 1
    (row,) = _run(command, "outcomes", "corner", "--json", cwd=installed, env=settings).splitlines()
    assert json.loads(row)["invoice_number"] == "JAM-1"


def test_a_torn_adapter_is_told_of(installed: Path, settings: dict[str, str]) -> None:
    """One that can't be loaded is told of in a sentence with its package, when it is asked for."""
    command = installed / "venv" / "bin" / "mintsoft-xero"
    with pytest.raises(AssertionError) as refused:
        _run(command, *ADD, "torn", cwd=installed, env=settings)
    said = str(refused.value)
    assert "ended with 2" in said
    assert "The adapter target.torn of the package shelf-adapters 1.0 can't be used" in said
    assert "pip uninstall shelf-adapters" in said
    assert _run(command, "connection", "list", "--json", cwd=installed, env=settings) == "[]\n"


def test_the_contract_is_one_class(installed: Path, tmp_path: Path) -> None:
    """The shipped suite holds a foreign target to its promises: its author writes one class."""
    (tmp_path / "test_cash_book.py").write_text(CONTRACT)
    python = installed / "venv" / "bin" / "python"
    said = _run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path, cwd=tmp_path)
    assert "passed" in said


def test_the_documents_print_what_was_used() -> None:
    """The lines and the class in docs/adapters.md are those that these tests work with."""
    page = (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")
    for language, used in (("toml", PROJECT), ("python", CONTRACT)):
        (printed,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
        assert printed in used
