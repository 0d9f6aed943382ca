"""The suite runs beside whoever has the usual ports: what takes them for it, and what they are."""

import re
import signal
import sys
from collections.abc import Iterator

import click
import pytest
from flask import Flask

from ...plugin.cli.group import Commands
from ...plugin.cli.programs.stack import answers
from ...plugin.config import read_environment
from ...plugin.processes.errors import PortInUse
from ...plugin.processes.ports import require_port
from ...plugin.services.container import Container
from ..reserved_port import has_ipv6, reserved_port
from ..usual_ports import run, taken, usual_ports


def _commands(group: Commands) -> Iterator[click.Command]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield command
        yield from getattr(command, "commands", {}).values()


def test_no_usual_port_is_forgotten() -> None:
    """Whatever port a command takes when nobody chooses one is among those that are taken."""
    group = Commands(
        name="test", join=lambda: Container(read_environment()), make_app=lambda: Flask("test")
    )
    options = [option for command in _commands(group) for option in command.params]
    ports = [x for x in options if isinstance(x, click.Option) and str(x.name).endswith("port")]
    assert len(ports) == 7
    for option in ports:
        said = re.findall(r"\b(\d+)\b", f"{option.default} {option.help}")
        assert [int(port) in usual_ports() for port in said] == [True], option.opts
    assert usual_ports() >= {6379, 5432}


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"] if has_ipv6() else ["127.0.0.1"])
def test_taken_at_each_address(host: str) -> None:
    """A port is taken under either family's address; that somebody has it already is no error."""
    with reserved_port() as port:
        with taken({port}, [host]) as got, taken({port}, [host]) as again:
            assert (got, again) == ({port}, set())
            assert answers(port, "/healthz") == (host == "127.0.0.1")
            with pytest.raises(PortInUse):
                require_port(port, "web", "--port")
        require_port(port, "web", "--port")


@pytest.fixture
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize(
    ("code", "exits"), [("exit(0)", 0), ("exit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)]
)
def test_failures_are_passed_on(code: str, exits: int) -> None:
    """The command's exit code is that of the whole: a red suite stays red."""
    assert run([sys.executable, "-c", code]) == exits
