"""The command `up`: all processes with the real settings."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ...processes.ports import require_port
from ...processes.supervisor import Supervisor
from ..output import note, say
from .stack import (
    FLOWER_PORT,
    PREFIX,
    WEB_PORT,
    Ports,
    addresses,
    prepare,
    programs,
    require_extra,
    show_addresses,
    start_broker,
)

if TYPE_CHECKING:  # what `--help` can do without
    from ...config import Environment
    from ...services.container import Container


def up_command(join: "Callable[[], Container]") -> click.Command:
    """The command `up`."""

    @click.command("up")
    @click.option("--port", type=int, default=WEB_PORT, show_default=True, help="Of the pages.")
    @click.option("--host", default="127.0.0.1", show_default=True, help="Where the pages listen.")
    @click.option("--flower-port", type=int, default=FLOWER_PORT, show_default=True)
    @click.option("--concurrency", type=click.IntRange(1), default=2, show_default=True)
    def up(port: int, host: str, flower_port: int, concurrency: int) -> None:
        """Run everything with the real settings: web, worker, beat, Flower, and a broker.

        The broker is one of our own in HOME unless MINTSOFT_XERO_REDIS_URL names another.
        """
        require_extra("waitress", "flower")
        plugin = join()
        home = plugin.environment.home
        with Supervisor(home, say=note) as supervisor:
            require_port(port, "web", "--port")
            require_port(flower_port, "flower", "--flower-port")
            start_broker(supervisor, plugin)
            plugin.environment = _reached_at(plugin.environment, port)
            prepare(plugin)
            ports = Ports(web=port, flower=flower_port)
            for program in programs(plugin, ports, host=host, concurrency=concurrency):
                supervisor.start(program)
            code = supervisor.run(announce=lambda: _announce(plugin.environment, ports))
        sys.exit(code)

    return up


def _announce(environment: "Environment", ports: Ports) -> None:
    say("All is running; Ctrl-C stops it.")
    show_addresses(addresses(environment, ports))


def _reached_at(environment: "Environment", port: int) -> "Environment":
    """The default public address follows the port; one that was set stays."""
    default = f"http://localhost:{WEB_PORT}{PREFIX}"
    if environment.public_url != default or os.environ.get("MINTSOFT_XERO_PUBLIC_URL"):
        return environment
    return replace(environment, public_url=f"http://localhost:{port}{PREFIX}")
