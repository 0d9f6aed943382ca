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
from typing import TYPE_CHECKING

import click

from ...errors import PluginError
from ...processes.launch import program_command
from ...processes.supervisor import Program, Supervisor
from ..output import note, say, table
from .demo_export import counted, export_all, is_ours, unsettled
from .sandbox import (
    MARK,
    choose_port,
    orders_option,
    port_or_free,
    sandbox_addresses,
    seed_option,
    shop_money_option,
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
    from ...config import Environment
    from ...sandbox.serve import Beginning
    from ...services.container import Container

#: Settings that the demo has its own values for.
_ADDRESSES = ("DATABASE", "REDIS", "PUBLIC", "MINTSOFT", "XERO", "XERO_IDENTITY", "XERO_LOGIN")
#: Seconds after which `--once` gives up.
_LONGEST = 300.0


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The options of the command."""

    once: bool
    orders: int
    seed: int
    shop_money: bool
    #: Of the pages; None: the usual one, or a free one.
    port: int | None


def demo_command(join: "Callable[[], Container]") -> click.Command:
    """The command `demo`."""

    @click.command("demo")
    @click.option("--once", is_flag=True, help="End when every order has its answer.")
    @orders_option
    @seed_option
    @shop_money_option
    @click.option("--port", type=int, help=f"Of the pages: {WEB_PORT}, or a free one.")
    def demo(*, once: bool, orders: int, seed: int, shop_money: bool, port: int | None) -> None:
        """Export a day's orders from a simulated Mintsoft to a simulated Xero.

        Starts both simulators, a broker, the pages, a worker, beat and Flower, all in
        MINTSOFT_XERO_HOME. A second run continues where the first ended.
        """
        require_extra("waitress", "flower")
        _forget_addresses()
        asked = _Asked(once=once, orders=orders, seed=seed, shop_money=shop_money, port=port)
        sys.exit(_run(join(), asked))

    return demo


def _run(plugin: "Container", asked: _Asked) -> int:
    """The demo, from the first process to the last; the exit code."""
    began = time.monotonic()
    environment = plugin.environment = _alone(plugin.environment)
    forget_parts(plugin)
    logs = environment.home / "logs"
    with Supervisor(environment.home, say=_Teller(), log_directory=logs) as supervisor:
        _refuse_other_connections(plugin)
        beginning = start_of(
            environment.home / "sandbox",
            orders=asked.orders,
            seed=asked.seed,
            shop_money=asked.shop_money,
        )
        ports, sandboxes = _choose_ports(asked)
        plugin.environment = _pointed_at(environment, ports, sandboxes)
        _start(supervisor, plugin, ports, sandboxes, beginning)
        note(f"All is running after {time.monotonic() - began:.1f} s; logs are in {logs}")
        end = began + _LONGEST if asked.once else math.inf
        if code := export_all(supervisor, plugin, end):
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


def _refuse_other_connections(plugin: "Container") -> None:
    """The demo's database holds the demo's connection alone.

    Raises:
        PluginError: it holds another, or one whose simulators are gone.
    """
    prepare(plugin)
    home, found = plugin.environment.home, plugin.connections.all()
    others = [x.name for x in found if not is_ours(x)]
    another = "Set MINTSOFT_XERO_HOME to another folder for the demo."
    if others:
        raise PluginError(f"{home} holds other connections: {', '.join(others)}.", fix=another)
    if found and not (home / "sandbox" / "day.json").exists():
        raise PluginError(
            f"{home} knows orders of a demo whose simulators' state is gone.", fix=another
        )


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
    plugin: "Container",
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
    day = (f"--state={state}", *_options_of(beginning))
    mark = secrets.token_hex(8)
    options = (f"--only={side}", f"--{side}-port={port}", *day)
    return Program(
        name=side,
        command=program_command("sandbox", *options),
        environment={MARK: mark},
        # Another demo that starts at this moment may just have got the port.
        ready=lambda: answers(port, "/", mark=mark),
    )


def _options_of(beginning: "Beginning") -> tuple[str, ...]:
    money = "--shop-money" if beginning.shop_money else "--plain-money"
    return f"--orders={beginning.orders}", f"--seed={beginning.seed}", money


def _show(plugin: "Container", ports: Ports, sandboxes: dict[str, int]) -> int:
    """Print what became of the orders, and where to look; how many have no answer yet."""
    counts = counted(plugin)
    table(["State", "Orders"], [[x.label, str(n)] for x, n in counts.items()], right={1})
    show_addresses({**addresses(plugin.environment, ports), **sandbox_addresses(sandboxes)})
    if left := unsettled(counts):
        note(f"Error: {left} orders have no answer yet.")
    return left


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
