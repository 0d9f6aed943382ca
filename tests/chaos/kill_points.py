"""Kill points: where a worker dies by its own hand, once, before or after a named step.

A plan says at which call of which step; before it dies a process leaves a file behind, so that
of all processes one alone dies of each entry, and the deaths can be counted.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from ...adapters.mintsoft.source import MintsoftSource
from ...adapters.xero.target import XeroTarget
from ...plugin.database.leases import SqlLeases
from ...plugin.database.ledger import SqlLedger
from ...plugin.database.vault import SqlVault

#: The steps, as class and method.
STEPS: dict[str, tuple[type, str]] = {
    **{
        name: (SqlLedger, name)
        for name in (
            *("claim", "release", "release_absent", "postpone", "start_call", "record_outcomes"),
            *("record", "keep_decision", "keep_numbers", "move_orders_cursor", "keep_contacts"),
            *("dispatch", "written"),
        )
    },
    "read_orders": (MintsoftSource, "changed_since"),
    "read_order": (MintsoftSource, "order"),
    "comment": (MintsoftSource, "comment"),
    "tag": (MintsoftSource, "tag"),
    "send": (XeroTarget, "send"),
    "find": (XeroTarget, "find"),
    "contacts": (XeroTarget, "contacts"),
    "keep_secret": (SqlVault, "keep"),
    "take_lease": (SqlLeases, "_take"),
}
#: While the call is out, at some moment within this many seconds.
DURING = {"send": 0.06, "contacts": 0.03, "comment": 0.02}
POINTS = (
    *(f"{step}:{where}" for step in STEPS for where in ("before", "after")),
    *(f"{step}:during" for step in DURING),
)
#: A file of this name: the storm is over, nobody dies any more.
CALM = "calm"


def arm(folder: Path, plan: dict[str, int]) -> None:
    """Have this process, and those forked from it, die by a plan: point -> at which call."""
    counted: dict[str, int] = dict.fromkeys(plan, 0)

    def reached(point: str) -> None:
        if point not in plan:
            return
        counted[point] += 1
        if counted[point] >= plan[point]:
            die_once(folder, point)

    for step, (owner, name) in STEPS.items():
        if any(point.startswith(f"{step}:") for point in plan):
            setattr(owner, name, _with_points(getattr(owner, name), step, reached, plan, folder))


def _with_points(
    method: Callable[..., Any],
    step: str,
    reached: Callable[[str], None],
    plan: dict[str, int],
    folder: Path,
) -> Callable[..., Any]:
    @wraps(method)
    def step_with_points(*args: Any, **kwargs: Any) -> Any:
        reached(f"{step}:before")
        during = f"{step}:during"
        if during in plan:
            delay = DURING[step] * (plan[during] % 7 + 1) / 7
            threading.Timer(delay, die_once, (folder, during)).start()
        done = method(*args, **kwargs)
        if step == "read_orders":
            return _pages(done, lambda: reached("read_orders:after"))
        reached(f"{step}:after")
        return done

    return step_with_points


def _pages(pages: Iterator[Any], reached: Callable[[], None]) -> Iterator[Any]:
    """The pages of a list, with a point after each was worked on."""
    for page in pages:
        yield page
        reached()


def die_once(folder: Path, point: str) -> None:
    """SIGKILL for this process, unless another one died here already, or the storm is over."""
    if (folder / CALM).exists():
        return
    try:
        os.close(os.open(folder / point, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def died(folder: Path) -> list[str]:
    """The points at which somebody died."""
    return [path.name for path in folder.iterdir() if ":" in path.name]
