"""Doing several things at once: in threads of this process, or in processes of their own."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from ....plugin.processes.launch import module_command
from ...waiting import LONG

T = TypeVar("T")


def at_once(*works: Callable[[], T]) -> list[T]:
    """The answers of works that begin together, each in a thread; raises what one of them did."""
    barrier = threading.Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        barrier.wait(LONG)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


class Other:
    """Another process of ours (see other_process.py): say a line to it, hear a line from it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def say(self, line: str = "") -> None:
        """Let it go on."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        """The next line that it says; empty when it has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def kill(self, *, reap: bool = True) -> None:
        """SIGKILL it, and wait for its end. Without `reap` it stays a zombie for the moment."""
        self._process.kill()
        os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        if reap:
            self._process.wait(LONG)


@contextmanager
def other_process(*words: str) -> Iterator[Other]:
    """Start ``other_process.py`` with these words; nothing of it is left afterwards."""
    with subprocess.Popen(
        module_command("tests.unit.database.other_process", *words),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Other(process)
        finally:
            process.kill()
