"""The commands that run processes: `up`, `web`, `worker`, `beat`, `flower`, `sandbox`, `demo`.

Each of the single ones runs in this process until SIGTERM or Ctrl-C.
"""

import logging
import os
import secrets
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ...processes.garbage import collect_seldom
from ...processes.own_file import make_once
from ...processes.ports import require_port
from .demo import demo_command
from .sandbox import sandbox_command
from .stack import (
    BROKER_ANSWERS_WITHIN,
    FLOWER_LOGIN,
    FLOWER_PORT,
    WEB_PORT,
    opening,
    prepare,
    require_extra,
)
from .up import up_command

if TYPE_CHECKING:  # what the simulators and `--help` can do without
    from celery import Celery
    from flask import Flask

    from ...services.container import Container

    Join = Callable[[], Container]
    MakeApp = Callable[[], Flask]

#: Requests that the web process answers at the same time.
WEB_THREADS = 8
FLOWER_USER = "admin"
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_log_level = click.option(
    "--log-level",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
    default="INFO",
    show_default=True,
    help="Of our own messages and Celery's.",
)
_loopback = click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")


def add_process_commands(group: click.Group, join: "Join", make_app: "MakeApp") -> None:
    """Add the commands to a group.

    Args:
        group: Gets them.
        join: Gives the plugin; called when a command runs.
        make_app: Gives the app of the web process; called by `web` alone.
    """
    group.add_command(demo_command(join))
    group.add_command(up_command(join))
    group.add_command(_web_command(make_app))
    group.add_command(_worker_command(join))
    group.add_command(_beat_command(join))
    group.add_command(_flower_command(join))
    group.add_command(sandbox_command())


def _web_command(make_app: "MakeApp") -> click.Command:
    @click.command("web")
    @click.option("--port", type=int, default=WEB_PORT, show_default=True)
    @_loopback
    @_log_level
    def web(port: int, host: str, log_level: str) -> None:
        """Serve the pages, on this machine only unless a host is named."""
        require_extra("waitress")
        from waitress import create_server

        log_to_stderr(log_level)
        require_port(port, "web", "--port")
        app = make_app()
        end_on_sigterm()
        with opening(port, "web", "--port"):
            server = create_server(app, host=host, port=port, threads=WEB_THREADS)
        server.run()

    return web


def _worker_command(join: "Join") -> click.Command:
    @click.command("worker")
    @click.option("--concurrency", type=click.IntRange(1), default=2, show_default=True)
    @_log_level
    def worker(concurrency: int, log_level: str) -> None:
        """Run a Celery worker: it reads orders, sends invoices and settles."""
        from ...worker import define

        log_to_stderr(log_level)
        plugin = join()
        app = celery_with_broker(plugin)
        prepare(plugin)
        define(app, plugin)
        collect_seldom()
        queues = sorted({route["queue"] for route in app.conf.task_routes.values()})
        app.worker_main(
            [
                *("--quiet", "worker", "--pool=prefork", f"--concurrency={concurrency}"),
                *("--without-gossip", "--without-mingle", f"--loglevel={log_level}"),
                f"--hostname=mintsoft-xero-{os.getpid()}@%h",
                f"--queues={','.join(queues)}",
            ]
        )

    return worker


def _beat_command(join: "Join") -> click.Command:
    @click.command("beat")
    @_log_level
    def beat(log_level: str) -> None:
        """Run the clock that tells the workers what is due."""
        log_to_stderr(log_level)
        plugin = join()
        app = celery_with_broker(plugin)
        schedule = plugin.environment.home / "beat-schedule"
        app.start(
            ["--quiet", "beat", "--pidfile=", f"--schedule={schedule}", f"--loglevel={log_level}"]
        )

    return beat


def _flower_command(join: "Join") -> click.Command:
    @click.command("flower")
    @click.option("--port", type=int, default=FLOWER_PORT, show_default=True)
    @_log_level
    def flower(port: int, log_level: str) -> None:
        """Show the workers and their tasks in a browser, on this machine only."""
        require_extra("flower")
        log_to_stderr(log_level)
        require_port(port, "flower", "--port")
        plugin = join()
        app, home = celery_with_broker(plugin), plugin.environment.home
        # Neither the list of processes nor this process's first environment shows it.
        os.environ["FLOWER_BASIC_AUTH"] = flower_login(home)
        # Flower reads a configuration from where it stands; HOME is the place for one.
        os.chdir(home)
        with opening(port, "flower", "--port"):
            app.start(["--quiet", "flower", "--address=127.0.0.1", f"--port={port}"])

    return flower


def celery_with_broker(plugin: "Container") -> "Celery":
    """The Celery app, when its broker answers.

    Raises:
        SettingsError: there is none.
        NoBroker: it does not answer.
    """
    from ...processes.broker import wait_for_broker

    app = plugin.celery
    wait_for_broker(plugin.environment.redis_url, BROKER_ANSWERS_WITHIN)
    return app


def flower_login(home: Path) -> str:
    """The login of Flower, ``admin:PASSWORD``; made in HOME on the first use, mode 0600."""
    path = home / FLOWER_LOGIN
    if not path.exists():
        make_once(path, f"{FLOWER_USER}:{secrets.token_urlsafe(18)}\n")
    return path.read_text(encoding="utf-8").strip()


def log_to_stderr(level: str) -> None:
    """Log our own words and Celery's at `level`, of other libraries what is a warning or worse.

    Celery is kept from setting up logs of its own.
    """
    from celery import signals

    logging.basicConfig(format=_FORMAT, level="WARNING")
    for name in ("mintsoft_xero", "celery"):
        logging.getLogger(name).setLevel(level)
    signals.setup_logging.connect(_leave_logs_alone)


def _leave_logs_alone(**_: Any) -> None:
    """Celery sets up logs only where nobody listens to this signal."""


def end_on_sigterm() -> None:
    """SIGTERM ends this process as Ctrl-C does: what is being answered is answered."""
    signal.signal(signal.SIGTERM, _exit)


def _exit(*_: object) -> NoReturn:
    raise SystemExit(0)
