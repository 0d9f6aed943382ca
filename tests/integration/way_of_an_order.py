"""The way of one order through the code: ``-m mintsoft_xero.tests.integration.way_of_an_order``.

A worker syncs and sends one order between both simulators, in this process, and every file of
ours that is entered is noted, once, in order. docs/architecture.md shows what this prints.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Any

from ...plugin import worker
from ...plugin.database.rulebooks import SqlBooks
from ...plugin.services.celery_app import EXPORT_BATCH, SETTLE, SYNC, WRITE_BACK
from ...plugin.services.rules.rulebooks import RuleBooks
from ..conftest import ROOT
from ..guide.walk import Walk, walking

#: Where our files lie.
PARTS = ("adapters", "plugin", "rules")

#: Who is told of what is due, by its task.
STEPS = {"sync": SYNC, "export_batch": EXPORT_BATCH, "write_back": WRITE_BACK, "settle": SETTLE}


class Tasks:
    """As much of a Celery app as is needed: a task is run when it is called for."""

    def __init__(self) -> None:
        self.work: dict[str, Callable[..., None]] = {}

    def task(self, *, name: str, **_: Any) -> Callable[[Callable[..., None]], None]:
        """Keep a task."""

        def keep(work: Callable[..., None]) -> None:
            self.work[name] = work

        return keep

    def send_task(self, *_: object, **__: object) -> None:
        """What was to be sent is called for in its turn."""


@cache
def resolved(name: str) -> Path:
    """Where a file really lies."""
    return Path(name).resolve()


@contextmanager
def noted(files: list[str]) -> Iterator[None]:
    """Note each file of ours that a call enters, once, in order."""

    def enter(frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        path = resolved(frame.f_code.co_filename)
        if path.is_relative_to(ROOT):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(PARTS) and name not in files:
                files.append(name)

    sys.setprofile(enter)
    try:
        yield
    finally:
        sys.setprofile(None)


def way(walk: Walk) -> dict[str, list[str]]:
    """The files of each step, in the order in which they are entered."""
    walk.add()
    plugin: Any = walk.plugin
    tasks: Any = Tasks()
    # The rule book is looked at anew every so often; here no time passes, however slow the machine.
    books = SqlBooks(plugin.database, plugin.clock)
    plugin.rulebooks = RuleBooks(
        books, plugin.environment.rules_dir, who="the walk", monotonic=lambda: 0.0
    )
    connection = plugin.connections.named("shop")
    plugin.connections.start(connection)
    plugin.celery = tasks
    worker.define(tasks, plugin)
    found: dict[str, list[str]] = {}
    for step, task in STEPS.items():
        files: list[str] = []
        due = plugin.ledger.due_to_send(connection)[:1] if step == "export_batch" else None
        given = (connection.connection_id,) if due is None else (connection.connection_id, due)
        with noted(files):
            tasks.work[task](*given)
        found[step] = files
    return found


def written(found: dict[str, list[str]]) -> str:
    """The walk as docs/architecture.md shows it: for each step the rooms, and what was entered."""
    lines = []
    for step, files in found.items():
        lines += [f"### {step}", "", "| room | files |", "|---|---|"]
        for room, some in groupby(files, key=lambda x: x.rpartition("/")[0]):
            names = ", ".join(f"`{name.rpartition('/')[2]}`" for name in some)
            lines.append(f"| `{room}` | {names} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Print it."""
    with tempfile.TemporaryDirectory() as home, walking(Path(home)) as walk:
        sys.stdout.write(written(way(walk)))


if __name__ == "__main__":
    main()
