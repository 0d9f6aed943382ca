"""Two systems that only the registry knows: all else works with them as with Mintsoft and Xero."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from .....adapters.registry import SOURCES, TARGETS
from .....plugin.cli.main import commands
from .....plugin.config import read_environment
from .....plugin.ports.clock import SystemClock
from .....plugin.services.container import Container
from .....plugin.testing.source import FakeSource
from .....plugin.testing.target import FakeTarget
from ...orders import an_order
from .shelf import CashBookAdapter, ShelfAdapter


class Installed:
    """An installation whose registry has two lines more."""

    def __init__(self, home: Path) -> None:
        clock = SystemClock()
        self.shelf = FakeSource(an_order("1"), an_order("2", status="NEW"))
        self.book = FakeTarget(clock)
        self.plugin = Container(
            read_environment({"MINTSOFT_XERO_HOME": str(home)}),
            clock=clock,
            sources={**SOURCES, "shelf": ShelfAdapter(self.shelf)},
            targets={**TARGETS, "cash_book": CashBookAdapter(self.book)},
        )

    def run(self, *words: str) -> Result:
        group = commands(lambda: self.plugin, lambda: None)  # type: ignore[arg-type,return-value]
        return CliRunner().invoke(group, list(words))

    def add(self, source: str = "shelf", target: str = "cash_book") -> Result:
        given = ("--mintsoft-username", "me", "--xero-client-id", "till")
        ways = ("--source", source, "--target", target, "--set", "start_date=any")
        return self.run("connection", "add", "corner", *given, *ways)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    made = Installed(tmp_path / "home")
    yield made
    made.plugin.rulebooks.close()
    made.plugin.database.close()


def test_orders_go_through_a_new_adapter(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands, rules, ledger and export work with an adapter that only the registry knows."""
    monkeypatch.setenv("SHELF_PIN", "1234")
    assert installed.add().exit_code == 0
    exported = installed.run("export", "corner", "--inline")
    assert exported.exit_code == 0, exported.output
    listed = installed.run("outcomes", "corner", "--json").stdout.splitlines()
    rows = [json.loads(row) for row in listed]
    states = {row["number"]: row["state"] for row in rows}
    assert states == {"WEB-1": "exported", "WEB-2": "waiting"}
    assert [document.total for document in installed.book.documents] == [Decimal("24.00")]
    assert installed.shelf.comments["1"] == ["Exported to Cash book as invoice WEB-1"]


def test_its_secrets_are_asked_for_and_tried(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing secret is named with its variable; a wrong one leaves no connection."""
    monkeypatch.delenv("SHELF_PIN", raising=False)
    missing = installed.add()
    assert missing.exit_code == 2
    assert "SHELF_PIN" in missing.output
    monkeypatch.setenv("SHELF_PIN", "0000")
    assert installed.add().exit_code == 1
    assert installed.plugin.connections.all() == []
    assert installed.plugin.vault.read("shelf:me:pin") is None


def test_its_limits_are_its_own(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    """An adapter's system is called as often as that system allows, whatever others allow."""
    monkeypatch.setenv("SHELF_PIN", "0000")
    refused = installed.add()
    assert "The shelf did not accept the login" in refused.output
    too_soon = installed.add()
    assert "The shelf asks to wait until" in too_soon.output


def test_an_unknown_adapter_is_named(installed: Installed) -> None:
    """A misspelt adapter is a wrong use, with a guess at what was meant."""
    wrong = installed.add(target="cash-book")
    assert wrong.exit_code == 2
    assert "did you mean 'cash_book'?" in wrong.output


def test_equal_ids_of_two_sources_are_two_documents(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user of the same name in another system is another account."""
    monkeypatch.setenv("SHELF_PIN", "1234")
    installed.add()
    connection = installed.plugin.connections.named("corner")
    assert connection.account == "shelf:me"
