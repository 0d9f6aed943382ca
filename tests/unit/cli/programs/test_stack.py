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
from .....plugin.cli.programs.stack import answers, forget_parts, opening, variables
from .....plugin.config import Environment, read_environment
from .....plugin.processes.errors import PortInUse
from .....plugin.services.container import Container
from ....reserved_port import reserved_port


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
    with reserved_port() as port:
        for words in (("worker",), ("beat",), ("flower", f"--port={port}")):
            code, said = command(*words)
            assert code == 2
            assert said.startswith("Error: There is no broker: MINTSOFT_XERO_REDIS_URL is not set")


@pytest.mark.parametrize(
    ("name", "option", "others"),
    [
        ("web", "--port", ()),
        ("flower", "--port", ()),
        ("up", "--port", ("--flower-port",)),
        ("up", "--flower-port", ("--port",)),
        ("demo", "--port", ()),
        ("sandbox", "--mintsoft-port", ("--xero-port",)),
        ("sandbox", "--xero-port", ("--mintsoft-port",)),
    ],
)
def test_ports_in_use(
    command: Callable[..., tuple[int, str]], name: str, option: str, others: tuple[str, ...]
) -> None:
    """A port that is taken: one sentence that says how to choose another, exit 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken, reserved_port() as free:
        port = taken.getsockname()[1]
        code, said = command(name, f"{option}={port}", *(f"{other}={free}" for other in others))
    assert code == 1, said
    assert f"Error: port {port} for " in said
    assert f"is in use: choose another with {option}" in said


def test_port_lost_at_the_last_moment() -> None:
    """Who was faster with a port that was just free is told of like one who had it before."""
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(PortInUse, match="for web is in use: choose another with --port"),
        opening(taken.getsockname()[1], "web", "--port"),
        socket.create_server(taken.getsockname()),
    ):
        pass


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
