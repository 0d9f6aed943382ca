from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from .....plugin.cli.group import Commands
from .....plugin.domain.connections.connection import Grant
from .....plugin.domain.connections.settings import Settings
from .....plugin.services.container import Container, join

ADDRESS = "MINTSOFT_XERO_XERO_URL"


@pytest.fixture
def plugin(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    plugin = join({"MINTSOFT_XERO_HOME": str(home)})
    yield plugin
    plugin.database.close()


def demo(plugin: Container) -> Result:
    group = Commands(name="test", join=lambda: plugin, make_app=lambda: None)  # type: ignore[arg-type,return-value]
    return CliRunner().invoke(group, ["demo", "--once"])


def connect(plugin: Container, name: str, username: str) -> None:
    plugin.prepare()
    plugin.connections.add(
        name=name,
        mode="accounting",
        grant=Grant.new("custom", "custom"),
        mintsoft_username=username,
        mintsoft_client="",
        settings=Settings(start_date=None),
        organisation=None,
        entries={},
    )


@pytest.mark.parametrize(("name", "user"), [("shop", "sandbox"), ("demo", "owner@shop.example")])
def test_refuses_a_home_in_use(plugin: Container, name: str, user: str) -> None:
    """A HOME with a connection that the demo did not make is left alone."""
    connect(plugin, name, user)
    result = demo(plugin)
    assert result.exit_code == 1
    assert f"holds other connections: {name}." in result.output
    assert not (plugin.environment.home / "sandbox").exists()


def test_refuses_a_ledger_without_its_simulators(plugin: Container) -> None:
    """New simulators under an old ledger would look as if orders had been lost."""
    connect(plugin, "demo", "sandbox")
    result = demo(plugin)
    assert result.exit_code == 1
    assert "simulators' state is gone" in result.output


def test_ignores_real_addresses(plugin: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses of real systems are not used, not even wrong ones, and that is said."""
    monkeypatch.setenv(ADDRESS, "no address")
    connect(plugin, "shop", "owner")
    result = demo(plugin)
    assert f"ignores {ADDRESS}." in result.output
    assert "holds other connections" in result.output
