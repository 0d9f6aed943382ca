import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import make_server

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from .....plugin.cli.group import Commands
from .....plugin.cli.programs.processes import flower_login
from .....plugin.cli.programs.sandbox import MINTSOFT_PORT, XERO_PORT
from .....plugin.cli.programs.stack import (
    FLOWER_PORT,
    WEB_PORT,
    answers,
    forget_parts,
    variables,
)
from .....plugin.config import Environment, read_environment
from .....plugin.processes.ports import any_port
from .....plugin.services.container import Container
from ....usual_ports import usual_ports


@pytest.fixture
def environment(home: Path) -> Environment:
    return read_environment({"MINTSOFT_XERO_HOME": str(home)})


@pytest.fixture
def command(environment: Environment) -> Callable[..., tuple[int, str]]:
    """Run a command in this process; its exit code and what it said."""

    def run(*arguments: str) -> tuple[int, str]:
        group: click.Group = Commands(
            name="test",
            join=lambda: Container(environment),
            make_app=lambda: Flask("test"),
        )
        result = CliRunner().invoke(group, arguments)
        return result.exit_code, result.output

    return run


def test_processes_get_the_same_settings(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one process decides by, another one reads back from its environment, every field."""
    embedded = replace(environment, redis_url="redis+socket:///x/v.sock?virtual_host=0")
    given = replace(
        embedded,
        database_url="postgresql://u@h/n",
        embedded_database=False,
        secret_key="key",
    )
    for name in ("public_url", "mintsoft_url", "xero_url", "xero_identity_url", "xero_login_url"):
        given = replace(given, **{name: f"https://{name}"})  # type: ignore[arg-type]
    for wanted in (embedded, given):
        with monkeypatch.context() as patch:
            for name, value in variables(wanted).items():
                patch.setenv(name, value)
            assert read_environment() == wanted


def test_forks_share_nothing(environment: Environment) -> None:
    """What the main process of a worker opened is let go of before the pool is forked."""
    plugin = Container(environment)
    plugin.prepare()
    engine = plugin.database.engine
    assert plugin.connections.all() == []
    assert engine.pool.checkedin() == 1  # type: ignore[attr-defined]

    forget_parts(plugin)
    assert engine.pool.checkedin() == 0  # type: ignore[attr-defined]
    assert vars(plugin).keys() == {"environment", "clock", "_sources", "_targets"}
    plugin.database.close()


def test_login_of_flower(home: Path) -> None:
    """The login is made once and is readable by its owner alone."""
    login = flower_login(home)
    assert login.startswith("admin:")
    assert len(login) > 24
    assert flower_login(home) == login
    assert stat.S_IMODE((home / "flower-login").stat().st_mode) == 0o600
    assert [x.name for x in home.iterdir()] == ["flower-login"]


def test_no_broker(command: Callable[..., tuple[int, str]]) -> None:
    """Without a broker the processes that need one say so and end."""
    for words in (("worker",), ("beat",), ("flower", "--port", str(any_port()))):
        code, said = command(*words)
        assert code == 2
        assert said.startswith("Error: There is no broker: MINTSOFT_XERO_REDIS_URL is not set")


def test_ports_in_use(command: Callable[..., tuple[int, str]]) -> None:
    """A port that is taken: one sentence that says how to choose another, exit 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        free = str(any_port())
        for name, option, *beside in (
            ("web", "--port"),
            ("flower", "--port"),
            ("up", "--port", "--flower-port", free),
            ("up", "--flower-port", "--port", free),
            ("sandbox", "--xero-port", "--mintsoft-port", free),
            ("sandbox", "--mintsoft-port", "--xero-port", free),
        ):
            code, said = command(name, option, str(port), *beside)
            assert code == 1, said
            assert f"Error: port {port} for " in said
            assert f"is in use: choose another with {option}" in said


def test_usual_ports_are_known() -> None:
    """All ports that our programs take by default are taken while CI runs the tests."""
    assert {WEB_PORT, FLOWER_PORT, MINTSOFT_PORT, XERO_PORT} <= set(usual_ports())


@pytest.fixture
def marked_server() -> Iterator[int]:
    """Give the port of a server that sends the mark `ours`."""
    server = make_server("127.0.0.1", 0, lambda _environ, start: _answer(start))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def _answer(start_response: Any) -> list[bytes]:
    start_response("200 OK", [("X-Sandbox-Mark", "ours")])
    return [b""]


def test_whose_server_answers(marked_server: int) -> None:
    """Another one's server at the port that was chosen is not taken for ours."""
    assert answers(marked_server, "/")
    assert answers(marked_server, "/", mark="ours")
    assert not answers(marked_server, "/", mark="mine")
    assert not answers(1, "/")


@pytest.mark.parametrize("name", ["beat", "demo", "flower", "sandbox", "up", "web", "worker"])
def test_help(command: Callable[..., tuple[int, str]], name: str) -> None:
    """Every process command explains itself."""
    code, said = command(name, "--help")
    assert code == 0
    assert "Usage:" in said


def test_wrong_trouble(command: Callable[..., tuple[int, str]]) -> None:
    """A SPEC that can't be read is wrong usage."""
    code, said = command("sandbox", "--faults", "xero.dorp=1")
    assert code == 2
    assert "xero has no fault 'dorp'" in said
