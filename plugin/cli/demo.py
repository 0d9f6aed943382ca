"""The command `demo`: everything on this machine, with simulated Mintsoft and Xero.

    refuse what is not ours -> start all -> connect -> export -> show -> stay

All of it happens in HOME, so that a second run continues where the first ended.
"""

import math
import os
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click

from ..domain.export import UNSETTLED
from ..errors import PluginError
from ..processes.launch import program_command
from ..processes.supervisor import Program, Supervisor
from .output import note, say, table
from .sandbox import (
    MARK,
    choose_port,
    orders_option,
    port_or_free,
    sandbox_addresses,
    seed_option,
    start_of,
)
from .stack import (
    FLOWER_PORT,
    PREFIX,
    WEB_PORT,
    Ports,
    addresses,
    answers,
    forget_parts,
    prepare,
    programs,
    require_extra,
    show_addresses,
    start_broker,
)

if TYPE_CHECKING:  # what the simulators and `--help` can do without
    from ..domain.connection import Connection
    from ..environment import Environment
    from ..joined import Plugin
    from ..running import Counts
    from ..sandbox.serve import Beginning

NAME = "demo"
USER = "sandbox"
XERO_APP = "custom"
#: Settings that the demo has its own values for.
_ADDRESSES = ("DATABASE", "REDIS", "PUBLIC", "MINTSOFT", "XERO", "XERO_IDENTITY", "XERO_LOGIN")
#: Seconds without an answer for any document, and in all, after which `--once` gives up.
_PATIENCE = 240.0
_LONGEST = 300.0
_INTERRUPTED = 130
#: Writes to Mintsoft per second: a simulator needs no sparing.
_WRITE_PACE = "50"


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The options of the command."""

    once: bool
    orders: int
    seed: int
    #: Of the pages; None: the usual one, or a free one.
    port: int | None


def demo_command(join: "Callable[[], Plugin]") -> click.Command:
    """The command `demo`."""

    @click.command("demo")
    @click.option("--once", is_flag=True, help="End when every order has its answer.")
    @orders_option
    @seed_option
    @click.option("--port", type=int, help=f"Of the pages: {WEB_PORT}, or a free one.")
    def demo(*, once: bool, orders: int, seed: int, port: int | None) -> None:
        """Export a day's orders from a simulated Mintsoft to a simulated Xero.

        Starts both simulators, a broker, the pages, a worker, beat and Flower, all in
        MINTSOFT_XERO_HOME. A second run continues where the first ended.
        """
        require_extra("waitress", "flower")
        _forget_addresses()
        sys.exit(_run(join(), _Asked(once=once, orders=orders, seed=seed, port=port)))

    return demo


def _run(plugin: "Plugin", asked: _Asked) -> int:
    """The demo, from the first process to the last; the exit code."""
    began = time.monotonic()
    environment = plugin.environment = _alone(plugin.environment)
    forget_parts(plugin)
    logs = environment.home / "logs"
    with Supervisor(environment.home, say=_Teller(), log_directory=logs) as supervisor:
        _refuse_other_connections(plugin)
        beginning = start_of(environment.home / "sandbox", asked.orders, asked.seed)
        ports, sandboxes = _choose_ports(asked)
        plugin.environment = _pointed_at(environment, ports, sandboxes)
        _start(supervisor, plugin, ports, sandboxes, beginning)
        note(f"All is running after {time.monotonic() - began:.1f} s; logs are in {logs}")
        end = began + _LONGEST if asked.once else math.inf
        if code := _export(supervisor, plugin, end):
            return code
        left = _show(plugin, ports, sandboxes)
        if asked.once:
            return 1 if left else 0
        return supervisor.run(announce=lambda: say("Ctrl-C stops everything."))


def _forget_addresses() -> None:
    """What is set for the real systems must not reach the demo, nor its processes."""
    names = [f"MINTSOFT_XERO_{name}_URL" for name in _ADDRESSES]
    given = [name for name in names if os.environ.pop(name, None)]
    if given:
        note(f"The demo has its own services and ignores {', '.join(given)}.")
    # What is meant for this machine must not go through a proxy.
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1,localhost"]))


def _alone(environment: "Environment") -> "Environment":
    """With the embedded services, whatever a host's configuration names."""
    if environment.embedded_database:
        return replace(environment, redis_url="")
    database = f"sqlite:///{environment.home / 'mintsoft_xero.db'}"
    return replace(environment, redis_url="", database_url=database, embedded_database=True)


def _refuse_other_connections(plugin: "Plugin") -> None:
    """The demo's database holds the demo's connection alone.

    Raises:
        PluginError: it holds another, or one whose simulators are gone.
    """
    prepare(plugin)
    home, found = plugin.environment.home, plugin.connections.all()
    others = [x.name for x in found if not _is_ours(x)]
    another = "Set MINTSOFT_XERO_HOME to another folder for the demo."
    if others:
        raise PluginError(f"{home} holds other connections: {', '.join(others)}.", fix=another)
    if found and not (home / "sandbox" / "day.json").exists():
        raise PluginError(
            f"{home} knows orders of a demo whose simulators' state is gone.", fix=another
        )


def _is_ours(connection: "Connection") -> bool:
    made = (connection.name, connection.mintsoft_username, connection.grant.client_id)
    return made == (NAME, USER, XERO_APP)


def _choose_ports(asked: _Asked) -> tuple[Ports, dict[str, int]]:
    web = port_or_free(asked.port, WEB_PORT, "web", "--port")
    flower = port_or_free(None, FLOWER_PORT, "Flower", "")
    return Ports(web=web, flower=flower), {x: choose_port(x, None) for x in ("mintsoft", "xero")}


def _pointed_at(
    environment: "Environment", ports: Ports, sandboxes: dict[str, int]
) -> "Environment":
    xero = f"http://127.0.0.1:{sandboxes['xero']}"
    return replace(
        environment,
        public_url=f"http://localhost:{ports.web}{PREFIX}",
        mintsoft_url=f"http://127.0.0.1:{sandboxes['mintsoft']}",
        xero_url=xero,
        xero_identity_url=xero,
        xero_login_url=xero,
    )


def _start(
    supervisor: Supervisor,
    plugin: "Plugin",
    ports: Ports,
    sandboxes: dict[str, int],
    beginning: "Beginning",
) -> None:
    note("Starting the broker, Mintsoft, Xero, a worker, the pages, Flower and beat ...")
    start_broker(supervisor, plugin)
    home = plugin.environment.home
    for side, port in sandboxes.items():
        supervisor.start(_sandbox_program(home, side, port, beginning))
    for program in programs(plugin, ports):
        supervisor.start(program)


def _sandbox_program(home: Path, side: str, port: int, beginning: "Beginning") -> Program:
    state = home / "sandbox"
    day = (f"--state={state}", f"--orders={beginning.orders}", f"--seed={beginning.seed}")
    mark = secrets.token_hex(8)
    options = (f"--only={side}", f"--{side}-port={port}", *day)
    return Program(
        name=side,
        command=program_command("sandbox", *options),
        environment={MARK: mark},
        # Another demo that starts at this moment may just have got the port.
        ready=lambda: answers(port, "/", mark=mark),
    )


def _export(supervisor: Supervisor, plugin: "Plugin", end: float) -> int:
    """Connect and export, until every order has its answer; 0, or why it was left (exit code)."""
    errand = _Errand(plugin)
    errand.start()
    if supervisor.run(until=lambda: not errand.is_alive() or time.monotonic() > end):
        return 1
    if errand.error is not None:
        raise errand.error
    if errand.is_alive() and time.monotonic() < end:
        return _INTERRUPTED
    if end < math.inf:
        supervisor.run(until=lambda: time.monotonic() > end or not _left(_counts(plugin)))
    return 0


def _show(plugin: "Plugin", ports: Ports, sandboxes: dict[str, int]) -> int:
    """Print what became of the orders, and where to look; how many have no answer yet."""
    counts = _counts(plugin)
    table(["State", "Orders"], [[x.label, str(n)] for x, n in counts.items()], right={1})
    show_addresses({**addresses(plugin.environment, ports), **sandbox_addresses(sandboxes)})
    if left := _left(counts):
        note(f"Error: {left} orders have no answer yet.")
    return left


def _counts(plugin: "Plugin") -> "Counts":
    return plugin.ledger.counts(plugin.connections.named(NAME))


def _left(counts: "Counts") -> int:
    return sum(counts.get(state, 0) for state in UNSETTLED)


class _Errand(Thread):
    """Connects and exports, while the main thread looks after the processes."""

    def __init__(self, plugin: "Plugin") -> None:
        super().__init__(daemon=True)
        self.error: BaseException | None = None
        self._plugin = plugin

    def run(self) -> None:
        """Keep what is raised for the main thread."""
        from ..running import Wish
        from ..running import run as run_export
        from .progress import Progress

        try:
            if self._plugin.decider.note:
                note(self._plugin.decider.note)
            connection = _connection(self._plugin)
            with Progress() as progress:
                run_export(self._plugin, connection, Wish(wait=_PATIENCE), progress)
        except BaseException as error:  # noqa: BLE001 - raised again where it is seen
            self.error = error


def _connection(plugin: "Plugin") -> "Connection":
    """The demo's connection, made on the first run."""
    if found := plugin.connections.all():
        return found[0]
    return plugin.add_connection(
        name=NAME,
        mode="accounting",
        mintsoft_username=USER,
        mintsoft_client="",
        xero_client_id=XERO_APP,
        settings={"start_date": "any", "write_pace": _WRITE_PACE},
        secrets={"mintsoft_password": "sandbox", "xero_client_secret": "custom"},
    )


class _Teller:
    """Passes on what the supervisor says, but names the programs that stop as one."""

    def __init__(self) -> None:
        self._stopping = False

    def __call__(self, sentence: str) -> None:
        """Say it."""
        if not sentence.startswith("stopping "):
            note(sentence)
        elif not self._stopping:
            self._stopping = True
            note("Stopping.")
