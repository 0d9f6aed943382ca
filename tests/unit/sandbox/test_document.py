"""docs/sandboxes.md lists what the simulators have: orders, faults, control calls and switches."""

import re
from pathlib import Path

import pytest
from flask import Flask

from ....plugin.sandbox import mintsoft, xero
from ....plugin.sandbox.day import cases
from ....plugin.sandbox.day.entry import Case
from ....plugin.sandbox.day.make import LARGE_FROM, SHOP_MONEY_FROM
from ....plugin.sandbox.mintsoft.control.faults import KINDS as MINTSOFT_KINDS
from ....plugin.sandbox.mintsoft.control.settings import Settings
from ....plugin.sandbox.store import Store
from ....plugin.sandbox.xero.faults.faults import KINDS as XERO_KINDS
from ....plugin.sandbox.xero.tenant import SETTINGS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "sandboxes.md"


def text_of(section: str) -> str:
    """A section's text."""
    text = DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2]
    return text.partition("\n## ")[0]


def rows_of(section: str, side: str) -> list[str]:
    """The rows of a side's table in a section."""
    table = text_of(section).partition(f"\n| {side} |")[2].partition("\n\n")[0]
    return [line for line in table.splitlines() if line.startswith("| `")]


def listed(section: str, side: str) -> set[str]:
    """Names in the first column of a side's table in a section."""
    rows = rows_of(section, side)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def control_calls(app: Flask) -> set[str]:
    """Paths below ``/_sandbox/``."""
    rules = (str(rule) for rule in app.url_map.iter_rules())
    return {rule.removeprefix("/_sandbox/") for rule in rules if rule.startswith("/_sandbox/")}


@pytest.mark.parametrize(
    ("side", "kinds"),
    [
        ("ordinary", cases.PLAIN),
        ("hard", cases.HARD),
        ("money", cases.SHOP_MONEY),
        ("large", cases.LARGE),
    ],
)
def test_orders_of_a_day(side: str, kinds: tuple[Case, ...]) -> None:
    """Each kind of order is in its table with what becomes of it, and no other."""
    said = {kind.__name__: str(kind.__doc__).splitlines()[0] for kind in kinds}
    assert rows_of("The day", side) == [f"| `{name}` | {words} |" for name, words in said.items()]


def test_sizes_of_a_day() -> None:
    """The sizes from which a day has money as shops write it are those of the code."""
    sizes = [int(size) for size in re.findall(r"(\d+) (?:orders )?or more", text_of("The day"))]
    assert sizes == [SHOP_MONEY_FROM, LARGE_FROM]


@pytest.mark.parametrize(("side", "kinds"), [("Xero", XERO_KINDS), ("Mintsoft", MINTSOFT_KINDS)])
def test_faults(side: str, kinds: frozenset[str] | tuple[str, ...]) -> None:
    """Each kind of fault is in the table of its side, and no other."""
    assert listed("Faults", side) == set(kinds)


@pytest.mark.parametrize(
    ("side", "app"),
    [("Xero", xero.create_app(Store())), ("Mintsoft", mintsoft.create_app(Store()))],
)
def test_control_calls(side: str, app: Flask) -> None:
    """Each call behind the curtain is in the table of its side, and no other."""
    assert listed("Behind the curtain", side) == control_calls(app)


@pytest.mark.parametrize(
    ("side", "switches"), [("Xero", set(SETTINGS)), ("Mintsoft", set(Settings().shown()))]
)
def test_switches(side: str, switches: set[str]) -> None:
    """Each switch is in the table of its side, and no other."""
    assert listed("Switches", side) == switches
