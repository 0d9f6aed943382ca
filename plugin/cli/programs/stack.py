"""The stack: the programs of one installation, and how they are told their settings."""

import contextlib
import errno
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...errors import PluginError
from ...processes.errors import PortInUse
from ...processes.launch import program_command
from ...processes.supervisor import Program, Supervisor
from ..output import note

if TYPE_CHECKING:  # what the simulators and `--help` can do without
    from celery import Celery

    from ...config import Environment
    from ...services.container import Container

WEB_PORT = 8000
FLOWER_PORT = 5555
#: Files in HOME that hold ``NAME:PASSWORD``.
WEB_LOGIN = "web-login"
FLOWER_LOGIN = "flower-login"
PREFIX = "/mintsoft-xero"
#: Seconds in which a broker must answer a process that starts.
BROKER_ANSWERS_WITHIN = 10.0
_PROBE_TIMEOUT = 2.0
_BUSY = 500
#: Seconds that a worker has to finish its task; what it can't, the ledger settles later.
_WORKER_STOPS_WITHIN = 30.0


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where the servers of a stack listen."""

    web: int
    flower: int


def start_broker(supervisor: Supervisor, plugin: "Container") -> None:
    """Start the embedded broker, and have the plugin use it, unless the settings name one.

    Raises:
        NoBroker: there is none to be started, or the one that is named does not answer.
    """
    from ...processes.broker import broker_program, broker_url, wait_for_broker

    environment = plugin.environment
    if environment.redis_url:
        wait_for_broker(environment.redis_url, BROKER_ANSWERS_WITHIN)
        return
    supervisor.start(broker_program(environment.home, say=note))
    plugin.environment = replace(environment, redis_url=broker_url(environment.home))


def prepare(plugin: "Container") -> None:
    """Bring the database up to date before several processes use it."""
    plugin.prepare()
    forget_parts(plugin)


def forget_parts(plugin: "Container") -> None:
    """Let go of what was opened, so that each process, or other settings, opens its own.

    After a fork two processes would use one database connection and mix its answers, and the
    name in the events, and the holder of a claim, must be that of the process which works.
    """
    opened = vars(plugin)
    if "database" in opened:
        plugin.database.close()
    for name, part in vars(type(plugin)).items():
        if isinstance(part, cached_property) and name != "celery":
            opened.pop(name, None)


def programs(
    plugin: "Container", ports: Ports, *, host: str = "127.0.0.1", concurrency: int = 2
) -> list[Program]:
    """Worker, web, Flower and beat, in the order of their start; they stop in the reverse one."""
    celery, settings = plugin.celery, variables(plugin.environment)
    web = ("web", f"--port={ports.web}", f"--host={host}")
    return [
        Program(
            name="worker",
            command=program_command("worker", f"--concurrency={concurrency}"),
            environment=settings,
            ready=lambda: worker_answers(celery),
            stop_within=_WORKER_STOPS_WITHIN,
        ),
        Program(
            name="web",
            command=program_command(*web),
            environment=settings,
            ready=lambda: answers(ports.web, f"{PREFIX}/healthz"),
        ),
        Program(
            name="flower",
            command=program_command("flower", f"--port={ports.flower}"),
            environment=settings,
            ready=lambda: answers(ports.flower, "/healthcheck"),
        ),
        Program(name="beat", command=program_command("beat"), environment=settings, ready=None),
    ]


def variables(environment: "Environment") -> dict[str, str]:
    """The environment variables by which a process of ours gets just these settings."""
    named = {
        "home": str(environment.home),
        "database_url": "" if environment.embedded_database else environment.database_url,
        "redis_url": environment.redis_url,
        "secret_key": environment.secret_key,
        "public_url": environment.public_url,
        "mintsoft_url": environment.mintsoft_url,
        "xero_url": environment.xero_url,
        "xero_identity_url": environment.xero_identity_url,
        "xero_login_url": environment.xero_login_url,
        "xero_scopes": environment.xero_scopes,
        "webhook_key": environment.webhook_key,
        "smtp_url": environment.smtp_url,
        "rules_dir": str(environment.rules_dir),
    }
    return {f"MINTSOFT_XERO_{name.upper()}": value for name, value in named.items()}


def answers(port: int, path: str, *, mark: str = "") -> bool:
    """Whether a server on this machine answers, and not with an error of its own.

    `mark`: what a sandbox of ours sends with its answers; empty for other servers.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=_PROBE_TIMEOUT)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return answer.status < _BUSY and (not mark or answer.getheader("X-Sandbox-Mark") == mark)


def worker_answers(celery: "Celery") -> bool:
    """Whether a worker answers."""
    from kombu.exceptions import OperationalError

    try:
        return bool(celery.control.ping(timeout=1.0, limit=1))
    except (OperationalError, OSError):
        return False


def require_extra(*modules: str) -> None:
    """Raises PluginError where the extra `serve` is not installed."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise PluginError(
            f"{' and '.join(missing)} is not installed.",
            fix='Install what the servers need: pip install "mintsoft-xero[serve]".',
        )


@contextlib.contextmanager
def opening(port: int, name: str, option: str) -> Iterator[None]:
    """Around the opening of a port that was free just before.

    Raises:
        PortInUse: somebody else was faster.
    """
    try:
        yield
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortInUse(port, name, option, error) from error


def login_of(home: Path, file: str) -> str:
    """The login that a server keeps in HOME: user and password in words; empty for none."""
    try:
        user, _, password = (home / file).read_text(encoding="utf-8").strip().partition(":")
    except OSError:
        return ""
    return f"user {user}, password {password}"


def show_addresses(rows: Mapping[str, tuple[str, str]]) -> None:
    """One line each: name, address, login."""
    width = max(len(name) for name in rows)
    wide = max(len(address) for address, _ in rows.values())
    for name, (address, login) in rows.items():
        click.echo(f"{name:<{width}}  {address:<{wide}}  {login}".rstrip())


def addresses(environment: "Environment", ports: Ports) -> dict[str, tuple[str, str]]:
    """Where people look: the pages and Flower, with their logins."""
    answers(ports.web, f"{PREFIX}/")  # whose login is made when the first page is asked for
    home = environment.home
    return {
        "Pages": (environment.public_url, login_of(home, WEB_LOGIN)),
        "Flower": (f"http://127.0.0.1:{ports.flower}", login_of(home, FLOWER_LOGIN)),
    }
