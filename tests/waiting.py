"""Waiting for conditions, and telling which processes there are."""

import os
import time
from collections.abc import Callable
from pathlib import Path

#: Seconds after which a test says that something never came. Only one that fails waits so long.
LONG = 120.0
#: The variable that a test gives to a process; its children inherit it.
MARK = "MINTSOFT_XERO_TEST_MARK"


def eventually(condition: Callable[[], object], what: str, within: float = LONG) -> None:
    """Wait until `condition` is true; fail saying `what` did not come when the time is over."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        time.sleep(0.02)


def marked(mark: str) -> dict[int, str]:
    """Return the living processes that carry the mark, pid to command (Linux: reads /proc)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:  # gone meanwhile
            continue
        if f"{MARK}={mark}".encode() in environment.split(b"\0") and state != "Z":
            found[int(folder.name)] = command.replace(b"\0", b" ").decode().strip()
    return found


def alive(pid: int) -> bool:
    """Whether there is such a process (a zombie counts)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
