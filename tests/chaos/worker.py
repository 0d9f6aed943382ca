"""Real Celery workers that start fast, and may be killed at any line.

Run as a module it is a nursery: a process that has imported everything and forks a worker for
each line of its standard input (JSON: see `Worker`), answering with its process id. A worker is
the plugin's own command ``worker`` with its prefork children, in a process group of its own. All
that is not as in production is here: the clock is fast, the limits are wide, some steps kill
(kill_points.py), and one safety may be taken out (`Worker.without`).
"""

import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import click
import requests

from ...plugin.cli.programs import demo as _demo  # noqa: F401 - imported once, not by every worker
from ...plugin.cli.programs.processes import add_process_commands
from ...plugin.config import read_environment
from ...plugin.database import calls as passage
from ...plugin.rate_limits.redis import RedisLimiter
from ...plugin.register import make_app
from ...plugin.services import container
from ...plugin.services.container import Container
from . import disk, kill_points, sabotage
from .clock import FastClock

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
#: A call that was broken off may still be at work at the simulator, whose clock is fast too.
LOOK_UP_AFTER_REAL = 1.5
#: Calls that a worker may begin in a minute.
PLENTY = 1_000_000
#: The nursery's: of all workers that it has forked.
_groups: set[int] = set()


@dataclass(frozen=True, kw_only=True)
class Worker:
    """One worker to be forked."""

    #: Environment variables: those of the installation.
    environment: dict[str, str]
    begun: float
    speed: float
    #: Prefork children.
    concurrency: int
    #: Where it writes what it says.
    log: str
    #: Where those who die leave word, and at which points: point -> at which call.
    deaths: str
    plan: dict[str, int]
    #: ``claim``, ``lookup``, ``recheck``; empty for none.
    without: str = ""

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


def joined(begun: float, speed: float) -> Container:
    """The plugin of the environment, with the fast clock."""
    return Container(read_environment(), clock=FastClock(begun, speed))


def widen_limits(speed: float) -> None:
    """Limits that let everything through, and waits that keep to the fast clock."""

    class WideLimiter(RedisLimiter):
        def __init__(self, redis: Any, clock: Any, limits: Any) -> None:
            minute, lease = limits.minute / speed, limits.lease / speed
            wide = replace(limits, a_minute=PLENTY, reserved=0, minute=minute, lease=lease)
            super().__init__(redis, clock, wide)

        def block(self, organisation_id: str, seconds: float, *, app: str = "") -> None:
            super().block(organisation_id, seconds / speed, app=app)

    sabotage.put(container, "RedisLimiter", WideLimiter)


def work(worker: Worker) -> NoReturn:
    """Be the worker, from the fork to the end."""
    os.setsid()
    _ask_kernel(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.update(worker.environment)
    log = os.open(worker.log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    passage.LOOK_UP_AFTER = timedelta(seconds=LOOK_UP_AFTER_REAL * worker.speed)
    disk.watch()
    sabotage.take_out(worker.without)
    kill_points.arm(Path(worker.deaths), worker.plan)
    group = click.Group()

    def join() -> Container:
        return joined(worker.begun, worker.speed)

    add_process_commands(group, join, make_app)
    given = ["worker", f"--concurrency={worker.concurrency}", "--log-level=WARNING"]
    group.main(given, prog_name="chaos", standalone_mode=True)
    sys.exit(0)


def _ask_kernel(what: int, value: int) -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(what, int(value), 0, 0, 0)


def main() -> None:
    """The nursery: fork a worker for each line, until the lines end."""
    speed = float(sys.argv[1])
    widen_limits(speed)
    # The witness tells callers apart by this, in every process and session.
    sabotage.put(requests.utils, "default_user_agent", lambda *_: f"chaos/{os.getpid()}")
    _ask_kernel(_PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGCHLD, _reap)
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        if pid := os.fork():
            _groups.add(pid)
            print(pid, flush=True)  # noqa: T201
        else:
            work(Worker(**json.loads(line)))

    # Whoever wrote the lines is gone, however that came: no worker, and no orphan, outlives it.
    for group in _groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def _reap(*_: object) -> None:
    """Those who have ended, also children of workers that were killed, are not left behind."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
