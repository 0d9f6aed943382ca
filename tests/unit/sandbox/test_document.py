"""docs/sandboxes.md lists what the simulators have: faults, control calls and switches."""

import re
from pathlib import Path

import pytest
from flask import Flask

from ....plugin.sandbox import mintsoft, xero
from ....plugin.sandbox.mintsoft.control.faults import KINDS as MINTSOFT_KINDS
from ....plugin.sandbox.mintsoft.control.settings import Settings
from ....plugin.sandbox.store import Store
from ....plugin.sandbox.xero.faults.faults import KINDS as XERO_KINDS
from ....plugin.sandbox.xero.tenant import SETTINGS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "sandboxes.md"


def listed(section: str, side: str) -> set[str]:
    """Names in the first column of a side's table in a section."""
    text = DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2]
    table = text.partition(f"\n| {side} |")[2].partition("\n\n")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def control_calls(app: Flask) -> set[str]:
    """Paths below ``/_sandbox/``."""
    rules = (str(rule) for rule in app.url_map.iter_rules())
    return {rule.removeprefix("/_sandbox/") for rule in rules if rule.startswith("/_sandbox/")}


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
